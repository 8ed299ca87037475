/* Whether a name server is asked before a database can be. */
#include "db.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <string.h>

/* The value of a keyword; "" without one. */
static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
	for (; options != NULL && options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0 && options->val != NULL)
			return options->val;
	return "";
}

/* Whether libpq has to look up a host: it is no socket's directory, no abstract socket and no address. */
static bool is_name(const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	return *host != '\0' && *host != '/' && *host != '@' && inet_pton(AF_INET, host, address) != 1 &&
	       inet_pton(AF_INET6, host, address) != 1;
}

/* Appends the first of a list of hosts that is a name. */
static bool append_name(const char *hosts, struct text *name)
{
	struct text host = {0};
	bool found = false;
	size_t length;

	for (; !found && *hosts != '\0'; hosts += length + (hosts[length] == ',')) {
		length = strcspn(hosts, ",");
		text_clear(&host);
		text_append(&host, hosts, length);
		found = is_name(text_string(&host));
	}
	if (found)
		text_append_string(name, text_string(&host));
	text_free(&host);
	return found;
}

bool db_looks_up(const char *conninfo, struct text *name)
{
	PQconninfoOption *given = PQconninfoParse(conninfo != NULL ? conninfo : "", NULL), *defaults = PQconndefaults();
	const char *host = value_of(given, "host"), *address = value_of(given, "hostaddr");
	bool has_service = *value_of(given, "service") != '\0', found;

	/* What the file of services says comes before the environment, and only libpq reads it. */
	if (*host == '\0' && !has_service)
		host = value_of(defaults, "host");
	if (*address == '\0' && !has_service)
		address = value_of(defaults, "hostaddr");
	found = *address == '\0' && (append_name(host, name) || (*host == '\0' && has_service));
	PQconninfoFree(given);
	PQconninfoFree(defaults);
	return found;
}
