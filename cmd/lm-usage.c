/* lm-usage: who used what, at what cost. */
#include "tool.h"
#include "usage.h"

struct usage_options {
	struct tool_common common;
	const char *period;
	struct tool_tail tail;
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

static enum exit_status run_tail(struct tool *tool, struct error *error)
{
	const struct usage_options *options = (const struct usage_options *)(const void *)tool->common;

	return tool_run_tail(tool, &options->tail, error);
}

static const struct cli_option period_options[] = {
	TOOL_PERIOD_OPTION(offsetof(struct usage_options, period)),
	{0},
};

#define FILTER(word, letter_or_none, word_argument, member, words) \
	{ \
		.name = (word), .letter = (letter_or_none), .type = CLI_LIST, .argument = (word_argument), \
		.offset = offsetof(struct usage_options, tail.member), \
		.help = "only jobs of this " words "; may be given again" \
	}

static const struct cli_option tail_options[] = {
	FILTER("team", '\0', "ID", teams, "team"),
	FILTER("org", '\0', "ID", organizations, "organization"),
	FILTER("job-type", '\0', "TYPE", job_types, "type"),
	FILTER("model-group", '\0', "GROUP", model_groups, "model group, by their calls"),
	FILTER("user", '\0', "ID", users, "user"),
	{.name = "since",
     .type = CLI_TEXT,
     .argument = "TIME",
     .offset = offsetof(struct usage_options, tail.since),
     .help = "first what landed since then: a duration such as 15m, or a time in UTC such as 2025-10-15T14:30:00Z"},
	{.name = "interval",
     .type = CLI_DURATION,
     .argument = "DURATION",
     .offset = offsetof(struct usage_options, tail.interval),
     .help = "look so often; without it 1s"},
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
	{.name = "tail",
     .help = "jobs and calls as they land, and jobs as their status changes, a line each",
     .options = tail_options,
     .run = run_tail},
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
