#include "dsn.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

static bool is_url(const char *dsn)
{
	return strncmp(dsn, "postgresql://", 13) == 0 || strncmp(dsn, "postgres://", 11) == 0;
}

/* Whether a parameter is one of asyncpg's or SQLAlchemy's own, which mean nothing to libpq. */
static bool is_driver_parameter(const char *parameter, size_t length)
{
	static const char *const names[] = {"async_fallback", "command_timeout", "prepared_statement_cache_size",
	                                    "statement_cache_size"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (length > strlen(names[i]) && parameter[strlen(names[i])] == '=' &&
		    strncmp(parameter, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* Appends the URL's query with the parameter "ssl" renamed to "sslmode", and without the driver's own. */
static void append_query(struct text *conninfo, const char *query)
{
	const char *separator = "?";
	size_t length;

	while (*query == '?' || *query == '&') {
		length = strcspn(++query, "&");
		if (!is_driver_parameter(query, length)) {
			/* ssl=true is a form that libpq itself translates. */
			bool is_mode = strncmp(query, "ssl=", 4) == 0 && (length != 8 || strncmp(query, "ssl=true", 8) != 0);

			text_append_format(conninfo, "%s%s%.*s", separator, is_mode ? "sslmode" : "",
			                   (int)(is_mode ? length - 3 : length), is_mode ? query + 3 : query);
			separator = "&";
		}
		query += length;
	}
}

/* Parses what dsn_normalise made; NULL when libpq does not understand it. The caller frees with PQconninfoFree. */
static PQconninfoOption *parse_options(const char *conninfo)
{
	char *message = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &message);

	PQfreemem(message);
	return options;
}

static const char *option_value(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0 && options->val != NULL)
			return options->val;
	return "";
}

static bool malformed(struct error *error)
{
	return error_set(error, "expected postgresql://USER@HOST:PORT/DATABASE or \"host=HOST dbname=DATABASE\"");
}

/*
 * Whether libpq found other parts in a URL than its author meant: a password with an unencoded "/", "@" or ":" puts its
 * rest into the host, the port or the database, whose names appear in messages.
 */
static bool is_split_wrongly(const PQconninfoOption *options)
{
	const char *port = option_value(options, "port");

	return strchr(option_value(options, "host"), '@') != NULL || strchr(option_value(options, "dbname"), '@') != NULL ||
	       port[strspn(port, "0123456789,")] != '\0';
}

bool dsn_normalise(const char *dsn, struct text *conninfo, struct error *error)
{
	size_t scheme = strncmp(dsn, "postgresql+", 11) == 0 ? 10 : strncmp(dsn, "postgres+", 9) == 0 ? 8 : 0;
	const char *rest = scheme > 0 ? strstr(dsn, "://") : NULL;
	size_t start = conninfo->length;
	PQconninfoOption *options;
	const char *query;

	if (scheme > 0 && rest == NULL)
		return error_set(error, "expected \"://\" after the driver's name");
	if (rest != NULL)
		text_append(conninfo, dsn, scheme);
	else
		rest = dsn;
	query = scheme > 0 || is_url(dsn) ? strchr(rest, '?') : NULL;
	if (query != NULL) {
		text_append(conninfo, rest, (size_t)(query - rest));
		append_query(conninfo, query);
	} else
		text_append_string(conninfo, rest);
	if (conninfo->failed)
		return error_out_of_memory(error);
	if (!is_url(conninfo->bytes + start) && strchr(dsn, '=') == NULL) {
		if (strstr(dsn, "://") != NULL)
			return error_set(error, "expected a URL that starts with postgresql://");
		if (strpbrk(dsn, ":/@") != NULL)
			return malformed(error); /* a URL that lost its start would be shown as the name that it is not */
		return true;                 /* the name of a database */
	}
	options = parse_options(conninfo->bytes + start);
	if (options == NULL)
		return malformed(error);
	if (is_url(conninfo->bytes + start) && is_split_wrongly(options)) {
		PQconninfoFree(options);
		return error_set(error, "expected a URL in whose password \"/\", \"@\" and \":\" are %%2F, %%40 and %%3A");
	}
	PQconninfoFree(options);
	return true;
}

/* Parses a DSN as the caller wrote it. *options stays NULL for the bare name of a database. */
static bool parse_dsn(const char *dsn, PQconninfoOption **options)
{
	struct text conninfo = {0};
	struct error error = {""};
	bool done = dsn_normalise(dsn, &conninfo, &error);

	*options =
		done && (is_url(text_string(&conninfo)) || strchr(dsn, '=') != NULL) ? parse_options(conninfo.bytes) : NULL;
	text_free(&conninfo);
	return done;
}

/* Appends a part of a URL, percent-encoded (RFC 3986, section 2.1). */
static void append_part(struct text *url, const char *part, size_t length)
{
	for (; length > 0; part++, length--)
		if ((unsigned char)*part <= ' ' || *part == 0x7f || strchr("%:/?#[]@,&=", *part) != NULL)
			text_append_format(url, "%%%02X", (unsigned char)*part);
		else
			text_append_byte(url, *part);
}

/* Appends the hosts of two lists with commas, each with its port; a single port is that of all hosts. */
static void append_hosts(struct text *url, const char *host, const char *port)
{
	bool is_shared = strchr(port, ',') == NULL;

	for (;;) {
		size_t length = strcspn(host, ","), digits = strcspn(port, ",");

		if (memchr(host, ':', length) != NULL && *host != '/')
			text_append_format(url, "[%.*s]", (int)length, host); /* an IPv6 address */
		else
			append_part(url, host, length);
		if (digits > 0)
			text_append_byte(url, ':');
		append_part(url, port, digits);
		host += length;
		if (*host == '\0')
			return;
		text_append(url, host++, 1);
		if (!is_shared)
			port += digits + (port[digits] == ',');
	}
}

/* Appends those of the other parameters that say how to connect, and hold no secret. */
static void append_parameters(struct text *url, const PQconninfoOption *options)
{
	static const char *const names[] = {"service", "target_session_attrs", "sslmode", "sslrootcert", "connect_timeout"};
	const char *separator = "?", *value;
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		value = option_value(options, names[i]);
		if (*value == '\0')
			continue;
		text_append_format(url, "%s%s=", separator, names[i]);
		append_part(url, value, strlen(value));
		separator = "&";
	}
}

bool dsn_describe(const char *dsn, struct text *description)
{
	PQconninfoOption *options;
	const char *user, *host, *hostaddr, *port, *database;

	if (!parse_dsn(dsn, &options))
		return false;
	text_append_string(description, "postgresql://");
	if (options == NULL) {
		text_append_byte(description, '/');
		append_part(description, dsn, strlen(dsn));
		return true;
	}
	user = option_value(options, "user");
	host = option_value(options, "host");
	hostaddr = option_value(options, "hostaddr");
	port = option_value(options, "port");
	database = option_value(options, "dbname");
	append_part(description, user, strlen(user));
	text_append_string(description, *user ? "@" : "");
	append_hosts(description, *host ? host : hostaddr, port);
	text_append_byte(description, '/');
	append_part(description, database, strlen(database));
	append_parameters(description, options);
	PQconninfoFree(options);
	return true;
}

bool dsn_has_secret(const char *dsn)
{
	PQconninfoOption *options;
	bool has_secret = false;

	if (!parse_dsn(dsn, &options) || options == NULL)
		return false;
	has_secret = *option_value(options, "password") != '\0' || *option_value(options, "sslpassword") != '\0';
	PQconninfoFree(options);
	return has_secret;
}
