#include "calendar.h"

#include "suite.h"

#include <time.h>

/* Days since 1970-01-01 as the C library has them. */
static int64_t library_days(int year, int month, int day)
{
	struct tm date = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};

	return timegm(&date) / 86400;
}

static void assert_date(struct calendar_date date, int year, int month, int day)
{
	ck_assert_int_eq(date.year, year);
	ck_assert_int_eq(date.month, month);
	ck_assert_int_eq(date.day, day);
}

START_TEST(every_month_of_ten_thousand_years_begins_and_ends_where_the_library_has_it)
{
	int64_t days, next = calendar_days((struct calendar_date){1, 1, 1});
	int year, month, length;

	ck_assert_int_eq(next, -719162);
	for (year = 1; year <= 9999; year++)
		for (month = 1; month <= 12; month++) {
			days = next;
			ck_assert_int_eq(days, library_days(year, month, 1));
			length = calendar_days_in_month(year, month);
			next = calendar_days((struct calendar_date){month == 12 ? year + 1 : year, month % 12 + 1, 1});
			ck_assert_int_eq(next - days, length);
			assert_date(calendar_date(days * CALENDAR_DAY_US), year, month, 1);
			assert_date(calendar_date(next * CALENDAR_DAY_US - 1), year, month, length);
			ck_assert_int_eq(calendar_days((struct calendar_date){year, month, length}), next - 1);
		}
	ck_assert_int_eq(next, 2932897);
	assert_date(calendar_date(next * CALENDAR_DAY_US), 10000, 1, 1);
}
END_TEST

START_TEST(days_count_from_1970)
{
	ck_assert_int_eq(calendar_days((struct calendar_date){1970, 1, 1}), 0);
	ck_assert_int_eq(calendar_days((struct calendar_date){1969, 12, 31}), -1);
	ck_assert_int_eq(calendar_days((struct calendar_date){2000, 3, 1}), 11017);
	assert_date(calendar_date(0), 1970, 1, 1);
	assert_date(calendar_date(-1), 1969, 12, 31);
	assert_date(calendar_date(-CALENDAR_DAY_US), 1969, 12, 31);
	assert_date(calendar_date(-CALENDAR_DAY_US - 1), 1969, 12, 30);
	assert_date(calendar_date(CALENDAR_DAY_US - 1), 1970, 1, 1);
}
END_TEST

START_TEST(leap_years_are_those_of_the_gregorian_calendar)
{
	static const struct {
		int year, month, days;
	} cases[] = {{1900, 2, 28}, {2000, 2, 29}, {2023, 2, 28},  {2024, 2, 29}, {2100, 2, 28},
	             {2400, 2, 29}, {1, 2, 28},    {4, 2, 29},     {2025, 1, 31}, {2025, 4, 30},
	             {2025, 6, 30}, {2025, 9, 30}, {2025, 11, 30}, {2025, 12, 31}};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		ck_assert_int_eq(calendar_days_in_month(cases[i].year, cases[i].month), cases[i].days);
}
END_TEST

START_TEST(weekdays_go_from_monday_to_sunday)
{
	ck_assert_int_eq(calendar_weekday(0), 4); /* Thursday */
	ck_assert_int_eq(calendar_weekday(-1), 3);
	ck_assert_int_eq(calendar_weekday(-3), 1);
	ck_assert_int_eq(calendar_weekday(-4), 7);
	ck_assert_int_eq(calendar_weekday(3), 7);
	ck_assert_int_eq(calendar_weekday(4), 1);
	ck_assert_int_eq(calendar_weekday(library_days(2000, 1, 1)), 6);
	ck_assert_int_eq(calendar_weekday(library_days(2024, 2, 29)), 4);
	ck_assert_int_eq(calendar_weekday(library_days(1, 1, 1)), 1);
}
END_TEST

START_TEST(the_first_week_is_the_one_of_january_4)
{
	static const struct {
		int year;
		struct calendar_date monday;
	} cases[] = {{1970, {1969, 12, 29}}, {2005, {2005, 1, 3}},   {2009, {2008, 12, 29}}, {2015, {2014, 12, 29}},
	             {2016, {2016, 1, 4}},   {2020, {2019, 12, 30}}, {2021, {2021, 1, 4}},   {2026, {2025, 12, 29}}};
	int64_t first;
	size_t i;
	int year;

	for (i = 0; i < COUNT(cases); i++)
		ck_assert_int_eq(calendar_first_week(cases[i].year), calendar_days(cases[i].monday));
	for (year = 1; year <= 9999; year++) {
		first = calendar_first_week(year);
		ck_assert_int_eq(calendar_weekday(first), 1);
		ck_assert_int_le(first, library_days(year, 1, 4));
		ck_assert_int_gt(first + 7, library_days(year, 1, 4));
	}
}
END_TEST

