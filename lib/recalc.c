#include "recalc.h"

#include "calendar.h"
#include "feed.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The platform writes a job's row just after its end. */
#define SETTLED_US CALENDAR_HOUR_US

static bool take_lock(void *context, const struct db_row *row, struct error *error)
{
	struct cell cell = db_value(row, 0);

	(void)context;
	return (cell.length == 1 && cell.bytes[0] == 't') ||
	       error_set(error, "another lm-recalc is at work on this database: try again when it has ended");
}

bool recalc_lock(struct db *db, struct error *error)
{
	return db_query(db, sql_recalc_lock, NULL, 0, take_lock, NULL, error);
}

/* Appends a column's name to a list of them, each between newlines. */
static bool take_column(void *context, const struct db_row *row, struct error *error)
{
	struct text *names = context;

	text_append_format(names, "%s\n", db_value(row, 0).bytes);
	return !names->failed || error_out_of_memory(error);
}

/* Whether a line ends with "-- if NAME" of a column that is not in the list. */
static bool is_left_out(const char *line, size_t length, const char *names)
{
	static const char mark[] = "-- if ";
	struct text name = {0};
	bool is_missing;
	size_t at;

	for (at = 0; at + strlen(mark) < length && strncmp(line + at, mark, strlen(mark)) != 0; at++)
		;
	if (at + strlen(mark) >= length)
		return false;
	at += strlen(mark);
	text_append_format(&name, "\n%.*s\n", (int)(length - at), line + at);
	is_missing = strstr(names, text_string(&name)) == NULL;
	text_free(&name);
	return is_missing;
}

/* Appends a statement without the lines about columns that its table lacks. */
static bool fit(struct recalc *recalc, const char *const *parts, const char *table, struct text *sql,
                struct error *error)
{
	struct text names = {0};
	const char *line;
	bool done;

	if (parts == NULL)
		return true;
	text_append_byte(&names, '\n');
	done = db_query(recalc->db, sql_columns, &table, 1, take_column, &names, error);
	for (; done && *parts != NULL; parts++)
		for (line = *parts; *line != '\0'; line += strcspn(line, "\n") + 1)
			if (!is_left_out(line, strcspn(line, "\n"), text_string(&names)))
				text_append(sql, line, strcspn(line, "\n") + 1);
	text_free(&names);
	return done && (!sql->failed || error_out_of_memory(error));
}

static bool take_known(void *context, const struct db_row *row, struct error *error)
{
	(void)row;
	(void)error;
	*(bool *)context = true;
	return true;
}

/* Whether the team asked for, if one is, is known. */
static bool check_team(struct recalc *recalc, struct error *error)
{
	const char *parameters[PARAMETER_COUNT] = {NULL};
	struct text sql = {0}, array = {0};
	bool is_known = false, done;

	if (recalc->team == NULL)
		return true;
	text_append_string(&sql, sql_facts_raw);
	text_append_string(&sql, sql_known_teams);
	db_append_array(&array, &recalc->team, 1);
	parameters[PARAMETER_TEAMS] = text_string(&array);
	done = sql.failed || array.failed
	           ? error_out_of_memory(error)
	           : db_query(recalc->db, sql.bytes, parameters, PARAMETER_COUNT, take_known, &is_known, error);
	text_free(&sql);
	text_free(&array);
	if (done && !is_known)
		return error_set(error, "unknown team \"%s\": it has no credits, jobs, summaries or ledger rows", recalc->team);
	return done;
}

bool recalc_prepare(struct recalc *recalc, struct error *error)
{
	return check_team(recalc, error) &&
	       fit(recalc, recalc->task->summaries, "team_usage_summaries", &recalc->summaries_sql, error) &&
	       fit(recalc, recalc->task->jobs, "job_cost_summaries", &recalc->jobs_sql, error) &&
	       fit(recalc, recalc->task->days, "job_cost_summaries", &recalc->days_sql, error);
}

static int64_t integer(const struct cell *cell)
{
	return cell->bytes != NULL ? strtoll(cell->bytes, NULL, 10) : 0;
}

