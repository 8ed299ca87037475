#include "parse.h"

#include "suite.h"

START_TEST(durations_are_read_in_every_unit)
{
	static const struct {
		const char *word;
		int64_t ms;
	} cases[] = {
		{"250ms", 250},
		{"30s", 30000},
		{"5m", 300000},
		{"4h", 14400000},
		{"7d", 604800000},
		{"15", 15000},
		{"007s", 7000},
		{"1ms", 1},
		{"10000d", INT64_C(864000000000)},
		{"864000000000ms", INT64_C(864000000000)},
		{"240000h", INT64_C(864000000000)},
		{"864000000", INT64_C(864000000000)},
	};
	struct error error;
	int64_t ms;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		ck_assert_msg(parse_duration(cases[i].word, &ms, &error), "%s is refused", cases[i].word);
		ck_assert_int_eq(ms, cases[i].ms);
	}
}
END_TEST

START_TEST(what_is_no_duration_is_refused)
{
	static const char *const words[] = {
		"",
		"s",
		"ms",
		"0",
		"0s",
		"0ms",
		"-5s",
		"+5s",
		" 5s",
		"5 s",
		"5s ",
		"5S",
		"5sec",
		"1.5h",
		"5w",
		"1h30m",
		"0x10",
		"864000000001ms",
		"864000001",
		"14400001m",
		"240001h",
		"10001d",
		"9223372036854775807",
		"9223372036854775808s",
		"18446744073709551617ms",
		"99999999999999999999999999d",
	};
	struct text sentence = {0};
	struct error error;
	int64_t ms = 77;
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		text_append_format(&sentence, "expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"%s\"",
		                   words[i]);
		suite_assert_refused(parse_duration(words[i], &ms, &error), &error, text_string(&sentence));
		text_free(&sentence);
	}
	ck_assert_int_eq(ms, 77);
}
END_TEST

START_TEST(a_choice_is_found_by_its_whole_name)
{
	static const char *const choices[] = {"table", "json", "jsonl", NULL};
	struct error error;
	size_t index;

	ck_assert(parse_choice("table", choices, &index, &error));
	ck_assert_uint_eq(index, 0);
	ck_assert(parse_choice("jsonl", choices, &index, &error));
	ck_assert_uint_eq(index, 2);
	suite_assert_refused(parse_choice("jso", choices, &index, &error), &error,
	                     "expected one of table, json, jsonl, not \"jso\"");
	suite_assert_refused(parse_choice("", choices, &index, &error), &error,
	                     "expected one of table, json, jsonl, not \"\"");
	suite_assert_refused(parse_choice("JSON", choices + 1, &index, &error), &error,
	                     "expected one of json, jsonl, not \"JSON\"");
}
END_TEST

SUITE("parse", durations_are_read_in_every_unit, what_is_no_duration_is_refused, a_choice_is_found_by_its_whole_name)
