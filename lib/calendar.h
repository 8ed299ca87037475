/*
 * calendar: points in time as microseconds since 1970-01-01T00:00:00Z, in the proleptic Gregorian calendar, UTC only.
 *
 * Does not read any clock and knows no time zone.
 *
 *	int64_t at_us;
 *	if (calendar_parse("2025-10-15T14:30:00Z", &at_us))
 *		calendar_append(&line, at_us);
 */
#ifndef LM_CALENDAR_H
#define LM_CALENDAR_H

#include "text.h"

#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_SECOND_US INT64_C(1000000)
#define CALENDAR_HOUR_US (3600 * CALENDAR_SECOND_US)
#define CALENDAR_DAY_US (24 * CALENDAR_HOUR_US)

struct calendar_date {
	int year;  /* 1 to 9999, and 10000 as the end of 9999 */
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
};

/* Days from 1970-01-01 to the date. */
int64_t calendar_days(struct calendar_date date);

/* The date of a point in time. */
struct calendar_date calendar_date(int64_t at_us);

/* Days in a month, 28 to 31. */
int calendar_days_in_month(int year, int month);

/* Monday = 1 to Sunday = 7 (ISO 8601), from days since 1970-01-01. */
int calendar_weekday(int64_t days);

/* Days from 1970-01-01 to the Monday of the first ISO 8601 week of a year: the week that holds January 4. */
int64_t calendar_first_week(int year);

/*
 * Reads YYYY-MM-DD, YYYY-MM-DDTHH:MM or YYYY-MM-DDTHH:MM:SS[.ffffff], with a space for the T and an ending Z allowed.
 * Returns false for anything else, other zones and dates that do not exist among it.
 */
bool calendar_parse(const char *string, int64_t *at_us);

/* Appends YYYY-MM-DDTHH:MM:SSZ, with six digits of a fraction where there is one. */
void calendar_append(struct text *text, int64_t at_us);

#endif
