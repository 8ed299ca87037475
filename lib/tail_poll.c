#include "tail_poll.h"

#include "calendar.h"
#include "feed.h"
#include "sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Jobs older than this that are still open at the start have been forgotten by the platform. */
#define OPEN_AGE_US CALENDAR_DAY_US

/* History is read in slices of about so many rows, which are held in memory while they come. */
#define SLICE_ROWS_MAX ((size_t)10000)
#define SLICE_ROWS_MIN (SLICE_ROWS_MAX / 4)
#define SLICE_US_MIN (60 * CALENDAR_SECOND_US)
#define SLICE_US_MAX (30 * CALENDAR_DAY_US)

/* The parameters behind those of the facts; see sql/usage_tail.sql. */
enum { PARAMETER_XID = PARAMETER_COUNT, PARAMETER_JOBS, TAIL_PARAMETER_COUNT };

static bool take_snapshot(void *context, const struct db_row *row, struct error *error)
{
	struct tail_poll *poll = context;
	const struct cell text = db_value(row, db_find_column(row, "snapshot"));
	const struct cell first = db_value(row, db_find_column(row, "first_xid"));

	text_clear(&poll->snapshot_text);
	text_append(&poll->snapshot_text, text.bytes, text.length);
	poll->first_xid = first.bytes != NULL ? strtoull(first.bytes, NULL, 10) : 0;
	poll->snapshot.xmin = strtoull(db_value(row, db_find_column(row, "xmin")).bytes, NULL, 10);
	poll->snapshot.xmax = strtoull(db_value(row, db_find_column(row, "xmax")).bytes, NULL, 10);
	poll->snapshot.at_us = strtoll(db_value(row, db_find_column(row, "mark_us")).bytes, NULL, 10);
	poll->now_us = strtoll(db_value(row, db_find_column(row, "now_us")).bytes, NULL, 10);
	return !poll->snapshot_text.failed || error_out_of_memory(error);
}

static bool ask_snapshot(struct tail_poll *poll, struct db *db, struct error *error)
{
	const char *parameters[] = {poll->snapshot_text.length > 0 ? text_string(&poll->snapshot_text) : NULL};

	return db_query(db, sql_usage_tail_snapshot, parameters, 1, take_snapshot, poll, error);
}

/* Shows a row, with the status that a job had before. */
static bool show(struct tail_poll *poll, const struct cell *cells, const struct tail_row *row, struct error *error)
{
	struct cell shown[TAIL_COLUMN_COUNT];
	struct text now = {0};
	bool done;

	memcpy(shown, cells, sizeof shown);
	if (row->earlier != NULL) {
		shown[TAIL_PREVIOUS_STATUS] = (struct cell){row->earlier, strlen(row->earlier)};
		/* A job that had ended is not asked for by its id, and so its row says when it was created. */
		if (poll->is_opening || !tail_is_open(&shown[TAIL_PREVIOUS_STATUS])) {
			calendar_append(&now, poll->now_us);
			shown[TAIL_AT] = (struct cell){text_string(&now), now.length};
		}
	}
	poll->shown++;
	done = now.failed ? error_out_of_memory(error) : poll->show(poll->context, shown, error);
	text_free(&now);
	return done;
}

/* Whether what is seen for the first time in the window is shown: not what had landed before the time asked for. */
static bool is_shown(const struct tail_poll *poll, const struct tail_row *row)
{
	if (poll->is_opening)
		return false;
	return poll->has_looked || (poll->has_since && row->at_us >= poll->begin_us);
}

static bool take_row(struct tail_poll *poll, const struct cell *cells, struct error *error)
{
	struct tail_row row = {.is_job = cells[TAIL_CALL_ID].bytes == NULL, .status = cells[TAIL_STATUS]};
	enum tail_event event = TAIL_LANDED;
	bool is_landed_shown;

	if (strcmp(cells[TAIL_KIND].bytes, "gone") == 0) {
		tail_forget_job(&poll->tail, cells[TAIL_JOB_ID].bytes);
		return true;
	}
	row.id = cells[row.is_job ? TAIL_JOB_ID : TAIL_CALL_ID].bytes;
	if (!calendar_parse(cells[TAIL_AT].bytes, &row.at_us))
		row.at_us = INT64_MAX; /* beyond the year 9999 */
	is_landed_shown = is_shown(poll, &row);
	/* A job may have calls that land when it has ended, by which it is found again under a filter on model groups. */
	if (row.is_job && row.at_us < poll->snapshot.at_us)
		row.at_us = poll->snapshot.at_us;
	/* History is read once. */
	if (!poll->is_history ||
	    (row.is_job && (tail_is_open(&row.status) || poll->filters[PARAMETER_MODEL_GROUPS] != NULL)))
		if (!tail_see(&poll->tail, &row, &event, error))
			return false;
	if (poll->is_history || event == TAIL_CHANGED || (event == TAIL_LANDED && is_landed_shown))
		return show(poll, cells, &row, error);
	return true;
}

static void see_row(void *context, const struct section *section, const struct cell *cells)
{
	struct tail_poll *poll = context;

	(void)section;
	poll->rows++;
	if (poll->fault.message[0] == '\0' && !take_row(poll, cells, &poll->fault))
		poll->fault.is_lasting = true; /* it is this side's, and not the database's */
}

