/*
 * period: the PERIOD words of all tools to a half-open span of UTC time.
 *
 * Does not read a clock: "now" is an argument (the database's clock, or --now).
 *
 *	struct period period;
 *	if (!period_parse("2025-10", now_us, &period, error)) ...
 *	jobs with period.from_us <= created_at < period.to_us
 */
#ifndef LM_PERIOD_H
#define LM_PERIOD_H

#include "error.h"

#include <stdbool.h>
#include <stdint.h>

/* What --help and the manual say of a PERIOD. */
#define PERIOD_HELP \
	"2025, 2025-10, 2025-W42, 2025-10-15, 2025-10-15T08, A..B (from the start of A to the end of B), 24h, 7d or 12w " \
	"(ending now), today, yesterday, this-month, last-month; all in UTC"

struct period {
	char name[64];   /* the word itself; calendar words by their date: this-month is 2025-10 */
	int64_t from_us; /* first microsecond that belongs to it, since 1970-01-01T00:00:00Z */
	int64_t to_us;   /* first microsecond that no longer belongs to it */
	bool partial;    /* still open at now_us: to_us lies after it */
};

/* Reads a word as the calendar or the clock has it at now_us. Fails with a sentence that says what is wrong with it. */
bool period_parse(const char *word, int64_t now_us, struct period *period, struct error *error);

enum period_unit { PERIOD_WEEK, PERIOD_MONTH };

/* The start of the ISO week or the month that a point in time lies in, and that of the one so many behind it. */
int64_t period_unit_start(enum period_unit unit, int64_t at_us);
int64_t period_unit_add(enum period_unit unit, int64_t start_us, int count);

/*
 * The span before a period that it is compared with: the months before one of whole months, else as much time as the
 * period has. Of a period that is still open, only as much of that span as has passed of the period.
 */
void period_previous(const struct period *period, int64_t now_us, int64_t *from_us, int64_t *to_us);

#endif
