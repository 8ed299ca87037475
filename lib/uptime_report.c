#include "uptime_report.h"

#include "calendar.h"

#include <stdio.h>
#include <string.h>

static const struct column head[] = {
	{"report", "Report", COLUMN_TEXT, "the verb"},
	{"from", "From", COLUMN_TIME, "start of the time looked at"},
	{"to", "To", COLUMN_TIME, "its end"},
	{0},
};

static const struct column log_columns[] = {
	{"lines", "Lines", COLUMN_COUNT, "lines that say how the platform was"},
	{"broken_lines", "Broken lines", COLUMN_COUNT, "lines that do not, and were skipped"},
	{"late_lines", "Late lines", COLUMN_COUNT, "lines older than the one before, which were skipped"},
	{"future_lines", "Future lines", COLUMN_COUNT, "lines later than now, which were skipped"},
	{"interval_seconds", "Usual interval", COLUMN_SECONDS, "the usual time between two lines"},
	{"holes", "Holes", COLUMN_COUNT, "gaps longer than twice that, which are unknown time"},
	{0},
};

static const struct column components[] = {
	{"component", "Component", COLUMN_TEXT, "the component, or overall; the key of the entry"},
	{"uptime_percent", "Uptime", COLUMN_PERCENT, "up out of up and down; null without either"},
	{"up_seconds", "Up", COLUMN_SECONDS, "time in which it was up or slow", .is_detail = true},
	{"degraded_seconds", "Degraded", COLUMN_SECONDS, "the part of it in which it was slow, or overall degraded",
     .is_detail = true},
	{"down_seconds", "Down", COLUMN_SECONDS, "time in which it was down"},
	{"unknown_seconds", "Unknown", COLUMN_SECONDS, "time about which nothing is known"},
	{"incidents", "Incidents", COLUMN_COUNT, "how often it went down"},
	{"longest_outage_seconds", "Longest", COLUMN_SECONDS, "longest time down"},
	{"avg_latency_ms", "Latency", COLUMN_MS, "mean latency"},
	{"p95_latency_ms", "p95", COLUMN_MS, "95th percentile of the latency, an observed value", .is_detail = true},
	{0},
};

static const struct column incidents[] = {
	{"component", "Component", COLUMN_TEXT, "the component, or overall"},
	{"started_at", "Started", COLUMN_TIME, "the first line that says down"},
	{"ended_at", "Ended", COLUMN_TIME, "the first line that says up again; null while there is none"},
	{"duration_seconds", "Down", COLUMN_SECONDS, "time down; unknown time in between is not counted"},
	{"message", "Message", COLUMN_TEXT, "what was wrong at first"},
	{0},
};

static const struct section sections[] = {{"log", SECTION_SCALARS, log_columns},
                                          {"components", SECTION_MAP, components},
                                          {"incidents", SECTION_ROWS, incidents},
                                          {0}};

const struct report uptime_report = {
	.name = "uptime", .title = "Uptime", .metrics = "lm_health_uptime", .head = head, .sections = sections};

/* Values of a row, as text; at most as many as the longest section has columns. */
struct row {
	char bytes[10][64];
	struct cell cells[10];
	size_t count;
};

static void add_null(struct row *row)
{
	row->cells[row->count++] = (struct cell){NULL, 0};
}

static void add_string(struct row *row, const char *string)
{
	row->cells[row->count++] = (struct cell){string, strlen(string)};
}

static void add_count(struct row *row, int64_t count)
{
	snprintf(row->bytes[row->count], sizeof row->bytes[0], "%lld", (long long)count);
	add_string(row, row->bytes[row->count]);
}

/* Adds millionths of a unit as a decimal, without zeros at its end. */
static void add_millionths(struct row *row, int64_t millionths)
{
	char *bytes = row->bytes[row->count];
	size_t length;

	snprintf(bytes, sizeof row->bytes[0], "%lld.%06lld", (long long)(millionths / 1000000),
	         (long long)(millionths % 1000000));
	for (length = strlen(bytes); bytes[length - 1] == '0'; length--)
		bytes[length - 1] = '\0';
	if (bytes[length - 1] == '.')
		bytes[length - 1] = '\0';
	add_string(row, bytes);
}

static void add_time(struct row *row, int64_t at_us)
{
	struct text time = {0};

	calendar_append(&time, at_us);
	snprintf(row->bytes[row->count], sizeof row->bytes[0], "%s", text_string(&time));
	add_string(row, row->bytes[row->count]);
	text_free(&time);
}

void uptime_fill_head(const struct uptime *uptime, struct uptime_head *filled)
{
	const struct uptime_log *log = uptime_log(uptime);

	*filled = (struct uptime_head){.cells = {{"uptime", strlen("uptime")}}};
	calendar_append(&filled->from, log->from_us);
	calendar_append(&filled->to, log->to_us);
	filled->cells[1] = (struct cell){text_string(&filled->from), filled->from.length};
	filled->cells[2] = (struct cell){text_string(&filled->to), filled->to.length};
}

static bool render_log(const struct uptime_log *log, struct render *render, struct error *error)
{
	struct row row = {.count = 0};

	add_count(&row, log->lines);
	add_count(&row, log->broken_lines);
	add_count(&row, log->late_lines);
	add_count(&row, log->future_lines);
	if (log->has_interval)
		add_millionths(&row, log->interval_us);
	else
		add_null(&row);
	add_count(&row, log->holes);
	return render_row(render, "", 0, row.cells, error);
}

/* Rounded down, so that 100 is only what was never down. */
static int64_t uptime_percent_millionths(const struct uptime_component *component)
{
	return (int64_t)((__int128)component->up_us * 100000000 / ((__int128)component->up_us + component->down_us));
}

static bool render_component(const struct uptime_component *component, struct render *render, struct error *error)
{
	struct row row = {.count = 0};

	add_string(&row, component->name);
	if (component->has_uptime)
		add_millionths(&row, uptime_percent_millionths(component));
	else
		add_null(&row);
	add_millionths(&row, component->up_us);
	add_millionths(&row, component->degraded_us);
	add_millionths(&row, component->down_us);
	add_millionths(&row, component->unknown_us);
	add_count(&row, component->incidents);
	add_millionths(&row, component->longest_us);
	if (component->latency_count > 0) {
		add_millionths(&row, (component->latency_sum_ms * 10 + component->latency_count / 2) /
		                         component->latency_count * 100000);
		add_count(&row, component->latency_p95_ms);
	} else {
		add_null(&row);
		add_null(&row);
	}
	return render_row(render, "", 1, row.cells, error);
}

static bool render_incident(const struct uptime *uptime, const struct uptime_incident *incident, struct render *render,
                            struct error *error)
{
	struct row row = {.count = 0};

	add_string(&row, uptime_component(uptime, incident->component)->name);
	add_time(&row, incident->from_us);
	if (incident->has_to)
		add_time(&row, incident->to_us);
	else
		add_null(&row);
	add_millionths(&row, incident->down_us);
	if (incident->message[0] != '\0')
		add_string(&row, incident->message);
	else
		add_null(&row);
	return render_row(render, "", 2, row.cells, error);
}

bool uptime_render(const struct uptime *uptime, struct render *render, struct error *error)
{
	const struct uptime_incident *found;
	bool done = render_log(uptime_log(uptime), render, error);
	size_t count, i;

	for (i = 0; done && i < uptime_component_count(uptime); i++)
		done = render_component(uptime_component(uptime, i), render, error);
	found = uptime_incidents(uptime, &count);
	for (i = 0; done && i < count; i++)
		done = render_incident(uptime, &found[i], render, error);
	return done;
}
