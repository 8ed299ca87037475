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

START_TEST(numbers_have_two_decimals_at_most)
{
	static const struct row rows[] = {
		{"0", "0"},
		{"5", "5"},
		{"0.5", "0.5"},
		{"0.05", "0.05"},
		{"0.005", "0.01"},
		{"0.004", "0.00"},
		{"1.50", "1.50"},
		{"1234", "1,234"},
		{"1234567.5", "1,234,567.5"},
		{"999.999", "1,000.00"},
		{"-1.005", "-1.01"},
		{"-0.001", "0.00"},
		{"-2", "-2"},
		{"5.", "5"},
		{"12.3449", "12.34"},
	};

	assert_shown(decimal_append_number, rows, COUNT(rows));
}
END_TEST

START_TEST(seconds_are_shown_in_their_two_largest_units)
{
	static const struct row rows[] = {
		{"0", "0 s"},
		{"0.05", "0.1 s"},
		{"0.04", "0.0 s"},
		{"0.2", "0.2 s"},
		{"12", "12 s"},
		{"12.345", "12.3 s"},
		{"59", "59 s"},
		{"59.9", "59.9 s"},
		{"60", "1 min"},
		{"60.9", "1 min"},
		{"61", "1 min 1 s"},
		{"185", "3 min 5 s"},
		{"3599", "59 min 59 s"},
		{"3600", "1 h"},
		{"3659", "1 h"},
		{"3660", "1 h 1 min"},
		{"7500", "2 h 5 min"},
		{"86399", "23 h 59 min"},
		{"86400", "1 d"},
		{"89999", "1 d"},
		{"90061", "1 d 1 h"},
		{"273600", "3 d 4 h"},
		{"31536000000", "365000 d"},
		{"999999999999999", "11574074074 d 1 h"},
		{"-0.2", "-0.2 s"},
		{"-5", "-5 s"},
		{"-0.01", "0.0 s"},
		{"-185.5", "-3 min 5 s"},
		{"-90061", "-1 d 1 h"},
	};

	assert_shown(decimal_append_seconds, rows, COUNT(rows));
}
END_TEST

START_TEST(the_point_is_shifted_without_losing_a_digit)
{
	static const struct {
		const char *digits;
		size_t places;
		const char *shown;
	} cases[] = {
		{"1.5", 3, "0.0015"},
		{"1234.5", 3, "1.2345"},
		{"1234", 3, "1.234"},
		{"123", 3, "0.123"},
		{"12", 3, "0.012"},
		{"0", 3, "0.000"},
		{"-12.50", 2, "-0.1250"},
		{"-1234", 2, "-12.34"},
		{"100", 2, "1.00"},
		{"7", 10, "0.0000000007"},
		{"0.05", 3, "0.00005"},
		{"5.", 2, "0.05"},
		{"9007199254740993.000000000000000001", 3, "9007199254740.993000000000000000001"},
	};
	struct text text = {0};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		decimal_append_shifted(&text, cases[i].digits, strlen(cases[i].digits), cases[i].places);
		suite_assert_text(&text, cases[i].shown);
	}
}
END_TEST

static void shift_three(struct text *text, const char *digits, size_t length)
{
	decimal_append_shifted(text, digits, length, 3);
}

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
	assert_shown(decimal_append_number, rows, COUNT(rows));
	assert_shown(decimal_append_seconds, rows, COUNT(rows));
	assert_shown(shift_three, rows, COUNT(rows));
}
END_TEST

START_TEST(digits_are_not_read_beyond_the_length)
{
	struct text text = {0};

	decimal_append_usd(&text, "12.3456", 4);
	suite_assert_text(&text, "$12.30");
	decimal_append_count(&text, "123456", 3);
	suite_assert_text(&text, "123");
	decimal_append_number(&text, "1.25", 3);
	suite_assert_text(&text, "1.2");
	decimal_append_seconds(&text, "618", 2);
	suite_assert_text(&text, "1 min 1 s");
	decimal_append_shifted(&text, "12345", 4, 3);
	suite_assert_text(&text, "1.234");
}
END_TEST

SUITE("decimal", counts_are_grouped_to_the_digit, dollars_are_rounded_half_away_from_zero,
      amounts_under_a_cent_keep_two_digits, amounts_under_a_cent_keep_two_digits_when_they_round_up_to_another,
      nothing_has_no_sign, percentages_have_two_decimals, numbers_have_two_decimals_at_most,
      seconds_are_shown_in_their_two_largest_units, the_point_is_shifted_without_losing_a_digit,
      what_is_no_number_passes_through, digits_are_not_read_beyond_the_length)
