#include "text.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Makes room for length more bytes and a NUL. */
static bool reserve(struct text *text, size_t length)
{
	size_t capacity = text->capacity > 0 ? text->capacity : 64;
	char *bytes;

	if (length >= SIZE_MAX / 4 - text->length) {
		text->failed = true;
		return false;
	}
	while (capacity <= text->length + length)
		capacity *= 2;
	if (capacity == text->capacity)
		return true;
	bytes = realloc(text->bytes, capacity);
	if (bytes == NULL) {
		text->failed = true;
		return false;
	}
	text->bytes = bytes;
	text->capacity = capacity;
	return true;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
	if (!reserve(text, length))
		return;
	if (length > 0)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void text_append_string(struct text *text, const char *string)
{
	text_append(text, string, strlen(string));
}

void text_append_byte(struct text *text, char byte)
{
	text_append(text, &byte, 1);
}

void text_append_repeated(struct text *text, char byte, size_t count)
{
	if (!reserve(text, count))
		return;
	memset(text->bytes + text->length, byte, count);
	text->length += count;
	text->bytes[text->length] = '\0';
}

void text_append_format(struct text *text, const char *format, ...)
{
	va_list arguments, again;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	if (length < 0)
		text->failed = true;
	else if (reserve(text, (size_t)length)) {
		vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
		text->length += (size_t)length;
	}
	va_end(again);
	va_end(arguments);
}

void text_append_terminal(struct text *text, const char *bytes, size_t length)
{
	size_t at, taken;
	uint32_t code_point;

	for (at = 0; at < length; at += taken) {
		taken = text_decode(bytes + at, length - at, &code_point);
		if (taken == 0) {
			text_append_format(text, "\\x%02x", (unsigned char)bytes[at]);
			taken = 1;
		} else if (code_point == '\n')
			text_append_string(text, "\\n");
		else if (code_point == '\t')
			text_append_string(text, "\\t");
		else if (code_point == '\r')
			text_append_string(text, "\\r");
		else if (!text_is_invisible(code_point))
			text_append(text, bytes + at, taken);
		else if (code_point < 0x100)
			text_append_format(text, "\\x%02x", (unsigned)code_point);
		else
			text_append_format(text, "\\u%04x", (unsigned)code_point);
	}
}

/* How many bytes of an escape are at the start, as text_append_terminal writes them; 0 = none are. */
static size_t escape_length(const char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	size_t count = 0, most;

	if (length < 2 || bytes[0] != '\\' || memchr("ntrxu", bytes[1], 5) == NULL)
		return 0;
	/* \u has four digits or more: where others follow, they count as its own, which only makes a cut come earlier. */
	most = bytes[1] == 'x' ? 2 : bytes[1] == 'u' ? 6 : 0;
	while (count < most && count + 2 < length && memchr(digits, bytes[count + 2], 16) != NULL)
		count++;
	return count + 2;
}

/* Takes what must not be divided: a character or an escape. Returns its bytes, with its cells in *cells. */
static size_t take_one(const char *bytes, size_t length, size_t *cells)
{
	uint32_t code_point;
	size_t taken = escape_length(bytes, length);
	int width;

	if (taken > 0) {
		*cells = taken;
		return taken;
	}
	taken = text_decode(bytes, length, &code_point);
	width = taken > 0 ? wcwidth((wchar_t)code_point) : 1;
	*cells = width >= 0 ? (size_t)width : 1;
	return taken > 0 ? taken : 1;
}

/* The same, together with the characters without a cell that follow and so belong to it. */
static size_t take_unit(const char *bytes, size_t length, size_t *cells)
{
	size_t at = take_one(bytes, length, cells), taken, more;

	for (; at < length; at += taken) {
		taken = take_one(bytes + at, length - at, &more);
		if (more > 0)
			break;
	}
	return at;
}

size_t text_cells(const char *bytes, size_t length)
{
	size_t total = 0, at, cells;

	for (at = 0; at < length; total += cells)
		at += take_one(bytes + at, length - at, &cells);
	return total;
}

void text_append_cut(struct text *text, const char *bytes, size_t length, size_t cells, bool is_middle, bool is_plain)
{
	size_t whole = text_cells(bytes, length), room = cells > 0 ? cells - 1 : 0;
	size_t last = is_middle ? room / 2 : 0, done = 0, at = 0, taken, wide;

	if (whole <= cells) {
		text_append(text, bytes, length);
		return;
	}
	for (; at < length; at += taken, done += wide) {
		taken = take_unit(bytes + at, length - at, &wide);
		if (done + wide > room - last)
			break;
	}
	text_append(text, bytes, at);
	text_append_string(text, is_plain ? "~" : "\u2026");
	for (; at < length && whole - done > last; done += wide)
		at += take_unit(bytes + at, length - at, &wide);
	text_append(text, bytes + at, length - at);
}

const char *text_string(const struct text *text)
{
	return text->bytes != NULL ? text->bytes : "";
}

void text_clear(struct text *text)
{
	text->length = 0;
	text->failed = false;
	if (text->bytes != NULL)
		text->bytes[0] = '\0';
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){0};
}

size_t text_decode(const char *bytes, size_t length, uint32_t *code_point)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000}; /* by bytes taken: less is overlong */
	unsigned char first = (unsigned char)bytes[0];
	uint32_t value;
	size_t taken, i;

	if (first < 0x80) {
		*code_point = first;
		return 1;
	}
	taken = first >= 0xf8 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
	if (taken == 0 || taken > length)
		return 0;
	value = first & (0x7fU >> taken);
	for (i = 1; i < taken; i++) {
		if (((unsigned char)bytes[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | ((unsigned char)bytes[i] & 0x3f);
	}
	if (value < smallest[taken] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code_point = value;
	return taken;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	size_t at = 0, taken;
	uint32_t code_point;

	while (at < length) {
		taken = text_decode(bytes + at, length - at, &code_point);
		if (taken == 0)
			return false;
		at += taken;
	}
	return true;
}

bool text_has_utf8_locale(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool text_is_invisible(uint32_t code_point)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x0600, 0x0605},   {0x061c, 0x061c},
		{0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},   {0x08e2, 0x08e2},   {0x180e, 0x180e},
		{0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0xfeff, 0xfeff},   {0xfff9, 0xfffb},
		{0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
		{0xe0000, 0xe007f},
	};
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof ranges[0] && code_point >= ranges[i].first; i++)
		if (code_point <= ranges[i].last)
			return true;
	return false;
}
