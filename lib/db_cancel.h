/*
 * db_cancel: tells the server to end a statement, so that none runs on for nobody. Private to db*.c.
 */
#ifndef LM_DB_CANCEL_H
#define LM_DB_CANCEL_H

#include "error.h"
#include "log.h"

#include <libpq-fe.h>

/*
 * From now on, SIGINT, SIGTERM and SIGHUP cancel what the connection asks, and then do what they do. Without it, a
 * server notices only when it has rows to send. One connection at a time.
 */
void db_cancel_on_signal(PGconn *connection);

/* Ends that. */
void db_cancel_no_more(void);

/*
 * Cancels what the connection asks. libpq blocks for it; the watchdog does not let it for long, and then says failure,
 * which the tool could no longer say.
 */
void db_cancel_now(PGconn *connection, const struct log *log, const struct error *failure);

#endif
