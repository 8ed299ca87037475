/*
 * tool: what all mains share: the common options, the run of a verb from configuration to exit status, and the one
 * place that speaks.
 *
 *	int main(int argc, char **argv)
 *	{
 *		static struct usage_options options;
 *		return tool_main(&cli, argc, argv, &options.common);
 *	}
 */
#ifndef LM_TOOL_H
#define LM_TOOL_H

#include "cli.h"
#include "config.h"
#include "db.h"
#include "error.h"
#include "log.h"
#include "output.h"
#include "period.h"
#include "recalc.h"
#include "render.h"
#include "report.h"

#include <stdbool.h>
#include <stdint.h>

/* The values of tool_options; first member of every tool's own struct of options. */
struct tool_common {
	const char *config;
	const char *dsn;
	const char *format;
	const char *log_file;
	const char *now;
	struct cli_duration timeout;
	bool is_verbose;
};

/* The rows of the options that every verb of every tool has; ends with an empty row. */
extern const struct cli_option tool_options[];

/* The row of --period, for tables of verbs that take one; the value is a const char * at the offset. */
#define TOOL_PERIOD_OPTION(value_offset) \
	{ \
		.name = "period", .letter = 'p', .type = CLI_TEXT, .argument = "PERIOD", .offset = (value_offset), \
		.help = PERIOD_HELP "; without it this-month" \
	}

/* A run of a tool; what a verb's function gets. */
struct tool {
	const struct cli *cli;
	struct cli_call call;
	const struct tool_common *common; /* cast to the tool's own struct of options */
	struct config *config;
	struct log log;
	int64_t timeout_ms; /* bound on a run, or on each of its rounds; 0 = none */
	struct deadline deadline;
	bool is_watch;  /* it goes on until it is ended */
	bool is_stream; /* what is read may be more than a reader takes at once */
	struct output output;
	bool has_now;
	int64_t now_us; /* --now, if has_now */
};

/* Runs a tool: reads the command line into *common and what it is the start of, and calls the verb. Returns the exit
 * status. */
int tool_main(const struct cli *cli, int argc, char **argv, struct tool_common *common);

/* Says one line on stderr and in the log file. */
void tool_say(const struct tool *tool, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Fills in where the database is and how it is asked, as options, environment and configuration say. The options borrow
 * conninfo, which is the caller's, and the tool. */
bool tool_db_options(const struct tool *tool, struct db_options *options, struct text *conninfo, struct error *error);

/*
 * Opens the platform's database as options, environment and configuration say, to write the tables named (NULL = to
 * read only). NULL when it cannot; db_close ends it.
 */
struct db *tool_open_db(struct tool *tool, const char *writes, struct error *error);

/*
 * Runs once, or where interval has a value again and again, that far apart, until a signal ends the process: on a
 * terminal the screen is redrawn. A round that fails is said, and the next one comes all the same, unless nobody reads
 * any more.
 */
enum exit_status tool_watch(struct tool *tool, const struct cli_duration *interval,
                            enum exit_status (*once)(struct tool *tool, void *context, struct error *error),
                            void *context, struct error *error);

/* The format that options and standard output ask for, and what a terminal can show. */
struct render_options tool_render_options(const struct tool *tool);

/* The present: --now, else db's clock, else, with NULL, this machine's. In microseconds since 1970. */
int64_t tool_now_us(const struct tool *tool, const struct db *db);

/*
 * Runs a report for the verb's arguments and a PERIOD (NULL = the report's own), and prints it. Says one line for each
 * argument that is unknown, and then returns EXIT_UNKNOWN.
 */
enum exit_status tool_run_report(struct tool *tool, const struct report *report, const char *period_word,
                                 struct error *error);

/* What a run of lm-health check is asked for. */
struct tool_health {
	bool is_quiet;
	bool has_models;
	struct cli_count retries;
	struct cli_duration watch;
	const char *textfile; /* NULL = none */
};

/* Asks all components and prints what they say. Returns the verdict. */
enum exit_status tool_run_health(struct tool *tool, const struct tool_health *asked, struct error *error);

/* Reads the logs that are the verb's arguments, of the last so many days, and prints so many incidents. */
enum exit_status tool_run_uptime(struct tool *tool, const struct cli_count *days, const struct cli_count *limit,
                                 struct error *error);

/* What a run of lm-usage tail is asked for. */
struct tool_tail {
	struct cli_list teams, organizations, job_types, model_groups, users; /* empty = all */
	const char *since;                                                    /* a duration or a time; NULL = what is new */
	struct cli_duration interval;                                         /* without a value, a second */
};

/*
 * Prints jobs and calls as they land and as the status of jobs changes, without end, or until --timeout, which then is
 * EXIT_FINE. Says when the database is lost and when it is back. Ends where asking again would be in vain.
 */
enum exit_status tool_run_tail(struct tool *tool, const struct tool_tail *asked, struct error *error);

/* What a run of lm-recalc is asked for beside its periods, which are the verb's arguments. */
struct tool_recalc {
	const struct recalc_task *task;
	const char *team;  /* NULL = all */
	bool months, days; /* neither = both */
	bool allow_open;
};

/*
 * Works through the months and days of the verb's arguments, prints what became of them, and shows progress on a
 * terminal. Returns EXIT_WARNING where drift was found, EXIT_UNKNOWN where something failed.
 */
enum exit_status tool_run_recalc(struct tool *tool, const struct tool_recalc *asked, struct error *error);

#endif
