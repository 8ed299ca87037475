/* period: weeks and months counted from a point in time, and the span that a period is compared with. */
#include "period.h"

#include "calendar.h"
#include "suite.h"

static int64_t at(const char *string)
{
	int64_t at_us;

	ck_assert_msg(calendar_parse(string, &at_us), "%s is no point in time", string);
	return at_us;
}

/* Asserts that a point in time is another, and says both when it is not. */
static void assert_at(const char *what, int64_t at_us, const char *expected)
{
	struct text found = {0};

	calendar_append(&found, at_us);
	ck_assert_msg(at_us == at(expected), "%s: %s, not %s", what, text_string(&found), expected);
	text_free(&found);
}

START_TEST(a_week_starts_on_its_monday)
{
	static const char *const rows[][2] = {
		{"2025-10-13", "2025-10-13"},
		{"2025-10-15T14:30:00Z", "2025-10-13"},
		{"2025-10-19T23:59:59.999999Z", "2025-10-13"},
		{"2025-10-20", "2025-10-20"},
		/* 2020-W53 and its neighbours, across a year's end. */
		{"2020-12-27T23:59:59.999999Z", "2020-12-21"},
		{"2020-12-28", "2020-12-28"},
		{"2021-01-03T23:59:59.999999Z", "2020-12-28"},
		{"2021-01-04", "2021-01-04"},
		/* A leap day, and days before 1970. */
		{"2024-02-29T12:00:00Z", "2024-02-26"},
		{"1970-01-01", "1969-12-29"},
		{"1969-12-31T23:59:59.999999Z", "1969-12-29"},
		{"1969-12-28T23:59:59.999999Z", "1969-12-22"},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		assert_at(rows[i][0], period_unit_start(PERIOD_WEEK, at(rows[i][0])), rows[i][1]);
}
END_TEST

START_TEST(a_month_starts_on_its_first_day)
{
	static const char *const rows[][2] = {
		{"2025-10-01", "2025-10-01"},
		{"2025-10-31T23:59:59.999999Z", "2025-10-01"},
		{"2025-11-01", "2025-11-01"},
		{"2024-02-29T23:59:59.999999Z", "2024-02-01"},
		{"2025-12-31T23:59:59.999999Z", "2025-12-01"},
		{"2026-01-01", "2026-01-01"},
		{"1969-12-31T23:59:59.999999Z", "1969-12-01"},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		assert_at(rows[i][0], period_unit_start(PERIOD_MONTH, at(rows[i][0])), rows[i][1]);
}
END_TEST

START_TEST(units_are_counted_forth_and_back_whatever_their_length)
{
	static const struct {
		enum period_unit unit;
		const char *start;
		int count;
		const char *expected;
	} rows[] = {
		{PERIOD_WEEK, "2025-10-13", 0, "2025-10-13"},    {PERIOD_WEEK, "2025-10-13", 1, "2025-10-20"},
		{PERIOD_WEEK, "2025-11-10", -12, "2025-08-18"},  {PERIOD_WEEK, "2020-12-28", 1, "2021-01-04"},
		{PERIOD_WEEK, "2021-01-04", -53, "2019-12-30"},  {PERIOD_WEEK, "1970-01-05", -2, "1969-12-22"},
		{PERIOD_MONTH, "2025-10-01", 0, "2025-10-01"},   {PERIOD_MONTH, "2025-10-01", 1, "2025-11-01"},
		{PERIOD_MONTH, "2025-12-01", 1, "2026-01-01"},   {PERIOD_MONTH, "2025-11-01", 2, "2026-01-01"},
		{PERIOD_MONTH, "2025-01-01", -1, "2024-12-01"},  {PERIOD_MONTH, "2025-11-01", -11, "2024-12-01"},
		{PERIOD_MONTH, "2025-11-01", -12, "2024-11-01"}, {PERIOD_MONTH, "2025-11-01", -6, "2025-05-01"},
		{PERIOD_MONTH, "2024-03-01", -1, "2024-02-01"},  {PERIOD_MONTH, "2024-02-01", 12, "2025-02-01"},
		{PERIOD_MONTH, "1970-01-01", -1, "1969-12-01"},  {PERIOD_MONTH, "2025-01-01", -1200, "1925-01-01"},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		assert_at(rows[i].start, period_unit_add(rows[i].unit, at(rows[i].start), rows[i].count), rows[i].expected);
}
END_TEST

/* Asserts what the period of a word at a point in time is compared with. */
static void assert_previous(const char *word, const char *now, const char *from, const char *to)
{
	struct period period;
	struct error error = {""};
	int64_t from_us, to_us;

	ck_assert_msg(period_parse(word, at(now), &period, &error), "%s", error.message);
	period_previous(&period, at(now), &from_us, &to_us);
	assert_at(word, from_us, from);
	assert_at(word, to_us, to);
}

START_TEST(whole_months_are_compared_with_as_many_months_whatever_their_length)
{
	assert_previous("2025-10", "2026-01-01", "2025-09-01", "2025-10-01");
	assert_previous("2025-03", "2026-01-01", "2025-02-01", "2025-03-01");
	assert_previous("2024-02", "2026-01-01", "2024-01-01", "2024-02-01");
	assert_previous("2025-01", "2026-01-01", "2024-12-01", "2025-01-01");
	assert_previous("2025-07..2025-09", "2026-01-01", "2025-04-01", "2025-07-01");
	assert_previous("2024", "2026-01-01", "2023-01-01", "2024-01-01");
	assert_previous("2024-02-01..2024-02-29", "2026-01-01", "2024-01-01", "2024-02-01");
}
END_TEST

START_TEST(all_else_is_compared_with_as_much_time)
{
	assert_previous("2025-10-15", "2026-01-01", "2025-10-14", "2025-10-15");
	assert_previous("2025-10-01", "2026-01-01", "2025-09-30", "2025-10-01");
	assert_previous("2025-10-15T08", "2026-01-01", "2025-10-15T07:00:00Z", "2025-10-15T08:00:00Z");
	assert_previous("2020-W53", "2026-01-01", "2020-12-21", "2020-12-28");
	assert_previous("2025-10-02..2025-10-31", "2026-01-01", "2025-09-02", "2025-10-02");
	assert_previous("24h", "2025-10-15T14:30:00.000001Z", "2025-10-13T14:30:00.000001Z", "2025-10-14T14:30:00.000001Z");
	assert_previous("7d", "2025-10-15T14:30:00Z", "2025-10-01T14:30:00Z", "2025-10-08T14:30:00Z");
	assert_previous("30d", "2025-11-01", "2025-09-02", "2025-10-02");
}
END_TEST

START_TEST(an_open_period_is_compared_with_as_much_of_the_span_before_as_has_passed)
{
	assert_previous("this-month", "2025-11-15T12:00:00Z", "2025-10-01", "2025-10-15T12:00:00Z");
	assert_previous("this-month", "2025-11-01T00:00:00.000001Z", "2025-10-01", "2025-10-01T00:00:00.000001Z");
	assert_previous("today", "2025-11-15T12:00:00Z", "2025-11-14", "2025-11-14T12:00:00Z");
	assert_previous("2025-W46", "2025-11-15T12:00:00Z", "2025-11-03", "2025-11-08T12:00:00Z");
	assert_previous("2025", "2025-11-15T12:00:00Z", "2024-01-01", "2024-11-14T12:00:00Z");
	assert_previous("2025-11-10..2025-11-20", "2025-11-15T12:00:00Z", "2025-10-30", "2025-11-04T12:00:00Z");
}
END_TEST

START_TEST(of_a_month_before_that_was_shorter_all_is_taken_and_nothing_beyond)
{
	assert_previous("this-month", "2025-03-31T12:00:00Z", "2025-02-01", "2025-03-01");
	assert_previous("this-month", "2025-03-29T00:00:00.000001Z", "2025-02-01", "2025-03-01");
	assert_previous("this-month", "2025-03-28T23:59:59.999999Z", "2025-02-01", "2025-02-28T23:59:59.999999Z");
	assert_previous("this-month", "2024-03-31T12:00:00Z", "2024-02-01", "2024-03-01");
	assert_previous("this-month", "2025-02-28T12:00:00Z", "2025-01-01", "2025-01-28T12:00:00Z");
	assert_previous("this-month", "2025-10-31T23:59:59.999999Z", "2025-09-01", "2025-10-01");
}
END_TEST

SUITE("period_units", a_week_starts_on_its_monday, a_month_starts_on_its_first_day,
      units_are_counted_forth_and_back_whatever_their_length,
      whole_months_are_compared_with_as_many_months_whatever_their_length, all_else_is_compared_with_as_much_time,
      an_open_period_is_compared_with_as_much_of_the_span_before_as_has_passed,
      of_a_month_before_that_was_shorter_all_is_taken_and_nothing_beyond)
