/* How a check's results are shown: as a report's document, and as a monitoring plugin's line. */
#include "calendar.h"
#include "health.h"

#include <stdio.h>
#include <string.h>

static const struct column head[] = {
	{"saas_api", "SaaS API", COLUMN_FLAG, "whether it is up; null where that is unknown, or the component off"},
	{"litellm_proxy", "LiteLLM proxy", COLUMN_FLAG, "the same of the proxy"},
	{"database", "Database", COLUMN_FLAG, "the same of the database"},
	{"overall", "Overall", COLUMN_TEXT, "healthy, degraded, unhealthy or unknown"},
	{"exit_status", "Exit status", COLUMN_COUNT, "the exit status: 0 healthy, 1 degraded, 2 unhealthy, 3 unknown"},
	{"checked_at", "Checked at", COLUMN_TIME, "when the check began"},
	{0},
};

static const struct column components[] = {
	{"component", "Component", COLUMN_TEXT, "the component; the key of the entry"},
	{"up", "Up", COLUMN_FLAG, "whether it is up; null where that is unknown, or the component off", .is_detail = true},
	{"status", "Status", COLUMN_TEXT, "up, slow, down, unknown or off", .is_status = true},
	{"required", "Required", COLUMN_FLAG, "whether it counts for overall", .is_detail = true},
	{"latency_ms", "Latency", COLUMN_MS, "time to the whole answer; null without one"},
	{"http_status", "HTTP", COLUMN_COUNT, "status of the HTTP answer"},
	{"attempts", "Attempts", COLUMN_COUNT, "how often it was asked", .is_detail = true},
	{"message", "Message", COLUMN_TEXT, "what is wrong, if anything is"},
	{0},
};

static const struct column details[] = {
	{"dialect", "Tables made by", COLUMN_TEXT, "how the platform's tables were made: migrations, orm or other"},
	{"server_version", "PostgreSQL", COLUMN_TEXT, "version of the server"},
	{"in_recovery", "Standby", COLUMN_FLAG, "whether it is a standby"},
	{"newest_job_age_seconds", "Newest job's age", COLUMN_SECONDS, "time since the newest job was created"},
	{"stuck_jobs", "Stuck jobs", COLUMN_COUNT, "jobs created 1 to 24 hours ago that are still open"},
	{"clock_skew_seconds", "Clock ahead by", COLUMN_SECONDS, "the database's clock less this machine's"},
	{"connections_used", "Connections", COLUMN_COUNT, "connections to the server, to all of its databases"},
	{"connections_max", "Connections allowed", COLUMN_COUNT, "how many it allows"},
	{0},
};

static const struct column models[] = {
	{"model", "Model", COLUMN_TEXT, "the model, as the proxy's configuration names it", .is_label = true},
	{"api_host", "API", COLUMN_TEXT, "host of its API; null where the proxy says none", .is_label = true},
	{"healthy", "Healthy", COLUMN_FLAG, "whether its paid call succeeded"},
	{0},
};

static const struct section sections[] = {
	{"components", SECTION_MAP, components}, {"database_details", SECTION_SCALARS, details}, {0}};

static const struct section models_sections[] = {{"components", SECTION_MAP, components},
                                                 {"database_details", SECTION_SCALARS, details},
                                                 {"models", SECTION_ROWS, models},
                                                 {0}};

#define TITLE "Health of the platform"

const struct report health_report = {
	.name = "check", .title = TITLE, .metrics = "lm_health", .head = head, .sections = sections};
const struct report health_models_report = {
	.name = "check", .title = TITLE, .metrics = "lm_health", .head = head, .sections = models_sections};

static struct cell flag(bool value)
{
	return (struct cell){value ? "t" : "f", 1};
}

static struct cell string(const char *bytes)
{
	return (struct cell){bytes, bytes != NULL ? strlen(bytes) : 0};
}

/* What the guide has for a status: true, false or null. */
static struct cell up(enum health_status status)
{
	if (status == HEALTH_UNKNOWN || status == HEALTH_OFF)
		return (struct cell){NULL, 0};
	return flag(status != HEALTH_DOWN);
}

void health_fill_head(const struct health *health, struct health_head *filled)
{
	size_t column, i;

	*filled = (struct health_head){.exit_status = {(char)('0' + health_overall(health)), '\0'}};
	/* The components that have a column of their own. */
	for (column = 0; head[column].type == COLUMN_FLAG; column++)
		for (i = 0; i < health->count; i++)
			if (strcmp(health->components[i].name, head[column].name) == 0)
				filled->cells[column] = up(health->components[i].status);
	filled->cells[column++] = string(health_overall_name(health));
	filled->cells[column++] = string(filled->exit_status);
	calendar_append(&filled->checked_at, health->checked_at_us);
	filled->cells[column] = string(text_string(&filled->checked_at));
}

