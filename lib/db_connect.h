/*
 * db_connect: a connection to PostgreSQL under a deadline. Private to db*.c.
 */
#ifndef LM_DB_CONNECT_H
#define LM_DB_CONNECT_H

#include "db.h"

#include <libpq-fe.h>

/*
 * Connects asynchronously, to one host after another where several are named; one that does not answer gets an equal
 * share of the time left. The connection is non-blocking. NULL with a sentence when none took it.
 */
PGconn *db_connect(const struct db_options *options, struct error *error);

/* Waits until the connection can be read (or written, as asked); false when the deadline comes first. */
bool db_connect_wait(const PGconn *connection, bool to_read, bool to_write, const struct deadline *deadline);

/* The host or socket directory of a connection, "" for none. */
const char *db_connect_host(const PGconn *connection);

#endif
