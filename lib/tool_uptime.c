/* The run of lm-health uptime. */
#include "calendar.h"
#include "tool.h"
#include "uptime.h"
#include "uptime_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INCIDENTS_DEFAULT 50
#define DAYS_MAX 36500

/* One log, opened. */
struct log_file {
	const char *name;
	int fd;
	int64_t first_us; /* of its first line; without one it comes first */
};

static int compare_files(const void *a, const void *b)
{
	const struct log_file *left = a, *right = b;

	return (left->first_us > right->first_us) - (left->first_us < right->first_us);
}

static bool open_file(struct log_file *file, const struct uptime_options *options, struct error *error)
{
	file->fd = open(file->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	file->first_us = INT64_MIN;
	if (file->fd < 0)
		return error_set(error, "cannot read \"%s\": %s", file->name, strerror(errno));
	uptime_first(file->fd, options, &file->first_us);
	return true;
}

/* Opens all, and puts them in the order of their first lines. Standard input is read where it stands. */
static bool open_files(struct log_file *files, const char *const *names, size_t count,
                       const struct uptime_options *options, struct error *error)
{
	bool has_stdin = false;
	size_t i;

	for (i = 0; i < count; i++) {
		files[i].name = names[i];
		if (strcmp(names[i], "-") == 0) {
			has_stdin = true;
			files[i] = (struct log_file){.name = "standard input", .fd = STDIN_FILENO};
		} else if (!open_file(&files[i], options, error))
			return false;
	}
	if (!has_stdin)
		qsort(files, count, sizeof *files, compare_files);
	return true;
}

static void close_files(struct log_file *files, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (files[i].fd > STDERR_FILENO)
			close(files[i].fd);
}

static bool print(struct tool *tool, const struct uptime *uptime, struct error *error)
{
	struct render_options options = tool_render_options(tool);
	struct uptime_head head;
	struct render *render;
	bool done;

	uptime_fill_head(uptime, &head);
	render = render_open(&options, &uptime_report, head.cells, false, &tool->output, error);
	done = render != NULL && uptime_render(uptime, render, error) && render_close(render, error);
	render_free(render);
	text_free(&head.from);
	text_free(&head.to);
	return done;
}

/* Fails when the logs, or the days of them that were asked for, have no line. */
static bool check_lines(const struct uptime *uptime, const char *const *names, size_t count,
                        const struct cli_count *days, struct error *error)
{
	const char *others = count > 1 ? " and others" : "";

	if (uptime_log(uptime)->lines > 0)
		return true;
	if (days->has_value)
		return error_set(error, "\"%s\"%s: no line of the last %lld days that lm-health -f jsonl writes", names[0],
		                 others, (long long)days->value);
	return error_set(error, "\"%s\"%s: no line that lm-health -f jsonl writes", names[0], others);
}

static bool read_files(struct uptime *uptime, const char *const *names, size_t count,
                       const struct uptime_options *options, struct error *error)
{
	struct log_file *files = calloc(count, sizeof *files);
	bool done;
	size_t i;

	if (files == NULL)
		return error_out_of_memory(error);
	for (i = 0; i < count; i++)
		files[i].fd = -1;
	done = open_files(files, names, count, options, error);
	for (i = 0; done && i < count; i++)
		done = uptime_read(uptime, files[i].fd, files[i].name, error);
	close_files(files, count);
	free(files);
	return done && uptime_finish(uptime, error);
}

static void say_lines(const struct tool *tool, int64_t count, const char *what)
{
	if (count > 0)
		tool_say(tool, LOG_LEVEL_WARNING, "left out %lld line%s %s", (long long)count, count > 1 ? "s" : "", what);
}

/* Says what of the logs is left out. */
static void say_left_out(const struct tool *tool, const struct uptime_log *log)
{
	say_lines(tool, log->future_lines, "later than now: was a clock wrong?");
	say_lines(tool, log->late_lines, "older than the one before");
	if (log->ignored_components > 0)
		tool_say(tool, LOG_LEVEL_WARNING, "the log names more than %d components: those after them are left out",
		         UPTIME_COMPONENTS_MAX);
}

/* What the verb asks for. */
static bool read_options(const struct tool *tool, const struct cli_count *days, const struct cli_count *limit,
                         struct uptime_options *options, struct error *error)
{
	if (strcmp(tool_render_options(tool).format, "nagios") == 0)
		return error_set(error, "--format: nagios goes with check only");
	if (days->has_value && (days->value < 1 || days->value > DAYS_MAX))
		return error_set(error, "--days: expected a whole number from 1 to %d", DAYS_MAX);
	*options = (struct uptime_options){.has_window = days->has_value,
	                                   .has_now = true,
	                                   .now_us = tool_now_us(tool, NULL),
	                                   .incidents_max = limit->has_value ? (size_t)limit->value : INCIDENTS_DEFAULT};
	options->to_us = options->now_us;
	options->from_us = options->to_us - days->value * CALENDAR_DAY_US;
	return true;
}

enum exit_status tool_run_uptime(struct tool *tool, const struct cli_count *days, const struct cli_count *limit,
                                 struct error *error)
{
	struct uptime_options options;
	const char *const *names = (const char *const *)tool->call.arguments;
	size_t count = tool->call.argument_count;
	struct uptime *uptime;
	const char *log;
	bool done;

	if (!read_options(tool, days, limit, &options, error) || !config_text(tool->config, "health.log", &log, error))
		return EXIT_UNKNOWN;
	if (count == 0) {
		names = &log;
		count = 1;
	}
	uptime = uptime_open(&options, error);
	done = uptime != NULL && read_files(uptime, names, count, &options, error);
	if (done)
		say_left_out(tool, uptime_log(uptime));
	done = done && check_lines(uptime, names, count, days, error) && print(tool, uptime, error);
	uptime_free(uptime);
	return done ? EXIT_FINE : EXIT_UNKNOWN;
}