/* Adds a row of the report to the totals, by its columns' names, and keeps it until it is committed. */
static void count_row(void *context, const struct section *section, const struct cell *cells)
{
	struct recalc *recalc = context;
	const struct column *column = recalc->task->report->sections[0].columns;
	struct recalc_totals *totals = &recalc->totals;
	size_t i;

	(void)section;
	totals->rows += !recalc->task->is_writer;
	for (i = 0; recalc->task->is_writer && !recalc->unit->is_settled && column[i].name != NULL; i++)
		snprintf(recalc->unit->row[i], sizeof recalc->unit->row[i], "%s", cells[i].bytes);
	for (; column->name != NULL; column++, cells++) {
		if (strcmp(column->name, "inserted") == 0 || strcmp(column->name, "updated") == 0)
			totals->written += integer(cells);
		else if (strcmp(column->name, "teams") == 0 || strcmp(column->name, "jobs") == 0)
			totals->rows += integer(cells);
		else if (strcmp(column->name, "failed") == 0)
			totals->failed += integer(cells);
		else if (strcmp(column->name, "class") == 0)
			totals->drift += strcmp(cells->bytes, "drift") == 0;
	}
}

/* Appends a line about a row that does not fit. The columns of both statements about changes are known by name. */
static bool take_failure(void *context, const struct db_row *row, struct error *error)
{
	struct text *failures = context;
	size_t job = db_find_column(row, "job_id");
	bool has_job = job < db_column_count(row);
	struct cell id;

	if (strcmp(db_value(row, db_find_column(row, "change")).bytes, "overflow") != 0)
		return true;
	id = db_value(row, has_job ? job : db_find_column(row, "team_id"));
	text_append_string(failures, has_job ? "job \"" : "team \"");
	/* An id may hold the line ends that separate failures. */
	text_append_terminal(failures, id.bytes, id.length);
	text_append_format(
		failures, "\", %s: %s tokens do not fit into %s; run: %s", db_value(row, db_find_column(row, "period")).bytes,
		db_value(row, db_find_column(row, "new_tokens")).bytes, has_job ? "job_cost_summaries" : "team_usage_summaries",
		db_value(row, db_find_column(row, "remedy")).bytes);
	text_append_byte(failures, '\n');
	return !failures->failed || error_out_of_memory(error);
}

/* The parameters of a unit's statements, as text. */
struct parameters {
	struct text from, to, team, settled;
	const char *values[PARAMETER_COUNT + 3];
	size_t count;
};

static void free_parameters(struct parameters *parameters)
{
	text_free(&parameters->from);
	text_free(&parameters->to);
	text_free(&parameters->team);
	text_free(&parameters->settled);
}

static bool make_parameters(const struct recalc *recalc, const struct recalc_unit *unit, bool is_jobs,
                            struct parameters *parameters, struct error *error)
{
	calendar_append(&parameters->from, unit->from_us);
	calendar_append(&parameters->to, unit->to_us);
	calendar_append(&parameters->settled, recalc->now_us - SETTLED_US);
	if (recalc->team != NULL)
		db_append_array(&parameters->team, &recalc->team, 1);
	memset(parameters->values, 0, sizeof parameters->values);
	parameters->values[PARAMETER_FROM] = text_string(&parameters->from);
	parameters->values[PARAMETER_TO] = text_string(&parameters->to);
	parameters->values[PARAMETER_TEAMS] = recalc->team != NULL ? text_string(&parameters->team) : NULL;
	parameters->values[PARAMETER_COUNT] = is_jobs ? text_string(&parameters->settled) : unit->name;
	parameters->values[PARAMETER_COUNT + 1] = is_jobs ? unit->name : unit->is_month ? "monthly" : "daily";
	parameters->values[PARAMETER_COUNT + 2] = unit->to_us > recalc->now_us ? "t" : "f";
	parameters->count = PARAMETER_COUNT + (!is_jobs && recalc->task == &recalc_verify ? 3 : 2);
	return !(parameters->from.failed || parameters->to.failed || parameters->settled.failed ||
	         parameters->team.failed) ||
	       error_out_of_memory(error);
}

/* Names the rows of a unit that do not fit. */
static bool find_failures(struct recalc *recalc, const struct parameters *parameters, bool is_jobs, struct error *error)
{
	struct text sql = {0};
	bool done =
		fit(recalc, recalc->task->changes, is_jobs ? "job_cost_summaries" : "team_usage_summaries", &sql, error) &&
		db_query(recalc->db, text_string(&sql), parameters->values, parameters->count, take_failure, &recalc->failures,
	             error);

	text_free(&sql);
	return done;
}

