#include "health_database.h"

#include "calendar.h"
#include "sql.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The columns of the section database_details. */
static const struct column *detail_columns(void)
{
	return health_report.sections[report_find_section(&health_report, "database_details")].columns;
}

/* Takes the details that a row has. */
static bool take_details(void *context, const struct db_row *row, struct error *error)
{
	struct health_details *details = context;
	const struct column *columns = detail_columns();
	size_t i, column;

	(void)error;
	for (i = 0; columns[i].name != NULL; i++) {
		struct cell cell = {NULL, 0};

		column = db_find_column(row, columns[i].name);
		if (column < db_column_count(row))
			cell = db_value(row, column);
		if (cell.bytes == NULL)
			continue;
		details->has_value[i] = true;
		snprintf(details->values[i], sizeof details->values[i], "%.*s", (int)cell.length, cell.bytes);
	}
	return true;
}

static bool take_nothing(void *context, const struct db_row *row, struct error *error)
{
	(void)context;
	(void)row;
	(void)error;
	return true;
}

static void send_answer(int fd, const struct health_answer *answer)
{
	/* Less than PIPE_BUF: it arrives whole. */
	ssize_t written = write(fd, answer, sizeof *answer);

	(void)written;
}

/* Asks for the details; what cannot be had is said in the message. */
static void ask_details(struct db *db, const struct health *health, const struct deadline *deadline,
                        struct health_answer *answer)
{
	struct timespec clock;
	struct text now = {0};
	struct error error = {""};
	char seconds[64];
	const char *parameters[1] = {seconds};

	clock_gettime(CLOCK_REALTIME, &clock);
	snprintf(seconds, sizeof seconds, "%lld.%06ld", (long long)clock.tv_sec, clock.tv_nsec / 1000);
	if (db_query(db, sql_health_server, parameters, 1, take_details, &answer->details, &error)) {
		if (health->has_now)
			calendar_append(&now, health->now_us);
		parameters[0] = health->has_now ? text_string(&now) : NULL;
		db_query(db, sql_health_jobs, parameters, 1, take_details, &answer->details, &error);
	}
	if (error.message[0] != '\0' && deadline_left_ms(deadline) == 0)
		error_set(&error, HEALTH_TABLES_SILENT, (double)deadline->timeout_ms / 1000);
	snprintf(answer->message, sizeof answer->message, "%.*s", (int)sizeof answer->message - 1, error.message);
	text_free(&now);
}

static void run(int fd, const struct health *health, int64_t timeout_ms)
{
	struct deadline deadline = deadline_after(timeout_ms);
	struct log log = {.program = health->database->log->program, .stderr_max = LOG_LEVEL_ERROR, .fd = -1};
	struct db_options options = *health->database;
	struct health_answer answer = {.is_final = true};
	struct error error = {""};
	int64_t start_us = deadline_clock_us();
	struct db *db;

	options.deadline = &deadline;
	options.log = &log;
	options.is_probe = true;
	options.statement_timeout_ms = 0; /* the probe's own time is the bound, and its end is said as such */
	db = db_open(&options, &error);
	answer.is_up = db != NULL && db_query(db, "SELECT 1", NULL, 0, take_nothing, NULL, &error);
	answer.latency_us = deadline_clock_us() - start_us;
	answer.is_misconfigured = error.is_misconfigured;
	snprintf(answer.message, sizeof answer.message, "%.*s", (int)sizeof answer.message - 1, error.message);
	if (answer.is_up) {
		answer.is_final = false;
		send_answer(fd, &answer);
		ask_details(db, health, &deadline, &answer);
		answer.is_final = true;
	}
	send_answer(fd, &answer);
	db_close(db);
}

bool health_database_start(struct health_process *process, const struct health *health, int64_t timeout_ms,
                           struct error *error)
{
	int ends[2], nowhere;
	pid_t parent = getpid();

	if (pipe2(ends, O_CLOEXEC) != 0)
		return error_set(error, "cannot make a pipe: %s", strerror(errno));
	process->pid = fork();
	if (process->pid < 0) {
		process->pid = 0;
		close(ends[0]);
		close(ends[1]);
		return error_set(error, "cannot make a process: %s", strerror(errno));
	}
	if (process->pid == 0) {
		/* It ends with the tool, and does not speak for it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (getppid() == parent && nowhere >= 0 && dup2(nowhere, STDERR_FILENO) >= 0 &&
		    dup2(nowhere, STDOUT_FILENO) >= 0)
			run(ends[1], health, timeout_ms);
		_exit(0);
	}
	close(ends[1]);
	process->fd = ends[0];
	fcntl(process->fd, F_SETFL, O_NONBLOCK);
	return true;
}

bool health_database_read(struct health_process *process, struct health_answer *answer, bool *has_answer)
{
	ssize_t length = read(process->fd, answer, sizeof *answer);

	*has_answer = length == (ssize_t)sizeof *answer;
	return *has_answer || (length < 0 && (errno == EAGAIN || errno == EINTR));
}

void health_database_stop(struct health_process *process)
{
	if (process->pid == 0)
		return;
	kill(process->pid, SIGKILL);
	while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(process->fd);
	process->pid = 0;
}
