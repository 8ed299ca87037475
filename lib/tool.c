#include "tool.h"

#include "calendar.h"
#include "dsn.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

const struct cli_option tool_options[] = {
	{.name = "config",
     .type = CLI_TEXT,
     .argument = "FILE",
     .offset = offsetof(struct tool_common, config),
     .help = "read this configuration, not $LM_CONFIG or /etc/lm-monitor/monitor.yaml"},
	{.name = "dsn",
     .type = CLI_TEXT,
     .argument = "DSN",
     .offset = offsetof(struct tool_common, dsn),
     .help =
         "the platform's database: a postgresql:// URL or a libpq string; other users of this machine can read it, so "
         "give passwords by $LM_DATABASE_URL, the configuration or ~/.pgpass"},
	{.name = "format",
     .letter = 'f',
     .type = CLI_CHOICE,
     .argument = "FORMAT",
     .offset = offsetof(struct tool_common, format),
     .help = "; without it a table on a terminal, else json"},
	{.name = "json",
     .letter = 'j',
     .type = CLI_CONSTANT,
     .offset = offsetof(struct tool_common, format),
     .constant = "json",
     .help = "the same as --format json"},
	{.name = "table",
     .letter = 't',
     .type = CLI_CONSTANT,
     .offset = offsetof(struct tool_common, format),
     .constant = "table",
     .help = "the same as --format table"},
	{.name = "log-file",
     .type = CLI_TEXT,
     .argument = "FILE",
     .offset = offsetof(struct tool_common, log_file),
     .help = "append what is said on stderr to this file, with time stamps"},
	{.name = "now",
     .type = CLI_TEXT,
     .argument = "TIME",
     .offset = offsetof(struct tool_common, now),
     .help = "take this for the present, such as 2025-10-15T14:30:00Z"},
	{.name = "plain",
     .type = CLI_FLAG,
     .offset = offsetof(struct tool_common, is_plain),
     .help = "draw bars in tables with ASCII alone, as where the locale is not UTF-8"},
	{.name = "show-config",
     .type = CLI_ANSWER,
     .help = "print the configuration as it is in force, without passwords and keys"},
	{.name = "timeout",
     .type = CLI_DURATION,
     .argument = "DURATION",
     .offset = offsetof(struct tool_common, timeout),
     .help = "give up after this time, connecting included, such as 10s; without it 30s, but never in lm-recalc and "
             "tail; it bounds each round of --watch"},
	{.name = "verbose",
     .letter = 'v',
     .type = CLI_FLAG,
     .offset = offsetof(struct tool_common, is_verbose),
     .help = "say on stderr what was asked and how long it took"},
	{0},
};

const struct cli_option tool_quiet_options[] = {
	{.name = "quiet",
     .letter = 'q',
     .type = CLI_FLAG,
     .offset = offsetof(struct tool_common, is_quiet),
     .help = "print nothing when all is well, which is exit status 0"},
	{0},
};

