/* The run of lm-usage overview: the database's figures, and what the health log says. */
#include "calendar.h"
#include "health_last.h"
#include "tool.h"
#include "usage.h"

#include <stdio.h>
#include <string.h>

static struct cell flag(enum health_flag value)
{
	return (struct cell){value == HEALTH_NULL ? NULL : value == HEALTH_TRUE ? "t" : "f", value != HEALTH_NULL};
}

static struct cell string(const char *bytes)
{
	return (struct cell){bytes, strlen(bytes)};
}

/* Renders the section "platform". A log that cannot be read is said, and its figures are null. */
static bool render_platform(struct tool *tool, struct render *render, int64_t now_us, struct error *error)
{
	struct cell cells[6] = {{NULL, 0}};
	struct error unreadable = {""};
	struct health_last last;
	struct text at = {0};
	char age[32];
	const char *path;
	bool done;

	if (!config_text(tool->config, "health.log", &path, error))
		return false;
	if (!health_last_read(path, tool->has_now ? now_us : INT64_MAX, &last, &unreadable))
		tool_say(tool, LOG_LEVEL_WARNING, "%s", unreadable.message);
	if (last.is_found) {
		calendar_append(&at, last.checked_at_us);
		/* The clock of the database may be behind that of the log. */
		if (last.checked_at_us > now_us)
			now_us = last.checked_at_us;
		snprintf(age, sizeof age, "%lld", (long long)((now_us - last.checked_at_us) / CALENDAR_SECOND_US));
		cells[0] = flag(last.saas_api);
		cells[1] = flag(last.litellm_proxy);
		cells[2] = flag(last.database);
		cells[3] = string(last.overall);
		cells[4] = string(text_string(&at));
		cells[5] = string(age);
	}
	done = render_row(render, "", 0, cells, error);
	text_free(&at);
	return done;
}

static enum exit_status once(struct tool *tool, void *context, struct error *error)
{
	const struct tool_extra extra = {.given = render_platform};

	return tool_run_report(tool, &usage_overview, context, &extra, error);
}

enum exit_status tool_run_overview(struct tool *tool, const struct tool_list *asked, const struct cli_duration *watch,
                                   struct error *error)
{
	struct tool_list copy = *asked;

	return tool_watch(tool, watch, once, &copy, error);
}
