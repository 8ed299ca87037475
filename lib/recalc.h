/*
 * recalc: makes the platform's stored numbers true (team_usage_summaries, job_cost_summaries), or says where they are
 * not, one month or day after another.
 *
 * Does not loop over teams or jobs: each month or day is one statement and one transaction, so that a run that
 * ends early leaves whole ones.
 *
 *	struct recalc recalc = {.task = &recalc_summaries, .db = db, .render = render};
 *	recalc_plan_add(&recalc.plan, &period, true, true, error);
 *	recalc_prepare(&recalc, error);
 *	for (i = 0; i < recalc.plan.count; i++)
 *		recalc_unit(&recalc, &recalc.plan.units[i], error);
 *	recalc_free(&recalc);
 */
#ifndef LM_RECALC_H
#define LM_RECALC_H

#include "db.h"
#include "error.h"
#include "period.h"
#include "render.h"
#include "report.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECALC_COLUMNS_MAX 12

/* A month or a day. */
struct recalc_unit {
	char name[16]; /* 2025-10 or 2025-10-15 */
	bool is_month;
	int64_t from_us; /* first microsecond that belongs to it, since 1970 */
	int64_t to_us;   /* first that no longer does */
	/* The row about it, words and numbers, once that is known. */
	char row[RECALC_COLUMNS_MAX][32];
	bool is_settled; /* there is nothing to store */
};

/* Months and days in the order in which they are worked through, each once. */
struct recalc_plan {
	struct recalc_unit *units; /* owned */
	size_t count;
	size_t capacity;
};

/*
 * Adds the whole months of a period, if wanted, and each of its days, if wanted. Fails, with a sentence, for a period
 * that is not made of whole days, and for one without a whole month where only months are wanted.
 */
bool recalc_plan_add(struct recalc_plan *plan, const struct period *period, bool months, bool days,
                     struct error *error);

/* One thing that can be done with a unit. */
struct recalc_task {
	const struct report *report;
	bool is_writer;
	bool wants_open; /* whether units that are still open are worth looking at */
	/* The statements on months and days, and those on days alone; NULL = none. Each a list of parts, ends with NULL. */
	const char *const *summaries;
	const char *const *jobs;
	/* One that says of several days at once on which there is anything to store; NULL = none. */
	const char *const *days;
	/* One that lists the rows that differ, to find out which do not fit; of writers. */
	const char *const *changes;
};

extern const struct recalc_task recalc_summaries, recalc_summaries_dry, recalc_jobs, recalc_jobs_dry, recalc_verify;

/* The tables that may be written, as a GRANT names them. */
#define RECALC_TABLES "team_usage_summaries, job_cost_summaries"

/* What became of the rows so far. */
struct recalc_totals {
	int64_t rows;    /* looked at, or, without writing, found to differ */
	int64_t written; /* inserted and updated */
	int64_t failed;  /* do not fit into their table */
	int64_t drift;   /* rows of the class drift */
};

struct recalc {
	const struct recalc_task *task;
	struct recalc_plan plan;
	struct db *db;         /* borrowed */
	struct render *render; /* borrowed */
	const char *team;      /* NULL = all; borrowed */
	int64_t now_us;
	struct recalc_totals totals;
	size_t printed;       /* rows that were handed to render */
	struct text failures; /* a line, with its end, for each row that does not fit; the caller empties it */
	/* Private: the statements, fitted to the tables' columns; "" = none. */
	struct text summaries_sql, jobs_sql, days_sql;
	struct recalc_unit *unit; /* the one that is worked on */
};

/* Takes the lock that lets one lm-recalc write at a time; it is held until db is closed. Fails when another has it. */
bool recalc_lock(struct db *db, struct error *error);

/*
 * Reads which columns the tables have, and fits the statements to them. Fails for a team that is not known: without
 * credits, jobs, summaries and ledger rows.
 */
bool recalc_prepare(struct recalc *recalc, struct error *error);

/*
 * Finds out of count units from the first on, which are days of one month, on which there is nothing to store, where
 * the task has a way to do that.
 */
bool recalc_settle(struct recalc *recalc, struct recalc_unit *first, size_t count, struct error *error);

/* Works through one month or day, and makes it last. */
bool recalc_unit(struct recalc *recalc, struct recalc_unit *unit, struct error *error);

void recalc_free(struct recalc *recalc);

#endif
