#include "db_error.h"

#include "db_connect.h"
#include "text.h"

#include <errno.h>
#include <string.h>

#define SQLSTATE_LENGTH ((size_t)5)
#define NO_REASON "no reason given"

/*
 * The SQLSTATE at the start of a server's message, as libpq puts it there when it is verbose: "FATAL:  28P01: ". The
 * word in front may be of another language. Sets *text to what follows; NULL without one.
 */
static const char *find_state(const char *message, const char **text)
{
	const char *state = strstr(message, ":  ");

	if (state == NULL || state != message + strcspn(message, ":\n"))
		return NULL;
	state += strlen(":  ");
	if (strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != SQLSTATE_LENGTH || state[SQLSTATE_LENGTH] != ':')
		return NULL;
	*text = state + SQLSTATE_LENGTH + strlen(": ");
	return state;
}

/* Whether a connection failed by the state that the server or the network is in, from what libpq says without a
 * SQLSTATE.
 */
static bool is_failure(const char *text)
{
	/* Of connect(), whose reason is all of the text; ENOENT and EAGAIN: of a socket that is not there, or is overrun.
	 */
	static const int numbers[] = {ECONNREFUSED, ECONNRESET,  ECONNABORTED, EPIPE,     ETIMEDOUT, EHOSTUNREACH,
	                              EHOSTDOWN,    ENETUNREACH, ENETDOWN,     ENETRESET, ENOENT,    EAGAIN};
	/* PostgreSQL, src/interfaces/libpq: fe-connect.c, fe-misc.c, fe-secure*.c, fe-exec.c; the last one is ours. */
	static const char *const starts[] = {"server closed the connection",
	                                     "SSL connection has been closed unexpectedly",
	                                     "SSL SYSCALL error: ",
	                                     "SSL error: unexpected eof",
	                                     "could not receive data from server: ",
	                                     "could not send ",
	                                     "could not fork new process",
	                                     "server sent an error response during ",
	                                     "no connection to the server",
	                                     "connection not open",
	                                     "timeout expired",
	                                     "session is ",
	                                     "server is ",
	                                     NO_REASON};
	size_t i;

	for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (strcmp(text, strerror(numbers[i])) == 0)
			return true;
	for (i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (strncmp(text, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* Whether a connection failed by what was asked for, such as a name, a password or a certificate's file. */
static bool is_misconfigured(const char *state, const char *text)
{
	/* Classes: PostgreSQL manual, appendix A. 42501: the role may not connect; 42704, 22023: a setting of "options". */
	static const char *const states[] = {"28", "3D", "0P", "42501", "42704", "22023"};
	size_t i;

	for (i = 0; state != NULL && i < sizeof states / sizeof states[0]; i++)
		if (strncmp(state, states[i], strlen(states[i])) == 0)
			return true;
	return state == NULL && !is_failure(text);
}

/* Where a libpq message says what became of the last host, of several that were tried one after another. */
static const char *last_host(const char *message)
{
	/* How a host's lines start. Others, with fields of the server's error or with hints, belong to the one before. */
	static const char *const starts[] = {"connection to server ", "could not translate ",
	                                     "could not parse network address ", "invalid port number",
	                                     "Unix-domain socket path "};
	const char *line = message, *last = message;
	size_t i;

	for (; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		line += *line == '\n';
		for (i = 0; i < sizeof starts / sizeof starts[0]; i++)
			if (strncmp(line, starts[i], strlen(starts[i])) == 0)
				last = line;
	}
	return last;
}

/*
 * The reason in a libpq message, without "connection to server at … failed: ". Returns whether it is one of what was
 * asked for.
 */
static bool append_reason(struct text *reason, const char *message)
{
	static const char failed[] = " failed: ";
	const char *start = last_host(message), *found = strstr(start, failed), *state;

	if (found != NULL && found < start + strcspn(start, "\n"))
		start = found + strlen(failed);
	state = find_state(start, &start);
	text_append(reason, start, strcspn(start, "\n"));
	if (reason->length == 0)
		text_append_string(reason, NO_REASON);
	return is_misconfigured(state, text_string(reason));
}

bool db_error_connection(const PGconn *connection, const char *doing, struct error *error)
{
	const char *host = db_connect_host(connection);
	struct text reason = {0};

	error->is_misconfigured = append_reason(&reason, PQerrorMessage(connection));
	if (*host != '\0')
		error_set(error, "%s \"%s\": %s", doing, host, text_string(&reason));
	else
		error_set(error, "%s the database: %s", doing, text_string(&reason));
	text_free(&reason);
	return false;
}

/* "permission denied …" with the GRANT that helps. */
static bool set_privilege_error(PGconn *connection, const char *message, const struct db_options *options,
                                struct error *error)
{
	char *schema = PQescapeIdentifier(connection, options->schema, strlen(options->schema));
	char *role = PQescapeIdentifier(connection, PQuser(connection), strlen(PQuser(connection)));

	if (schema == NULL || role == NULL)
		error_set(error, "%s", message);
	else if (options->writes == NULL)
		error_set(error, "%s; run: GRANT SELECT ON ALL TABLES IN SCHEMA %s TO %s", message, schema, role);
	else
		error_set(error, "%s; run: GRANT SELECT ON ALL TABLES IN SCHEMA %s TO %s; GRANT INSERT, UPDATE ON %s TO %s",
		          message, schema, role, options->writes, role);
	PQfreemem(schema);
	PQfreemem(role);
	return false;
}

bool db_error_statement(PGconn *connection, const PGresult *result, const struct db_options *options,
                        struct error *error)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (state == NULL || message == NULL)
		return db_error_connection(connection, "lost the connection to", error);
	/* Classes: PostgreSQL manual, appendix A. 42: what is missing or not allowed, 25006: it would write. */
	error->is_lasting = strncmp(state, "42", 2) == 0 || strncmp(state, "0A", 2) == 0 || strcmp(state, "25006") == 0;
	if (strcmp(state, "42501") == 0)
		return set_privilege_error(connection, message, options, error);
	if (strcmp(state, "42P01") == 0)
		return error_set(error, "%s in the schema \"%s\" of the database \"%s\": is database.schema right?", message,
		                 options->schema, PQdb(connection));
	if (strcmp(state, "57014") == 0 && strstr(message, "timeout") == NULL)
		return error_set(error, "%s: somebody cancelled it", message);
	if (strcmp(state, "57014") == 0 && options->writes != NULL)
		return error_set(error, "%s: raise --timeout, or the statement_timeout of the role \"%s\"", message,
		                 PQuser(connection));
	if (strcmp(state, "57014") == 0)
		return error_set(error, "%s: raise database.statement_timeout or --timeout, or ask for a shorter period",
		                 message);
	if (strcmp(state, "55P03") == 0)
		return error_set(error, "%s: something holds a lock on a table for long; see pg_locks", message);
	if (strncmp(state, "57P", 3) == 0)
		return error_set(error, "lost the connection to \"%s\": %s", db_connect_host(connection), message);
	return error_set(error, "the database refused: %s (SQLSTATE %s)", message, state);
}
