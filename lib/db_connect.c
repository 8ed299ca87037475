#include "db_connect.h"

#include "db_error.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* What a host gets in a run without a bound. */
#define SHARE_UNBOUNDED_MS 30000

/* Lists with commas, as libpq takes them, of the hosts that are still to be tried. */
struct hosts {
	char host[4096], hostaddr[4096], port[4096];
};

bool db_connect_wait(const PGconn *connection, bool to_read, bool to_write, const struct deadline *deadline)
{
	struct pollfd poller = {.fd = PQsocket(connection),
	                        .events = (short)((to_read ? POLLIN : 0) | (to_write ? POLLOUT : 0))};
	int ready;

	do
		ready = poll(&poller, 1, deadline_left_ms(deadline));
	while (ready < 0 && errno == EINTR);
	return ready != 0;
}

/* A server that is shut down says so once more as a warning, which libpq would print. */
static void ignore_notice(void *context, const char *message)
{
	(void)context;
	(void)message;
}

static PGconn *start(const struct db_options *options, const struct hosts *hosts)
{
	/* A later keyword overrides the string's own; an empty value is none. */
	const char *keywords[] = {"dbname", "fallback_application_name", "client_encoding", "host", "hostaddr", "port",
	                          NULL};
	const char *values[] = {options->conninfo,
	                        options->log->program,
	                        "UTF8",
	                        hosts != NULL ? hosts->host : NULL,
	                        hosts != NULL ? hosts->hostaddr : NULL,
	                        hosts != NULL ? hosts->port : NULL,
	                        NULL};
	PGconn *connection = PQconnectStartParams(keywords, values, 1);

	if (connection != NULL && PQstatus(connection) != CONNECTION_BAD) {
		PQsetnonblocking(connection, 1);
		PQsetNoticeProcessor(connection, ignore_notice, NULL);
		PQsetErrorVerbosity(connection, PQERRORS_VERBOSE); /* for the SQLSTATE */
	}
	return connection;
}

static void read_list(char *list, size_t size, const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0 && options->val != NULL)
			snprintf(list, size, "%s", options->val);
}

/* Where the entry of an index starts in a list; NULL when it has fewer. */
static const char *entry(const char *list, size_t index)
{
	for (; list != NULL && index > 0; index--) {
		list = strchr(list, ',');
		list = list != NULL ? list + 1 : NULL;
	}
	return list;
}

/* Takes an entry out of a list of several; a single port stands for all hosts. */
static void drop(char *list, size_t size, size_t index)
{
	char copy[4096];
	const char *from = entry(list, index), *next = entry(list, index + 1);

	if (from == NULL || strchr(list, ',') == NULL)
		return;
	if (next == NULL)
		snprintf(copy, sizeof copy, "%.*s", (int)(from - list - 1), list);
	else
		snprintf(copy, sizeof copy, "%.*s%s", (int)(from - list), list, next);
	snprintf(list, size, "%s", copy);
}

/* How many hosts a list with commas names. */
static size_t count_hosts(const struct hosts *hosts)
{
	const char *at = *hosts->hostaddr != '\0' ? hosts->hostaddr : hosts->host;
	size_t count = 1;

	for (; *at != '\0'; at++)
		count += *at == ',';
	return count;
}

/* The hosts that the connection, once started, knows of. */
static void read_hosts(const PGconn *connection, struct hosts *hosts)
{
	PQconninfoOption *options = PQconninfo((PGconn *)(uintptr_t)connection); /* which only reads it */

	memset(hosts, 0, sizeof *hosts);
	if (options == NULL)
		return;
	read_list(hosts->host, sizeof hosts->host, options, "host");
	read_list(hosts->hostaddr, sizeof hosts->hostaddr, options, "hostaddr");
	read_list(hosts->port, sizeof hosts->port, options, "port");
	PQconninfoFree(options);
}

/* The host as the list of hosts has it; its address where it has no name. */
static const char *listed_host(const PGconn *connection)
{
	const char *host = PQhost(connection);

	return host != NULL ? host : "";
}

const char *db_connect_host(const PGconn *connection)
{
	struct hosts hosts;
	const char *address = PQhostaddr(connection);

	/* An address that is given is where it goes, whatever name $PGHOST puts beside it. */
	read_hosts(connection, &hosts);
	return *hosts.hostaddr != '\0' && address != NULL && *address != '\0' ? address : listed_host(connection);
}

