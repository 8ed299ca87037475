#include "scan.h"

#include "suite.h"

/* Whether a text of this length is one value of JSON. It is copied, so that a byte read too far is noticed. */
static bool is_json_of(const char *bytes, size_t length)
{
	char *copy = malloc(length > 0 ? length : 1);
	struct scan scan;
	bool is_json;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, bytes, length);
	scan = scan_start(copy, length);
	scan_skip(&scan);
	is_json = scan_end(&scan);
	free(copy);
	return is_json;
}

static bool is_json(const char *text)
{
	return is_json_of(text, strlen(text));
}

START_TEST(json_is_accepted)
{
	static const char *const cases[] = {
		"{}",
		"[]",
		"\"\"",
		"0",
		"-0",
		"true",
		"false",
		"null",
		" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n",
		"[1.5,-0.25,1e9,1E+9,1.0e-9,12345678901234567890123]",
		"[[[]],{},[{}],\"\",null]",
		"{\"a\":1,\"a\":2}",
		"{\"\":\"\"}",
		"\"\\b\\f\\n\\r\\t\\\"\\\\\\/\\u0000\\u00fF\\uD83D\\uDE00\"",
		"\"seven..\"",
		"\"eight...\"",
		"\"sixteen.........\\\\\"",
		"\"\x7f \xc3\xa4 \xf0\x9f\x98\x80 \xff\xc0\x80\"",
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		ck_assert_msg(is_json(cases[i]), "%s is refused", cases[i]);
}
END_TEST

START_TEST(what_is_no_json_is_refused)
{
	static const char *const cases[] = {
		/* not one value */
		"",
		" ",
		"{}{}",
		"{} {}",
		"[]]",
		"1 2",
		"null,",
		"\xef\xbb\xbf{}",
		"/**/1",
		/* torn */
		"{",
		"[",
		"{\"a\"",
		"{\"a\":",
		"{\"a\":1",
		"{\"a\":1,",
		"[1",
		"[1,",
		"\"",
		"\"a",
		"\"a\\",
		"\"a\\u",
		"\"\\u00",
		"\"0123456",
		"\"01234567",
		"tru",
		"nul",
		"fals",
		"-",
		"1.",
		"1e",
		"1e+",
		/* commas and brackets */
		"[,]",
		"[1,]",
		"[,1]",
		"[1,,2]",
		"[1 2]",
		"{,}",
		"{\"a\":1,}",
		"{,\"a\":1}",
		"{\"a\":1 \"b\":2}",
		"{\"a\",1}",
		"{\"a\":}",
		"{\"a\"}",
		"{1:2}",
		"{a:1}",
		"{null:1}",
		"[}",
		"{]",
		"[1}",
		"{\"a\":1]",
		"]",
		"}",
		",",
		":",
		/* words and numbers */
		"True",
		"NULL",
		"nulll",
		"truefalse",
		"nan",
		"NaN",
		"Infinity",
		"-Infinity",
		"01",
		"-01",
		"00",
		"+1",
		".5",
		"-.5",
		"1.e5",
		"1.5.",
		"1e5.5",
		"0x10",
		"--1",
		"1-",
		"- 1",
		"1e",
		"e1",
		"1e--1",
		/* strings */
		"'a'",
		"\"\\a\"",
		"\"\\'\"",
		"\"\\U0041\"",
		"\"\\u004\"",
		"\"\\u004g\"",
		"\"\\u 041\"",
		"\"\\u+041\"",
		"\"\\x41\"",
		"\"a\nb\"",
		"\"a\tb\"",
		"\"0123456789\x1f\"",
		"\"\x01\"",
		/* half of a surrogate pair */
		"\"\\ud83d\"",
		"\"\\ude00\"",
		"\"\\ud83d\\ud83d\"",
		"\"\\ude00\\ud83d\"",
		"\"\\ud83dx\"",
		"\"\\ud83d\\n\"",
		/* white space that is none */
		"\f1",
		"1\v",
		"\xc2\xa0[]",
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		ck_assert_msg(!is_json(cases[i]), "%s is accepted", cases[i]);
}
END_TEST

START_TEST(nul_is_refused_wherever_it_stands)
{
	static const char bytes[] = "{\"abcdefghijkl\":[1,null],\"b\":\"c\"}";
	char copy[sizeof bytes + 1];
	size_t length = sizeof bytes - 1, i;

	ck_assert(is_json_of(bytes, length));
	for (i = 0; i <= length; i++) {
		memcpy(copy, bytes, i);
		copy[i] = '\0';
		memcpy(copy + i + 1, bytes + i, length - i);
		ck_assert_msg(!is_json_of(copy, length + 1), "NUL at %zu is accepted", i);
	}
}
END_TEST

START_TEST(every_byte_that_may_not_stand_in_a_string_is_found_wherever_it_stands)
{
	char text[34];
	size_t at, length;
	int byte;

	for (length = 2; length <= sizeof text; length++)
		for (at = 1; at < length - 1; at++)
			for (byte = 0; byte < 256; byte++) {
				memset(text, 'x', length);
				text[0] = text[length - 1] = '"';
				text[at] = (char)byte;
				ck_assert_msg(is_json_of(text, length) == (byte >= ' ' && byte != '"' && byte != '\\'),
				              "byte %d at %zu of %zu", byte, at, length);
			}
}
END_TEST

START_TEST(a_text_cut_anywhere_is_refused)
{
	static const char text[] = "{\"a\":[1.5e+3,\"\\u00e4\\n\",{\"b\":null}],\"c\":true,\"d\":-0}";
	size_t length;

	ck_assert(is_json(text));
	for (length = 0; length < sizeof text - 1; length++)
		ck_assert_msg(!is_json_of(text, length), "accepted when cut at %zu", length);
}
END_TEST

START_TEST(depth_is_limited)
{
	char text[4 * SCAN_DEPTH_MAX];
	size_t depth;

	for (depth = SCAN_DEPTH_MAX - 1; depth <= SCAN_DEPTH_MAX + 1; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		ck_assert_int_eq(is_json_of(text, 2 * depth), depth <= SCAN_DEPTH_MAX);
	}
	/* What is closed does not count. */
	ck_assert(
		is_json("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
	            "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
	            "{},{},{},{}]"));
}
END_TEST

START_TEST(a_document_is_read_in_order)
{
	static const char text[] =
		"{ \"name\" : \"x\\ny\", \"list\":[1, -2.5e1 ,{}], \"none\":null,\"more\":{\"deep\":[]}}";
	struct scan scan = scan_start(text, sizeof text - 1);
	struct scan_slice key, value;

	ck_assert_int_eq(scan_peek(&scan), SCAN_OBJECT);
	ck_assert(scan_object(&scan));
	ck_assert(scan_member(&scan, &key) && scan_is(&key, "name"));
	ck_assert_int_eq(scan_peek(&scan), SCAN_STRING);
	ck_assert(!scan_null(&scan));
	ck_assert(scan_string(&scan, &value) && value.has_escapes && scan_is(&value, "x\ny"));
	ck_assert_uint_eq(value.length, 4);
	ck_assert(scan_member(&scan, &key) && scan_is(&key, "list") && !key.has_escapes);
	ck_assert_int_eq(scan_peek(&scan), SCAN_ARRAY);
	ck_assert(scan_array(&scan));
	ck_assert(scan_element(&scan) && scan_number(&scan, &value) && value.length == 1 && value.bytes[0] == '1');
	ck_assert(scan_element(&scan) && scan_number(&scan, &value) && scan_round(&value) == -25);
	ck_assert(scan_element(&scan) && scan_skip(&scan));
	ck_assert(!scan_element(&scan));
	ck_assert(scan_member(&scan, &key) && scan_is(&key, "none"));
	ck_assert_int_eq(scan_peek(&scan), SCAN_NULL);
	ck_assert(scan_null(&scan));
	ck_assert(scan_member(&scan, &key) && scan_is(&key, "more"));
	ck_assert(!scan_end(&scan));
	ck_assert(scan_skip(&scan));
	ck_assert(!scan_member(&scan, &key));
	ck_assert(scan_end(&scan));
}
END_TEST

START_TEST(a_value_of_another_kind_fails_for_good)
{
	static const char text[] = "[1]";
	struct scan scan = scan_start(text, sizeof text - 1);
	struct scan_slice slice;

	ck_assert(!scan_object(&scan));
	ck_assert_int_eq(scan_peek(&scan), SCAN_NOTHING);
	ck_assert(!scan_array(&scan) && !scan_element(&scan) && !scan_number(&scan, &slice) && !scan_null(&scan));
	ck_assert(!scan_string(&scan, &slice) && !scan_member(&scan, &slice) && !scan_skip(&scan));
	ck_assert(!scan_end(&scan));
	scan = scan_start(text, sizeof text - 1);
	ck_assert(scan_array(&scan) && scan_element(&scan) && !scan_string(&scan, &slice) && !scan_end(&scan));
	scan = scan_start(text, sizeof text - 1);
	ck_assert(scan_skip(&scan) && scan_end(&scan) && !scan_refuse(&scan) && !scan_end(&scan));
}
END_TEST

START_TEST(a_value_that_is_not_read_fails)
{
	static const char text[] = "{\"a\":1}";
	struct scan scan = scan_start(text, sizeof text - 1);
	struct scan_slice key;

	ck_assert(scan_object(&scan) && scan_member(&scan, &key) && !scan_member(&scan, &key) && !scan_end(&scan));
}
END_TEST

/* The string that a text begins with. */
static struct scan_slice slice_of(const char *text)
{
	struct scan scan = scan_start(text, strlen(text));
	struct scan_slice slice;

	ck_assert_msg(scan_string(&scan, &slice) && scan_end(&scan), "%s is refused", text);
	return slice;
}

START_TEST(escapes_are_decoded)
{
	static const struct {
		const char *text, *decoded;
		size_t length;
	} cases[] = {
		{"\"\"", "", 0},
		{"\"plain\"", "plain", 5},
		{"\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"", "\b\f\n\r\t\"\\/", 8},
		{"\"\\u0041\\u00e4\\u20AC\\ud83d\\ude00\"", "A\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 10},
		{"\"\\u007f\\u0080\\u07ff\\u0800\\uffff\"", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf", 11},
		{"\"\\ud800\\udc00\\udbff\\udfff\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8},
		{"\"a\\u0000b\"", "a\0b", 3},
		{"\"\\n\xff\xc3\"", "\n\xff\xc3", 3},
		{"\"\\\\u0041\"", "\\u0041", 6},
	};
	struct scan_slice slice;
	char decoded[32];
	size_t i, length;

	for (i = 0; i < COUNT(cases); i++) {
		slice = slice_of(cases[i].text);
		memset(decoded, 'x', sizeof decoded);
		ck_assert(scan_decode(&slice, decoded, sizeof decoded, &length));
		ck_assert_msg(length == cases[i].length && memcmp(decoded, cases[i].decoded, length + 1) == 0, "%s",
		              cases[i].text);
	}
}
END_TEST

START_TEST(a_string_that_does_not_fit_is_cut_between_characters)
{
	static const char *const texts[] = {"\"a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"",
	                                    "\"\\u0061\\u00e4\\u20ac\\ud83d\\ude00\""};
	/* what is left by capacity: of bytes 1, 2, 3, 4 long */
	static const size_t left[] = {0, 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
	struct scan_slice slice;
	char decoded[16];
	size_t i, capacity, length;

	for (i = 0; i < COUNT(texts); i++) {
		slice = slice_of(texts[i]);
		for (capacity = 1; capacity < COUNT(left); capacity++) {
			memset(decoded, 'x', sizeof decoded);
			ck_assert_int_eq(scan_decode(&slice, decoded, capacity, &length), capacity == 11);
			ck_assert_uint_eq(length, left[capacity]);
			ck_assert_int_eq(decoded[length], '\0');
			ck_assert_int_eq(decoded[capacity], 'x');
		}
	}
}
END_TEST

START_TEST(keys_are_compared_decoded)
{
	struct scan_slice slice = slice_of("\"check\\u0065d_at\"");
	char word[64] = {0};

	ck_assert(scan_is(&slice, "checked_at"));
	ck_assert(!scan_is(&slice, "checked_a") && !scan_is(&slice, "checked_at_") && !scan_is(&slice, "checkid_at"));
	slice = slice_of("\"up\"");
	ck_assert(scan_is(&slice, "up") && !scan_is(&slice, "u") && !scan_is(&slice, "upp") && !scan_is(&slice, "Up"));
	slice = slice_of("\"up\\u0000\"");
	ck_assert(!scan_is(&slice, "up"));
	memset(word, 'a', 63);
	slice = slice_of("\"\\u0061aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"");
	ck_assert(scan_is(&slice, word));
}
END_TEST

START_TEST(numbers_are_rounded_half_away_from_zero)
{
	static const struct {
		const char *number;
		int64_t rounded;
	} cases[] = {
		{"0", 0},
		{"-0", 0},
		{"12", 12},
		{"-12", -12},
		{"0.4", 0},
		{"0.5", 1},
		{"-0.5", -1},
		{"-0.4", 0},
		{"1.49999999999999999999999999999", 1},
		{"2.5", 3},
		{"2.50", 3},
		{"0.05", 0},
		{"0.0000000000000000000000000000005", 0},
		{"1.2e1", 12},
		{"1.25E+1", 13},
		{"125e-1", 13},
		{"5e-1", 1},
		{"5e-2", 0},
		{"49e-2", 0},
		{"0.000012e6", 12},
		{"0e999999999999", 0},
		{"0.0e-99999999999999999999", 0},
		{"1e-99999999999999999999", 0},
		{"1e18", SCAN_ROUND_MAX},
		{"1e99999999999999999999", SCAN_ROUND_MAX},
		{"-1e400", -SCAN_ROUND_MAX},
		{"999999999999999999", INT64_C(999999999999999999)},
		{"999999999999999998.5", INT64_C(999999999999999999)},
		{"999999999999999998.49", INT64_C(999999999999999998)},
		{"9223372036854775808", SCAN_ROUND_MAX},
		{"-99999999999999999999999999999999", -SCAN_ROUND_MAX},
		{"123456789012345678901234567890e-20", INT64_C(1234567890)},
		{"0.123456789012345678901234567890e10", INT64_C(1234567890)},
	};
	struct scan_slice slice;
	struct scan scan;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		scan = scan_start(cases[i].number, strlen(cases[i].number));
		ck_assert(scan_number(&scan, &slice) && scan_end(&scan));
		ck_assert_msg(scan_round(&slice) == cases[i].rounded, "%s is rounded to %lld", cases[i].number,
		              (long long)scan_round(&slice));
	}
}
END_TEST

SUITE("scan", json_is_accepted, what_is_no_json_is_refused, nul_is_refused_wherever_it_stands,
      every_byte_that_may_not_stand_in_a_string_is_found_wherever_it_stands, a_text_cut_anywhere_is_refused,
      depth_is_limited, a_document_is_read_in_order, a_value_of_another_kind_fails_for_good,
      a_value_that_is_not_read_fails, escapes_are_decoded, a_string_that_does_not_fit_is_cut_between_characters,
      keys_are_compared_decoded, numbers_are_rounded_half_away_from_zero)
