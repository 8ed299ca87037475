#include "json.h"

#include <ctype.h>
#include <string.h>

static bool is_flat(const struct json *json)
{
	return !json->is_pretty || (json->flat_from > 0 && json->depth >= json->flat_from);
}

/* Puts what stands in front of a member: comma, line end, indentation. */
static void begin_member(struct json *json)
{
	if (json->follows_key) {
		json->follows_key = false;
		return;
	}
	if (json->depth == 0)
		return;
	if (json->has_members[json->depth])
		text_append_byte(json->text, ',');
	if (!is_flat(json)) {
		text_append_byte(json->text, '\n');
		text_append_repeated(json->text, ' ', (size_t)2 * json->depth);
	} else if (json->is_pretty && json->has_members[json->depth])
		text_append_byte(json->text, ' ');
	json->has_members[json->depth] = true;
}

void json_open(struct json *json, char bracket)
{
	begin_member(json);
	text_append_byte(json->text, bracket);
	if (json->depth < JSON_DEPTH_MAX - 1)
		json->depth++;
	json->has_members[json->depth] = false;
}

void json_close(struct json *json, char bracket)
{
	bool is_empty = !json->has_members[json->depth];
	bool was_flat = is_flat(json);

	json->depth--;
	if (!is_empty && !was_flat) {
		text_append_byte(json->text, '\n');
		text_append_repeated(json->text, ' ', (size_t)2 * json->depth);
	}
	text_append_byte(json->text, bracket);
}

static void append_escaped(struct text *text, uint32_t code_point, const char *bytes, size_t length)
{
	static const char shorts[] = "\b\f\n\r\t\"\\";
	static const char names[] = "bfnrt\"\\";
	const char *found = code_point > 0 && code_point < 0x80 ? strchr(shorts, (int)code_point) : NULL;

	if (found != NULL)
		text_append_format(text, "\\%c", names[found - shorts]);
	else if (!text_is_invisible(code_point))
		text_append(text, bytes, length);
	else if (code_point < 0x10000)
		text_append_format(text, "\\u%04x", (unsigned)code_point);
	else
		text_append_format(text, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (code_point >> 10)),
		                   (unsigned)(0xdc00 + (code_point & 0x3ff)));
}

static void append_string(struct text *text, const char *bytes, size_t length)
{
	size_t plain, taken;
	uint32_t code_point;

	text_append_byte(text, '"');
	while (length > 0) {
		for (plain = 0; plain < length && bytes[plain] >= ' ' && bytes[plain] < 0x7f && bytes[plain] != '"' &&
		                bytes[plain] != '\\';
		     plain++)
			;
		text_append(text, bytes, plain);
		bytes += plain;
		length -= plain;
		if (length == 0)
			break;
		taken = text_decode(bytes, length, &code_point);
		if (taken > 0)
			append_escaped(text, code_point, bytes, taken);
		else
			text_append_string(text, "\xef\xbf\xbd");
		taken = taken > 0 ? taken : 1;
		bytes += taken;
		length -= taken;
	}
	text_append_byte(text, '"');
}

void json_key(struct json *json, const char *key, size_t length)
{
	begin_member(json);
	append_string(json->text, key, length);
	text_append_string(json->text, json->is_pretty ? ": " : ":");
	json->follows_key = true;
}

void json_string(struct json *json, const char *bytes, size_t length)
{
	begin_member(json);
	append_string(json->text, bytes, length);
}

/* The length of a JSON number at the start of the digits, 0 for none (RFC 8259, section 6). */
static size_t number_length(const char *digits, size_t length)
{
	size_t at = 0, start;

	if (at < length && digits[at] == '-')
		at++;
	for (start = at; at < length && isdigit((unsigned char)digits[at]); at++)
		;
	if (at == start || (digits[start] == '0' && at > start + 1))
		return 0;
	if (at < length && digits[at] == '.') {
		for (start = ++at; at < length && isdigit((unsigned char)digits[at]); at++)
			;
		if (at == start)
			return 0;
	}
	if (at < length && (digits[at] == 'e' || digits[at] == 'E')) {
		at++;
		if (at < length && (digits[at] == '+' || digits[at] == '-'))
			at++;
		for (start = at; at < length && isdigit((unsigned char)digits[at]); at++)
			;
		if (at == start)
			return 0;
	}
	return at;
}

void json_number(struct json *json, const char *digits, size_t length)
{
	if (length == 0 || number_length(digits, length) != length) {
		json_null(json);
		return;
	}
	begin_member(json);
	text_append(json->text, digits, length);
}

void json_boolean(struct json *json, bool value)
{
	begin_member(json);
	text_append_string(json->text, value ? "true" : "false");
}

void json_null(struct json *json)
{
	begin_member(json);
	text_append_string(json->text, "null");
}
