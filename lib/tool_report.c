/* The run of a report that answers a document for each id on the command line. */
#include "arguments.h"
#include "calendar.h"
#include "feed.h"
#include "render.h"
#include "tool.h"

#include <stdlib.h>
#include <string.h>

/* What there is to know of a run before its rows come. */
struct run {
	const struct report *report;
	struct arguments ids;
	bool *is_found; /* of each id */
	struct period period;
	struct text from, to;
};

/* Prints the report. Where ids were given and none is known, nothing. */
static bool print_report(struct tool *tool, struct run *run, struct db *db, struct error *error)
{
	struct render_options options = tool_render_options(tool);
	const struct cell head[REPORT_HEAD_COUNT] = {
		{run->period.name, strlen(run->period.name)},
		{text_string(&run->from), run->from.length},
		{text_string(&run->to), run->to.length},
		{run->period.partial ? "t" : "f", 1},
	};
	bool several = run->ids.count > 1 || run->ids.has_stdin;
	struct render *render = render_open(&options, run->report, head, several, &tool->output, error);
	int64_t start_us = deadline_clock_us();
	size_t rows = 0;
	bool done = render != NULL && feed_report(db, run->report, &run->period, (const char *const *)run->ids.words,
	                                          run->ids.count, run->is_found, render, &rows, error);

	if (done) {
		tool_say(tool, LOG_LEVEL_DEBUG, "%s %s from %s to %s: %zu rows in %.1f ms", run->report->name, run->period.name,
		         head[1].bytes, head[2].bytes, rows, (double)(deadline_clock_us() - start_us) / 1000);
		if (rows > 0 || run->ids.count == 0)
			done = render_close(render, error);
	}
	render_free(render);
	return done;
}

/* Says which ids are unknown; false if any is. */
static bool say_unknown(const struct tool *tool, const struct run *run)
{
	bool all_known = true;
	size_t i;

	for (i = 0; i < run->ids.count; i++) {
		if (run->is_found[i])
			continue;
		all_known = false;
		tool_say(tool, LOG_LEVEL_ERROR, "unknown %s \"%s\": %s", run->report->noun, run->ids.words[i],
		         run->report->unknown_because);
	}
	return all_known;
}

/* Reads ids and period; the period by this machine's clock, so that a mistake in it is found without the database. */
static bool prepare(struct tool *tool, struct run *run, const char *period_word, struct error *error)
{
	char line[128];

	if (!period_parse(period_word, tool_now_us(tool, NULL), &run->period, error))
		return false;
	snprintf(line, sizeof line, "timeout after %g s, reading ids from standard input",
	         (double)tool->deadline.timeout_ms / 1000);
	deadline_watch(&tool->deadline, &tool->log, line);
	if (!arguments_read(&run->ids, tool->call.arguments, tool->call.argument_count, stdin, error))
		return false;
	tool->is_stream = run->ids.count > 1 || run->ids.has_stdin;
	run->is_found = calloc(run->ids.count + 1, sizeof *run->is_found);
	return run->is_found != NULL || error_out_of_memory(error);
}

enum exit_status tool_run_report(struct tool *tool, const struct report *report, const char *period_word,
                                 struct error *error)
{
	struct run run = {.report = report};
	enum exit_status status = EXIT_UNKNOWN;
	struct db *db = NULL;

	if (period_word == NULL)
		period_word = report->default_period;
	if (!prepare(tool, &run, period_word, error))
		goto out;
	db = tool_open_db(tool, NULL, error);
	if (db == NULL || !period_parse(period_word, tool_now_us(tool, db), &run.period, error))
		goto out;
	calendar_append(&run.from, run.period.from_us);
	calendar_append(&run.to, run.period.to_us);
	if (print_report(tool, &run, db, error) && say_unknown(tool, &run))
		status = EXIT_FINE;
out:
	db_close(db);
	arguments_free(&run.ids);
	free(run.is_found);
	text_free(&run.from);
	text_free(&run.to);
	return status;
}
