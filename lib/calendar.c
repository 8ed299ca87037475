#include "calendar.h"

#include <ctype.h>
#include <string.h>

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Rounds towards minus infinity, so that times before 1970 fall into the right day. */
static int64_t divide_down(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

int calendar_days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days before January 1 of a year, counted from year 1. */
static int64_t days_before_year(int year)
{
	int64_t past = year - 1;

	return past * 365 + divide_down(past, 4) - divide_down(past, 100) + divide_down(past, 400);
}

int64_t calendar_days(struct calendar_date date)
{
	int64_t days = days_before_year(date.year) - days_before_year(1970) + date.day - 1;
	int month;

	for (month = 1; month < date.month; month++)
		days += calendar_days_in_month(date.year, month);
	return days;
}

struct calendar_date calendar_date(int64_t at_us)
{
	int64_t days = divide_down(at_us, CALENDAR_DAY_US) + days_before_year(1970);
	struct calendar_date date = {(int)divide_down(days * 400, 146097) + 1, 1, 1};

	/* 146097 days are 400 years: the guess is off by one at most. */
	if (days_before_year(date.year) > days)
		date.year--;
	else if (days_before_year(date.year + 1) <= days)
		date.year++;
	days -= days_before_year(date.year);
	while (days >= calendar_days_in_month(date.year, date.month))
		days -= calendar_days_in_month(date.year, date.month++);
	date.day = (int)days + 1;
	return date;
}

int calendar_weekday(int64_t days)
{
	return (int)(days + 3 - 7 * divide_down(days + 3, 7)) + 1; /* 1970-01-01 was a Thursday */
}

int64_t calendar_first_week(int year)
{
	int64_t fourth = calendar_days((struct calendar_date){year, 1, 4});

	return fourth - (calendar_weekday(fourth) - 1);
}

/* Reads exactly count digits into *value and moves on. */
static bool read_digits(const char **at, int count, int *value)
{
	*value = 0;
	for (; count > 0; count--, (*at)++) {
		if (!isdigit((unsigned char)**at))
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

/* Reads .f to .ffffff, if there, as microseconds. */
static bool read_fraction(const char **at, int *fraction_us)
{
	int unit = 100000;

	*fraction_us = 0;
	if (**at != '.')
		return true;
	(*at)++;
	if (!isdigit((unsigned char)**at))
		return false;
	for (; isdigit((unsigned char)**at) && unit > 0; (*at)++, unit /= 10)
		*fraction_us += (**at - '0') * unit;
	return true;
}

bool calendar_parse(const char *string, int64_t *at_us)
{
	struct calendar_date date;
	int hour = 0, minute = 0, second = 0, fraction_us = 0;
	const char *at = string;

	if (!read_digits(&at, 4, &date.year) || *at++ != '-' || !read_digits(&at, 2, &date.month) || *at++ != '-' ||
	    !read_digits(&at, 2, &date.day))
		return false;
	if (*at == 'T' || *at == ' ') {
		at++;
		if (!read_digits(&at, 2, &hour) || *at++ != ':' || !read_digits(&at, 2, &minute))
			return false;
		if (*at == ':') {
			at++;
			if (!read_digits(&at, 2, &second) || !read_fraction(&at, &fraction_us))
				return false;
		}
		if (*at == 'Z')
			at++;
	}
	if (*at != '\0' || date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
	    date.day > calendar_days_in_month(date.year, date.month) || hour > 23 || minute > 59 || second > 59)
		return false;
	*at_us = calendar_days(date) * CALENDAR_DAY_US + hour * CALENDAR_HOUR_US +
	         (minute * 60 + second) * CALENDAR_SECOND_US + fraction_us;
	return true;
}

void calendar_append(struct text *text, int64_t at_us)
{
	struct calendar_date date = calendar_date(at_us);
	int64_t in_day_us = at_us - calendar_days(date) * CALENDAR_DAY_US;
	int seconds = (int)(in_day_us / CALENDAR_SECOND_US);
	int fraction_us = (int)(in_day_us % CALENDAR_SECOND_US);

	text_append_format(text, "%04d-%02d-%02dT%02d:%02d:%02d", date.year, date.month, date.day, seconds / 3600,
	                   seconds / 60 % 60, seconds % 60);
	if (fraction_us > 0)
		text_append_format(text, ".%06d", fraction_us);
	text_append_byte(text, 'Z');
}
