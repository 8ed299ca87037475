/* The run of lm-usage tail: looks at the database again and again, and outlives what happens to it. */
#include "calendar.h"
#include "feed.h"
#include "parse.h"
#include "render.h"
#include "tail_line.h"
#include "tail_poll.h"
#include "tool.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

#define INTERVAL_MS 1000
#define BACKOFF_MIN_MS 1000
#define BACKOFF_MAX_MS 10000
/* The server ends a statement by database.statement_timeout; a server that says nothing is given up after so much more.
 */
#define SILENCE_MS 1000
#define BACKLOG_MAX_US CALENDAR_HOUR_US

struct run {
	struct tool *tool;
	struct tail_poll poll;
	struct text filters[PARAMETER_COUNT];
	struct text conninfo;
	struct db_options options;
	struct deadline deadline; /* of connecting, and of each look */
	int64_t look_ms;          /* how long either may take */
	int64_t took_us;          /* how long the last look took */
	struct db *db;            /* NULL while there is no connection */
	bool has_answered;        /* once at least */
	bool is_down;             /* it was said that looking failed */
	int64_t down_at_us, backoff_ms;
	bool is_backlog_said;
	/* Rows are held back while a statement runs, so that no reader holds it up. */
	struct output output;
	struct render *render; /* NULL: lines for people */
	struct tail_line line;
};

static bool show_row(void *context, const struct cell *cells, struct error *error)
{
	struct run *run = context;

	if (run->render != NULL)
		return render_row(run->render, "", 0, cells, error);
	tail_line_append(&run->line, &run->output.buffer, cells);
	return !run->output.buffer.failed || error_out_of_memory(error);
}

static bool read_filters(struct run *run, const struct cli_list *filters, struct error *error)
{
	size_t i;

	for (i = PARAMETER_TEAMS; i < PARAMETER_COUNT; i++) {
		if (filters[i].count == 0)
			continue;
		if (!feed_append_words(&run->filters[i], filters[i].words, filters[i].count, error))
			return false;
		run->poll.filters[i] = text_string(&run->filters[i]);
	}
	return true;
}

static bool read_since(struct run *run, const char *word, struct error *error)
{
	struct error ignored = {""};
	int64_t ms;

	if (word == NULL)
		return true;
	run->poll.has_since = true;
	if (calendar_parse(word, &run->poll.since_us))
		return true;
	run->poll.is_ago = parse_duration(word, &ms, &ignored);
	run->poll.since_us = ms * 1000;
	return run->poll.is_ago ||
	       error_set(
			   error,
			   "--since: expected a duration such as 15m, or a time in UTC such as 2025-10-15T14:30:00Z, not \"%s\"",
			   word);
}

/* Settles how rows are printed. */
static bool open_output(struct run *run, struct error *error)
{
	static const struct cell head[REPORT_HEAD_COUNT];
	struct render_options options = tool_render_options(run->tool);

	run->output = (struct output){.fd = -1, .deadline = &run->tool->deadline};
	if (strcmp(options.format, "prom") == 0)
		return error_set(
			error, "tail: prom is a format for figures, and not for rows as they land; expected table, jsonl or csv");
	if (strcmp(options.format, "table") == 0) {
		run->line =
			(struct tail_line){.width = options.width, .has_colour = options.has_colour, .is_plain = options.is_plain};
		return true;
	}
	if (strcmp(options.format, "json") == 0)
		options.format = "jsonl"; /* a document would have no end */
	run->render = render_open(&options, &tail_report, head, false, &run->output, error);
	return run->render != NULL;
}

static bool prepare(struct run *run, const struct tool_list *asked, struct error *error)
{
	struct tool *tool = run->tool;

	/* The configuration's bound is one for reports. */
	deadline_unwatch();
	tool->timeout_ms = tool->common->timeout.has_value ? tool->common->timeout.ms : 0;
	tool->deadline = deadline_after(tool->timeout_ms);
	tool->deadline.is_unwatched = true;
	tool->is_watch = true;
	run->poll.show = show_row;
	run->poll.context = run;
	if (tool->has_now)
		return error_set(error, "tail follows the database's clock: --now does not go with it");
	if (!open_output(run, error) || !read_since(run, asked->since, error) ||
	    !read_filters(run, asked->filters, error) || !tool_db_options(tool, &run->options, &run->conninfo, error))
		return false;
	run->options.deadline = &run->deadline;
	run->look_ms = run->options.statement_timeout_ms + SILENCE_MS;
	return true;
}

static bool is_over(const struct run *run)
{
	return deadline_left_ms(&run->tool->deadline) == 0;
}

/* Gives what follows its time, or what --timeout leaves of it. */
static void start_clock(struct run *run)
{
	int left_ms = deadline_left_ms(&run->tool->deadline);

	run->deadline = deadline_after(left_ms > 0 && left_ms < run->look_ms ? left_ms : run->look_ms);
	run->deadline.is_unwatched = true;
}

/* Waits, but not beyond --timeout. False when nobody reads the output any more. */
static bool wait_ms(const struct run *run, int64_t ms)
{
	struct deadline deadline = deadline_after(ms > 0 ? ms : 1);
	struct pollfd reader = {.fd = run->tool->output.fd};
	int left_ms, run_left_ms;

	while ((left_ms = deadline_left_ms(&deadline)) > 0 && !is_over(run)) {
		run_left_ms = deadline_left_ms(&run->tool->deadline);
		if (run_left_ms >= 0 && run_left_ms < left_ms)
			left_ms = run_left_ms;
		if (poll(&reader, 1, left_ms) > 0)
			return false;
	}
	return true;
}

