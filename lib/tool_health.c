/* The run of lm-health check: from the configuration to what is printed, and to a file for node_exporter. */
#include "file.h"
#include "health.h"
#include "http.h"
#include "tool.h"

#include <stdlib.h>
#include <string.h>

#define COMPONENTS "health.components"

/* A run, and what its components borrow. */
struct run {
	const struct tool_health *asked;
	struct health health;
	struct db_options database;
	struct text conninfo, models_url;
};

static const char *const standard_names[] = {"saas_api", "litellm_proxy", "database"};

/* The dotted name of a component's key, in a text that is the caller's. */
static const char *key_of(struct text *key, const char *name, const char *rest)
{
	text_clear(key);
	text_append_format(key, COMPONENTS ".%s.%s", name, rest);
	return text_string(key);
}

/* Where a key was given, for an error. */
static const char *origin_of(const struct tool *tool, const char *key)
{
	const char *origin = config_origin(tool->config, key);

	return origin != NULL ? origin : "configuration";
}

static struct health_component *add_component(struct health *health, const char *name, struct error *error)
{
	struct health_component *components = realloc(health->components, (health->count + 1) * sizeof *components);

	if (components != NULL) {
		health->components = components;
		components[health->count] = (struct health_component){.name = strdup(name)};
		if (components[health->count].name != NULL)
			return &components[health->count++];
	}
	error_out_of_memory(error);
	return NULL;
}

/* Reads the members that an answer has to have. */
static bool read_members(const struct tool *tool, struct health_component *component, struct error *error)
{
	struct text key = {0}, json = {0}, name = {0};
	bool done = true;
	size_t i;

	key_of(&json, component->name, "expect.json");
	for (i = 0; done && config_name(tool->config, text_string(&json), i, &name); i++) {
		struct health_member *members = realloc(component->members, (i + 1) * sizeof *members);
		const char *value;

		text_clear(&key);
		text_append_format(&key, "%s.%s", text_string(&json), text_string(&name));
		if (members == NULL) {
			done = error_out_of_memory(error);
			break;
		}
		component->members = members;
		done = config_text(tool->config, text_string(&key), &value, error);
		if (!done)
			break;
		members[i] = (struct health_member){.name = strdup(text_string(&name)), .value = strdup(value)};
		/* New versions of the proxy do not say it. */
		members[i].is_optional = strcmp(component->name, "litellm_proxy") == 0 && strcmp(members[i].name, "db") == 0;
		component->member_count = i + 1;
		done = (members[i].name != NULL && members[i].value != NULL) || error_out_of_memory(error);
	}
	text_free(&key);
	text_free(&json);
	text_free(&name);
	return done;
}

/* Reads what a component is asked for. What of it is wrong is the component's fault, and not the run's end. */
static void read_address(struct tool *tool, struct run *run, struct health_component *component)
{
	struct error *fault = &component->fault;
	struct text key = {0}, mapping = {0};

	if (component->is_database) {
		run->database.schema = NULL;
		if (tool_db_options(tool, &run->database, &run->conninfo, fault))
			run->health.database = &run->database;
	} else if (config_text(tool->config, key_of(&key, component->name, "url"), &component->url, fault) &&
	           component->url == NULL) {
		text_append_format(&mapping, COMPONENTS ".%s", component->name);
		error_set(fault, "%s: %s is not set", origin_of(tool, text_string(&mapping)), text_string(&key));
	}
	if (fault->message[0] == '\0')
		read_members(tool, component, fault);
	fault->is_misconfigured = true;
	text_free(&key);
	text_free(&mapping);
}

