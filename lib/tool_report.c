/* The run of a report: documents for the ids on the command line, or a list. */
#include "arguments.h"
#include "calendar.h"
#include "credits.h"
#include "feed.h"
#include "render.h"
#include "tool.h"
#include "tool_question.h"
#include "usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Teams or organizations that a run names, of which it says the unknown ones. */
struct names {
	const struct report *report; /* that they are subjects of */
	const char *const *words;
	size_t count;
	bool *is_found; /* of each word; owned */
};

/* What there is to know of a run before its rows come. */
struct run {
	struct tool *tool;
	struct tool_question question;
	struct arguments ids;
	struct names names[2]; /* the report's subjects; or a list's teams, and organizations */
	struct text from, to, as_of;
	struct tool_extra extra;
};

static bool has_subject(const struct run *run)
{
	return run->question.report->subject.name != NULL;
}

static struct cell cell_of(const char *bytes)
{
	return (struct cell){bytes, bytes != NULL ? strlen(bytes) : 0};
}

/* Fills in the values of report_head, or of report_list_head. */
static void fill_head(struct run *run, int64_t now_us, struct cell head[REPORT_HEAD_COUNT])
{
	const struct report *report = run->question.report;
	const struct period *shown = &run->question.shown;
	bool has_no_from = run->question.feed.has_no_from, has_no_to = run->question.feed.has_no_to;

	text_clear(&run->from);
	text_clear(&run->to);
	text_clear(&run->as_of);
	calendar_append(&run->from, shown->from_us);
	calendar_append(&run->to, shown->to_us);
	calendar_append(&run->as_of, now_us);
	head[0] = cell_of(has_subject(run) ? shown->name : report->name);
	head[1] = cell_of(has_no_from ? NULL : text_string(&run->from));
	head[2] = cell_of(has_no_to ? NULL : text_string(&run->to));
	head[3] = cell_of(has_no_from && has_no_to ? NULL : shown->partial ? "t" : "f");
	head[4] = cell_of(report->basis);
	head[5] = cell_of(text_string(&run->as_of));
}

/* What the rows seen so far amount to. */
static enum exit_status judge(const struct run *run)
{
	return run->extra.judge != NULL ? run->extra.judge(run->extra.context) : EXIT_FINE;
}

/* Shows rows to whom the verb wants them shown. Once something is wrong, --quiet has nothing to hold back. */
static void see(void *context, const struct section *section, const struct cell *cells)
{
	struct run *run = context;

	run->extra.see(run->extra.context, section, cells);
	if (judge(run) != EXIT_FINE)
		run->tool->output.fd = STDOUT_FILENO;
}

/* Prints the report. Where ids were given and none is known, nothing. */
static bool print_report(struct tool *tool, struct run *run, struct db *db, struct error *error)
{
	struct render_options options = tool_render_options(tool);
	const struct report *report = run->question.report;
	int64_t start_us = deadline_clock_us(), now_us = tool_now_us(tool, db);
	struct cell head[REPORT_HEAD_COUNT];
	bool several = has_subject(run) && (run->ids.count > 1 || run->ids.has_stdin), done;
	struct render *render;
	size_t rows = 0;

	fill_head(run, now_us, head);
	render = render_open(&options, &run->question.shown_report, head, several, &tool->output, error);
	done = render != NULL && (run->extra.given == NULL || run->extra.given(tool, render, now_us, error)) &&
	       feed_report(db, report, &run->question.feed, run->names[0].is_found, render, &rows, error);
	if (done) {
		tool_say(tool, LOG_LEVEL_DEBUG, "%s %s from %s to %s: %zu rows in %.1f ms", report->name,
		         run->question.shown.name, head[1].bytes != NULL ? head[1].bytes : "the first",
		         head[2].bytes != NULL ? head[2].bytes : "the last", rows,
		         (double)(deadline_clock_us() - start_us) / 1000);
		if (rows > 0 || !has_subject(run) || run->ids.count == 0)
			done = render_close(render, error);
	}
	render_free(render);
	return done;
}

/* Says which names are unknown; false if any is. */
static bool say_unknown(const struct run *run)
{
	bool all_known = true;
	size_t i, n;

	for (n = 0; n < 2; n++) {
		const struct names *names = &run->names[n];

		for (i = 0; i < names->count; i++) {
			if (names->is_found[i])
				continue;
			all_known = false;
			tool_say(run->tool, LOG_LEVEL_ERROR, "unknown %s \"%s\": %s", names->report->noun, names->words[i],
			         names->report->unknown_because);
		}
	}
	return all_known;
}