/* Connects, if there is no connection, and looks once. */
static bool look(struct run *run, bool *has_more, struct error *error)
{
	struct tool *tool = run->tool;
	int64_t start_us = deadline_clock_us();
	bool done;

	start_clock(run);
	if (run->db != NULL)
		done = db_resume(run->db, error);
	else {
		tail_poll_reconnected(&run->poll);
		run->db = db_open(&run->options, error);
		done = run->db != NULL;
		if (done)
			tool_say(tool, LOG_LEVEL_DEBUG, "connected to \"%s\", PostgreSQL %s, in %.1f ms", db_host(run->db),
			         db_server_version(run->db), (double)(deadline_clock_us() - start_us) / 1000);
		start_us = deadline_clock_us();
		start_clock(run);
	}
	run->poll.is_history = false;
	done = done && tail_poll_look(&run->poll, run->db, has_more, error) && db_pause(run->db, error);
	run->took_us = deadline_clock_us() - start_us;
	if (!done && run->poll.is_history)
		text_clear(&run->output.buffer); /* it is read again */
	return done;
}

/* Prints what the look brought, now that no statement waits for the reader. */
static bool flush(struct run *run, struct error *error)
{
	bool done;

	run->output.fd = run->tool->output.fd;
	done = output_flush(&run->output, error);
	run->output.fd = -1;
	return done;
}

/* Says once that looking failed, and gives up the connection. False where another attempt would be in vain. */
static bool take_failure(struct run *run, const struct error *fault)
{
	db_close(run->db);
	run->db = NULL;
	if (fault->is_lasting || (fault->is_misconfigured && !run->has_answered))
		return false;
	if (run->is_down) {
		tool_say(run->tool, LOG_LEVEL_DEBUG, "%s", fault->message);
		run->backoff_ms = 2 * run->backoff_ms < BACKOFF_MAX_MS ? 2 * run->backoff_ms : BACKOFF_MAX_MS;
		return true;
	}
	tool_say(run->tool, LOG_LEVEL_WARNING, "%s; trying again", fault->message);
	run->is_down = true;
	run->down_at_us = deadline_clock_us();
	run->backoff_ms = BACKOFF_MIN_MS;
	return true;
}

/* Says that looking works again, and once where it has to reach back far. */
static void take_success(struct run *run)
{
	if (run->is_down)
		tool_say(run->tool, LOG_LEVEL_WARNING, "\"%s\" answers again, after %lld s", db_host(run->db),
		         (long long)((deadline_clock_us() - run->down_at_us) / CALENDAR_SECOND_US));
	run->is_down = false;
	run->has_answered = true;
	tool_say(run->tool, LOG_LEVEL_DEBUG, "tail: %zu rows in %.1f ms, %zu of them printed", run->poll.rows,
	         (double)run->took_us / 1000, run->poll.shown);
	if (tail_poll_backlog_us(&run->poll) <= BACKLOG_MAX_US)
		run->is_backlog_said = false;
	else if (!run->is_backlog_said) {
		tool_say(run->tool, LOG_LEVEL_WARNING,
		         "transaction %llu has been open for more than an hour, and what landed since is kept in memory until "
		         "it ends; "
		         "see backend_xid of pg_stat_activity, and pg_prepared_xacts",
		         (unsigned long long)run->poll.snapshot.xmin);
		run->is_backlog_said = true;
	}
}

/* Looks until --timeout, a failure that lasts, or until nobody reads. */
static enum exit_status follow(struct run *run, int64_t interval_ms, struct error *error)
{
	for (;;) {
		int64_t start_us = deadline_clock_us(), took_ms, pause_ms;
		struct error fault = {""};
		bool has_more = false, done = look(run, &has_more, &fault);

		took_ms = (deadline_clock_us() - start_us) / 1000;
		if (!flush(run, error))
			return EXIT_UNKNOWN;
		/* What is cut off by --timeout is no failure, unless there never was an answer. */
		if (!done && is_over(run) && run->has_answered)
			return run->is_down ? EXIT_UNKNOWN : EXIT_FINE;
		if (!done && !take_failure(run, &fault)) {
			*error = fault;
			return EXIT_UNKNOWN;
		}
		if (done)
			take_success(run);
		if (is_over(run))
			return done ? EXIT_FINE : EXIT_UNKNOWN;
		/* A server that is slow to answer is left alone for as long as it took. */
		pause_ms = !done                             ? run->backoff_ms
		           : has_more                        ? 0
		           : interval_ms - took_ms > took_ms ? interval_ms - took_ms
		                                             : took_ms;
		if (!wait_ms(run, pause_ms)) {
			raise(SIGPIPE); /* as a write would have */
			return EXIT_UNKNOWN;
		}
		if (is_over(run))
			return run->is_down ? EXIT_UNKNOWN : EXIT_FINE;
	}
}

enum exit_status tool_run_tail(struct tool *tool, const struct tool_list *asked, const struct cli_duration *interval,
                               struct error *error)
{
	struct run run = {.tool = tool};
	enum exit_status status = EXIT_UNKNOWN;
	size_t i;

	if (prepare(&run, asked, error))
		status = follow(&run, interval->has_value ? interval->ms : INTERVAL_MS, error);
	db_close(run.db);
	render_free(run.render);
	output_free(&run.output);
	tail_poll_free(&run.poll);
	for (i = 0; i < PARAMETER_COUNT; i++)
		text_free(&run.filters[i]);
	text_free(&run.conninfo);
	return status;
}