void tool_say(const struct tool *tool, enum log_level level, const char *format, ...)
{
	char message[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	log_line(&tool->log, level, message);
}

/* What a parent may have left in a state that would hurt. */
static void prepare_process(void)
{
	int fd;

	/* A closed standard stream would be the number of the next file or socket: using it has to fail instead. */
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			_exit(EXIT_UNKNOWN);
	signal(SIGPIPE, SIG_DFL);
	setlocale(LC_CTYPE, "");
}

/* Whether a wrong database.url is the database's fault alone; an option's is always the run's. */
static bool is_lenient(const struct tool *tool)
{
	return tool->cli->is_lenient && tool->call.answer == NULL && tool->common->dsn == NULL;
}

/* Puts the option and the environment over what the file says of where the database is. */
static bool settle_database(struct tool *tool, struct error *error)
{
	const char *url = getenv("LM_DATABASE_URL");

	if (tool->common->dsn != NULL)
		return config_set(tool->config, "database.url", tool->common->dsn, "--dsn", error);
	if (url != NULL && *url != '\0')
		return config_set(tool->config, "database.url", url, "LM_DATABASE_URL", error);
	if (!config_text(tool->config, "database.url", &url, error))
		return false;
	url = url == NULL ? getenv("DATABASE_URL") : NULL;
	return url == NULL || *url == '\0' || config_set(tool->config, "database.url", url, "DATABASE_URL", error);
}

/* Puts the options and the environment over what the file says. */
static bool settle_config(struct tool *tool, struct error *error)
{
	const struct tool_common *common = tool->common;
	char timeout[32];

	if (!settle_database(tool, error)) {
		if (!is_lenient(tool))
			return false;
		*error = (struct error){""};
	}
	snprintf(timeout, sizeof timeout, "%lldms", (long long)common->timeout.ms);
	return (!common->timeout.has_value || config_set(tool->config, "timeout", timeout, "--timeout", error)) &&
	       (common->log_file == NULL || config_set(tool->config, "log.file", common->log_file, "--log-file", error));
}

/* Starts the clock of a run or a round. */
static void start_clock(struct tool *tool)
{
	char line[128];

	tool->deadline = deadline_after(tool->timeout_ms);
	tool->output.deadline = &tool->deadline;
	snprintf(line, sizeof line, "timeout after %g s", (double)tool->timeout_ms / 1000);
	deadline_watch(&tool->deadline, &tool->log, line);
}

/* Reads the configuration, starts the log and the clock of the run. */
static bool begin(struct tool *tool, struct error *error)
{
	const char *log_file;
	size_t level;

	tool->log.file_max = LOG_LEVEL_INFO;
	if (tool->common->log_file != NULL && !log_open(&tool->log, tool->common->log_file, error))
		return false;
	tool->config =
		is_lenient(tool) ? config_open(tool->common->config, error) : config_load(tool->common->config, error);
	if (tool->config == NULL || !settle_config(tool, error) ||
	    !config_text(tool->config, "log.file", &log_file, error) ||
	    !config_choice(tool->config, "log.level", &level, error) ||
	    !config_duration(tool->config, "timeout", &tool->timeout_ms, error))
		return false;
	tool->log.file_max = (enum log_level)level;
	/* Operators may not write the log of the user that cron runs as: only what was asked for by an option is a must. */
	if (tool->call.answer == NULL && tool->log.fd < 0 && log_file != NULL && !log_open(&tool->log, log_file, error)) {
		tool_say(tool, LOG_LEVEL_WARNING, "%s", error->message);
		error->message[0] = '\0';
	}
	if (config_warning(tool->config) != NULL)
		tool_say(tool, LOG_LEVEL_WARNING, "%s", config_warning(tool->config));
	if (tool->cli->is_unbounded && !tool->common->timeout.has_value)
		tool->timeout_ms = 0;
	start_clock(tool);
	if (tool->common->now != NULL) {
		tool->has_now = calendar_parse(tool->common->now, &tool->now_us);
		if (!tool->has_now)
			return error_set(error, "--now: expected a time in UTC such as 2025-10-15T14:30:00Z, not \"%s\"",
			                 tool->common->now);
	}
	return true;
}

static bool answer(struct tool *tool, struct error *error)
{
	if (strcmp(tool->call.answer, "show-config") != 0)
		cli_answer(tool->cli, tool->call.answer, &tool->output.buffer);
	else if (!begin(tool, error) || !config_show(tool->config, &tool->output.buffer, error))
		return false;
	return output_flush(&tool->output, error);
}

/* Cuts what is held back to the rows that a terminal has, which would else show its end. */
static void crop(struct text *buffer)
{
	struct winsize size = {0};
	size_t rows, at;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return;
	for (at = 0, rows = 1; rows < size.ws_row && at < buffer->length; at++)
		rows += buffer->bytes[at] == '\n';
	if (rows >= size.ws_row && size.ws_row > 0)
		buffer->length = at;
}

/* Whether a table is drawn again and again in the same place. */
static bool is_redrawn(const struct tool *tool)
{
	return tool->is_watch && isatty(STDOUT_FILENO) && strcmp(tool_render_options(tool).format, "table") == 0;
}

/* Whether what is printed waits for the end of a run or a round. */
static bool is_held(const struct tool *tool)
{
	return tool->common->is_quiet || is_redrawn(tool);
}

/* Prints what was held back, but with --quiet nothing where all is well. */
static void release(struct tool *tool, enum exit_status status, struct error *error)
{
	if (!is_held(tool) || error->message[0] != '\0')
		return;
	if (tool->common->is_quiet && status == EXIT_FINE)
		text_clear(&tool->output.buffer);
	else if (is_redrawn(tool))
		crop(&tool->output.buffer);
	tool->output.fd = STDOUT_FILENO;
	output_flush(&tool->output, error);
}

int tool_main(const struct cli *cli, int argc, char **argv, struct tool_common *common)
{
	struct tool tool = {.cli = cli,
	                    .common = common,
	                    .log = {.program = cli->program, .stderr_max = LOG_LEVEL_WARNING, .fd = -1},
	                    .output = {.fd = STDOUT_FILENO}};
	struct error error = {""};
	enum exit_status status = EXIT_UNKNOWN;

	prepare_process();
	if (cli_parse(cli, argc, argv, common, &tool.call, &error)) {
		if (common->is_verbose)
			tool.log.stderr_max = LOG_LEVEL_DEBUG;
		if (tool.call.answer != NULL)
			status = answer(&tool, &error) ? EXIT_FINE : EXIT_UNKNOWN;
		else if (begin(&tool, &error)) {
			tool.output.fd = is_held(&tool) ? -1 : STDOUT_FILENO;
			status = tool.call.verb->run(&tool, &error);
			release(&tool, status, &error);
		}
	}
	if (error.message[0] != '\0') {
		tool_say(&tool, LOG_LEVEL_ERROR, "%s", error.message);
		status = EXIT_UNKNOWN;
	}
	deadline_unwatch();
	output_free(&tool.output);
	config_free(tool.config);
	log_close(&tool.log);
	return (int)status;
}

/* Waits until a point on the monotonic clock. */
static void sleep_until(int64_t at_us)
{
	struct timespec at = {.tv_sec = (time_t)(at_us / CALENDAR_SECOND_US),
	                      .tv_nsec = (long)(at_us % CALENDAR_SECOND_US) * 1000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

enum exit_status tool_watch(struct tool *tool, const struct cli_duration *interval,
                            enum exit_status (*once)(struct tool *tool, void *context, struct error *error),
                            void *context, struct error *error)
{
	int64_t next_us = deadline_clock_us();
	bool is_first = true;

	if (!interval->has_value)
		return once(tool, context, error);
	tool->is_watch = true;
	for (;;) {
		start_clock(tool);
		if (is_redrawn(tool))
			text_append_string(&tool->output.buffer, "\033[H\033[2J"); /* ECMA-48: CUP, ED */
		tool->output.fd = is_held(tool) ? -1 : STDOUT_FILENO;
		release(tool, once(tool, context, error), error);
		if (tool->output.has_failed || (is_first && error->message[0] != '\0'))
			return EXIT_UNKNOWN;
		is_first = false;
		if (error->message[0] != '\0')
			tool_say(tool, LOG_LEVEL_ERROR, "%s", error->message);
		*error = (struct error){""};
		text_clear(&tool->output.buffer);
		deadline_unwatch();
		next_us += interval->ms * 1000;
		if (next_us < deadline_clock_us())
			next_us = deadline_clock_us();
		sleep_until(next_us);
	}
}

struct render_options tool_render_options(const struct tool *tool)
{
	struct render_options options = {.format = tool->common->format, .is_terminal = isatty(STDOUT_FILENO)};
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
	struct winsize size = {0};

	if (options.format == NULL)
		options.format = options.is_terminal ? "table" : tool->is_watch ? "jsonl" : "json";
	options.is_plain = tool->common->is_plain || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	if (!options.is_terminal)
		return options;
	options.has_colour = (no_colour == NULL || *no_colour == '\0') && terminal != NULL && *terminal != '\0' &&
	                     strcmp(terminal, "dumb") != 0;
	options.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
	return options;
}

int64_t tool_now_us(const struct tool *tool, const struct db *db)
{
	if (tool->has_now)
		return tool->now_us;
	return db != NULL ? db_now_us(db) : (int64_t)time(NULL) * CALENDAR_SECOND_US;
}

bool tool_db_options(const struct tool *tool, struct db_options *options, struct text *conninfo, struct error *error)
{
	const char *url;

	options->log = &tool->log;
	options->deadline = &tool->deadline;
	if (!config_text(tool->config, "database.url", &url, error) ||
	    !config_text(tool->config, "database.schema", &options->schema, error) ||
	    (!tool->cli->is_unbounded &&
	     !config_duration(tool->config, "database.statement_timeout", &options->statement_timeout_ms, error)) ||
	    (url != NULL && !dsn_normalise(url, conninfo, error))) {
		error->is_misconfigured = true;
		return false;
	}
	options->conninfo = url != NULL ? text_string(conninfo) : NULL;
	return true;
}

struct db *tool_open_db(struct tool *tool, const char *writes, struct error *error)
{
	struct db_options options = {.writes = writes, .is_stream = tool->is_stream};
	struct text conninfo = {0};
	int64_t start_us = deadline_clock_us();
	struct db *db = NULL;

	if (tool_db_options(tool, &options, &conninfo, error))
		db = db_open(&options, error);
	text_free(&conninfo);
	if (db != NULL)
		tool_say(tool, LOG_LEVEL_DEBUG, "connected to \"%s\", PostgreSQL %s, in %.1f ms", db_host(db),
		         db_server_version(db), (double)(deadline_clock_us() - start_us) / 1000);
	return db;
}