static bool is_entry(const char *list, size_t index, const char *word)
{
	const char *at = entry(list, index);

	return at != NULL && strlen(word) == strcspn(at, ",") && strncmp(at, word, strlen(word)) == 0;
}

/* The index of the host that the connection is at; 0 where there is just one. */
static size_t present(const PGconn *connection, const struct hosts *hosts)
{
	const char *list = *hosts->host != '\0' ? hosts->host : hosts->hostaddr, *port = PQport(connection);
	bool has_ports = strchr(hosts->port, ',') != NULL && port != NULL;
	size_t i, count = count_hosts(hosts);

	for (i = 0; i + 1 < count; i++)
		if (is_entry(list, i, listed_host(connection)) && (!has_ports || is_entry(hosts->port, i, port)))
			break;
	return i;
}

/* An equal share of the time left, for one of so many hosts. */
static struct deadline share_of(const struct deadline *deadline, size_t host_count)
{
	int left_ms = deadline_left_ms(deadline);

	/* At least one: 0 would be for ever. */
	return deadline_after(left_ms < 0 ? SHARE_UNBOUNDED_MS : 1 + left_ms / (int64_t)host_count);
}

/*
 * Goes on until the connection stands or failed (true), or until its present host had its share of the time (false).
 * libpq goes on to the next host after an error, but without its blocking calls knows no time for one.
 */
static bool negotiate(PGconn *connection, const struct hosts *hosts, const struct deadline *deadline)
{
	size_t count = count_hosts(hosts), at = 0;
	size_t shares = count > 1 ? count + 1 : 1; /* one is kept for another go at those that were passed over */
	struct deadline share = share_of(deadline, shares);
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;

	while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
		if (present(connection, hosts) != at) {
			at = present(connection, hosts); /* others failed by themselves: the rest share what is left */
			share = share_of(deadline, shares - at);
		}
		if (!db_connect_wait(connection, status == PGRES_POLLING_READING, status == PGRES_POLLING_WRITING, &share))
			return false;
		status = PQconnectPoll(connection);
	}
	return true;
}

static void watch(const PGconn *connection, const struct db_options *options)
{
	char line[512];

	snprintf(line, sizeof line, "cannot connect to \"%s\": timeout after %g s", db_connect_host(connection),
	         (double)options->deadline->timeout_ms / 1000);
	deadline_watch(options->deadline, options->log, line);
}

/*
 * Drops the host that the connection is at, which is silent. Those before it stay: target_session_attrs=prefer-standby
 * passes over a primary at first. False: none is left.
 */
static bool drop_silent(const PGconn *connection, struct hosts *hosts)
{
	size_t index = present(connection, hosts);

	if (count_hosts(hosts) == 1)
		return false;
	drop(hosts->host, sizeof hosts->host, index);
	drop(hosts->hostaddr, sizeof hosts->hostaddr, index);
	drop(hosts->port, sizeof hosts->port, index);
	return true;
}

/* Connects, to one host after another while they are silent. NULL when memory runs out. *timed_out: none answered. */
static PGconn *try_hosts(const struct db_options *options, bool *timed_out)
{
	PGconn *connection = start(options, NULL);
	struct hosts hosts;

	*timed_out = false;
	if (connection == NULL)
		return NULL;
	read_hosts(connection, &hosts);
	while (connection != NULL && PQstatus(connection) != CONNECTION_BAD) {
		watch(connection, options);
		if (negotiate(connection, &hosts, options->deadline))
			break;
		*timed_out = !drop_silent(connection, &hosts) || deadline_left_ms(options->deadline) == 0;
		if (*timed_out)
			break;
		PQfinish(connection);
		connection = start(options, &hosts);
	}
	return connection;
}

PGconn *db_connect(const struct db_options *options, struct error *error)
{
	PGconn *connection;
	bool timed_out;
	char line[256];

	/* The lookup of a name blocks. */
	snprintf(line, sizeof line, "cannot connect to the database: timeout after %g s; does its name resolve?",
	         (double)options->deadline->timeout_ms / 1000);
	deadline_watch(options->deadline, options->log, line);
	connection = try_hosts(options, &timed_out);
	if (connection == NULL)
		error_out_of_memory(error);
	else if (timed_out)
		error_set(error, "cannot connect to \"%s\": timeout after %g s", db_connect_host(connection),
		          (double)options->deadline->timeout_ms / 1000);
	else if (PQstatus(connection) == CONNECTION_OK)
		return connection;
	else
		db_error_connection(connection, "cannot connect to", error);
	PQfinish(connection);
	return NULL;
}
