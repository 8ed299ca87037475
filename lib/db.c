#include "db.h"

#include "db_cancel.h"
#include "db_connect.h"
#include "db_error.h"
#include "sql.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The platform's own locks are short: who waits longer than this for one is in its way. */
#define LOCK_TIMEOUT_MS 2000
#define BEGIN_READING "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#define BEGIN_WRITING "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
#define SERVER_GRACE_MS 1000

struct db {
	struct db_options options;
	PGconn *connection;
	int64_t now_us;
	char version[32];
	bool is_busy;         /* a statement was sent and its end was not seen */
	struct error failure; /* why it is still busy */
};

static bool timed_out(struct db *db, struct error *error)
{
	bool has_advice = !db->options.deadline->is_unwatched && !db->options.is_probe;

	return error_set(error, "\"%s\" did not answer: timeout after %g s%s", db_host(db),
	                 (double)db->options.deadline->timeout_ms / 1000,
	                 has_advice ? "; raise --timeout or ask for a shorter period" : "");
}

/* Waits until something can be read, sending meanwhile what is still to be sent. */
static bool receive(struct db *db, struct error *error)
{
	int unsent = PQflush(db->connection);

	if (unsent >= 0 && !db_connect_wait(db->connection, true, unsent > 0, db->options.deadline))
		return timed_out(db, error);
	if (unsent < 0 || !PQconsumeInput(db->connection))
		return db_error_connection(db->connection, "lost the connection to", error);
	return true;
}

/* The next result, NULL in *result at a statement's end. */
static bool next_result(struct db *db, PGresult **result, struct error *error)
{
	while (PQisBusy(db->connection))
		if (!receive(db, error))
			return false;
	*result = PQgetResult(db->connection);
	return true;
}

/* Reads the results of one statement of the pipeline; the first row's cells go to take. */
static bool read_pipelined(struct db *db, bool (*take)(struct db *db, const PGresult *result, struct error *error),
                           struct error *error)
{
	PGresult *result = NULL;
	bool done;

	if (!next_result(db, &result, error))
		return false;
	if (PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK)
		done = take == NULL || take(db, result, error);
	else
		done = db_error_statement(db->connection, result, &db->options, error);
	PQclear(result);
	return done && next_result(db, &result, error); /* the NULL that ends the statement */
}

static bool take_session(struct db *db, const PGresult *result, struct error *error)
{
	const char *schema = db->options.schema;

	if (PQntuples(result) != 1 || PQnfields(result) != 3)
		return error_set(error, "\"%s\" does not answer as PostgreSQL does", db_host(db));
	db->now_us = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	error->is_lasting = true;
	if (PQgetvalue(result, 0, 1)[0] != 't')
		return error_set(error, "the database \"%s\" has no schema \"%s\": set database.schema", PQdb(db->connection),
		                 schema);
	if (PQgetvalue(result, 0, 2)[0] != 't')
		return error_set(error, "permission denied for the schema \"%s\"; run: GRANT USAGE ON SCHEMA \"%s\" TO \"%s\"",
		                 schema, schema, PQuser(db->connection));
	error->is_lasting = false;
	return true;
}

/*
 * After what time the server ends a statement, 0 = as it is set to by itself. Where the deadline comes first, it is
 * this side that says so: the server's end of the statement is the backstop.
 */
static int64_t server_timeout_ms(const struct db *db)
{
	int64_t longest_ms = (int64_t)deadline_left_ms(db->options.deadline) + SERVER_GRACE_MS;
	int64_t timeout_ms = db->options.statement_timeout_ms;

	if (db->options.is_stream)
		return 0;
	if (db->options.deadline->timeout_ms == 0)
		return timeout_ms;
	return timeout_ms == 0 || longest_ms < timeout_ms ? longest_ms : timeout_ms;
}

/* Begins the transaction and settles its session, in one round trip. */
static bool begin(struct db *db, struct error *error)
{
	char lock_timeout[32], statement_timeout[32];
	int64_t timeout_ms = server_timeout_ms(db);
	bool is_set = timeout_ms > 0 || db->options.is_stream; /* of a stream to 0, never */
	const char *parameters[] = {db->options.schema, lock_timeout, is_set ? statement_timeout : NULL};
	PGresult *sync = NULL;
	bool done;

	snprintf(lock_timeout, sizeof lock_timeout, "%d", LOCK_TIMEOUT_MS);
	snprintf(statement_timeout, sizeof statement_timeout, "%lld", (long long)timeout_ms);
	db->is_busy = true;
	if (!PQenterPipelineMode(db->connection) ||
	    !PQsendQueryParams(db->connection, db->options.writes != NULL ? BEGIN_WRITING : BEGIN_READING, 0, NULL, NULL,
	                       NULL, NULL, 0) ||
	    !PQsendQueryParams(db->connection, sql_session, 3, NULL, parameters, NULL, NULL, 0) ||
	    !PQpipelineSync(db->connection))
		return db_error_connection(db->connection, "cannot ask", error);
	done = read_pipelined(db, NULL, error) && read_pipelined(db, take_session, error);
	if (!done)
		return false;
	if (!next_result(db, &sync, error))
		return false;
	done = PQresultStatus(sync) == PGRES_PIPELINE_SYNC && PQexitPipelineMode(db->connection);
	PQclear(sync);
	db->is_busy = false;
	return done || error_set(error, "\"%s\" does not answer as PostgreSQL does", db_host(db));
}

