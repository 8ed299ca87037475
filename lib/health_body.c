/* Whether the JSON object that answers has the members that are expected. */
#include "health_judge.h"
#include "scan.h"

#include <stdlib.h>
#include <string.h>

/* No exponent that matters is larger: a text's own digits are fewer. */
#define EXPONENT_MAX INT64_C(1000000000)

/* What a body says of an expected member. */
struct given {
	struct scan_slice value; /* as it stands; no bytes = it is missing */
	bool is_expected;
	bool is_contradicted; /* it is there twice, with two values */
};

/* Reads what stands behind e or E in a number. */
static int64_t read_exponent(const char *at, const char *end)
{
	bool is_negative = at < end && *at == '-';
	int64_t exponent = 0;

	for (at += at < end && (*at == '-' || *at == '+'); at < end && exponent < EXPONENT_MAX; at++)
		exponent = exponent * 10 + (*at - '0');
	return is_negative ? -exponent : exponent;
}

/* Appends a number so that equal ones are the same text: its digits without zeros at their ends, and a power of ten. */
static void append_canonical(const struct scan_slice *number, struct text *text)
{
	const char *at = number->bytes, *end = at + number->length;
	bool is_negative = *at == '-', is_fraction = false;
	size_t start = text->length, zeros = 0;
	int64_t exponent = 0;

	for (at += is_negative; at < end && *at != 'e' && *at != 'E'; at++) {
		if (*at == '.') {
			is_fraction = true;
			continue;
		}
		exponent -= is_fraction;
		if (*at == '0' && text->length == start)
			continue;
		text_append_byte(text, *at);
		zeros = *at == '0' ? zeros + 1 : 0;
	}
	if (at < end)
		exponent += read_exponent(at + 1, end);
	if (text->length == start) {
		text_append_byte(text, '0');
		return;
	}
	text->length -= zeros;
	text_append_format(text, "%se%lld", is_negative ? "-" : "", (long long)(exponent + (int64_t)zeros));
}

/* Whether a number is the one that the configuration writes: 1.0 is 1, and long ones are compared to the digit. */
static bool is_number(const struct scan_slice *number, const char *expected)
{
	struct scan scan = scan_start(expected, strlen(expected));
	struct scan_slice other;
	struct text left = {0}, right = {0};
	bool is_equal;

	if (!scan_number(&scan, &other) || !scan_end(&scan))
		return false;
	append_canonical(number, &left);
	append_canonical(&other, &right);
	is_equal = !left.failed && !right.failed && strcmp(text_string(&left), text_string(&right)) == 0;
	text_free(&left);
	text_free(&right);
	return is_equal;
}

static bool is_string(const struct scan_slice *string, const char *expected)
{
	size_t capacity = string->length + 1, length;
	char *decoded = malloc(capacity);
	bool is_equal = decoded != NULL && scan_decode(string, decoded, capacity, &length) && length == strlen(expected) &&
	                memcmp(decoded, expected, length) == 0;

	free(decoded);
	return is_equal;
}

/* Reads a value, as it stands, and whether it is the one that the configuration writes. */
static bool read_value(struct scan *scan, const char *expected, struct scan_slice *value)
{
	enum scan_kind kind = scan_peek(scan);
	struct scan_slice inner;
	bool is_expected = false;

	*value = (struct scan_slice){.bytes = scan->at};
	if (kind == SCAN_STRING)
		is_expected = scan_string(scan, &inner) && is_string(&inner, expected);
	else if (kind == SCAN_NUMBER)
		is_expected = scan_number(scan, &inner) && is_number(&inner, expected);
	else
		scan_skip(scan);
	value->length = (size_t)(scan->at - value->bytes);
	return is_expected || (value->length == strlen(expected) && memcmp(value->bytes, expected, value->length) == 0);
}

static void take_value(struct given *given, const struct scan_slice *value, bool is_expected)
{
	bool is_same = given->value.length == value->length &&
	               (value->length == 0 || memcmp(given->value.bytes, value->bytes, value->length) == 0);

	if (given->value.bytes != NULL && !is_same && !(given->is_expected && is_expected))
		given->is_contradicted = true;
	given->value = *value;
	given->is_expected = is_expected;
}

/* Reads what a body says of the expected members; false when it is no JSON object. */
static bool read_body(const struct health_component *component, const struct text *body, struct given *given)
{
	struct scan scan = scan_start(text_string(body), body->length);
	struct scan_slice key, value;
	bool is_expected;
	size_t i;

	if (!scan_object(&scan))
		return false;
	while (scan_member(&scan, &key)) {
		for (i = 0; i < component->member_count && !is_string(&key, component->members[i].name); i++)
			;
		if (i == component->member_count) {
			scan_skip(&scan);
			continue;
		}
		is_expected = read_value(&scan, component->members[i].value, &value);
		take_value(&given[i], &value, is_expected);
	}
	return scan_end(&scan);
}

/* Whether a member is as expected; says what is wrong with it. */
static bool judge_member(const struct health_member *member, const struct given *given, struct error *wrong)
{
	if (given->value.bytes == NULL)
		return member->is_optional || error_set(wrong, "%s is missing, expected \"%s\"", member->name, member->value);
	if (given->is_contradicted)
		return error_set(wrong, "%s is given twice, expected \"%s\"", member->name, member->value);
	return given->is_expected ||
	       error_set(wrong, "%s is %.*s, expected \"%s\"", member->name,
	                 (int)(given->value.length < 100 ? given->value.length : 100), given->value.bytes, member->value);
}

bool health_judge_body(const struct health_component *component, const struct text *body, struct error *wrong)
{
	struct given *given = calloc(component->member_count + 1, sizeof *given);
	bool done = given != NULL || error_out_of_memory(wrong);
	size_t i;

	if (done && !read_body(component, body, given))
		done = error_set(wrong, "the answer is no JSON object");
	for (i = 0; done && i < component->member_count; i++)
		done = judge_member(&component->members[i], &given[i], wrong);
	free(given);
	return done;
}
