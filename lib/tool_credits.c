/* The runs of lm-credits that are more than a report. */
#include "credits.h"
#include "tool.h"

#include <string.h>

enum exit_status tool_run_transactions(struct tool *tool, const struct tool_list *asked, struct error *error)
{
	const char *format = tool_render_options(tool).format;

	if (tool->call.argument_count > 1 || strcmp(tool->call.arguments[0], "-") == 0) {
		error_set(error, "transactions takes the id of one team");
		return EXIT_UNKNOWN;
	}
	if (strcmp(format, "jsonl") == 0 || strcmp(format, "csv") == 0)
		return tool_run_report(tool, &credits_transaction_rows, asked, NULL, error);
	return tool_run_report(tool, &credits_transactions, asked, NULL, error);
}

/* Reads an amount that an option has, if it does. */
static bool read_amount(const char *option, const char *what, const char *word, bool *has_amount, int64_t *millionths,
                        struct error *error)
{
	*has_amount = word != NULL;
	return word == NULL || credits_parse_amount(word, what, millionths, error) || error_wrap(error, "%s", option);
}

enum exit_status tool_run_low(struct tool *tool, const struct tool_list *asked, struct error *error)
{
	struct credits_low low = {.has_low = false};
	const struct tool_extra extra = {.see = credits_low_see, .judge = credits_low_status, .context = &low};
	enum exit_status status;
	int64_t threshold;
	bool has_threshold;

	if (!read_amount("--threshold", "a percentage", asked->threshold, &has_threshold, &threshold, error))
		return EXIT_UNKNOWN;
	status = tool_run_report(tool, &credits_low, asked, &extra, error);
	if (low.unknown > 0)
		tool_say(tool, LOG_LEVEL_ERROR,
		         "teams with credits whose credits_used is null: %zu; nobody knows what they have left", low.unknown);
	return status;
}

/* A terminal has no room for thousands of findings behind the totals. */
#define FINDINGS_ON_TERMINAL 50

enum exit_status tool_run_audit(struct tool *tool, const struct tool_list *asked, const struct tool_audit *audit,
                                struct error *error)
{
	struct credits_found found = {.accepted = audit->accepted.words, .accepted_count = audit->accepted.count};
	const struct tool_extra extra = {.see = credits_audit_see, .judge = credits_audit_status, .context = &found};
	struct render_options options = tool_render_options(tool);
	struct tool_list list = *asked;
	enum exit_status status;

	if (!read_amount("--critical-usd", "an amount", audit->critical_usd, &found.has_critical_usd,
	                 &found.critical_usd_millionths, error) ||
	    !read_amount("--critical-credits", "an amount", audit->critical_credits, &found.has_critical_credits,
	                 &found.critical_credits_millionths, error))
		return EXIT_UNKNOWN;
	if (!list.limit.has_value && options.is_terminal && strcmp(options.format, "table") == 0)
		list.limit = (struct cli_count){true, FINDINGS_ON_TERMINAL};
	status = tool_run_report(tool, &credits_audit, &list, &extra, error);
	if (!asked->limit.has_value && list.limit.has_value && found.listable / CREDITS_MILLIONTHS > FINDINGS_ON_TERMINAL)
		tool_say(tool, LOG_LEVEL_WARNING, "%d of %lld findings are listed; --limit 0 lists all", FINDINGS_ON_TERMINAL,
		         (long long)(found.listable / CREDITS_MILLIONTHS));
	return status;
}
