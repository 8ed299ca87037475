/* recalc, progress: the months and days of a period, and the line that says how far the work is. */
#include "progress.h"
#include "recalc.h"
#include "suite.h"

#include "calendar.h"

/* Asserts which units a period has, as names with a blank between them. */
static void assert_plan(const char *word, bool months, bool days, const char *expected)
{
	struct recalc_plan plan = {NULL, 0, 0};
	struct error error = {""};
	struct text names = {0};
	struct period period;
	size_t i;

	ck_assert_msg(period_parse(word, 0, &period, &error), "%s", error.message);
	ck_assert_msg(recalc_plan_add(&plan, &period, months, days, &error), "%s", error.message);
	for (i = 0; i < plan.count; i++) {
		int64_t length_us = plan.units[i].to_us - plan.units[i].from_us;

		text_append_format(&names, "%s%s", i > 0 ? " " : "", plan.units[i].name);
		ck_assert_int_eq(plan.units[i].is_month, strlen(plan.units[i].name) == 7);
		ck_assert(plan.units[i].is_month ? length_us >= 28 * CALENDAR_DAY_US : length_us == CALENDAR_DAY_US);
	}
	suite_assert_text(&names, expected);
	free(plan.units);
}

START_TEST(a_period_is_its_whole_months_and_its_days)
{
	assert_plan("2025-10-15", true, true, "2025-10-15");
	assert_plan("2024-02-28..2024-03-01", true, true, "2024-02-28 2024-02-29 2024-03-01");
	assert_plan("2024", true, false,
	            "2024-01 2024-02 2024-03 2024-04 2024-05 2024-06 2024-07 2024-08 2024-09 2024-10 2024-11 2024-12");
	assert_plan("2024-12-31..2025-02-01", true, false, "2025-01");
	assert_plan("2025-W01", true, true, "2024-12-30 2024-12-31 2025-01-01 2025-01-02 2025-01-03 2025-01-04 2025-01-05");
}
END_TEST

START_TEST(what_overlaps_is_there_once)
{
	struct recalc_plan plan = {NULL, 0, 0};
	struct error error = {""};
	struct period period;

	ck_assert(period_parse("2025-02", 0, &period, &error));
	ck_assert(recalc_plan_add(&plan, &period, true, true, &error));
	ck_assert(period_parse("2025-02-27..2025-03-02", 0, &period, &error));
	ck_assert(recalc_plan_add(&plan, &period, true, true, &error));
	ck_assert_uint_eq(plan.count, 1 + 28 + 2);
	free(plan.units);
}
END_TEST

static void assert_refused(const char *word, bool months, bool days, const char *sentence)
{
	struct recalc_plan plan = {NULL, 0, 0};
	struct error error = {""};
	struct period period;

	ck_assert(period_parse(word, 1000, &period, &error));
	ck_assert(!recalc_plan_add(&plan, &period, months, days, &error));
	ck_assert_str_eq(error.message, sentence);
	free(plan.units);
}

START_TEST(what_is_not_made_of_whole_days_is_refused)
{
	assert_refused("24h", true, true, "\"24h\" is not made of whole days, as stored rows are");
	assert_refused("2025-10-15T08", true, true, "\"2025-10-15T08\" is not made of whole days, as stored rows are");
	assert_refused("2025-10-01..2025-10-30", true, false, "\"2025-10-01..2025-10-30\" holds no whole month");
}
END_TEST

START_TEST(progress_says_what_is_done_how_fast_and_how_long_it_takes_still)
{
	struct progress progress = {.total = 31, .unit = "days"};
	struct text line = {0};

	progress_format(&line, &progress, 0, "2025-10-01", 0, 0);
	suite_assert_text(&line, "0 of 31 days, 2025-10-01: 0 rows");
	progress_format(&line, &progress, 10, "2025-10-11", 12345, 50000000);
	suite_assert_text(&line, "10 of 31 days, 2025-10-11: 12,345 rows, 246 rows/s, 1:45 left");
}
END_TEST

SUITE("recalc", a_period_is_its_whole_months_and_its_days, what_overlaps_is_there_once,
      what_is_not_made_of_whole_days_is_refused, progress_says_what_is_done_how_fast_and_how_long_it_takes_still)
