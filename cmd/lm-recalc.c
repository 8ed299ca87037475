/* lm-recalc: make the stored numbers true. */
#include "recalc.h"
#include "tool.h"

struct recalc_options {
	struct tool_common common;
	const char *team;
	bool monthly;
	bool daily;
	bool allow_open;
	bool is_dry;
};

static enum exit_status run(struct tool *tool, const struct recalc_task *task, struct error *error)
{
	const struct recalc_options *options = (const struct recalc_options *)(const void *)tool->common;
	const struct tool_recalc asked = {.task = task,
	                                  .team = options->team,
	                                  .months = options->monthly,
	                                  .days = options->daily,
	                                  .allow_open = options->allow_open};

	return tool_run_recalc(tool, &asked, error);
}

static bool is_dry(const struct tool *tool)
{
	return ((const struct recalc_options *)(const void *)tool->common)->is_dry;
}

static enum exit_status run_summaries(struct tool *tool, struct error *error)
{
	return run(tool, is_dry(tool) ? &recalc_summaries_dry : &recalc_summaries, error);
}

static enum exit_status run_jobs(struct tool *tool, struct error *error)
{
	return run(tool, is_dry(tool) ? &recalc_jobs_dry : &recalc_jobs, error);
}

static enum exit_status run_verify(struct tool *tool, struct error *error)
{
	return run(tool, &recalc_verify, error);
}

#define TEAM_OPTION \
	{ \
		.name = "team", .type = CLI_TEXT, .argument = "ID", .offset = offsetof(struct recalc_options, team), \
		.help = "this team alone" \
	}
#define DRY_OPTION \
	{ \
		.name = "dry-run", .letter = 'n', .type = CLI_FLAG, .offset = offsetof(struct recalc_options, is_dry), \
		.help = "change nothing, and print each row that would change" \
	}

static const struct cli_option summaries_options[] = {
	TEAM_OPTION,
	DRY_OPTION,
	{.name = "monthly",
     .type = CLI_FLAG,
     .offset = offsetof(struct recalc_options, monthly),
     .help = "the rows of whole months; without --monthly and --daily both"},
	{.name = "daily", .type = CLI_FLAG, .offset = offsetof(struct recalc_options, daily), .help = "the rows of days"},
	{.name = "allow-open",
     .type = CLI_FLAG,
     .offset = offsetof(struct recalc_options, allow_open),
     .help = "also store rows of a month or day that is not over; the platform shows them as they are until this is "
             "run again"},
	{0},
};

static const struct cli_option jobs_options[] = {TEAM_OPTION, DRY_OPTION, {0}};
static const struct cli_option verify_options[] = {TEAM_OPTION, {0}};

#define MISSING_PERIOD "expected a PERIOD, such as 2025-10, 2025-10-15 or last-month"

static const struct cli_verb verbs[] = {
	{.name = "summaries",
     .arguments = "PERIOD...",
     .missing = MISSING_PERIOD,
     .help = "store each team's months and days in team_usage_summaries; the platform's usage answer has another shape "
             "where a row is stored",
     .options = {summaries_options},
     .run = run_summaries},
	{.name = "jobs",
     .arguments = "PERIOD...",
     .missing = MISSING_PERIOD,
     .help = "rebuild job_cost_summaries from the calls of jobs that ended an hour ago or more",
     .options = {jobs_options},
     .run = run_jobs},
	{.name = "verify",
     .arguments = "PERIOD...",
     .missing = MISSING_PERIOD,
     .help = "print where stored rows differ from the truth, by team and class; exit 1 on drift",
     .options = {tool_quiet_options, verify_options},
     .run = run_verify},
	{0},
};

static const struct cli cli = {
	.program = "lm-recalc",
	.summary = "Make the numbers true that the platform stores.",
	.is_unbounded = true,
	.formats = render_format_names,
	.options = tool_options,
	.verbs = verbs,
};

int main(int argc, char **argv)
{
	static struct recalc_options options;

	return tool_main(&cli, argc, argv, &options.common);
}