static bool render_component(const struct health_component *component, struct render *render, struct error *error)
{
	char latency[32], http_status[32], attempts[32];

	snprintf(latency, sizeof latency, "%lld", (long long)((component->latency_us + 500) / 1000));
	snprintf(http_status, sizeof http_status, "%ld", component->http_status);
	snprintf(attempts, sizeof attempts, "%u", component->attempts);
	return render_row(render, "", 0,
	                  (struct cell[]){string(component->name), up(component->status),
	                                  string(health_status_names[component->status]),
	                                  component->is_off ? string(NULL) : flag(component->is_required),
	                                  string(component->has_latency ? latency : NULL),
	                                  string(component->http_status != 0 ? http_status : NULL),
	                                  string(component->attempts > 0 ? attempts : NULL),
	                                  string(component->message[0] != '\0' ? component->message : NULL)},
	                  error);
}

bool health_render(const struct health *health, struct render *render, struct error *error)
{
	struct cell cells[HEALTH_DETAIL_COUNT];
	bool done = true;
	size_t i;

	for (i = 0; done && i < health->count; i++)
		done = render_component(&health->components[i], render, error);
	for (i = 0; i < HEALTH_DETAIL_COUNT; i++)
		cells[i] = string(health->details.has_value[i] ? health->details.values[i] : NULL);
	done = done && render_row(render, "", 1, cells, error);
	for (i = 0; done && i < health->model_count; i++) {
		const struct health_model *model = &health->models[i];
		struct cell row[] = {string(model->name), string(model->host), flag(model->is_healthy)};

		done = render_row(render, "", 2, row, error);
	}
	return done;
}

/* Appends foreign text to the line: without what would end the line or begin the performance data. */
static void append_plain(struct text *line, const char *bytes)
{
	size_t start = line->length;

	text_append_terminal(line, bytes, strlen(bytes));
	for (; start < line->length; start++)
		if (line->bytes[start] == '|')
			line->bytes[start] = '/';
}

/* Appends which models are not as they should be: "2 of 5 models unhealthy: gpt-4 at api.example, o1". */
static void append_models(const struct health *health, const char *separator, struct text *line)
{
	size_t unhealthy = 0, i;

	/* They come first. */
	while (unhealthy < health->model_count && !health->models[unhealthy].is_healthy)
		unhealthy++;
	if (unhealthy == 0)
		return;
	text_append_format(line, "%s%zu of %zu models unhealthy: ", separator, unhealthy, health->model_count);
	for (i = 0; i < unhealthy; i++) {
		const struct health_model *model = &health->models[i];

		text_append_string(line, i > 0 ? ", " : "");
		append_plain(line, model->name != NULL ? model->name : "without a name");
		if (model->host == NULL)
			continue;
		text_append_string(line, " at ");
		append_plain(line, model->host);
	}
}

/* Appends what is not as it should be: "database down: …, litellm_proxy slow: …". */
static void append_wrong(const struct health *health, struct text *line)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < health->count; i++) {
		const struct health_component *component = &health->components[i];

		if (component->status == HEALTH_UP || component->status == HEALTH_OFF)
			continue;
		text_append_string(line, separator);
		append_plain(line, component->name);
		text_append_format(line, " %s: ", health_status_names[component->status]);
		append_plain(line, component->message);
		separator = ", ";
	}
	append_models(health, separator, line);
	if (health->models_url != NULL && health->models_error.message[0] != '\0') {
		text_append_format(line, "%smodels unknown: ", separator);
		append_plain(line, health->models_error.message);
	}
}

/* Appends a label of performance data, in quotes where it has to be; a quote in it is doubled. */
static void append_perfdata_label(struct text *line, const char *name)
{
	bool is_plain = strpbrk(name, " ='") == NULL;
	struct text safe = {0};
	const char *at;

	append_plain(&safe, name);
	text_append_string(line, is_plain ? "" : "'");
	for (at = text_string(&safe); *at != '\0'; at++) {
		if (*at == '\'')
			text_append_byte(line, '\'');
		text_append_byte(line, *at == '=' ? '_' : *at); /* quoted or not, it may not be in a label */
	}
	text_append_string(line, is_plain ? "" : "'");
	line->failed |= safe.failed;
	text_free(&safe);
}

void health_append_nagios(const struct health *health, struct text *line)
{
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	size_t asked = 0, well = 0, start, i;

	text_append_format(line, "HEALTH %s - ", words[health_overall(health)]);
	start = line->length;
	append_wrong(health, line);
	for (i = 0; i < health->count; i++) {
		asked += health->components[i].status != HEALTH_OFF;
		well += health->components[i].status == HEALTH_UP || health->components[i].status == HEALTH_SLOW;
	}
	if (line->length == start)
		text_append_format(line, "%zu of %zu components up", well, asked);
	start = line->length;
	for (i = 0; i < health->count; i++) {
		const struct health_component *component = &health->components[i];

		if (!component->has_latency)
			continue;
		text_append_string(line, line->length == start ? " | " : " ");
		append_perfdata_label(line, component->name);
		text_append_format(line, "=%.3fs;%g;%g;0", (double)component->latency_us / 1e6,
		                   (double)component->latency_warn_ms / 1000, (double)component->latency_crit_ms / 1000);
	}
	text_append_byte(line, '\n');
}
