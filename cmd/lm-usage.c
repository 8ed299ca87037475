/* lm-usage: who used what, at what cost, how fast? */
#include "tool.h"
#include "usage.h"

#include <string.h>

struct usage_options {
	struct tool_report_options report;
	struct cli_duration watch, interval;
};

static const struct usage_options *options_of(const struct tool *tool)
{
	return (const struct usage_options *)(const void *)tool->common;
}

static const struct tool_list *asked(const struct tool *tool)
{
	return &options_of(tool)->report.list;
}

/* The reports whose verb has their name, and no more to it. */
static enum exit_status run_report(struct tool *tool, struct error *error)
{
	const struct report *const *report = usage_reports;

	while (strcmp((*report)->name, tool->call.verb->name) != 0)
		report++;
	return tool_run_report(tool, *report, asked(tool), NULL, error);
}

static enum exit_status run_costs(struct tool *tool, struct error *error)
{
	static const struct report *const reports[] = {&usage_costs_team, &usage_costs_org, &usage_costs_model,
	                                               &usage_costs_day};
	const char *by = asked(tool)->by;
	size_t i;

	for (i = 0; i < sizeof reports / sizeof reports[0]; i++)
		if (by == NULL || strcmp(reports[i]->by, by) == 0)
			return tool_run_report(tool, reports[i], asked(tool), NULL, error);
	error_set(error, "--by: expected one of team, org, model, day, not \"%s\"", by);
	return EXIT_UNKNOWN;
}

static enum exit_status run_overview(struct tool *tool, struct error *error)
{
	return tool_run_overview(tool, asked(tool), &options_of(tool)->watch, error);
}

static enum exit_status run_tail(struct tool *tool, struct error *error)
{
	return tool_run_tail(tool, asked(tool), &options_of(tool)->interval, error);
}

#define OPTION(option, word, kind, field, words, ...) \
	{ \
		.name = option, .argument = word, .type = kind, .offset = offsetof(struct usage_options, field), \
		.help = words, __VA_ARGS__ \
	}

static const struct cli_option by_options[] = {
	OPTION("by", "UNIT", CLI_TEXT, report.list.by,
           "trend: a row each hour, day, week or month (day); review: week or month (week); costs: team, org, model or "
           "day (team)", ),
	{0},
};

static const struct cli_option slow_options[] = {
	OPTION("over", "MS", CLI_COUNT, report.list.over_ms,
           "calls that took longer than so many milliseconds; without it 5000", ),
	{0},
};

static const struct cli_option overview_options[] = {
	OPTION("watch", "DURATION", CLI_DURATION, watch, "go on, and show it again every 30s, or so often",
           .constant = "30s"),
	{0},
};

static const struct cli_option tail_options[] = {
	OPTION("since", "TIME", CLI_TEXT, report.list.since,
           "first what landed since then: a duration such as 15m, or a time such as 2025-10-15T14:30:00Z", ),
	OPTION("interval", "DURATION", CLI_DURATION, interval, "look so often; without it 1s", ),
	{0},
};

#define LIST .options = {tool_period_options, tool_filter_options, tool_list_options}, .run = run_report

static const struct cli_verb verbs[] = {
	{.name = "overview",
     .help = "the platform at a glance: health, usage, money, performance, and how each changed",
     .options = {tool_period_options, tool_filter_options, overview_options},
     .run = run_overview},
	{.name = "team",
     .arguments = "ID...|-",
     .missing = "expected the id of a team, or - to read ids from standard input, one a line",
     .help = "jobs, cost and tokens of each team, and by job type",
     .options = {tool_period_options},
     .run = run_report},
	{.name = "org",
     .arguments = "ID...|-",
     .missing = "expected the id of an organization, or - to read ids from standard input, one a line",
     .help = "jobs, credits, cost and tokens of each organization, and by team",
     .options = {tool_period_options},
     .run = run_report},
	{.name = "teams", .help = "all teams side by side, with their last 14 days", LIST},
	{.name = "jobs", .help = "jobs by type and status, and how long they took", LIST},
	{.name = "models", .help = "calls, tokens, cost and latency by model", LIST},
	{.name = "latency", .help = "latency percentiles by model group", LIST},
	{.name = "errors", .help = "failed jobs by type, and failed calls by class of error", LIST},
	{.name = "slow",
     .help = "the slowest calls, and those that failed without a latency",
     .options = {tool_period_options, tool_filter_options, tool_list_options, slow_options},
     .run = run_report},
	{.name = "trend",
     .help = "jobs, calls and cost by hour, day, week or month",
     .options = {tool_period_options, tool_filter_options, tool_list_options, by_options},
     .run = run_report},
	{.name = "review",
     .help = "the last 12 whole weeks or months, each against the one before",
     .options = {tool_period_options, tool_filter_options, tool_list_options, by_options},
     .run = run_report},
	{.name = "costs",
     .help = "provider cost, revenue and margin by team, organization, model or day",
     .options = {tool_period_options, tool_filter_options, tool_list_options, by_options},
     .run = run_costs},
	{.name = "tail",
     .help = "jobs and calls as they land, and jobs as their status changes, a line each",
     .options = {tool_filter_options, tail_options},
     .run = run_tail},
	{.name = "summaries", .help = "what the platform has stored of months and days, as it is stored", LIST},
	{0},
};

static const struct cli cli = {
	.program = "lm-usage",
	.summary = "Who used what, at what cost, how fast, on the platform whose database it reads.",
	.formats = render_format_names,
	.options = tool_options,
	.verbs = verbs,
};

int main(int argc, char **argv)
{
	static struct usage_options options;

	return tool_main(&cli, argc, argv, &options.report.common);
}
