/*
 * db_error: what libpq and the server say of a failure, as one sentence with what to do about it. Private to db*.c.
 * Takes the server's primary message alone: details and contexts may quote rows or statements.
 */
#ifndef LM_DB_ERROR_H
#define LM_DB_ERROR_H

#include "db.h"
#include "error.h"

#include <libpq-fe.h>

/* "doing "host": reason", from the connection's last error. Always returns false. */
bool db_error_connection(const PGconn *connection, const char *doing, struct error *error);

/* The reason that a statement failed, from its result. Always returns false. */
bool db_error_statement(PGconn *connection, const PGresult *result, const struct db_options *options,
                        struct error *error);

#endif
