#include "db_connect.h"

#include "db_error.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/* What a host gets in a run without a bound. */
#define SHARE_UNBOUNDED_MS 30000

/* A list with commas, as libpq takes it, of which the first entries were dropped. */
struct list {
	char text[4096];
	size_t start;
};

/* The hosts that are still to be tried. */
struct hosts {
	struct list host, hostaddr, port;
};

static const char *rest(const struct list *list)
{
	return list->text + list->start;
}

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

const char *db_connect_host(const PGconn *connection)
{
	const char *host = PQhost(connection);

	return host != NULL ? host : "";
}

static PGconn *start(const struct db_options *options, const struct hosts *hosts)
{
	/* A later keyword overrides the string's own; an empty value is none. */
	const char *keywords[] = {"dbname", "fallback_application_name", "client_encoding", "host", "hostaddr", "port",
	                          NULL};
	const char *values[] = {options->conninfo,
	                        options->program,
	                        "UTF8",
	                        hosts != NULL ? rest(&hosts->host) : NULL,
	                        hosts != NULL ? rest(&hosts->hostaddr) : NULL,
	                        hosts != NULL ? rest(&hosts->port) : NULL,
	                        NULL};
	PGconn *connection = PQconnectStartParams(keywords, values, 1);

	if (connection != NULL && PQstatus(connection) != CONNECTION_BAD)
		PQsetnonblocking(connection, 1);
	return connection;
}

static void read_list(struct list *list, const PQconninfoOption *options, const char *keyword)
{
	list->start = 0;
	list->text[0] = '\0';
	for (; options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0 && options->val != NULL)
			snprintf(list->text, sizeof list->text, "%s", options->val);
}

static void drop_first_of(struct list *list)
{
	const char *comma = strchr(rest(list), ',');

	/* A single port stands for all hosts. */
	if (comma != NULL)
		list->start = (size_t)(comma + 1 - list->text);
}

static void drop_first(struct hosts *hosts)
{
	drop_first_of(&hosts->host);
	drop_first_of(&hosts->hostaddr);
	drop_first_of(&hosts->port);
}

/* How many hosts a list with commas names. */
static size_t count_hosts(const struct hosts *hosts)
{
	const char *at = *rest(&hosts->hostaddr) != '\0' ? rest(&hosts->hostaddr) : rest(&hosts->host);
	size_t count = 1;

	for (; *at != '\0'; at++)
		count += *at == ',';
	return count;
}

/* The hosts that the connection, once started, knows of. */
static void read_hosts(PGconn *connection, struct hosts *hosts)
{
	PQconninfoOption *options = PQconninfo(connection);

	memset(hosts, 0, sizeof *hosts);
	if (options == NULL)
		return;
	read_list(&hosts->host, options, "host");
	read_list(&hosts->hostaddr, options, "hostaddr");
	read_list(&hosts->port, options, "port");
	PQconninfoFree(options);
}

/* Whether the first host of the lists is the one that the connection is at. */
static bool is_first(const PGconn *connection, const struct hosts *hosts)
{
	const char *host = db_connect_host(connection), *port = PQport(connection);
	const char *list = *rest(&hosts->host) != '\0' ? rest(&hosts->host) : rest(&hosts->hostaddr);
	const char *ports = rest(&hosts->port);
	size_t host_length = strcspn(list, ","), port_length = strcspn(ports, ",");

	return strlen(host) == host_length && strncmp(host, list, host_length) == 0 &&
	       (port == NULL || port_length == 0 ||
	        (strlen(port) == port_length && strncmp(port, ports, port_length) == 0));
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
static bool negotiate(PGconn *connection, const struct hosts *hosts, size_t host_count, const struct deadline *deadline)
{
	struct deadline share = share_of(deadline, host_count);
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;
	bool was_first = true;

	while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
		if (was_first && !is_first(connection, hosts)) {
			was_first = false; /* it failed by itself: the others share what is left */
			share = share_of(deadline, host_count > 1 ? host_count - 1 : 1);
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

	snprintf(line, sizeof line, "%s: cannot connect to \"%s\": timeout after %g s", options->program,
	         db_connect_host(connection), (double)options->deadline.timeout_ms / 1000);
	deadline_watch(&options->deadline, line);
}

/* Drops the host that the connection is at, which is silent, and those before it, which failed. False: none is left. */
static bool drop_silent(const PGconn *connection, struct hosts *hosts)
{
	while (count_hosts(hosts) > 1 && !is_first(connection, hosts))
		drop_first(hosts);
	if (count_hosts(hosts) == 1)
		return false;
	drop_first(hosts);
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
		if (negotiate(connection, &hosts, count_hosts(&hosts), &options->deadline))
			break;
		*timed_out = !drop_silent(connection, &hosts) || deadline_left_ms(&options->deadline) == 0;
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
	snprintf(line, sizeof line, "%s: cannot connect to the database: timeout after %g s; does its name resolve?",
	         options->program, (double)options->deadline.timeout_ms / 1000);
	deadline_watch(&options->deadline, line);
	connection = try_hosts(options, &timed_out);
	if (connection == NULL)
		error_out_of_memory(error);
	else if (timed_out)
		error_set(error, "cannot connect to \"%s\": timeout after %g s", db_connect_host(connection),
		          (double)options->deadline.timeout_ms / 1000);
	else if (PQstatus(connection) == CONNECTION_OK)
		return connection;
	else
		db_error_connection(connection, "cannot connect to", error);
	PQfinish(connection);
	return NULL;
}
