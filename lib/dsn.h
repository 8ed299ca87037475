/*
 * dsn: the ways in which people write where a database is, brought to what libpq reads.
 *
 * Does not connect. No message from here holds any part of the string: it may be a password.
 *
 *	struct text conninfo = {0};
 *	if (!dsn_normalise("postgresql+asyncpg://lm@db/saas", &conninfo, error)) ...
 */
#ifndef LM_DSN_H
#define LM_DSN_H

#include "error.h"
#include "text.h"

#include <stdbool.h>

/*
 * Appends what libpq reads: conninfo strings, URLs and database names as they are (PostgreSQL manual, 34.1.1);
 * SQLAlchemy's "postgresql+driver://" without the driver, and asyncpg's "ssl" parameter as libpq's "sslmode".
 * Fails when libpq could not read the result.
 */
bool dsn_normalise(const char *dsn, struct text *conninfo, struct error *error);

/* Appends the DSN as a URL of user, hosts, ports and database alone, for people to read. False when it is malformed. */
bool dsn_describe(const char *dsn, struct text *description);

/* Whether it carries a password or another secret. */
bool dsn_has_secret(const char *dsn);

#endif