/* Reads from when on an answer is late, and too late. */
static bool read_latencies(struct tool *tool, struct health_component *component, struct error *error)
{
	struct text warn = {0}, crit = {0};
	const char *warn_key = key_of(&warn, component->name, "latency_warn_ms");
	const char *crit_key = key_of(&crit, component->name, "latency_crit_ms");
	const char *warn_origin = config_origin(tool->config, warn_key);
	const char *origin = config_origin(tool->config, crit_key);
	bool done = config_count(tool->config, warn_key, &component->latency_warn_ms, error) &&
	            config_count(tool->config, crit_key, &component->latency_crit_ms, error);

	if (done && component->latency_crit_ms < component->latency_warn_ms) {
		/* By itself the warning's bound gives way. */
		done = warn_origin == NULL ||
		       error_set(error, "%s: %s: %lld is less than latency_warn_ms, which is %lld",
		                 origin != NULL ? origin : warn_origin, crit_key, (long long)component->latency_crit_ms,
		                 (long long)component->latency_warn_ms);
		component->latency_warn_ms = component->latency_crit_ms;
	}
	text_free(&warn);
	text_free(&crit);
	return done;
}

static bool read_component(struct tool *tool, struct run *run, const char *name, struct error *error)
{
	struct health_component *component;
	struct text key = {0};
	bool done;

	if (strcmp(name, "overall") == 0)
		return error_set(error, "%s: " COMPONENTS ".overall: that is the name of the whole",
		                 origin_of(tool, COMPONENTS ".overall"));
	component = add_component(&run->health, name, error);
	if (component == NULL)
		return false;
	component->is_database = strcmp(name, "database") == 0;
	done =
		read_latencies(tool, component, error) &&
		config_flag(tool->config, key_of(&key, name, "required"), &component->is_required, error) &&
		config_duration(tool->config, key_of(&key, name, "timeout"), &component->timeout_ms, error) &&
		(component->timeout_ms > 0 || config_duration(tool->config, "health.timeout", &component->timeout_ms, error)) &&
		(component->is_database ||
	     config_count(tool->config, key_of(&key, name, "expect.http_status"), &component->expected_status, error));
	text_free(&key);
	if (done)
		read_address(tool, run, component);
	return done;
}

static bool is_named(const struct tool *tool, const char *component)
{
	struct text name = {0};
	bool found = false;
	size_t i;

	for (i = 0; !found && config_name(tool->config, COMPONENTS, i, &name); i++)
		found = strcmp(text_string(&name), component) == 0;
	text_free(&name);
	return found;
}

static bool is_standard(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof standard_names / sizeof standard_names[0]; i++)
		if (strcmp(standard_names[i], name) == 0)
			return true;
	return false;
}

/* Reads all components: the standard ones first, those that the configuration does not name as off. */
static bool read_components(struct tool *tool, struct run *run, struct error *error)
{
	struct health_component *component;
	struct text name = {0};
	bool done = true, is_any_required = false;
	size_t i;

	for (i = 0; done && i < sizeof standard_names / sizeof standard_names[0]; i++) {
		if (is_named(tool, standard_names[i]))
			done = read_component(tool, run, standard_names[i], error);
		else if ((component = add_component(&run->health, standard_names[i], error)) != NULL)
			component->is_off = true;
		else
			done = false;
	}
	for (i = 0; done && config_name(tool->config, COMPONENTS, i, &name); i++)
		if (!is_standard(text_string(&name)))
			done = read_component(tool, run, text_string(&name), error);
	text_free(&name);
	for (i = 0; i < run->health.count; i++)
		is_any_required |= run->health.components[i].is_required;
	if (done && !is_any_required)
		return error_set(error, "%s: " COMPONENTS ": none is required, and so there is nothing to judge",
		                 origin_of(tool, COMPONENTS));
	return done;
}

