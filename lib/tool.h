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
	bool is_plain;
	bool is_quiet;
	bool is_verbose;
};

/* The rows of the options that every verb of every tool has; ends with an empty row. */
extern const struct cli_option tool_options[];

/* The row of --quiet, of the verbs that pass judgement: prints nothing where it is EXIT_FINE. Ends with an empty row.
 */
extern const struct cli_option tool_quiet_options[];

/* What a report is asked for, by options; those that its verb does not have are empty. */
struct tool_list {
	const char *period; /* NULL = the report's own */
	struct cli_list filters[PARAMETER_COUNT];
	const char *sort, *columns, *by;
	struct cli_count limit, over_ms;
	/* Of lm-credits; since and until are times or spans up to now. */
	const char *type, *since, *until, *threshold;
	struct cli_count days;
};

/* What the options of a tool with reports start with. */
struct tool_report_options {
	struct tool_common common;
	struct tool_list list;
};

/* The rows of --period; of the filters; of those that credits know; and of how a list is printed. They end with an
 * empty row. */
extern const struct cli_option tool_period_options[], tool_filter_options[], tool_team_options[], tool_list_options[];

/* A run of a tool; what a verb's function gets. */
struct tool {
	const struct cli *cli;
	struct cli_call call;
	const struct tool_common *common; /* cast to the tool's own struct of options */
	struct config *config;
	struct log log;
	int64_t timeout_ms; /* bound on a run, or on each of its rounds; 0 = none */
	struct deadline deadline;
	bool is_watch;        /* it goes on until it is ended */
	bool is_stream;       /* what is read may be more than a reader takes at once */
	struct output output; /* fd is -1 as long as --quiet holds back what there is */
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

/* What a verb adds to a report; without any, all is NULL. */
struct tool_extra {
	/* Renders the sections that do not come from the database. */
	bool (*given)(struct tool *tool, struct render *render, int64_t now_us, struct error *error);
	/* Shown all rows, as feed_question's see; and what they amount to, so far and in the end. */
	void (*see)(void *context, const struct section *section, const struct cell *cells);
	enum exit_status (*judge)(const void *context);
	void *context;
};

/*
 * Runs a report for the verb's arguments, which are its subjects, or the teams that a list is of, and prints it. Says
 * one line for each argument that is unknown, and then returns EXIT_UNKNOWN; else what extra's judge says, or
 * EXIT_FINE. extra may be NULL.
 */
enum exit_status tool_run_report(struct tool *tool, const struct report *report, const struct tool_list *asked,
                                 const struct tool_extra *extra, struct error *error);

/* Runs credits_transactions for the one team of the verb's arguments; in formats that stream, as a list. */
enum exit_status tool_run_transactions(struct tool *tool, const struct tool_list *asked, struct error *error);

/* Runs credits_low, with asked->threshold, and returns what credits_low_status says of all teams that are low. */
enum exit_status tool_run_low(struct tool *tool, const struct tool_list *asked, struct error *error);

/* What a run of lm-credits audit is asked for beside the list. */
struct tool_audit {
	struct cli_list accepted;                    /* kinds that don't count */
	const char *critical_usd, *critical_credits; /* amounts; NULL = no limit */
};

/* Runs credits_audit, and returns what credits_audit_status says. */
enum exit_status tool_run_audit(struct tool *tool, const struct tool_list *asked, const struct tool_audit *audit,
                                struct error *error);

/* Runs usage_overview, with what the health log says, once or as tool_watch does. */
enum exit_status tool_run_overview(struct tool *tool, const struct tool_list *asked, const struct cli_duration *watch,
                                   struct error *error);

/* What a run of lm-health check is asked for. */
struct tool_health {
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

/*
 * Prints jobs and calls as they land and as the status of jobs changes, first those since asked->since, a duration or a
 * time; looks every second, or so often. Goes on without end, or until --timeout, which then is EXIT_FINE. Says when
 * the database is lost and when it is back. Ends where asking again would be in vain.
 */
enum exit_status tool_run_tail(struct tool *tool, const struct tool_list *asked, const struct cli_duration *interval,
                               struct error *error);

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