START_TEST(points_in_time_are_read)
{
	static const struct {
		const char *string;
		int64_t at_us;
	} cases[] = {
		{"1970-01-01", 0},
		{"1970-01-01T00:00:01Z", 1000000},
		{"1969-12-31T23:59:59.999999Z", -1},
		{"2025-10-15", INT64_C(1760486400000000)},
		{"2025-10-15T14:30", INT64_C(1760538600000000)},
		{"2025-10-15T14:30Z", INT64_C(1760538600000000)},
		{"2025-10-15 14:30", INT64_C(1760538600000000)},
		{"2025-10-15T14:30:00", INT64_C(1760538600000000)},
		{"2025-10-15 14:30:07Z", INT64_C(1760538607000000)},
		{"2025-10-15T14:30:00.5Z", INT64_C(1760538600500000)},
		{"2025-10-15T14:30:00.000001", INT64_C(1760538600000001)},
		{"2024-02-29T23:59:59Z", INT64_C(1709251199000000)},
		{"0001-01-01", INT64_C(-62135596800000000)},
		{"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
	};
	int64_t at_us;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		ck_assert_msg(calendar_parse(cases[i].string, &at_us), "%s is refused", cases[i].string);
		ck_assert_int_eq(at_us, cases[i].at_us);
	}
}
END_TEST

START_TEST(what_is_no_point_in_time_is_refused)
{
	static const char *const cases[] = {
		"",
		"2025",
		"2025-10",
		"2025-1-15",
		"25-10-15",
		"2025/10/15",
		"20251015",
		" 2025-10-15",
		"2025-10-15 ",
		"+025-10-15",
		"0000-01-01",
		"2025-00-01",
		"2025-13-01",
		"2025-10-00",
		"2025-10-32",
		"2025-04-31",
		"2025-02-29",
		"1900-02-29",
		"2025-10-15T",
		"2025-10-15T14",
		"2025-10-15T14:3",
		"2025-10-15T24:00",
		"2025-10-15T14:60",
		"2025-10-15T14:30:60",
		"2025-10-15T14:30:",
		"2025-10-15T14:30:00.",
		"2025-10-15T14:30:00.1234567",
		"2025-10-15T14:30:00+02:00",
		"2025-10-15T14:30:00+00",
		"2025-10-15T14:30:00ZZ",
		"2025-10-15T14:30:00z",
		"2025-10-15t14:30:00",
		"2025-10-15T14:30.5",
		"2025-10-15T14:30:00Z\n",
		"infinity",
		"2025-10-15 BC",
	};
	int64_t at_us;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		ck_assert_msg(!calendar_parse(cases[i], &at_us), "\"%s\" is taken for a point in time", cases[i]);
}
END_TEST

START_TEST(points_in_time_are_written)
{
	static const struct {
		int64_t at_us;
		const char *string;
	} cases[] = {
		{0, "1970-01-01T00:00:00Z"},
		{-1, "1969-12-31T23:59:59.999999Z"},
		{INT64_C(1760538600000000), "2025-10-15T14:30:00Z"},
		{INT64_C(1760538600500000), "2025-10-15T14:30:00.500000Z"},
		{INT64_C(1760538600000001), "2025-10-15T14:30:00.000001Z"},
		{INT64_C(-62135596800000000), "0001-01-01T00:00:00Z"},
		{INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
		{INT64_C(253402300800000000), "10000-01-01T00:00:00Z"},
	};
	struct text text = {0};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		calendar_append(&text, cases[i].at_us);
		suite_assert_text(&text, cases[i].string);
	}
}
END_TEST

SUITE("calendar", every_month_of_ten_thousand_years_begins_and_ends_where_the_library_has_it, days_count_from_1970,
      leap_years_are_those_of_the_gregorian_calendar, weekdays_go_from_monday_to_sunday,
      the_first_week_is_the_one_of_january_4, points_in_time_are_read, what_is_no_point_in_time_is_refused,
      points_in_time_are_written)
