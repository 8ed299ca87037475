#include "period.h"

#include "calendar.h"
#include "suite.h"

/* A Wednesday. */
#define NOW "2025-10-15T14:30:00Z"

static int64_t at(const char *string)
{
	int64_t at_us;

	ck_assert_msg(calendar_parse(string, &at_us), "%s is no point in time", string);
	return at_us;
}

struct row {
	const char *word, *name, *from, *to;
	bool partial;
};

/* Asserts what words mean at a point in time, and that each name means the same as its word. */
static void assert_periods(const char *now, const struct row *rows, size_t count)
{
	struct period period, again;
	struct error error = {""};
	size_t i;

	for (i = 0; i < count; i++) {
		ck_assert_msg(period_parse(rows[i].word, at(now), &period, &error), "%s", error.message);
		ck_assert_str_eq(period.name, rows[i].name);
		ck_assert_msg(period.from_us == at(rows[i].from), "%s begins elsewhere", rows[i].word);
		ck_assert_msg(period.to_us == at(rows[i].to), "%s ends elsewhere", rows[i].word);
		ck_assert_msg(period.partial == rows[i].partial, "%s is partial: %d", rows[i].word, period.partial);
		ck_assert(period_parse(period.name, at(now), &again, &error));
		ck_assert_str_eq(again.name, period.name);
		ck_assert_int_eq(again.from_us, period.from_us);
		ck_assert_int_eq(again.to_us, period.to_us);
		ck_assert_int_eq(again.partial, period.partial);
	}
}

START_TEST(calendar_words_are_whole_stretches_of_the_calendar)
{
	static const struct row rows[] = {
		{"2025", "2025", "2025-01-01", "2026-01-01", true},
		{"2024", "2024", "2024-01-01", "2025-01-01", false},
		{"1969", "1969", "1969-01-01", "1970-01-01", false},
		{"0001", "0001", "0001-01-01", "0002-01-01", false},
		{"2025-10", "2025-10", "2025-10-01", "2025-11-01", true},
		{"2025-09", "2025-09", "2025-09-01", "2025-10-01", false},
		{"2025-02", "2025-02", "2025-02-01", "2025-03-01", false},
		{"2024-02", "2024-02", "2024-02-01", "2024-03-01", false},
		{"2025-12", "2025-12", "2025-12-01", "2026-01-01", true},
		{"2025-10-15", "2025-10-15", "2025-10-15", "2025-10-16", true},
		{"2025-10-14", "2025-10-14", "2025-10-14", "2025-10-15", false},
		{"2024-02-29", "2024-02-29", "2024-02-29", "2024-03-01", false},
		{"2025-12-31", "2025-12-31", "2025-12-31", "2026-01-01", true},
		{"2025-10-15T00", "2025-10-15T00", "2025-10-15", "2025-10-15T01:00", false},
		{"2025-10-15T13", "2025-10-15T13", "2025-10-15T13:00", "2025-10-15T14:00", false},
		{"2025-10-15T14", "2025-10-15T14", "2025-10-15T14:00", "2025-10-15T15:00", true},
		{"2025-10-15T23", "2025-10-15T23", "2025-10-15T23:00", "2025-10-16", true},
	};

	assert_periods(NOW, rows, COUNT(rows));
}
END_TEST

START_TEST(weeks_are_those_of_iso_8601)
{
	static const struct row rows[] = {
		{"2025-W42", "2025-W42", "2025-10-13", "2025-10-20", true},
		{"2025-W41", "2025-W41", "2025-10-06", "2025-10-13", false},
		{"2005-W01", "2005-W01", "2005-01-03", "2005-01-10", false},
		{"2021-W01", "2021-W01", "2021-01-04", "2021-01-11", false},
		{"2026-W01", "2026-W01", "2025-12-29", "2026-01-05", true},
		{"2020-W53", "2020-W53", "2020-12-28", "2021-01-04", false},
		{"2015-W53", "2015-W53", "2015-12-28", "2016-01-04", false},
		{"2021-W52", "2021-W52", "2021-12-27", "2022-01-03", false},
	};

	assert_periods(NOW, rows, COUNT(rows));
}
END_TEST

