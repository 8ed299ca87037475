#include "period.h"

#include "calendar.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define LONGEST_ROLLING_DAYS 36525

/* Whether a word has the shape of a pattern, in which 0 stands for any digit. */
static bool has_shape(const char *word, const char *pattern)
{
	for (; *pattern != '\0'; word++, pattern++)
		if (*pattern == '0' ? !isdigit((unsigned char)*word) : *word != *pattern)
			return false;
	return *word == '\0';
}

static int number(const char *digits, size_t count)
{
	int value = 0;

	while (count-- > 0)
		value = value * 10 + (*digits++ - '0');
	return value;
}

/* The end of the month that starts at date, in days. */
static struct calendar_date next_month(struct calendar_date date)
{
	if (date.month == 12)
		return (struct calendar_date){date.year + 1, 1, 1};
	return (struct calendar_date){date.year, date.month + 1, 1};
}

static void set_days(struct period *period, int64_t from_day, int64_t to_day)
{
	period->from_us = from_day * CALENDAR_DAY_US;
	period->to_us = to_day * CALENDAR_DAY_US;
}

static bool parse_week(const char *word, int year, struct period *period, struct error *error)
{
	int week = number(word + 6, 2);
	int64_t first = calendar_first_week(year);
	int weeks = (int)((calendar_first_week(year + 1) - first) / 7);

	if (week < 1 || week > weeks)
		return error_set(error, "\"%s\" is not a period: %d has the weeks W01 to W%d", word, year, weeks);
	set_days(period, first + (week - 1) * 7, first + week * 7);
	return true;
}

/* Reads YYYY-MM, YYYY-MM-DD and YYYY-MM-DDTHH. */
static bool parse_date(const char *word, int year, struct period *period, struct error *error)
{
	struct calendar_date date = {year, number(word + 5, 2), 1};
	int64_t day;
	int hour;

	if (date.month < 1 || date.month > 12)
		return error_set(error, "\"%s\" is not a period: there is no month %02d", word, date.month);
	if (strlen(word) == 7) {
		set_days(period, calendar_days(date), calendar_days(next_month(date)));
		return true;
	}
	date.day = number(word + 8, 2);
	if (date.day < 1 || date.day > calendar_days_in_month(date.year, date.month))
		return error_set(error, "\"%s\" is not a period: %.7s has the days 01 to %d", word, word,
		                 calendar_days_in_month(date.year, date.month));
	day = calendar_days(date);
	set_days(period, day, day + 1);
	if (strlen(word) == 10)
		return true;
	hour = number(word + 11, 2);
	if (hour > 23)
		return error_set(error, "\"%s\" is not a period: a day has the hours 00 to 23", word);
	period->from_us += hour * CALENDAR_HOUR_US;
	period->to_us = period->from_us + CALENDAR_HOUR_US;
	return true;
}

/* Reads 24h, 7d, 12w. */
static bool parse_rolling(const char *word, int64_t now_us, struct period *period, struct error *error)
{
	size_t digits = strspn(word, "0123456789");
	char unit = word[digits];
	int64_t unit_us = unit == 'h' ? CALENDAR_HOUR_US : unit == 'd' ? CALENDAR_DAY_US : 7 * CALENDAR_DAY_US;
	int count = digits < 8 ? number(word, digits) : 0;

	if (count < 1 || count > LONGEST_ROLLING_DAYS * CALENDAR_DAY_US / unit_us)
		return error_set(error, "\"%s\" is not a period: it must span from 1h to 100 years", word);
	period->from_us = now_us - count * unit_us;
	period->to_us = now_us;
	return period->from_us >= calendar_days((struct calendar_date){1, 1, 1}) * CALENDAR_DAY_US ||
	       error_set(error, "\"%s\" is not a period: it starts before the year 0001", word);
}

static bool is_rolling(const char *word)
{
	size_t digits = strspn(word, "0123456789");

	return digits > 0 && word[digits] != '\0' && strchr("hdw", word[digits]) != NULL && word[digits + 1] == '\0';
}

/* Reads today, yesterday, this-month, last-month; the period's name becomes their date. */
static bool parse_relative(const char *word, int64_t now_us, struct period *period)
{
	struct calendar_date now = calendar_date(now_us);
	struct calendar_date first = {now.year, now.month, 1};
	struct calendar_date previous = now.month == 1 ? (struct calendar_date){now.year - 1, 12, 1}
	                                               : (struct calendar_date){now.year, now.month - 1, 1};
	int64_t today = calendar_days(now);

	if (strcmp(word, "today") == 0)
		set_days(period, today, today + 1);
	else if (strcmp(word, "yesterday") == 0)
		set_days(period, today - 1, today);
	else if (strcmp(word, "this-month") == 0)
		set_days(period, calendar_days(first), calendar_days(next_month(first)));
	else if (strcmp(word, "last-month") == 0)
		set_days(period, calendar_days(previous), calendar_days(first));
	else
		return false;
	first = calendar_date(period->from_us);
	snprintf(period->name, sizeof period->name, strstr(word, "month") != NULL ? "%04d-%02d" : "%04d-%02d-%02d",
	         first.year, first.month, first.day);
	return true;
}

