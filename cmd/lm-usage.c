/* lm-usage: who used what, at what cost. */
#include "tool.h"
#include "usage.h"

struct usage_options {
	struct tool_common common;
	const char *period;
};

static enum exit_status run(struct tool *tool, const struct report *report, struct error *error)
{
	const struct usage_options *options = (const struct usage_options *)(const void *)tool->common;

	return tool_run_report(tool, report, options->period, error);
}

static enum exit_status run_team(struct tool *tool, struct error *error)
{
	return run(tool, &usage_team, error);
}

static enum exit_status run_org(struct tool *tool, struct error *error)
{
	return run(tool, &usage_org, error);
}

static const struct cli_option period_options[] = {
	TOOL_PERIOD_OPTION(offsetof(struct usage_options, period)),
	{0},
};

static const struct cli_verb verbs[] = {
	{.name = "team",
     .arguments = "ID...|-",
     .missing = "expected the id of a team, or - to read ids from standard input, one a line",
     .help = "jobs, cost and tokens of each team, and by job type",
     .options = period_options,
     .run = run_team},
	{.name = "org",
     .arguments = "ID...|-",
     .missing = "expected the id of an organization, or - to read ids from standard input, one a line",
     .help = "jobs, credits, cost and tokens of each organization, and by team",
     .options = period_options,
     .run = run_org},
	{0},
};

static const struct cli cli = {
	.program = "lm-usage",
	.summary = "Who used what, at what cost, on the platform whose database it reads.",
	.formats = render_format_names,
	.options = tool_options,
	.verbs = verbs,
};

int main(int argc, char **argv)
{
	static struct usage_options options;

	return tool_main(&cli, argc, argv, &options.common);
}
