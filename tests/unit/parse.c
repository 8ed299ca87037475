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

START_TEST(counts_are_read_within_their_bounds)
{
	static const struct {
		const char *word;
		int64_t min, max, count;
	} cases[] = {
		{"0", 0, 10, 0},        {"10", 0, 10, 10},
		{"100", 100, 599, 100}, {"599", 100, 599, 599},
		{"007", 0, 10, 7},      {"0000000000000000000000000000001", 0, 10, 1},
		{"5", 5, 5, 5},         {"900000000000000000", 0, INT64_C(900000000000000000), INT64_C(900000000000000000)},
	};
	struct error error;
	int64_t count;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		count = -1;
		ck_assert_msg(parse_count(cases[i].word, cases[i].min, cases[i].max, &count, &error), "%s is refused",
		              cases[i].word);
		ck_assert_int_eq(count, cases[i].count);
	}
}
END_TEST

START_TEST(what_is_no_count_or_out_of_bounds_is_refused)
{
	static const char *const words[] = {
		"",
		"2",
		"11",
		"-3",
		"+5",
		" 5",
		"5 ",
		"5s",
		"five",
		"0x5",
		"5.0",
		"5,0",
		"1e1",
		"\xd9\xa5",
		"9223372036854775807",
		"9223372036854775808",
		"18446744073709551621",
		"99999999999999999999999999999999999999",
	};
	struct text sentence = {0};
	struct error error;
	int64_t count = 77;
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		text_append_format(&sentence, "expected a whole number from 3 to 10, not \"%s\"", words[i]);
		suite_assert_refused(parse_count(words[i], 3, 10, &count, &error), &error, text_string(&sentence));
		text_free(&sentence);
	}
	suite_assert_refused(parse_count("9223372036854775807", 0, INT64_MAX - 1, &count, &error), &error,
	                     "expected a whole number from 0 to 9223372036854775806, not \"9223372036854775807\"");
	ck_assert_int_eq(count, 77);
}
END_TEST

START_TEST(a_flag_is_true_or_false_and_nothing_else)
{
	static const char *const words[] = {"", "True", "TRUE", "yes", "no", "on", "1", "0", "truee", "tru", " false"};
	struct text sentence = {0};
	struct error error;
	bool flag = false;
	size_t i;

	ck_assert(parse_flag("true", &flag, &error));
	ck_assert(flag);
	ck_assert(parse_flag("false", &flag, &error));
	ck_assert(!flag);
	for (i = 0; i < COUNT(words); i++) {
		text_append_format(&sentence, "expected true or false, not \"%s\"", words[i]);
		suite_assert_refused(parse_flag(words[i], &flag, &error), &error, text_string(&sentence));
		text_free(&sentence);
	}
}
END_TEST

SUITE("parse", durations_are_read_in_every_unit, what_is_no_duration_is_refused, counts_are_read_within_their_bounds,
      what_is_no_count_or_out_of_bounds_is_refused, a_flag_is_true_or_false_and_nothing_else,
      a_choice_is_found_by_its_whole_name)
