/* lm-credits: who runs out, and does the ledger add up? */
#include "credits.h"
#include "tool.h"

#include <string.h>

struct credits_options {
	struct tool_report_options report;
	struct tool_audit audit;
};

static struct credits_options *options_of(const struct tool *tool)
{
	return (struct credits_options *)(uintptr_t)tool->common;
}

/* The reports whose verb has their name, and that pass no judgement. */
static enum exit_status run_report(struct tool *tool, struct error *error)
{
	const struct report *const *report = credits_reports;

	while (strcmp((*report)->name, tool->call.verb->name) != 0)
		report++;
	return tool_run_report(tool, *report, &options_of(tool)->report.list, NULL, error);
}

static enum exit_status run_transactions(struct tool *tool, struct error *error)
{
	return tool_run_transactions(tool, &options_of(tool)->report.list, error);
}

static enum exit_status run_daily(struct tool *tool, struct error *error)
{
	struct tool_list *list = &options_of(tool)->report.list;

	if (!list->days.has_value)
		list->days = (struct cli_count){true, 30};
	return run_report(tool, error);
}

static enum exit_status run_low(struct tool *tool, struct error *error)
{
	return tool_run_low(tool, &options_of(tool)->report.list, error);
}

static enum exit_status run_audit(struct tool *tool, struct error *error)
{
	const struct credits_options *options = options_of(tool);

	return tool_run_audit(tool, &options->report.list, &options->audit, error);
}

#define CHOICE(option, word, kind, field, from, words) \
	{ \
		.name = option, .argument = word, .type = kind, .choices = from, \
		.offset = offsetof(struct credits_options, field), .help = words \
	}
#define OPTION(option, word, kind, field, words) CHOICE(option, word, kind, field, NULL, words)
#define TIMES "a time such as 2025-10-15, or a span up to now such as 7d"
#define SINCE OPTION("since", "TIME", CLI_TEXT, report.list.since, "rows and jobs from then on: " TIMES)

static const struct cli_option transactions_options[] = {
	OPTION("limit", "N", CLI_COUNT, report.list.limit, "print so many rows, 0 for all; without it 50"),
	CHOICE("type", "TYPE", CLI_CHOICE, report.list.type, credits_transaction_types,
           "deduction, allocation, refund, adjustment, subscription_payment or one_time_payment"),
	SINCE,
	OPTION("until", "TIME", CLI_TEXT, report.list.until, "rows before then: " TIMES),
	{0},
};

static const struct cli_option daily_options[] = {
	OPTION("days", "N", CLI_COUNT, report.list.days, "the last N days, today among them; without it 30"),
	{0},
};

static const struct cli_option low_options[] = {
	OPTION("threshold", "PERCENT", CLI_TEXT, report.list.threshold,
           "teams that have so many percent of their credits left, or less; without it 20"),
	{0},
};

static const struct cli_option audit_options[] = {
	SINCE,
	CHOICE("accept", "KIND", CLI_LIST, audit.accepted, credits_audit_kinds,
           "print findings of this kind, but don't let them count for the exit status"),
	OPTION("critical-usd", "USD", CLI_TEXT, audit.critical_usd, "exit 2 when more dollars than this are in question"),
	OPTION("critical-credits", "CREDITS", CLI_TEXT, audit.critical_credits,
           "exit 2 when more credits than this are in question"),
	{0},
};

static const struct cli_verb verbs[] = {
	{.name = "balance",
     .arguments = "ID...|-",
     .missing = "expected the id of a team, or - to read ids from standard input, one a line",
     .help = "the credits of each team",
     .run = run_report},
	{.name = "transactions",
     .arguments = "ID",
     .missing = "expected the id of a team",
     .help = "the ledger of a team, newest first",
     .options = {transactions_options},
     .run = run_transactions},
	{.name = "daily",
     .arguments = "[ID...|-]",
     .help = "what each day took from the credits and gave to them, of these teams or of all",
     .options = {tool_team_options, tool_list_options, daily_options},
     .run = run_daily},
	{.name = "top",
     .help = "the teams that used most of their credits, 20 without --limit",
     .options = {tool_team_options, tool_list_options},
     .run = run_report},
	{.name = "low",
     .help = "the teams with few credits left; exit 1 when there are any, 2 when one has none",
     .options = {tool_team_options, tool_list_options, tool_quiet_options, low_options},
     .run = run_low},
	{.name = "forecast",
     .help = "how many days each team's credits last",
     .options = {tool_team_options, tool_list_options},
     .run = run_report},
	{.name = "refills",
     .help = "refills that should have happened and have not",
     .options = {tool_team_options, tool_list_options},
     .run = run_report},
	{.name = "audit",
     .arguments = "[ID...|-]",
     .help = "what in the ledger does not add up, of these teams or of all; exit 1 on any finding",
     .options = {tool_team_options, tool_list_options, tool_quiet_options, audit_options},
     .run = run_audit},
	{0},
};

static const struct cli cli = {
	.program = "lm-credits",
	.summary = "Who runs out of credits, and does the ledger add up?",
	.formats = render_format_names,
	.options = tool_options,
	.verbs = verbs,
};

int main(int argc, char **argv)
{
	static struct credits_options options;

	return tool_main(&cli, argc, argv, &options.report.common);
}