/* Runs one of the two statements on a unit. */
static bool run(struct recalc *recalc, const struct recalc_unit *unit, const struct text *sql, struct error *error)
{
	struct parameters parameters = {.count = 0};
	int64_t failed = recalc->totals.failed;
	bool is_jobs = sql == &recalc->jobs_sql;
	bool done = make_parameters(recalc, unit, is_jobs, &parameters, error) &&
	            feed_rows(recalc->db, recalc->task->report, text_string(sql), parameters.values, parameters.count,
	                      recalc->task->is_writer ? NULL : recalc->render, count_row, recalc, error) &&
	            (recalc->totals.failed == failed || find_failures(recalc, &parameters, is_jobs, error));

	free_parameters(&parameters);
	return done;
}

/* Takes a day's row of recalc_jobs_days: where nothing is to be stored, it is what there is to say of the day. */
static bool take_day(void *context, const struct db_row *row, struct error *error)
{
	struct recalc *recalc = context;
	struct recalc_unit *unit = recalc->unit;
	const struct column *columns = recalc->task->report->sections[0].columns;
	struct cell period = db_value(row, db_find_column(row, "period"));
	size_t i;

	(void)error;
	/* The days come in any order; each is one of those asked for. */
	while (strcmp(unit->name, period.bytes) != 0)
		unit++;
	unit->is_settled = true;
	for (i = 0; columns[i].name != NULL; i++) {
		struct cell cell = db_value(row, db_find_column(row, columns[i].name));

		snprintf(unit->row[i], sizeof unit->row[i], "%s", cell.bytes);
		if ((strcmp(columns[i].name, "inserted") == 0 || strcmp(columns[i].name, "updated") == 0 ||
		     strcmp(columns[i].name, "failed") == 0) &&
		    integer(&cell) > 0)
			unit->is_settled = false;
	}
	return true;
}

bool recalc_settle(struct recalc *recalc, struct recalc_unit *first, size_t count, struct error *error)
{
	struct recalc_unit all = *first;
	struct parameters parameters = {.count = 0};
	bool done;

	if (recalc->days_sql.length == 0)
		return true;
	recalc->unit = first;
	all.to_us = first[count - 1].to_us;
	done = make_parameters(recalc, &all, true, &parameters, error) &&
	       db_query(recalc->db, text_string(&recalc->days_sql), parameters.values, PARAMETER_COUNT + 1, take_day,
	                recalc, error);
	free_parameters(&parameters);
	return done || error_wrap(error, "%s to %s", first->name, first[count - 1].name);
}

/* Prints what became of a unit, once that is certain. */
static bool print_row(struct recalc *recalc, const struct recalc_unit *unit, struct error *error)
{
	struct cell cells[RECALC_COLUMNS_MAX];
	size_t i;

	for (i = 0; i < RECALC_COLUMNS_MAX; i++)
		cells[i] = (struct cell){unit->row[i], strlen(unit->row[i])};
	if (unit->is_settled)
		count_row(recalc, recalc->task->report->sections, cells);
	recalc->printed++;
	return render_row(recalc->render, "", 0, cells, error);
}

bool recalc_unit(struct recalc *recalc, struct recalc_unit *unit, struct error *error)
{
	bool done = unit->is_settled;

	recalc->unit = unit;
	if (!done)
		done = (recalc->summaries_sql.length == 0 || run(recalc, unit, &recalc->summaries_sql, error)) &&
		       (recalc->jobs_sql.length == 0 || unit->is_month || run(recalc, unit, &recalc->jobs_sql, error)) &&
		       (!recalc->task->is_writer || db_commit(recalc->db, error));
	if (done && recalc->task->is_writer)
		return print_row(recalc, unit, error);
	return done || error_wrap(error, "%s", unit->name);
}

void recalc_free(struct recalc *recalc)
{
	free(recalc->plan.units);
	text_free(&recalc->failures);
	text_free(&recalc->summaries_sql);
	text_free(&recalc->jobs_sql);
	text_free(&recalc->days_sql);
}
