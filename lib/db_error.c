#include "db_error.h"

#include "db_connect.h"
#include "text.h"

#include <string.h>

/* The last reason of a libpq message, which has one for each host, without "connection to server at … failed: ". */
static void append_reason(struct text *reason, const char *message)
{
	static const char failed[] = " failed: ";
	const char *start = message, *next;

	while ((next = strstr(start, failed)) != NULL)
		start = next + strlen(failed);
	if (strncmp(start, "FATAL:  ", 8) == 0)
		start += 8;
	text_append(reason, start, strcspn(start, "\n"));
	if (reason->length == 0)
		text_append_string(reason, "no reason given");
}

bool db_error_connection(const PGconn *connection, const char *doing, struct error *error)
{
	const char *host = db_connect_host(connection);
	struct text reason = {0};

	append_reason(&reason, PQerrorMessage(connection));
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
	/* Classes: PostgreSQL manual, appendix A. */
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
