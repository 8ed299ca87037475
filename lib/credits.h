/*
 * credits: the reports of lm-credits, constant tables that feed runs, and what exit status their rows mean.
 *
 * Does not ask the database anything.
 *
 *	struct credits_low low = {0};
 *	struct feed_question question = {.see = credits_low_see, .context = &low, ...};
 *	feed_report(db, &credits_low, &question, NULL, render, &rows, error);
 *	status = credits_low_status(&low);
 */
#ifndef LM_CREDITS_H
#define LM_CREDITS_H

#include "error.h"
#include "report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Documents about a team. transactions has sections with statements of their own, to be run for one team: without a row
 * of the first, the team is unknown; $1 and $2 are -infinity and infinity unless they were asked for.
 */
extern const struct report credits_balance, credits_transactions;

/* The rows of transactions alone, a list: for the formats that stream. */
extern const struct report credits_transaction_rows;

/* Lists. */
extern const struct report credits_daily, credits_top, credits_low, credits_forecast, credits_refills;

/* Two sections of one statement, totals and findings. $1 and $2 as for transactions. */
extern const struct report credits_audit;

/* All of them, ends with NULL. */
extern const struct report *const credits_reports[];

/* The types of transactions, ends with NULL. */
extern const char *const credits_transaction_types[];

/* Amounts and counts are added up in these. */
#define CREDITS_MILLIONTHS INT64_C(1000000)

/* The kinds of findings of an audit, ends with NULL. */
extern const char *const credits_audit_kinds[];

/* What teams are low. Begins as {0}. */
struct credits_low {
	bool has_low;
	bool has_empty; /* one has nothing left */
	size_t unknown; /* teams with credits of which nobody knows how many are used */
};

/* Takes the cells of a row of credits_low, as feed hands them on; context is a struct credits_low. */
void credits_low_see(void *context, const struct section *section, const struct cell *cells);

/* EXIT_WARNING where a team is low, EXIT_CRITICAL where one has nothing left, EXIT_UNKNOWN where one may have; of a
 * struct credits_low. */
enum exit_status credits_low_status(const void *context);

/* What an audit found. The limits and what is accepted are set before, the rest begins as 0. Amounts are in millionths.
 */
struct credits_found {
	const char *const *accepted; /* kinds that are as they should be, and don't count; not owned */
	size_t accepted_count;
	bool has_critical_usd, has_critical_credits;
	int64_t critical_usd_millionths, critical_credits_millionths;
	int64_t findings;                           /* those that count, in millionths */
	int64_t listable;                           /* and all of them */
	int64_t usd_millionths, credits_millionths; /* of all kinds, whichever way they went */
};

/* Takes the cells of a row of credits_audit, of which the totals count; context is a struct credits_found. */
void credits_audit_see(void *context, const struct section *section, const struct cell *cells);

/* EXIT_WARNING on any finding, EXIT_CRITICAL where an amount is above its limit; of a struct credits_found. */
enum exit_status credits_audit_status(const void *context);

/*
 * An amount from a command line, 12 or 12.50, not negative, to millionths; below 100,000,000,000. Fails, with a
 * sentence that calls it what it is, "an amount", for anything else.
 */
bool credits_parse_amount(const char *word, const char *what, int64_t *millionths, struct error *error);

#endif