START_TEST(rolling_words_end_now_and_are_never_partial)
{
	static const struct row rows[] = {
		{"1h", "1h", "2025-10-15T13:30", NOW, false},         {"24h", "24h", "2025-10-14T14:30", NOW, false},
		{"7d", "7d", "2025-10-08T14:30", NOW, false},         {"12w", "12w", "2025-07-23T14:30", NOW, false},
		{"36525d", "36525d", "1925-10-15T14:30", NOW, false}, {"876600h", "876600h", "1925-10-15T14:30", NOW, false},
		{"5217w", "5217w", "1925-10-21T14:30", NOW, false},
	};

	assert_periods(NOW, rows, COUNT(rows));
}
END_TEST

START_TEST(relative_words_are_named_by_their_date)
{
	static const struct row rows[] = {
		{"today", "2025-10-15", "2025-10-15", "2025-10-16", true},
		{"yesterday", "2025-10-14", "2025-10-14", "2025-10-15", false},
		{"this-month", "2025-10", "2025-10-01", "2025-11-01", true},
		{"last-month", "2025-09", "2025-09-01", "2025-10-01", false},
	};

	assert_periods(NOW, rows, COUNT(rows));
}
END_TEST

START_TEST(relative_words_cross_months_and_years)
{
	static const struct {
		const char *now;
		struct row row;
	} cases[] = {
		{"2026-01-01", {"yesterday", "2025-12-31", "2025-12-31", "2026-01-01", false}},
		{"2026-01-31T23:59:59Z", {"last-month", "2025-12", "2025-12-01", "2026-01-01", false}},
		{"2025-12-31T23:59:59.999999Z", {"this-month", "2025-12", "2025-12-01", "2026-01-01", true}},
		{"2025-12-31T23:59:59.999999Z", {"today", "2025-12-31", "2025-12-31", "2026-01-01", true}},
		{"2024-03-01T00:00:00Z", {"yesterday", "2024-02-29", "2024-02-29", "2024-03-01", false}},
		{"2024-03-31", {"last-month", "2024-02", "2024-02-01", "2024-03-01", false}},
		{"1969-12-31T23:00", {"today", "1969-12-31", "1969-12-31", "1970-01-01", true}},
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		assert_periods(cases[i].now, &cases[i].row, 1);
}
END_TEST

START_TEST(a_range_goes_from_the_start_of_one_word_to_the_end_of_another)
{
	static const struct row rows[] = {
		{"2025-10-01..2025-10-14", "2025-10-01..2025-10-14", "2025-10-01", "2025-10-15", false},
		{"2025-10-01..2025-10-15", "2025-10-01..2025-10-15", "2025-10-01", "2025-10-16", true},
		{"2024..2025-03", "2024..2025-03", "2024-01-01", "2025-04-01", false},
		{"2025-10-15T08..2025-10-15T10", "2025-10-15T08..2025-10-15T10", "2025-10-15T08:00", "2025-10-15T11:00", false},
		{"2025-W40..2025-10-05", "2025-W40..2025-10-05", "2025-09-29", "2025-10-06", false},
		{"2025-10..2025-10-14", "2025-10..2025-10-14", "2025-10-01", "2025-10-15", false},
		{"2025-10-14..2025-10", "2025-10-14..2025-10", "2025-10-14", "2025-11-01", true},
		{"2025-10-15T13..2025-10-15", "2025-10-15T13..2025-10-15", "2025-10-15T13:00", "2025-10-16", true},
		{"last-month..yesterday", "2025-09..2025-10-14", "2025-09-01", "2025-10-15", false},
		{"2025-W01..today", "2025-W01..2025-10-15", "2024-12-30", "2025-10-16", true},
		{"today..today", "2025-10-15..2025-10-15", "2025-10-15", "2025-10-16", true},
	};

	assert_periods(NOW, rows, COUNT(rows));
}
END_TEST

START_TEST(a_period_is_open_until_its_end_has_come)
{
	struct period period;
	struct error error;

	ck_assert(period_parse("2025-10-15", at("2025-10-15T23:59:59.999999Z"), &period, &error));
	ck_assert(period.partial);
	ck_assert(period_parse("2025-10-15", at("2025-10-16"), &period, &error));
	ck_assert_int_eq(period.to_us, at("2025-10-16"));
	ck_assert(!period.partial);
	ck_assert(period_parse("2025-10-15", at("2025-10-14"), &period, &error));
	ck_assert(period.partial);
	ck_assert(period_parse("2025-10-01..2025-10-15", at("2025-10-16"), &period, &error));
	ck_assert(!period.partial);
}
END_TEST

START_TEST(the_last_year_has_an_end)
{
	struct period period;
	struct error error;

	ck_assert(period_parse("9999", at(NOW), &period, &error));
	ck_assert_int_eq(period.from_us, at("9999-01-01"));
	ck_assert_int_eq(period.to_us, at("9999-12-31") + CALENDAR_DAY_US);
	ck_assert(period_parse("9999-12-31T23", at(NOW), &period, &error));
	ck_assert_int_eq(period.to_us, at("9999-12-31") + CALENDAR_DAY_US);
	ck_assert(period_parse("today", at("9999-12-31"), &period, &error));
	ck_assert_str_eq(period.name, "9999-12-31");
	ck_assert_int_eq(period.to_us, at("9999-12-31") + CALENDAR_DAY_US);
}
END_TEST

START_TEST(what_is_no_period_is_refused_with_the_reason)
{
	static const struct {
		const char *word, *sentence;
	} cases[] = {
		{"0000", "\"0000\" is not a period: there is no year 0000"},
		{"0000-01", "\"0000-01\" is not a period: there is no year 0000"},
		{"2025-00", "\"2025-00\" is not a period: there is no month 00"},
		{"2025-13", "\"2025-13\" is not a period: there is no month 13"},
		{"2025-13-01", "\"2025-13-01\" is not a period: there is no month 13"},
		{"2025-02-29", "\"2025-02-29\" is not a period: 2025-02 has the days 01 to 28"},
		{"2024-02-30", "\"2024-02-30\" is not a period: 2024-02 has the days 01 to 29"},
		{"2025-04-31", "\"2025-04-31\" is not a period: 2025-04 has the days 01 to 30"},
		{"2025-10-32T10", "\"2025-10-32T10\" is not a period: 2025-10 has the days 01 to 31"},
		{"2025-10-00", "\"2025-10-00\" is not a period: 2025-10 has the days 01 to 31"},
		{"2025-10-15T24", "\"2025-10-15T24\" is not a period: a day has the hours 00 to 23"},
		{"2025-W00", "\"2025-W00\" is not a period: 2025 has the weeks W01 to W52"},
		{"2021-W53", "\"2021-W53\" is not a period: 2021 has the weeks W01 to W52"},
		{"2020-W54", "\"2020-W54\" is not a period: 2020 has the weeks W01 to W53"},
		{"0h", "\"0h\" is not a period: it must span from 1h to 100 years"},
		{"876601h", "\"876601h\" is not a period: it must span from 1h to 100 years"},
		{"36526d", "\"36526d\" is not a period: it must span from 1h to 100 years"},
		{"5218w", "\"5218w\" is not a period: it must span from 1h to 100 years"},
		{"99999999999999999999d", "\"99999999999999999999d\" is not a period: it must span from 1h to 100 years"},
		{"2025-12..2025-10", "\"2025-12..2025-10\" is not a period: it ends before it starts"},
		{"today..yesterday", "\"today..yesterday\" is not a period: it ends before it starts"},
		{"2025-13..2025-12", "\"2025-13\" is not a period: there is no month 13"},
		{"2025-01..2025-02-30", "\"2025-02-30\" is not a period: 2025-02 has the days 01 to 28"},
		{"2025..0000", "\"0000\" is not a period: there is no year 0000"},
	};
	struct period period;
	struct error error;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		suite_assert_refused(period_parse(cases[i].word, at(NOW), &period, &error), &error, cases[i].sentence);
}
END_TEST

START_TEST(a_word_of_another_form_is_answered_with_all_forms)
{
	static const char *const words[] = {
		"",
		"tomorrow",
		"TODAY",
		"today ",
		"this-year",
		"25",
		"20255",
		"2025-1",
		"2025-1-1",
		"2025-W1",
		"2025-w42",
		"2025W42",
		"2025-10-15T8",
		"2025-10-15T08:00",
		"2025-10-15 08",
		"2025/10",
		"7",
		"7m",
		"7D",
		"-7d",
		"+7d",
		"7.5d",
		"7d7d",
		"d",
		" 2025",
		"2025 ",
		"2025-10-15Z",
		"\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa5",
	};
	struct text sentence = {0};
	struct period period;
	struct error error;
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		text_append_format(&sentence,
		                   "\"%s\" is not a period: expected 2025, 2025-10, 2025-W42, 2025-10-15, 2025-10-15T08, "
		                   "A..B (from the start of A to the end of B), 24h, 7d or 12w (ending now), today, "
		                   "yesterday, this-month, last-month; all in UTC",
		                   words[i]);
		suite_assert_refused(period_parse(words[i], at(NOW), &period, &error), &error, text_string(&sentence));
		text_free(&sentence);
	}
}
END_TEST