/* Reads the ids that the verb is asked about: the report's subjects, or the teams that a list is of. */
static bool read_ids(struct tool *tool, struct run *run, struct error *error)
{
	size_t asked = has_subject(run) ? run->question.report->asked : PARAMETER_TEAMS;
	char line[128];

	if (tool->call.argument_count == 0)
		return true;
	if (run->question.feed.filters[asked].is_given)
		return error_set(error, "--team: name the teams either by --team or behind %s", tool->call.verb->name);
	snprintf(line, sizeof line, "timeout after %g s, reading ids from standard input",
	         (double)tool->deadline.timeout_ms / 1000);
	deadline_watch(&tool->deadline, &tool->log, line);
	if (!arguments_read(&run->ids, tool->call.arguments, tool->call.argument_count, stdin, error))
		return false;
	if (run->ids.count == 0 && run->extra.judge != NULL)
		return error_set(error, "standard input names nobody to judge");
	run->question.feed.filters[asked].words = (const char *const *)run->ids.words;
	run->question.feed.filters[asked].count = run->ids.count;
	run->question.feed.filters[asked].is_given = true;
	return true;
}

/* Takes the words of a filter for names that have to be known. */
static bool name(struct run *run, size_t n, const struct report *report, struct error *error)
{
	struct names *names = &run->names[n];

	names->report = report;
	names->words = run->question.feed.filters[report->asked].words;
	names->count = run->question.feed.filters[report->asked].count;
	names->is_found = calloc(names->count + 1, sizeof *names->is_found);
	return names->is_found != NULL || error_out_of_memory(error);
}

/*
 * Settles which names have to be known: the ids behind the verb. A filter's word may match nothing, but where a verb
 * passes judgement that is no good news.
 */
static bool take_names(struct run *run, struct error *error)
{
	if (has_subject(run))
		return name(run, 0, run->question.report, error);
	return (run->ids.count == 0 && run->extra.judge == NULL) ||
	       (name(run, 0, &credits_balance, error) && (run->extra.judge == NULL || name(run, 1, &usage_org, error)));
}

/* Looks which of a list's names are known. */
static bool find_names(struct db *db, struct run *run, struct error *error)
{
	static const struct period nothing = {.from_us = 0};
	size_t n, rows;

	for (n = 0; n < 2 && !has_subject(run); n++) {
		const struct names *names = &run->names[n];
		struct feed_question question = {.period = &nothing};

		if (names->count == 0)
			continue;
		question.filters[names->report->asked] = run->question.feed.filters[names->report->asked];
		if (!feed_report(db, names->report, &question, names->is_found, NULL, &rows, error))
			return false;
	}
	return true;
}

/* Whether there is anybody to report on: not where all teams, or organizations, of a list are unknown. */
static bool has_anybody(const struct run *run)
{
	size_t i, n;

	for (n = 0; n < 2 && !has_subject(run); n++) {
		const struct names *names = &run->names[n];

		for (i = 0; i < names->count && !names->is_found[i]; i++)
			;
		if (names->count > 0 && i == names->count)
			return false;
	}
	return true;
}

/* Whether the format gives rows away as they come, so that a slow reader holds up the server. */
static bool is_stream(const struct tool *tool, const struct run *run)
{
	const char *format = tool_render_options(tool).format;
	int64_t limit = run->question.feed.limit;

	/* A document with a list in it is one where more than the usual rows are asked for. */
	if (has_subject(run))
		return run->ids.count > 1 || run->ids.has_stdin ||
		       (run->question.report->statement == NULL && (limit == 0 || limit > run->question.report->default_limit));
	return strcmp(format, "table") != 0 && strcmp(format, "prom") != 0;
}

enum exit_status tool_run_report(struct tool *tool, const struct report *report, const struct tool_list *asked,
                                 const struct tool_extra *extra, struct error *error)
{
	struct run run = {.tool = tool, .extra = extra != NULL ? *extra : (struct tool_extra){NULL}};
	enum exit_status status = EXIT_UNKNOWN;
	struct db *db = NULL;
	bool is_prom = strcmp(tool_render_options(tool).format, "prom") == 0;

	/* The period by this machine's clock, so that a mistake in it is found without the database. */
	if (!tool_question_begin(&run.question, report, asked, is_prom, error) ||
	    !tool_question_set_now(&run.question, asked, tool_now_us(tool, NULL), error) || !read_ids(tool, &run, error) ||
	    !take_names(&run, error))
		goto out;
	run.question.feed.see = run.extra.see != NULL ? see : NULL;
	run.question.feed.context = &run;
	tool->is_stream = is_stream(tool, &run);
	db = tool_open_db(tool, NULL, error);
	if (db == NULL || !tool_question_set_now(&run.question, asked, tool_now_us(tool, db), error) ||
	    !find_names(db, &run, error))
		goto out;
	if ((!has_anybody(&run) || print_report(tool, &run, db, error)) && say_unknown(&run))
		status = judge(&run);
out:
	db_close(db);
	tool_question_free(&run.question);
	arguments_free(&run.ids);
	free(run.names[0].is_found);
	free(run.names[1].is_found);
	text_free(&run.from);
	text_free(&run.to);
	text_free(&run.as_of);
	return status;
}
