#include "db_cancel.h"

#include "deadline.h"

#include <signal.h>
#include <string.h>

#define CANCEL_TIMEOUT_MS 1000

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

/* What the signal handler cancels. */
static PGcancel *volatile request;

static void cancel_and_end(int number)
{
	char message[256];

	/* A second signal, while the server does not answer, ends the process at once. */
	signal(number, SIG_DFL);
	if (request != NULL)
		PQcancel(request, message, sizeof message); /* safe in a handler: PostgreSQL manual, 34.7 */
	raise(number);
}

void db_cancel_on_signal(PGconn *connection)
{
	struct sigaction action = {.sa_handler = cancel_and_end, .sa_flags = SA_NODEFER}, previous;
	size_t i;

	db_cancel_no_more();
	request = PQgetCancel(connection);
	for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
		/* What a parent ignores stays ignored: nohup. */
		if (sigaction(signals[i], NULL, &previous) == 0 && previous.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

void db_cancel_no_more(void)
{
	PGcancel *old = request;

	request = NULL;
	PQfreeCancel(old);
}

void db_cancel_now(PGconn *connection, const struct log *log, const struct error *failure)
{
	PGcancel *own = PQgetCancel(connection);
	struct deadline deadline = deadline_after(CANCEL_TIMEOUT_MS);
	char message[256];

	if (own == NULL)
		return;
	deadline_watch(&deadline, log, failure->message);
	PQcancel(own, message, sizeof message);
	PQfreeCancel(own);
	deadline_unwatch();
}
