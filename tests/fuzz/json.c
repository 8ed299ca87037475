/* A string in JSON is UTF-8, shows everything that is in it, and is read back as what went in. */
#include "json.h"

#include "fuzz.h"

#include <stdbool.h>

static uint32_t read_hexadecimal(const char *digits)
{
	uint32_t value = 0;
	size_t i;

	for (i = 0; i < 4; i++) {
		fuzz_require((digits[i] >= '0' && digits[i] <= '9') || (digits[i] >= 'a' && digits[i] <= 'f'));
		value = value * 16 + (uint32_t)(digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'a' + 10);
	}
	return value;
}

/* Reads one character of a JSON string and moves on. */
static uint32_t read_character(const char **at, const char *end)
{
	static const char names[] = "bfnrt\"\\/", characters[] = "\b\f\n\r\t\"\\/";
	uint32_t value, low;
	const char *found;
	size_t taken;

	if (**at != '\\') {
		taken = text_decode(*at, (size_t)(end - *at), &value);
		fuzz_require(taken > 0 && value != '"' && !text_is_invisible(value));
		*at += taken;
		return value;
	}
	fuzz_require(end - *at >= 2);
	if ((*at)[1] != 'u') {
		found = strchr(names, (*at)[1]);
		fuzz_require(found != NULL && *found != '\0');
		*at += 2;
		return (uint32_t)characters[found - names];
	}
	fuzz_require(end - *at >= 6);
	value = read_hexadecimal(*at + 2);
	*at += 6;
	fuzz_require(value < 0xdc00 || value > 0xdfff);
	if (value < 0xd800 || value > 0xdfff)
		return value;
	fuzz_require(end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u');
	low = read_hexadecimal(*at + 2);
	*at += 6;
	fuzz_require(low >= 0xdc00 && low <= 0xdfff);
	return 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
}

static void check_string(const char *bytes, size_t length)
{
	struct text text = {0};
	struct json json = {.text = &text};
	const char *at, *end;
	uint32_t expected;
	size_t taken;

	json_string(&json, bytes, length);
	fuzz_require(text.length >= 2 && text.bytes[0] == '"' && text.bytes[text.length - 1] == '"');
	for (at = text.bytes + 1, end = text.bytes + text.length - 1; length > 0; bytes += taken, length -= taken) {
		taken = text_decode(bytes, length, &expected);
		if (taken == 0) {
			expected = 0xfffd;
			taken = 1;
		}
		fuzz_require(at < end);
		fuzz_require(read_character(&at, end) == expected);
	}
	fuzz_require(at == end);
	text_free(&text);
}

static void check_number(const char *bytes, size_t length)
{
	struct text text = {0};
	struct json json = {.text = &text};

	json_number(&json, bytes, length);
	if (strcmp(text.bytes, "null") != 0) {
		fuzz_require(text.length == length && memcmp(text.bytes, bytes, length) == 0);
		fuzz_require(strspn(text.bytes, "0123456789+-.eE") == length);
		fuzz_require(text.bytes[length - 1] >= '0' && text.bytes[length - 1] <= '9');
	}
	text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of just this size, so that a byte read too far is noticed. */
	char *bytes = malloc(size > 0 ? size : 1);

	fuzz_require(bytes != NULL);
	if (size > 0)
		memcpy(bytes, data, size);
	check_string(bytes, size);
	check_number(bytes, size);
	free(bytes);
	return 0;
}
