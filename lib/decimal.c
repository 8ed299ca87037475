#include "decimal.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A decimal number as its parts, pointing into the digits. */
struct parts {
	bool is_negative;
	const char *whole;
	size_t whole_length;
	const char *fraction;
	size_t fraction_length;
};

static bool split(const char *digits, size_t length, struct parts *parts)
{
	const char *end = digits + length;

	*parts = (struct parts){.is_negative = length > 0 && *digits == '-'};
	digits += parts->is_negative;
	for (parts->whole = digits; digits < end && *digits >= '0' && *digits <= '9'; digits++)
		;
	parts->whole_length = (size_t)(digits - parts->whole);
	if (digits < end && *digits == '.')
		digits++;
	for (parts->fraction = digits; digits < end && *digits >= '0' && *digits <= '9'; digits++)
		;
	parts->fraction_length = (size_t)(digits - parts->fraction);
	return digits == end && parts->whole_length > 0;
}

/* Adds one to the last digit of a number without a point, carrying over; the text grows when all were nines. */
static void increment(struct text *number)
{
	size_t at = number->length;

	while (at > 0 && number->bytes[at - 1] == '9')
		number->bytes[--at] = '0';
	if (at > 0)
		number->bytes[at - 1]++;
	else {
		text_append_byte(number, '0');
		if (!number->failed)
			number->bytes[0] = '1';
	}
}

/* Appends whole digits with a comma between each three. */
static void append_grouped(struct text *text, const char *whole, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			text_append_byte(text, ',');
		text_append_byte(text, whole[i]);
	}
}

/* Appends a number rounded to so many decimals, with its sign and a prefix. */
static void append_rounded(struct text *text, const struct parts *parts, const char *prefix, size_t decimals)
{
	struct text number = {0};
	size_t i;

	text_append(&number, parts->whole, parts->whole_length);
	for (i = 0; i < decimals; i++)
		text_append_byte(&number, i < parts->fraction_length ? parts->fraction[i] : '0');
	if (decimals < parts->fraction_length && parts->fraction[decimals] >= '5' && !number.failed)
		increment(&number);
	if (number.failed)
		text->failed = true;
	else {
		if (parts->is_negative && strspn(number.bytes, "0") < number.length)
			text_append_byte(text, '-');
		text_append_string(text, prefix);
		append_grouped(text, number.bytes, number.length - decimals);
		if (decimals > 0) {
			text_append_byte(text, '.');
			text_append(text, number.bytes + number.length - decimals, decimals);
		}
	}
	text_free(&number);
}

void decimal_append_count(struct text *text, const char *digits, size_t length)
{
	struct parts parts;

	if (split(digits, length, &parts))
		append_rounded(text, &parts, "", 0);
	else
		text_append(text, digits, length);
}

void decimal_append_usd(struct text *text, const char *digits, size_t length)
{
	struct parts parts;
	size_t zeros = 0;

	if (!split(digits, length, &parts)) {
		text_append(text, digits, length);
		return;
	}
	while (zeros < parts.fraction_length && parts.fraction[zeros] == '0')
		zeros++;
	if (zeros < 2 || zeros == parts.fraction_length || parts.whole_length > 1 || parts.whole[0] != '0') {
		append_rounded(text, &parts, "$", 2);
		return;
	}
	/* 0.000999 is 0.0010: its first digit moves up a place. */
	if (zeros + 2 < parts.fraction_length && strncmp(parts.fraction + zeros, "99", 2) == 0 &&
	    parts.fraction[zeros + 2] >= '5')
		zeros--;
	append_rounded(text, &parts, "$", zeros + 2);
}

void decimal_append_percent(struct text *text, const char *digits, size_t length)
{
	struct parts parts;

	if (!split(digits, length, &parts)) {
		text_append(text, digits, length);
		return;
	}
	append_rounded(text, &parts, "", 2);
	text_append_byte(text, '%');
}

void decimal_append_number(struct text *text, const char *digits, size_t length)
{
	struct parts parts;

	if (split(digits, length, &parts))
		append_rounded(text, &parts, "", parts.fraction_length < 2 ? parts.fraction_length : 2);
	else
		text_append(text, digits, length);
}

void decimal_append_seconds(struct text *text, const char *digits, size_t length)
{
	static const struct {
		int64_t seconds;
		const char *unit;
		int64_t part_seconds;
		const char *part;
	} units[] = {{86400, "d", 3600, "h"}, {3600, "h", 60, "min"}, {60, "min", 1, "s"}};
	struct parts parts;
	int64_t whole = 0;
	size_t i;

	if (!split(digits, length, &parts) || parts.whole_length > 15) {
		text_append(text, digits, length);
		return;
	}
	for (i = 0; i < parts.whole_length; i++)
		whole = whole * 10 + (parts.whole[i] - '0');
	for (i = 0; i < sizeof units / sizeof units[0]; i++)
		if (whole >= units[i].seconds) {
			text_append_format(text, "%s%lld %s", parts.is_negative ? "-" : "", (long long)(whole / units[i].seconds),
			                   units[i].unit);
			whole = whole % units[i].seconds / units[i].part_seconds;
			if (whole > 0)
				text_append_format(text, " %lld %s", (long long)whole, units[i].part);
			return;
		}
	append_rounded(text, &parts, "", parts.fraction_length > 0);
	text_append_string(text, " s");
}

void decimal_append_shifted(struct text *text, const char *digits, size_t length, size_t places)
{
	struct parts parts;
	size_t i;

	if (!split(digits, length, &parts)) {
		text_append(text, digits, length);
		return;
	}
	text_append_string(text, parts.is_negative ? "-" : "");
	if (parts.whole_length > places)
		text_append(text, parts.whole, parts.whole_length - places);
	else
		text_append_byte(text, '0');
	text_append_byte(text, '.');
	for (i = places; i > 0; i--)
		text_append_byte(text, i <= parts.whole_length ? parts.whole[parts.whole_length - i] : '0');
	text_append(text, parts.fraction, parts.fraction_length);
}