struct db *db_open(const struct db_options *options, struct error *error)
{
	struct db *db = calloc(1, sizeof *db);
	char line[512];
	int version;

	if (db == NULL) {
		error_out_of_memory(error);
		return NULL;
	}
	db->options = *options;
	db->connection = db_connect(options, error);
	if (db->connection == NULL)
		goto failed;
	snprintf(line, sizeof line, "\"%s\" did not answer: timeout after %g s", db_host(db),
	         (double)options->deadline->timeout_ms / 1000);
	deadline_watch(options->deadline, options->log, line);
	if (!options->deadline->is_unwatched)
		db_cancel_on_signal(db->connection);
	version = PQserverVersion(db->connection);
	snprintf(db->version, sizeof db->version, "%d.%d", version / 10000, version % 10000);
	if (!begin(db, error)) {
		db->failure = *error;
		goto failed;
	}
	return db;
failed:
	db_close(db);
	return NULL;
}

int64_t db_now_us(const struct db *db)
{
	return db->now_us;
}

const char *db_host(const struct db *db)
{
	return db_connect_host(db->connection);
}

const char *db_server_version(const struct db *db)
{
	return db->version;
}

/* Reads the rows of the statement that was sent, one at a time. */
static bool read_rows(struct db *db, bool (*take)(void *context, const struct db_row *row, struct error *error),
                      void *context, struct error *error)
{
	PGresult *result;
	bool done = true;

	while (done && (done = next_result(db, &result, error)) && result != NULL) {
		ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_SINGLE_TUPLE)
			done = take(context, &(struct db_row){result}, error);
		else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
			done = db_error_statement(db->connection, result, &db->options, error);
		PQclear(result);
	}
	return done;
}

bool db_query(struct db *db, const char *sql, const char *const *parameters, size_t parameter_count,
              bool (*take)(void *context, const struct db_row *row, struct error *error), void *context,
              struct error *error)
{
	db->is_busy = true;
	if (!PQsendQueryParams(db->connection, sql, (int)parameter_count, NULL, parameters, NULL, NULL, 0) ||
	    !PQsetSingleRowMode(db->connection))
		return db_error_connection(db->connection, "cannot ask", error);
	if (!read_rows(db, take, context, error)) {
		db->failure = *error;
		return false;
	}
	db->is_busy = false;
	return true;
}

static bool take_nothing(void *context, const struct db_row *row, struct error *error)
{
	(void)context;
	(void)row;
	(void)error;
	return true;
}

bool db_pause(struct db *db, struct error *error)
{
	return db_query(db, "COMMIT", NULL, 0, take_nothing, NULL, error);
}

bool db_resume(struct db *db, struct error *error)
{
	return begin(db, error);
}

bool db_commit(struct db *db, struct error *error)
{
	return db_pause(db, error) && db_resume(db, error);
}

size_t db_column_count(const struct db_row *row)
{
	return (size_t)PQnfields(row->result);
}

size_t db_find_column(const struct db_row *row, const char *name)
{
	size_t count = db_column_count(row), i;

	/* Not PQfnumber: that one folds its argument to lower case. */
	for (i = 0; i < count && strcmp(PQfname(row->result, (int)i), name) != 0; i++)
		;
	return i;
}

struct cell db_value(const struct db_row *row, size_t column)
{
	if (PQgetisnull(row->result, 0, (int)column))
		return (struct cell){NULL, 0};
	return (struct cell){PQgetvalue(row->result, 0, (int)column), (size_t)PQgetlength(row->result, 0, (int)column)};
}

void db_append_array(struct text *literal, const char *const *strings, size_t count)
{
	const char *at;
	size_t i;

	text_append_byte(literal, '{');
	for (i = 0; i < count; i++) {
		text_append_string(literal, i > 0 ? ",\"" : "\"");
		for (at = strings[i]; *at != '\0'; at++) {
			if (*at == '"' || *at == '\\')
				text_append_byte(literal, '\\');
			text_append_byte(literal, *at);
		}
		text_append_byte(literal, '"');
	}
	text_append_byte(literal, '}');
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	if (db->is_busy && !db->options.deadline->is_unwatched && PQstatus(db->connection) == CONNECTION_OK &&
	    PQtransactionStatus(db->connection) == PQTRANS_ACTIVE)
		db_cancel_now(db->connection, db->options.log, &db->failure);
	db_cancel_no_more();
	PQfinish(db->connection);
	free(db);
}
