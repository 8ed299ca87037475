#include "credits.h"

#include "suite.h"

#include <stdio.h>

/* The cells of a row, all null but those of two columns. */
static struct cell *row_of(const struct column *columns, struct cell *cells, const char *first, const char *first_value,
                           const char *second, const char *second_value)
{
	size_t i;

	for (i = 0; columns[i].name != NULL; i++) {
		const char *value = strcmp(columns[i].name, first) == 0                      ? first_value
		                    : second != NULL && strcmp(columns[i].name, second) == 0 ? second_value
		                                                                             : NULL;

		cells[i] = (struct cell){value, value != NULL ? strlen(value) : 0};
	}
	return cells;
}

static enum exit_status low_status(size_t count, const char *const *left)
{
	struct credits_low low = {0};
	struct cell cells[32];
	size_t i;

	for (i = 0; i < count; i++)
		credits_low_see(&low, credits_low.sections,
		                row_of(credits_low.sections->columns, cells, "credits_remaining", left[i], "team_id", "team"));
	return credits_low_status(&low);
}

START_TEST(low_is_a_warning_and_critical_where_nothing_is_left)
{
	ck_assert_int_eq(low_status(0, NULL), EXIT_FINE);
	ck_assert_int_eq(low_status(2, (const char *[]){"1", "20"}), EXIT_WARNING);
	ck_assert_int_eq(low_status(2, (const char *[]){"0", "20"}), EXIT_CRITICAL);
	ck_assert_int_eq(low_status(2, (const char *[]){"20", "-3"}), EXIT_CRITICAL);
	ck_assert_int_eq(low_status(1, (const char *[]){NULL}), EXIT_CRITICAL);
}
END_TEST

static void see_totals(struct credits_found *found, const char *findings, const char *credits, const char *usd)
{
	const struct column *columns = credits_audit.sections[0].columns;
	struct cell cells[32];
	size_t i;

	row_of(columns, cells, "amount_credits", credits, "amount_usd", usd);
	for (i = 0; strcmp(columns[i].name, "findings") != 0; i++)
		;
	cells[i] = (struct cell){findings, strlen(findings)};
	credits_audit_see(found, credits_audit.sections, cells);
}

START_TEST(who_has_credits_and_no_count_of_those_used_is_unknown)
{
	struct credits_low low = {.has_low = false};
	struct cell cells[32];
	const struct column *columns = credits_low.sections->columns;

	credits_low_see(&low, credits_low.sections, row_of(columns, cells, "credits_allocated", "100", NULL, NULL));
	ck_assert_uint_eq(low.unknown, 1);
	ck_assert(!low.has_low);
	credits_low_see(&low, credits_low.sections, row_of(columns, cells, "credits_remaining", "0", NULL, NULL));
	ck_assert_int_eq(credits_low_status(&low), EXIT_UNKNOWN);
}
END_TEST

START_TEST(an_audit_is_critical_above_its_limits_only)
{
	struct credits_found found = {0};

	see_totals(&found, "0", NULL, NULL);
	ck_assert_int_eq(credits_audit_status(&found), EXIT_FINE);
	see_totals(&found, "2", "10", "1.2500000001");
	ck_assert_int_eq(credits_audit_status(&found), EXIT_WARNING);
	see_totals(&found, "1", "5", "0.75");
	ck_assert_int_eq(found.credits_millionths, 15000000);
	ck_assert_int_eq(found.usd_millionths, 2000000);
	found.has_critical_usd = found.has_critical_credits = true;
	found.critical_usd_millionths = 2000000;
	found.critical_credits_millionths = 15000000;
	ck_assert_int_eq(credits_audit_status(&found), EXIT_WARNING);
	found.critical_usd_millionths = 1999999;
	ck_assert_int_eq(credits_audit_status(&found), EXIT_CRITICAL);
	found.has_critical_usd = false;
	found.critical_credits_millionths = 14999999;
	ck_assert_int_eq(credits_audit_status(&found), EXIT_CRITICAL);
}
END_TEST

START_TEST(sums_beyond_all_measure_stay_at_the_most)
{
	struct credits_found found = {.has_critical_credits = true,
	                              .critical_credits_millionths = INT64_C(99999999999000000)};

	see_totals(&found, "1", "99999999999999999999999999999", NULL);
	see_totals(&found, "1", "99999999999", "12345678901234567890.5");
	ck_assert_int_eq(credits_audit_status(&found), EXIT_CRITICAL);
	ck_assert_int_eq(found.usd_millionths, found.credits_millionths);
}
END_TEST

START_TEST(an_amount_is_decimal_and_not_negative)
{
	static const struct {
		const char *word;
		int64_t millionths;
	} fine[] = {
		{"0", 0}, {"12", 12000000}, {"12.5", 12500000}, {"0.0000019", 1}, {"99999999999", INT64_C(99999999999000000)}};
	static const char *const wrong[] = {"", "-1", ".5", "1.2.3", "1e3", "12 ", "$1", "100000000000", "."};
	struct error error = {""};
	char sentence[128];
	int64_t millionths;
	size_t i;

	for (i = 0; i < COUNT(fine); i++) {
		ck_assert_msg(credits_parse_amount(fine[i].word, "an amount", &millionths, &error), "%s", fine[i].word);
		ck_assert_int_eq(millionths, fine[i].millionths);
	}
	for (i = 0; i < COUNT(wrong); i++) {
		snprintf(sentence, sizeof sentence, "expected an amount such as 12 or 12.50, not \"%s\"", wrong[i]);
		suite_assert_refused(credits_parse_amount(wrong[i], "an amount", &millionths, &error), &error, sentence);
	}
}
END_TEST

SUITE("credits", low_is_a_warning_and_critical_where_nothing_is_left,
      who_has_credits_and_no_count_of_those_used_is_unknown, an_audit_is_critical_above_its_limits_only,
      sums_beyond_all_measure_stay_at_the_most, an_amount_is_decimal_and_not_negative)
