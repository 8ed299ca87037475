/*
 * feed: runs a report's statement and feeds its rows to a renderer, with columns bound by name.
 *
 * Does not print.
 *
 *	if (!feed_report(db, &usage_team, &period, ids, id_count, is_found, render, &rows, error)) ...
 */
#ifndef LM_FEED_H
#define LM_FEED_H

#include "db.h"
#include "error.h"
#include "period.h"
#include "render.h"
#include "report.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Runs a report for the subjects asked for, and sets is_found[i] for each that is known. Subjects that are not UTF-8
 * are not known. *rows is how many rows came. Fails when the database or the renderer does, or when the statement's
 * columns are not those declared.
 */
bool feed_report(struct db *db, const struct report *report, const struct period *period, const char *const *subjects,
                 size_t subject_count, bool *is_found, struct render *render, size_t *rows, struct error *error);

/*
 * Runs a statement of a list report with parameters as db_query takes them. see, unless NULL, is shown each row's
 * cells, in the order of the report's columns, before they are rendered; render may be NULL. Fails as feed_report does.
 */
bool feed_rows(struct db *db, const struct report *report, const char *sql, const char *const *parameters,
               size_t parameter_count, struct render *render, void (*see)(void *context, const struct cell *cells),
               void *context, struct error *error);

#endif
