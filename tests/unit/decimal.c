#include "decimal.h"

#include "suite.h"

struct row {
	const char *digits, *shown;
};

static void assert_shown(void (*append)(struct text *text, const char *digits, size_t length), const struct row *rows,
                         size_t count)
{
	struct text text = {0};
	size_t i;

	for (i = 0; i < count; i++) {
		append(&text, rows[i].digits, strlen(rows[i].digits));
		suite_assert_text(&text, rows[i].shown);
	}
}

START_TEST(counts_are_grouped_to_the_digit)
{
	static const struct row rows[] = {
		{"0", "0"},
		{"7", "7"},
		{"999", "999"},
		{"1000", "1,000"},
		{"123456", "123,456"},
		{"1234567", "1,234,567"},
		{"-1234567", "-1,234,567"},
		{"-123", "-123"},
		{"9007199254740993", "9,007,199,254,740,993"},
		{"9223372036854775807", "9,223,372,036,854,775,807"},
		{"123456789012345678901234567890", "123,456,789,012,345,678,901,234,567,890"},
		{"999.5", "1,000"},
		{"999.4", "999"},
	};

	assert_shown(decimal_append_count, rows, COUNT(rows));
}
END_TEST

START_TEST(dollars_are_rounded_half_away_from_zero)
{
	static const struct row rows[] = {
		{"0", "$0.00"},
		{"5", "$5.00"},
		{"0.5", "$0.50"},
		{"1234.5678", "$1,234.57"},
		{"0.014999", "$0.01"},
		{"0.015", "$0.02"},
		{"1.005", "$1.01"},
		{"-1.005", "-$1.01"},
		{"-1.0049", "-$1.00"},
		{"999.994", "$999.99"},
		{"999.995", "$1,000.00"},
		{"9.995", "$10.00"},
		{"999999.999999", "$1,000,000.00"},
		{"1.004", "$1.00"},
		{"123456789012345678901234.565", "$123,456,789,012,345,678,901,234.57"},
	};

	assert_shown(decimal_append_usd, rows, COUNT(rows));
}
END_TEST

START_TEST(amounts_under_a_cent_keep_two_digits)
{
	static const struct row rows[] = {
		{"0.01", "$0.01"},    {"0.000123", "$0.00012"},           {"0.000125", "$0.00013"}, {"0.004999", "$0.0050"},
		{"0.009", "$0.0090"}, {"0.0000000001", "$0.00000000010"}, {"-0.001", "-$0.0010"},   {"-0.000123", "-$0.00012"},
	};

	assert_shown(decimal_append_usd, rows, COUNT(rows));
}
END_TEST

START_TEST(amounts_under_a_cent_keep_two_digits_when_they_round_up_to_another)
{
	static const struct row rows[] = {
		{"0.000999", "$0.0010"},
		{"-0.000996", "-$0.0010"},
		{"0.009999", "$0.010"},
	};

	assert_shown(decimal_append_usd, rows, COUNT(rows));
}
END_TEST

START_TEST(nothing_has_no_sign)
{
	static const struct row rows[] = {{"-0", "$0.00"}, {"-0.00", "$0.00"}, {"0.0000", "$0.00"}, {"-0.000000", "$0.00"}};
	struct text text = {0};

	assert_shown(decimal_append_usd, rows, COUNT(rows));
	decimal_append_percent(&text, "-0.004", 6);
	suite_assert_text(&text, "0.00%");
	decimal_append_count(&text, "-0.4", 4);
	suite_assert_text(&text, "0");
}
END_TEST

START_TEST(percentages_have_two_decimals)
{
	static const struct row rows[] = {
		{"0", "0.00%"},     {"100", "100.00%"}, {"12.345", "12.35%"}, {"12.344", "12.34%"},    {"99.999", "100.00%"},
		{"-0.5", "-0.50%"}, {"0.001", "0.00%"}, {"0.005", "0.01%"},   {"1234.5", "1,234.50%"},
	};

	assert_shown(decimal_append_percent, rows, COUNT(rows));
}
END_TEST

START_TEST(what_is_no_number_passes_through)
{
	static const struct row rows[] = {
		{"NaN", "NaN"}, {"Infinity", "Infinity"}, {"-Infinity", "-Infinity"}, {"", ""},           {"-", "-"},
		{".5", ".5"},   {"1e5", "1e5"},           {"1,000", "1,000"},         {"1.2.3", "1.2.3"}, {"+1", "+1"},
		{" 1", " 1"},   {"--1", "--1"},
	};

	assert_shown(decimal_append_count, rows, COUNT(rows));
	assert_shown(decimal_append_usd, rows, COUNT(rows));
	assert_shown(decimal_append_percent, rows, COUNT(rows));
}
END_TEST

START_TEST(digits_are_not_read_beyond_the_length)
{
	struct text text = {0};

	decimal_append_usd(&text, "12.3456", 4);
	suite_assert_text(&text, "$12.30");
	decimal_append_count(&text, "123456", 3);
	suite_assert_text(&text, "123");
}
END_TEST

SUITE("decimal", counts_are_grouped_to_the_digit, dollars_are_rounded_half_away_from_zero,
      amounts_under_a_cent_keep_two_digits, amounts_under_a_cent_keep_two_digits_when_they_round_up_to_another,
      nothing_has_no_sign, percentages_have_two_decimals, what_is_no_number_passes_through,
      digits_are_not_read_beyond_the_length)
