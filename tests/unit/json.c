#include "json.h"

#include "suite.h"

static void key(struct json *json, const char *name)
{
	json_key(json, name, strlen(name));
}

START_TEST(strings_are_escaped)
{
	static const struct {
		const char *bytes, *json;
	} cases[] = {
		{"", "\"\""},
		{"plain text, /", "\"plain text, /\""},
		{"say \"hi\" \\ bye", "\"say \\\"hi\\\" \\\\ bye\""},
		{"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
		{"\x01\x1b[31m\x1f\x7f", "\"\\u0001\\u001b[31m\\u001f\\u007f\""},
		{"\xc2\x85\xc2\x9b\xc2\xad", "\"\\u0085\\u009b\\u00ad\""},
		{"caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80", "\"caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80\""},
		{"\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f", "\"\\u202e\\u2066\\u200f\""},
		{"\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf", "\"\\u2028\\u2029\\ufeff\""},
		{"\xf3\xa0\x80\x81", "\"\\udb40\\udc01\""},
		{"\xf3\xa0\x81\xbf", "\"\\udb40\\udc7f\""},
		{"\xf0\x9d\x85\xb3", "\"\\ud834\\udd73\""},
		{"\xff", "\"\xef\xbf\xbd\""},
		{"a\xe2\x82", "\"a\xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xc0\x80z", "\"\xef\xbf\xbd\xef\xbf\xbdz\""},
		{"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	};
	struct text text = {0};
	struct json json = {.text = &text};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		json_string(&json, cases[i].bytes, strlen(cases[i].bytes));
		suite_assert_text(&text, cases[i].json);
	}
	json_string(&json, "a\0b", 3);
	suite_assert_text(&text, "\"a\\u0000b\"");
	json_string(&json, "caf\xc3\xa9", 4);
	suite_assert_text(&text, "\"caf\xef\xbf\xbd\"");
}
END_TEST

START_TEST(keys_are_escaped_like_strings)
{
	struct text text = {0};
	struct json json = {.text = &text};

	json_open(&json, '{');
	json_key(&json, "a\"\n\xff", 4);
	json_boolean(&json, true);
	json_close(&json, '}');
	suite_assert_text(&text, "{\"a\\\"\\n\xef\xbf\xbd\":true}");
}
END_TEST

START_TEST(numbers_keep_every_digit)
{
	static const char *const numbers[] = {
		"0",
		"-0",
		"7",
		"-7",
		"1234.5000",
		"0.000000000000000001",
		"9007199254740993",
		"1e5",
		"1E+5",
		"1.5e-10",
		"-0.0",
		"123456789012345678901234567890.123456789012345678901234567890",
	};
	struct text text = {0};
	struct json json = {.text = &text};
	size_t i;

	for (i = 0; i < COUNT(numbers); i++) {
		json_number(&json, numbers[i], strlen(numbers[i]));
		suite_assert_text(&text, numbers[i]);
	}
	json_number(&json, "1234", 2);
	suite_assert_text(&text, "12");
}
END_TEST

START_TEST(what_is_no_json_number_is_null)
{
	static const char *const words[] = {"",   "NaN", "Infinity", "-Infinity", "-",   "+1",   "01",    "-01",
	                                    "1.", ".5",  "1.e5",     "1e",        "1e+", "0x10", "1,000", " 1",
	                                    "1 ", "1\n", "--1",      "1.2.3",     "1\"", "null"};
	struct text text = {0};
	struct json json = {.text = &text};
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		json_number(&json, words[i], strlen(words[i]));
		suite_assert_text(&text, "null");
	}
	json_number(&json, "1\0", 2);
	suite_assert_text(&text, "null");
}
END_TEST

/* One of everything, three levels deep. */
static void write_document(struct json *json)
{
	json_open(json, '{');
	key(json, "name");
	json_string(json, "team_a", 6);
	key(json, "partial");
	json_boolean(json, false);
	key(json, "totals");
	json_open(json, '{');
	key(json, "jobs");
	json_number(json, "1234", 4);
	key(json, "cost");
	json_null(json);
	json_close(json, '}');
	key(json, "models");
	json_open(json, '{');
	key(json, "gpt");
	json_open(json, '{');
	key(json, "jobs");
	json_number(json, "NaN", 3);
	key(json, "list");
	json_open(json, '[');
	json_number(json, "1", 1);
	json_boolean(json, true);
	json_open(json, '[');
	json_close(json, ']');
	json_close(json, ']');
	json_close(json, '}');
	key(json, "none");
	json_open(json, '{');
	json_close(json, '}');
	json_close(json, '}');
	key(json, "empty");
	json_open(json, '{');
	json_close(json, '}');
	key(json, "list");
	json_open(json, '[');
	json_string(json, "one", 3);
	json_string(json, "two", 3);
	json_close(json, ']');
	json_close(json, '}');
}

START_TEST(json_for_programs_has_no_white_space)
{
	struct text text = {0};
	struct json json = {.text = &text};

	write_document(&json);
	suite_assert_text(&text, "{\"name\":\"team_a\",\"partial\":false,\"totals\":{\"jobs\":1234,\"cost\":null},"
	                         "\"models\":{\"gpt\":{\"jobs\":null,\"list\":[1,true,[]]},\"none\":{}},\"empty\":{},"
	                         "\"list\":[\"one\",\"two\"]}");
	ck_assert_uint_eq(json.depth, 0);
}
END_TEST

START_TEST(json_for_people_has_a_member_a_line)
{
	struct text text = {0};
	struct json json = {.text = &text, .is_pretty = true};

	write_document(&json);
	suite_assert_text(&text, "{\n"
	                         "  \"name\": \"team_a\",\n"
	                         "  \"partial\": false,\n"
	                         "  \"totals\": {\n"
	                         "    \"jobs\": 1234,\n"
	                         "    \"cost\": null\n"
	                         "  },\n"
	                         "  \"models\": {\n"
	                         "    \"gpt\": {\n"
	                         "      \"jobs\": null,\n"
	                         "      \"list\": [\n"
	                         "        1,\n"
	                         "        true,\n"
	                         "        []\n"
	                         "      ]\n"
	                         "    },\n"
	                         "    \"none\": {}\n"
	                         "  },\n"
	                         "  \"empty\": {},\n"
	                         "  \"list\": [\n"
	                         "    \"one\",\n"
	                         "    \"two\"\n"
	                         "  ]\n"
	                         "}");
}
END_TEST

START_TEST(deep_objects_stay_on_one_line)
{
	struct text text = {0};
	struct json json = {.text = &text, .is_pretty = true, .flat_from = 3};

	write_document(&json);
	suite_assert_text(&text, "{\n"
	                         "  \"name\": \"team_a\",\n"
	                         "  \"partial\": false,\n"
	                         "  \"totals\": {\n"
	                         "    \"jobs\": 1234,\n"
	                         "    \"cost\": null\n"
	                         "  },\n"
	                         "  \"models\": {\n"
	                         "    \"gpt\": {\"jobs\": null, \"list\": [1, true, []]},\n"
	                         "    \"none\": {}\n"
	                         "  },\n"
	                         "  \"empty\": {},\n"
	                         "  \"list\": [\n"
	                         "    \"one\",\n"
	                         "    \"two\"\n"
	                         "  ]\n"
	                         "}");
}
END_TEST

START_TEST(as_many_levels_as_declared_can_be_open)
{
	struct text text = {0};
	struct json json = {.text = &text};
	size_t i;

	for (i = 0; i < JSON_DEPTH_MAX - 1; i++)
		json_open(&json, '[');
	for (i = 0; i < JSON_DEPTH_MAX - 1; i++)
		json_close(&json, ']');
	suite_assert_text(&text, "[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]");
}
END_TEST

SUITE("json", strings_are_escaped, keys_are_escaped_like_strings, numbers_keep_every_digit,
      what_is_no_json_number_is_null, json_for_programs_has_no_white_space, json_for_people_has_a_member_a_line,
      deep_objects_stay_on_one_line, as_many_levels_as_declared_can_be_open)