START_TEST(a_range_of_anything_but_two_calendar_words_is_refused)
{
	static const char *const words[] = {"..",        "2025..",      "..2025",      "2025...2026",  "2024..2025..2026",
	                                    "7d..today", "2025-10..7d", "2025.. 2026", "2025 .. 2026", "2024...."};
	struct period period;
	struct error error;
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		ck_assert_msg(!period_parse(words[i], at(NOW), &period, &error), "%s is taken for a period", words[i]);
		ck_assert_ptr_nonnull(strstr(error.message, "\" is not a period: "));
	}
}
END_TEST

START_TEST(a_word_longer_than_any_name_is_refused_whole)
{
	char word[300];
	struct period period;
	struct error error;

	memset(word, '1', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	ck_assert(!period_parse(word, at(NOW), &period, &error));
	ck_assert_ptr_nonnull(strstr(error.message, word));
	word[sizeof word - 2] = 'd';
	ck_assert(!period_parse(word, at(NOW), &period, &error));
	ck_assert_ptr_nonnull(strstr(error.message, word));
	memcpy(word, "2025..", 6);
	ck_assert(!period_parse(word, at(NOW), &period, &error));
	ck_assert_ptr_nonnull(strstr(error.message, word + 6));
	memset(word, '1', 6);
	memcpy(word + sizeof word - 7, "..2025", 6);
	ck_assert(!period_parse(word, at(NOW), &period, &error));
	ck_assert_ptr_nonnull(strstr(error.message, "\" is not a period: "));
}
END_TEST

SUITE("period", calendar_words_are_whole_stretches_of_the_calendar, weeks_are_those_of_iso_8601,
      rolling_words_end_now_and_are_never_partial, relative_words_are_named_by_their_date,
      relative_words_cross_months_and_years, a_range_goes_from_the_start_of_one_word_to_the_end_of_another,
      a_period_is_open_until_its_end_has_come, the_last_year_has_an_end, what_is_no_period_is_refused_with_the_reason,
      a_word_of_another_form_is_answered_with_all_forms, a_range_of_anything_but_two_calendar_words_is_refused,
      a_word_longer_than_any_name_is_refused_whole)
