/*
 * feed: runs a report's statement and feeds its rows to a renderer, with columns bound by name.
 *
 * Does not print.
 *
 *	if (!feed_report(db, &usage_team, &question, is_found, render, &rows, error)) ...
 */
#ifndef LM_FEED_H
#define LM_FEED_H

#include "db.h"
#include "error.h"
#include "period.h"
#include "render.h"
#include "report.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a report is asked. Everything is borrowed. */
struct feed_question {
	const struct period *period; /* from, to: $1, $2 */
	bool has_no_from, has_no_to; /* from the beginning of time, to its end; the period does not say */
	struct {
		const char *const *words;
		size_t count;
		bool is_given;               /* else all */
	} filters[PARAMETER_COUNT];      /* by enum report_parameter; those of a report's subjects are the subjects */
	const char *own[REPORT_OWN_MAX]; /* values of the report's own parameters, in their order, as PostgreSQL's text */
	int64_t limit;                   /* rows of a list's section; 0 = all */
	const char *sort;                /* the name of a column; sections that have it are sorted by it; NULL = none is */
	bool is_descending;
	const struct report *shown; /* the report with the columns that the renderer was opened for; NULL = all of them */
	/* Shown each row's section and cells, in the order of the report's columns, before they are rendered; NULL =
	 * nobody. */
	void (*see)(void *context, const struct section *section, const struct cell *cells);
	void *context;
};

/* Appends an array literal of those of the words that PostgreSQL can be asked for: others than UTF-8 are nobody's. */
bool feed_append_words(struct text *array, const char *const *words, size_t count, struct error *error);

/*
 * Runs a report: of one with subjects, is_found[i] is set for each that is known; those that are not UTF-8 are not.
 * *rows is how many rows came. Sections that are given by the caller have to be rendered before. Fails when the
 * database or the renderer does, or when a statement's columns are not those declared.
 */
bool feed_report(struct db *db, const struct report *report, const struct feed_question *question, bool *is_found,
                 struct render *render, size_t *rows, struct error *error);

/*
 * Runs a statement of a list report with parameters as db_query takes them. see, unless NULL, is shown each row's
 * cells, in the order of the report's columns, before they are rendered; render may be NULL. Fails as feed_report does.
 */
bool feed_rows(struct db *db, const struct report *report, const char *sql, const char *const *parameters,
               size_t parameter_count, struct render *render,
               void (*see)(void *context, const struct section *section, const struct cell *cells), void *context,
               struct error *error);

#endif