/* Reads a word that names a stretch of the calendar: all but rolling spans and ranges. */
static bool parse_calendar(const char *word, int64_t now_us, struct period *period, struct error *error)
{
	int year;

	if (parse_relative(word, now_us, period))
		return true;
	snprintf(period->name, sizeof period->name, "%s", word);
	if (!has_shape(word, "0000") && !has_shape(word, "0000-00") && !has_shape(word, "0000-W00") &&
	    !has_shape(word, "0000-00-00") && !has_shape(word, "0000-00-00T00"))
		return error_set(error, "\"%s\" is not a period: expected " PERIOD_HELP, word);
	year = number(word, 4);
	if (year == 0)
		return error_set(error, "\"%s\" is not a period: there is no year 0000", word);
	if (word[4] == '\0') {
		set_days(period, calendar_days((struct calendar_date){year, 1, 1}),
		         calendar_days((struct calendar_date){year + 1, 1, 1}));
		return true;
	}
	return word[5] == 'W' ? parse_week(word, year, period, error) : parse_date(word, year, period, error);
}

static bool parse_range(const char *word, const char *dots, int64_t now_us, struct period *period, struct error *error)
{
	struct period first, last;
	char start[sizeof first.name];

	snprintf(start, sizeof start, "%.*s", (int)(dots - word), word);
	if (start[0] == '\0' || dots[2] == '\0')
		return error_set(error, "\"%s\" is not a period: a range has two ends, A..B", word);
	if (is_rolling(start) || is_rolling(dots + 2))
		return error_set(error, "\"%s\" is not a period: a span that ends now cannot be an end of another", word);
	if (!parse_calendar(start, now_us, &first, error) || !parse_calendar(dots + 2, now_us, &last, error))
		return false;
	if (last.to_us <= first.from_us)
		return error_set(error, "\"%s\" is not a period: it ends before it starts", word);
	period->from_us = first.from_us;
	period->to_us = last.to_us;
	snprintf(period->name, sizeof period->name, "%.30s..%.30s", first.name, last.name);
	return true;
}

bool period_parse(const char *word, int64_t now_us, struct period *period, struct error *error)
{
	const char *dots = strstr(word, "..");
	bool done;

	if (dots != NULL)
		done = parse_range(word, dots, now_us, period, error);
	else if (is_rolling(word)) {
		snprintf(period->name, sizeof period->name, "%s", word);
		done = parse_rolling(word, now_us, period, error);
	} else
		done = parse_calendar(word, now_us, period, error);
	period->partial = done && period->to_us > now_us;
	return done;
}

int64_t period_unit_start(enum period_unit unit, int64_t at_us)
{
	struct calendar_date date = calendar_date(at_us);
	int64_t day = calendar_days(date);

	return (unit == PERIOD_WEEK ? day - (calendar_weekday(day) - 1) : day - (date.day - 1)) * CALENDAR_DAY_US;
}

int64_t period_unit_add(enum period_unit unit, int64_t start_us, int count)
{
	struct calendar_date date = calendar_date(start_us);
	int months = date.year * 12 + date.month - 1 + count;

	if (unit == PERIOD_WEEK)
		return start_us + count * 7 * CALENDAR_DAY_US;
	return calendar_days((struct calendar_date){months / 12, months % 12 + 1, 1}) * CALENDAR_DAY_US;
}

static bool is_month_start(int64_t at_us)
{
	return period_unit_start(PERIOD_MONTH, at_us) == at_us;
}

void period_previous(const struct period *period, int64_t now_us, int64_t *from_us, int64_t *to_us)
{
	struct calendar_date from = calendar_date(period->from_us), to = calendar_date(period->to_us);
	int months = (to.year - from.year) * 12 + to.month - from.month;
	int64_t end_us = period->partial ? now_us : period->to_us;

	if (is_month_start(period->from_us) && is_month_start(period->to_us))
		*from_us = period_unit_add(PERIOD_MONTH, period->from_us, -months);
	else
		*from_us = period->from_us - (period->to_us - period->from_us);
	*to_us = *from_us + (end_us - period->from_us);
	/* A month is not as long as the next. */
	if (!period->partial || *to_us > period->from_us)
		*to_us = period->from_us;
}
