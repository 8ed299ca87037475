/* What is no number passes through; of a number no digit is lost, and rounding is that of whole numbers. */
#include "decimal.h"

#include "fuzz.h"

#include <inttypes.h>
#include <stdbool.h>

static const struct {
	void (*append)(struct text *text, const char *digits, size_t length);
	const char *marks; /* what it may add */
} functions[] = {{decimal_append_count, ","},
                 {decimal_append_usd, ",$"},
                 {decimal_append_percent, ",%"},
                 {decimal_append_number, ","},
                 {decimal_append_seconds, ", dhmins"}};

static bool is_number(const char *digits)
{
	size_t whole;

	digits += *digits == '-';
	whole = strspn(digits, "0123456789");
	digits += whole;
	if (*digits == '.')
		digits += 1 + strspn(digits + 1, "0123456789");
	return whole > 0 && *digits == '\0';
}

/* Whatever the input is. */
static void check_any(const char *digits)
{
	struct text text = {0};
	size_t i, at;

	for (i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		functions[i].append(&text, digits, strlen(digits));
		if (!is_number(digits))
			fuzz_require(strcmp(text_string(&text), digits) == 0);
		else
			for (at = 0; at < text.length; at++)
				fuzz_require(strchr("-.0123456789", text.bytes[at]) != NULL ||
				             strchr(functions[i].marks, text.bytes[at]) != NULL);
		text_free(&text);
	}
}

/* Shifting the point keeps all digits in their order, and puts zeros only where there were none. */
static void check_shift(const char *digits, size_t places)
{
	size_t whole = strspn(digits + (*digits == '-'), "0123456789"), fraction, zeros, i;
	const char *point = strchr(digits, '.'), *at;
	struct text shifted = {0}, before = {0}, after = {0};

	decimal_append_shifted(&shifted, digits, strlen(digits), places);
	if (!is_number(digits)) {
		fuzz_require(strcmp(text_string(&shifted), digits) == 0);
		text_free(&shifted);
		return;
	}
	fuzz_require((*digits == '-') == (shifted.bytes[0] == '-'));
	fraction = point != NULL ? strlen(point + 1) : 0;
	at = strchr(shifted.bytes, '.');
	fuzz_require(at != NULL && strlen(at + 1) == fraction + places);
	for (i = 0; digits[i] != '\0'; i++)
		if (digits[i] != '-' && digits[i] != '.')
			text_append_byte(&before, digits[i]);
	for (i = 0; shifted.bytes[i] != '\0'; i++)
		if (shifted.bytes[i] != '-' && shifted.bytes[i] != '.')
			text_append_byte(&after, shifted.bytes[i]);
	zeros = whole > places ? 0 : places - whole + 1;
	fuzz_require(after.length == before.length + zeros && strspn(after.bytes, "0") >= zeros);
	fuzz_require(strcmp(after.bytes + zeros, before.bytes) == 0);
	text_free(&shifted);
	text_free(&before);
	text_free(&after);
}

/* Of a whole number of seconds, what is shown is less than it by less than the smaller unit shown. */
static void check_seconds(uint64_t seconds)
{
	static const struct {
		const char *unit;
		uint64_t seconds;
	} units[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};
	uint64_t shown = 0, number, smallest = 1, largest = 0;
	struct text digits = {0}, text = {0};
	char unit[8];
	const char *at;
	int length;
	size_t i;

	text_append_format(&digits, "%" PRIu64, seconds);
	decimal_append_seconds(&text, digits.bytes, digits.length);
	for (at = text.bytes; sscanf(at, "%" SCNu64 " %7[a-z]%n", &number, unit, &length) == 2; at += length) {
		for (i = 0; strcmp(units[i].unit, unit) != 0; i++)
			fuzz_require(i < 3);
		shown += number * units[i].seconds;
		smallest = i + 1 < 4 && largest == 0 ? units[i + 1].seconds : units[i].seconds;
		largest = largest > 0 ? largest : units[i].seconds;
	}
	fuzz_require(*at == '\0' && shown <= seconds && seconds - shown < smallest);
	fuzz_require(seconds < 60 ? largest == 1 : seconds >= largest);
	text_free(&digits);
	text_free(&text);
}

/* Appends so many hundredths with their thousands grouped, by the C library's digits. */
static void append_hundredths(struct text *text, bool is_negative, const char *prefix, uint64_t hundredths)
{
	char whole[32];
	size_t length, i;

	length = (size_t)snprintf(whole, sizeof whole, "%" PRIu64, hundredths / 100);
	text_append_string(text, is_negative && hundredths > 0 ? "-" : "");
	text_append_string(text, prefix);
	for (i = 0; i < length; i++) {
		text_append_byte(text, whole[i]);
		if ((length - 1 - i) % 3 == 0 && i + 1 < length)
			text_append_byte(text, ',');
	}
	text_append_format(text, ".%02" PRIu64, hundredths % 100);
}

/* A number of millionths, as text and rounded here. */
static void check_rounding(uint64_t millionths, bool is_negative)
{
	struct text digits = {0}, rounded = {0}, expected = {0};

	text_append_format(&digits, "%s%" PRIu64 ".%06" PRIu64, is_negative ? "-" : "", millionths / 1000000,
	                   millionths % 1000000);
	decimal_append_percent(&rounded, digits.bytes, digits.length);
	append_hundredths(&expected, is_negative, "", (millionths + 5000) / 10000);
	text_append_byte(&expected, '%');
	fuzz_require(strcmp(rounded.bytes, expected.bytes) == 0);
	text_clear(&rounded);
	text_clear(&expected);
	decimal_append_usd(&rounded, digits.bytes, digits.length);
	append_hundredths(&expected, is_negative, "$", (millionths + 5000) / 10000);
	if (millionths == 0 || millionths >= 10000)
		fuzz_require(strcmp(rounded.bytes, expected.bytes) == 0);
	else /* under a cent: never shown as nothing */
		fuzz_require(strpbrk(rounded.bytes, "123456789") != NULL);
	text_free(&digits);
	text_free(&rounded);
	text_free(&expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t number = fuzz_number(&data, &size);
	char *digits = fuzz_string(data, size);

	/* The lowest bits choose how many of the others count, so that small amounts come up as often as large ones. */
	check_rounding((number >> 8) >> (number & 0x3f) % 56, (number & 0x80) != 0);
	check_seconds((number >> 16) >> number % 48);
	check_shift(digits, number % 20);
	check_any(digits);
	free(digits);
	return 0;
}
