#include "scan.h"

#include "text.h"

#include <endian.h>

/* The same byte eight times. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

struct scan scan_start(const char *bytes, size_t length)
{
	return (struct scan){.at = bytes, .end = bytes + length};
}

bool scan_refuse(struct scan *scan)
{
	/* With nothing left to read, whatever is asked for next fails by itself. */
	scan->at = scan->end;
	scan->failed = true;
	return false;
}

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' || *scan->at == '\r'))
		scan->at++;
}

/* Reads a byte of the grammar, with white space before it. */
static bool take(struct scan *scan, char byte)
{
	skip_space(scan);
	if (scan->at == scan->end || *scan->at != byte)
		return false;
	scan->at++;
	return true;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

enum scan_kind scan_peek(struct scan *scan)
{
	skip_space(scan);
	switch (scan->at < scan->end ? *scan->at : '\0') {
	case '{':
		return SCAN_OBJECT;
	case '[':
		return SCAN_ARRAY;
	case '"':
		return SCAN_STRING;
	case 't':
		return SCAN_TRUE;
	case 'f':
		return SCAN_FALSE;
	case 'n':
		return SCAN_NULL;
	default:
		if (scan->at < scan->end && (*scan->at == '-' || is_digit(*scan->at)))
			return SCAN_NUMBER;
		scan_refuse(scan);
		return SCAN_NOTHING;
	}
}

/* One place for both: which of the two is open, the caller's own steps say. */
static bool open_bracket(struct scan *scan, char bracket)
{
	if (scan->depth == SCAN_DEPTH_MAX || !take(scan, bracket))
		return scan_refuse(scan);
	scan->depth++;
	scan->is_first = true;
	return true;
}

/* Reads the closing bracket, or the comma before the next value, if one is due. Returns whether a value follows. */
static bool take_next(struct scan *scan, char bracket)
{
	bool is_first = scan->is_first;

	scan->is_first = false;
	if (take(scan, bracket)) {
		scan->depth--;
		return false;
	}
	return is_first || take(scan, ',') || scan_refuse(scan);
}

bool scan_object(struct scan *scan)
{
	return open_bracket(scan, '{');
}

bool scan_array(struct scan *scan)
{
	return open_bracket(scan, '[');
}

bool scan_member(struct scan *scan, struct scan_slice *key)
{
	return take_next(scan, '}') && scan_string(scan, key) && (take(scan, ':') || scan_refuse(scan));
}

bool scan_element(struct scan *scan)
{
	return take_next(scan, ']');
}

/* The four digits of \uNNNN, if they are there. */
static bool read_unit(const char *at, const char *end, uint32_t *unit)
{
	int i;

	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return false;
	*unit = 0;
	for (i = 2; i < 6; i++) {
		*unit <<= 4;
		if (is_digit(at[i]))
			*unit |= (uint32_t)(at[i] - '0');
		else if ((at[i] | 0x20) >= 'a' && (at[i] | 0x20) <= 'f')
			*unit |= (uint32_t)((at[i] | 0x20) - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* Reads an escape. Returns how many bytes it takes; 0 for an invalid one, half a surrogate pair among them. */
static size_t read_escape(const char *at, const char *end, uint32_t *character)
{
	static const char names[] = "bfnrt\"\\/", characters[] = "\b\f\n\r\t\"\\/";
	const char *found;
	uint32_t low;

	if (end - at < 2)
		return 0;
	if (at[1] != 'u') {
		found = memchr(names, at[1], sizeof names - 1);
		*character = found != NULL ? (uint32_t)characters[found - names] : 0;
		return found != NULL ? 2 : 0;
	}
	if (!read_unit(at, end, character) || (*character >= 0xdc00 && *character <= 0xdfff))
		return 0;
	if (*character < 0xd800 || *character > 0xdfff)
		return 6;
	if (!read_unit(at + 6, end, &low) || low < 0xdc00 || low > 0xdfff)
		return 0;
	*character = 0x10000 + ((*character - 0xd800) << 10) + (low - 0xdc00);
	return 12;
}

/* The first quotation mark, backslash or control byte, or the end; eight bytes at a time. */
static const char *find_special(const char *at, const char *end)
{
	uint64_t word, quote, backslash, found;

	for (; end - at >= 8; at += 8) {
		memcpy(&word, at, sizeof word);
		word = le64toh(word);
		/*
		 * The top bit of each byte that is zero, or less than a space. A borrow can only mark bytes above one that is
		 * marked rightly, and the lowest is taken.
		 */
		quote = word ^ EACH('"');
		backslash = word ^ EACH('\\');
		found = ((quote - EACH(1)) & ~quote) | ((backslash - EACH(1)) & ~backslash) | ((word - EACH(' ')) & ~word);
		found &= EACH(0x80);
		if (found != 0)
			return at + __builtin_ctzll(found) / 8;
	}
	while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= ' ')
		at++;
	return at;
}

bool scan_string(struct scan *scan, struct scan_slice *string)
{
	uint32_t character;
	const char *at;
	size_t taken;

	*string = (struct scan_slice){.bytes = scan->at};
	if (!take(scan, '"'))
		return scan_refuse(scan);
	string->bytes = scan->at;
	for (at = find_special(scan->at, scan->end); at < scan->end && *at == '\\'; at = find_special(at, scan->end)) {
		string->has_escapes = true;
		taken = read_escape(at, scan->end, &character);
		if (taken == 0)
			return scan_refuse(scan);
		at += taken;
	}
	if (at == scan->end || *at != '"')
		return scan_refuse(scan);
	string->length = (size_t)(at - string->bytes);
	scan->at = at + 1;
	return true;
}

/* Moves over digits, of which there has to be one. */
static bool take_digits(const char **at, const char *end)
{
	const char *start = *at;

	while (*at < end && is_digit(**at))
		(*at)++;
	return *at > start;
}

bool scan_number(struct scan *scan, struct scan_slice *number)
{
	const char *at, *end = scan->end;
	bool is_zero, is_number;

	skip_space(scan);
	at = scan->at;
	*number = (struct scan_slice){.bytes = at};
	if (at < end && *at == '-')
		at++;
	is_zero = at < end && *at == '0';
	if (is_zero)
		at++; /* and nothing after it: what is left of 01 is no JSON */
	is_number = is_zero || take_digits(&at, end);
	if (is_number && at < end && *at == '.') {
		at++;
		is_number = take_digits(&at, end);
	}
	if (is_number && at < end && (*at == 'e' || *at == 'E')) {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		is_number = take_digits(&at, end);
	}
	if (!is_number)
		return scan_refuse(scan);
	number->length = (size_t)(at - number->bytes);
	scan->at = at;
	return true;
}

static bool take_word(struct scan *scan, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
		return scan_refuse(scan);
	scan->at += length;
	return true;
}

bool scan_null(struct scan *scan)
{
	skip_space(scan);
	return scan->at < scan->end && *scan->at == 'n' && take_word(scan, "null");
}

bool scan_skip(struct scan *scan)
{
	struct scan_slice slice;

	/* It calls itself at most SCAN_DEPTH_MAX times. */
	switch (scan_peek(scan)) {
	case SCAN_OBJECT:
		scan_object(scan);
		while (scan_member(scan, &slice))
			scan_skip(scan);
		return !scan->failed;
	case SCAN_ARRAY:
		scan_array(scan);
		while (scan_element(scan))
			scan_skip(scan);
		return !scan->failed;
	case SCAN_STRING:
		return scan_string(scan, &slice);
	case SCAN_NUMBER:
		return scan_number(scan, &slice);
	case SCAN_TRUE:
		return take_word(scan, "true");
	case SCAN_FALSE:
		return take_word(scan, "false");
	case SCAN_NULL:
		return take_word(scan, "null");
	case SCAN_NOTHING:
		break;
	}
	return false;
}

bool scan_end(struct scan *scan)
{
	skip_space(scan);
	return !scan->failed && scan->depth == 0 && scan->at == scan->end;
}

/* Writes a character as UTF-8. Returns how many bytes it takes. */
static size_t encode(uint32_t character, char bytes[static 4])
{
	size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4, i;

	if (length == 1) {
		bytes[0] = (char)character;
		return 1;
	}
	for (i = length - 1; i > 0; i--, character >>= 6)
		bytes[i] = (char)(0x80 | (character & 0x3f));
	bytes[0] = (char)((0xf00U >> length & 0xff) | character);
	return length;
}

bool scan_decode(const struct scan_slice *string, char *buffer, size_t capacity, size_t *length)
{
	const char *at = string->bytes, *end = at + string->length, *piece;
	char encoded[4];
	uint32_t character;
	size_t taken, size;

	if (!string->has_escapes && string->length < capacity) {
		*length = string->length;
		memcpy(buffer, at, string->length);
		buffer[*length] = '\0';
		return true;
	}
	for (*length = 0; at < end; at += taken, *length += size) {
		piece = at;
		if (*at == '\\') {
			taken = read_escape(at, end, &character);
			size = encode(character, encoded);
			piece = encoded;
		} else {
			size = taken = text_decode(at, (size_t)(end - at), &character);
			if (taken == 0)
				size = taken = 1; /* no UTF-8: passed on */
		}
		if (*length + size >= capacity)
			break;
		memcpy(buffer + *length, piece, size);
	}
	buffer[*length] = '\0';
	return at == end;
}

bool scan_is_decoded(const struct scan_slice *string, const char *word, size_t length)
{
	char decoded[64];
	size_t decoded_length;

	return scan_decode(string, decoded, sizeof decoded, &decoded_length) && decoded_length == length &&
	       memcmp(decoded, word, length) == 0;
}

/* The power of ten after e or E. Beyond ten million it makes no difference: a text's own digits are fewer. */
static int64_t read_exponent(const char *at, const char *end)
{
	bool is_negative = at < end && *at == '-';
	int64_t exponent = 0;

	if (at < end && !is_digit(*at))
		at++;
	for (; at < end; at++)
		if (exponent < 10000000)
			exponent = exponent * 10 + (*at - '0');
	return is_negative ? -exponent : exponent;
}

int64_t scan_round(const struct scan_slice *number)
{
	const char *at = number->bytes, *end = at + number->length;
	bool is_negative = at < end && *at == '-', is_fraction = false;
	uint64_t value = 0, last = 0;
	int64_t exponent = 0;

	for (at += is_negative; at < end && *at != 'e' && *at != 'E'; at++) {
		if (*at == '.')
			is_fraction = true;
		else if (value < SCAN_ROUND_MAX) {
			value = value * 10 + (uint64_t)(*at - '0');
			exponent -= is_fraction;
		} else /* a 20th digit makes no difference to an integer of 18 and whether its fraction is a half */
			exponent += !is_fraction;
	}
	if (at < end)
		exponent += read_exponent(at + 1, end);
	for (; exponent > 0 && value > 0 && value < SCAN_ROUND_MAX; exponent--)
		value *= 10;
	for (; exponent < 0 && (value > 0 || last > 0); exponent++) {
		last = value % 10;
		value /= 10;
	}
	value += last >= 5;
	if (value > SCAN_ROUND_MAX)
		value = SCAN_ROUND_MAX;
	return is_negative ? -(int64_t)value : (int64_t)value;
}
