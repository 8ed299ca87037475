/* lm-health: is the platform up? */
#include "tool.h"

struct health_options {
	struct tool_common common;
	struct tool_health health;
	struct cli_count days, limit;
};

static const char *const formats[] = {"table", "json", "jsonl", "csv", "prom", "nagios", NULL};

static enum exit_status run_check(struct tool *tool, struct error *error)
{
	const struct health_options *options = (const struct health_options *)(const void *)tool->common;

	return tool_run_health(tool, &options->health, error);
}

static enum exit_status run_uptime(struct tool *tool, struct error *error)
{
	const struct health_options *options = (const struct health_options *)(const void *)tool->common;

	return tool_run_uptime(tool, &options->days, &options->limit, error);
}

static const struct cli_option check_options[] = {
	{.name = "models",
     .type = CLI_FLAG,
     .offset = offsetof(struct health_options, health.has_models),
     .help = "also ask the LiteLLM proxy for each model, with one paid call a model"},
	{.name = "retries",
     .type = CLI_COUNT,
     .argument = "N",
     .offset = offsetof(struct health_options, health.retries),
     .help = "ask a component that is down again, up to so many times, a second apart"},
	{.name = "textfile",
     .type = CLI_TEXT,
     .argument = "FILE",
     .offset = offsetof(struct health_options, health.textfile),
     .help = "also write the result to this file, for node_exporter"},
	{.name = "watch",
     .type = CLI_DURATION,
     .argument = "DURATION",
     .constant = "30s",
     .offset = offsetof(struct health_options, health.watch),
     .help = "go on, and check again every 30s, or so often"},
	{0},
};

static const struct cli_option uptime_options[] = {
	{.name = "days",
     .type = CLI_COUNT,
     .argument = "N",
     .offset = offsetof(struct health_options, days),
     .help = "look at the last N days; without it at the whole log"},
	{.name = "limit",
     .type = CLI_COUNT,
     .argument = "N",
     .offset = offsetof(struct health_options, limit),
     .help = "print the newest N incidents, 0 for all; without it 50"},
	{0},
};

static const struct cli_verb verbs[] = {
	{.name = "check",
     .help = "ask all components of the platform at once how they are",
     .options = {tool_quiet_options, check_options},
     .run = run_check},
	{.name = "uptime",
     .arguments = "[FILE...|-]",
     .help = "say for how long each component was up, from the lines that cron appended with -f jsonl",
     .options = {uptime_options},
     .run = run_uptime},
	{0},
};

static const struct cli cli = {
	.program = "lm-health",
	.summary = "Is the platform up?",
	.is_lenient = true,
	.has_default = true,
	.formats = formats,
	.options = tool_options,
	.verbs = verbs,
};

int main(int argc, char **argv)
{
	static struct health_options options;

	return tool_main(&cli, argc, argv, &options.common);
}