/* Asks a statement for rows created in a span; to_us INT64_MAX is a span without an end. */
static bool ask(struct tail_poll *poll, struct db *db, const char *const *statement, int64_t from_us, int64_t to_us,
                struct error *error)
{
	const char *parameters[TAIL_PARAMETER_COUNT];
	struct text sql = {0}, from = {0}, to = {0}, jobs = {0};
	bool is_tail = statement == tail_report.statement, done;
	size_t count = is_tail && !poll->is_history ? tail_append_open(&poll->tail, &jobs) : 0;
	char xid[16];

	for (; *statement != NULL; statement++)
		text_append_string(&sql, *statement);
	calendar_append(&from, from_us);
	if (to_us == INT64_MAX)
		text_append_string(&to, "infinity");
	else
		calendar_append(&to, to_us);
	snprintf(xid, sizeof xid, "%u", (unsigned)(poll->first_xid & UINT32_MAX));
	memcpy(parameters, poll->filters, sizeof poll->filters);
	parameters[PARAMETER_FROM] = text_string(&from);
	parameters[PARAMETER_TO] = text_string(&to);
	parameters[PARAMETER_XID] = poll->has_looked && poll->first_xid > 0 ? xid : NULL;
	parameters[PARAMETER_JOBS] = count > 0 ? text_string(&jobs) : NULL;
	if (sql.failed || from.failed || to.failed || jobs.failed)
		done = error_out_of_memory(error);
	else
		done = feed_rows(db, &tail_report, text_string(&sql), parameters,
		                 is_tail ? TAIL_PARAMETER_COUNT : PARAMETER_COUNT, NULL, see_row, poll, error);
	text_free(&sql);
	text_free(&from);
	text_free(&to);
	text_free(&jobs);
	if (done && poll->fault.message[0] != '\0') {
		*error = poll->fault;
		done = false;
	}
	return done;
}

/* Settles where to begin, by the database's clock. */
static bool begin(struct tail_poll *poll, struct error *error)
{
	poll->begin_us = poll->snapshot.at_us - TAIL_MARGIN_US;
	if (poll->has_since)
		poll->begin_us = poll->is_ago ? poll->now_us - poll->since_us : poll->since_us;
	if (poll->begin_us > poll->now_us) {
		error->is_lasting = true;
		return error_set(error, "--since: that time is still to come");
	}
	poll->history_us = poll->begin_us;
	poll->slice_us = TAIL_MARGIN_US;
	if (poll->has_begun)
		tail_free(&poll->tail);
	tail_init(&poll->tail, poll->begin_us);
	poll->has_begun = true;
	return true;
}

/* Reads the next slice of what landed before the window. */
static bool look_back(struct tail_poll *poll, struct db *db, int64_t end_us, struct error *error)
{
	int64_t to_us = end_us - poll->history_us > poll->slice_us ? poll->history_us + poll->slice_us : end_us;

	if (!ask(poll, db, tail_report.statement, poll->history_us, to_us, error)) {
		poll->slice_us = poll->slice_us > 2 * SLICE_US_MIN ? poll->slice_us / 2 : SLICE_US_MIN;
		return false;
	}
	poll->history_us = to_us;
	if (poll->rows < SLICE_ROWS_MIN && poll->slice_us < SLICE_US_MAX)
		poll->slice_us *= 2;
	else if (poll->rows > SLICE_ROWS_MAX && poll->slice_us > SLICE_US_MIN)
		poll->slice_us /= 2;
	return true;
}

/* Reads for the first time what may have to be read again, and which older jobs are open. */
static bool look_first(struct tail_poll *poll, struct db *db, int64_t end_us, struct error *error)
{
	if (poll->history_us > end_us)
		poll->history_us = end_us;
	tail_skip(&poll->tail, poll->history_us);
	if (!poll->has_opened) {
		poll->is_opening = true;
		poll->has_opened = ask(poll, db, tail_open_statement, poll->now_us - OPEN_AGE_US,
		                       poll->has_since ? poll->begin_us : poll->history_us, error);
		poll->is_opening = false;
	}
	return poll->has_opened && ask(poll, db, tail_report.statement, poll->history_us, INT64_MAX, error);
}

bool tail_poll_look(struct tail_poll *poll, struct db *db, bool *has_more, struct error *error)
{
	int64_t end_us;
	bool done;

	*has_more = false;
	poll->is_history = false;
	poll->rows = 0;
	poll->shown = 0;
	if (!ask_snapshot(poll, db, error))
		return false;
	/* Where a first look that was to remember what is there has failed, the next one begins anew. */
	if ((!poll->has_begun || (!poll->has_looked && !poll->has_since)) && !begin(poll, error))
		return false;
	end_us = poll->snapshot.at_us - TAIL_MARGIN_US;
	if (!poll->has_looked && end_us - poll->history_us > SLICE_US_MIN) {
		poll->is_history = true;
		*has_more = true;
		return look_back(poll, db, end_us, error);
	}
	if (poll->has_looked)
		done = ask(poll, db, tail_report.statement, tail_window_us(&poll->tail, poll->first_xid), INT64_MAX, error);
	else
		done = look_first(poll, db, end_us, error);
	if (!done)
		return false;
	poll->has_looked = true;
	tail_advance(&poll->tail, &poll->snapshot);
	return true;
}

void tail_poll_reconnected(struct tail_poll *poll)
{
	text_clear(&poll->snapshot_text);
}

int64_t tail_poll_backlog_us(const struct tail_poll *poll)
{
	return poll->has_looked ? tail_backlog_us(&poll->tail) : 0;
}

void tail_poll_free(struct tail_poll *poll)
{
	if (poll->has_begun)
		tail_free(&poll->tail);
	text_free(&poll->snapshot_text);
}