/* Reads where the models are asked for. */
static bool read_models(struct tool *tool, struct run *run, struct error *error)
{
	static const char key[] = COMPONENTS ".litellm_proxy.key", url_key[] = COMPONENTS ".litellm_proxy.url";
	const char *url;

	if (!is_named(tool, "litellm_proxy"))
		return error_set(error, "--models: the configuration has no " COMPONENTS ".litellm_proxy");
	if (!config_text(tool->config, key, &run->health.models_key, error) ||
	    !config_text(tool->config, url_key, &url, error))
		return false;
	if (run->health.models_key == NULL)
		return error_set(error, "--models: %s is not set; it is the proxy's master key", key);
	if (strpbrk(run->health.models_key, "\r\n") != NULL)
		return error_set(error, "--models: %s: expected one line", key);
	if (url == NULL || !http_append_folder(&run->models_url, url, "/health"))
		return error_set(
			error, "--models: %s: expected http://HOST.../health/readiness, next to which /health is asked", url_key);
	run->health.models_url = text_string(&run->models_url);
	return true;
}

/* Prints the result to an output. */
static bool print(const struct run *run, const struct render_options *options, struct output *output,
                  struct error *error)
{
	const struct report *report = run->health.models_url != NULL ? &health_models_report : &health_report;
	struct health_head head;
	struct render *render;
	bool done;

	if (strcmp(options->format, "nagios") == 0) {
		health_append_nagios(&run->health, &output->buffer);
		return output_flush(output, error);
	}
	health_fill_head(&run->health, &head);
	render = render_open(options, report, head.cells, false, output, error);
	done = render != NULL && health_render(&run->health, render, error) && render_close(render, error);
	render_free(render);
	text_free(&head.checked_at);
	return done;
}

static bool write_textfile(const struct run *run, const char *path, struct error *error)
{
	const struct render_options options = {.format = "prom"};
	struct output output = {.fd = -1};
	bool done = print(run, &options, &output, error) &&
	            file_replace(path, 0644, output.buffer.bytes, output.buffer.length, error);

	output_free(&output);
	return done;
}

/* Says what could not be found out, and with --verbose how each component is. */
static void say_results(const struct tool *tool, const struct health *health)
{
	size_t i;

	for (i = 0; i < health->count; i++) {
		const struct health_component *component = &health->components[i];

		if (component->status == HEALTH_UNKNOWN)
			tool_say(tool, LOG_LEVEL_ERROR, "%s: %s", component->name, component->message);
		else if (component->status != HEALTH_OFF)
			tool_say(tool, LOG_LEVEL_DEBUG, "%s: %s, asked %u times, %.1f ms", component->name,
			         health_status_names[component->status], component->attempts, (double)component->latency_us / 1000);
	}
	if (health->models_url != NULL && health->models_error.message[0] != '\0')
		tool_say(tool, LOG_LEVEL_ERROR, "models: %s", health->models_error.message);
}

static enum exit_status check(struct tool *tool, void *context, struct error *error)
{
	struct run *run = context;
	struct render_options options = tool_render_options(tool);
	enum exit_status status;

	if (!health_check(&run->health, &tool->deadline, error))
		return EXIT_UNKNOWN;
	status = health_overall(&run->health);
	say_results(tool, &run->health);
	if (run->asked->textfile != NULL && !write_textfile(run, run->asked->textfile, error))
		status = EXIT_UNKNOWN; /* and what was found out is printed all the same */
	return print(run, &options, &tool->output, error) ? status : EXIT_UNKNOWN;
}

enum exit_status tool_run_health(struct tool *tool, const struct tool_health *asked, struct error *error)
{
	struct run run = {.asked = asked, .health = {.has_now = tool->has_now, .now_us = tool->now_us}};
	enum exit_status status = EXIT_UNKNOWN;
	bool done = asked->retries.has_value || config_count(tool->config, "health.retries", &run.health.retries, error);

	if (asked->textfile != NULL && strcmp(asked->textfile, "-") == 0)
		done = error_set(error, "--textfile: expected a file, not \"-\"; -f prom prints the same");
	if (asked->retries.has_value)
		run.health.retries = asked->retries.value;
	done = done && read_components(tool, &run, error) && (!asked->has_models || read_models(tool, &run, error));
	if (done)
		status = tool_watch(tool, &asked->watch, check, &run, error);
	health_free(&run.health);
	text_free(&run.conninfo);
	text_free(&run.models_url);
	return status;
}
