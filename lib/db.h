/*
 * db: transactions on the platform's PostgreSQL: one that only reads, and so one snapshot; or, for lm-recalc, one after
 * another that may write.
 *
 * Does not know any table. Nothing waits longer than the deadline: connecting and asking are
 * asynchronous, and the watchdog stands behind what is not. With a deadline that is not watched, a statement that is
 *given up or interrupted is not cancelled, which could block: the server's own limit ends it.
 *
 *	struct db *db = db_open(&options, error);
 *	db_query(db, "SELECT $1::text AS word", (const char *[]){"hello"}, 1, print_row, NULL, error);
 *	db_close(db);
 */
#ifndef LM_DB_H
#define LM_DB_H

#include "deadline.h"
#include "error.h"
#include "report.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db_options {
	const struct log *log;        /* its program is the application_name; the watchdog speaks through it; borrowed */
	const char *conninfo;         /* what libpq reads, from dsn_normalise; NULL = libpq's own environment */
	const char *schema;           /* that holds the platform's tables */
	int64_t statement_timeout_ms; /* the server ends a statement after this time; 0 = when it is set to by itself */
	const char *writes; /* the tables that it may write, for the error about a missing privilege; NULL = none */
	bool is_probe;      /* there is no period that could be shorter, so an error does not ask for one */
	bool is_stream;     /* the server sends as fast as rows are read, and so must not bound a statement */
	const struct deadline *deadline; /* borrowed: it may be put off */
};

struct db;
struct pg_result;

/* One row of a result; valid only inside the function that it is handed to. */
struct db_row {
	const struct pg_result *result;
};

/*
 * Connects, begins a transaction (read-only in one snapshot, unless it writes) and settles its session: TimeZone UTC,
 * search_path of pg_catalog and the schema, lock and statement timeouts; all of it for the transaction alone. NULL with
 * a sentence that holds no password when that fails. Close with db_close.
 */
struct db *db_open(const struct db_options *options, struct error *error);

/*
 * Whether connecting asks a name server, for which libpq waits however long that takes; *name becomes the name that is
 * looked up first, or stays empty where only a service of libpq's says it.
 */
bool db_looks_up(const char *conninfo, struct text *name);

/* The database's clock at the start of the transaction, in microseconds since 1970-01-01T00:00:00Z. */
int64_t db_now_us(const struct db *db);

/* The host or socket directory that it is connected to, and the server's version ("15.18"). Live as long as db. */
const char *db_host(const struct db *db);
const char *db_server_version(const struct db *db);

/*
 * Asks one statement with parameters as text (NULL = null) and hands each row to take as it arrives; take returns
 * false to end with its error. After a failure the transaction is over: only db_close may follow.
 */
bool db_query(struct db *db, const char *sql, const char *const *parameters, size_t parameter_count,
              bool (*take)(void *context, const struct db_row *row, struct error *error), void *context,
              struct error *error);

size_t db_column_count(const struct db_row *row);

/* The index of a result's column; db_column_count(row) for none. */
size_t db_find_column(const struct db_row *row, const char *name);

/* A value of the row, borrowed from it. */
struct cell db_value(const struct db_row *row, size_t column);

/* Appends an array of texts as PostgreSQL's array literal. */
void db_append_array(struct text *literal, const char *const *strings, size_t count);

/* Ends the transaction, and keeps the connection without one, which holds up nothing on the server. */
bool db_pause(struct db *db, struct error *error);

/* Begins another transaction like that of db_open, after db_pause. */
bool db_resume(struct db *db, struct error *error);

/* Makes what was written last, and begins another transaction like that of db_open. */
bool db_commit(struct db *db, struct error *error);

/* Ends the transaction, without making last what it wrote, and the connection; a statement that still runs is
 * cancelled. */
void db_close(struct db *db);

#endif
