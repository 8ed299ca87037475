#include "health_judge.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(struct health_component *component, enum health_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct health_component *component, enum health_status status, const char *format, ...)
{
	va_list arguments;

	component->status = status;
	va_start(arguments, format);
	vsnprintf(component->message, sizeof component->message, format, arguments);
	va_end(arguments);
}

void health_judge_error(struct health_component *component, const struct error *error)
{
	say(component, error->is_misconfigured ? HEALTH_UNKNOWN : HEALTH_DOWN, "%s", error->message);
}

/* It answered as expected: up, or slow. */
static void judge_latency(struct health_component *component, int64_t latency_us)
{
	int64_t ms = (latency_us + 500) / 1000;

	component->status = HEALTH_UP;
	component->has_latency = true;
	component->latency_us = latency_us;
	component->message[0] = '\0';
	if (ms > component->latency_crit_ms)
		say(component, HEALTH_SLOW, "took %lld ms, critical at %lld ms", (long long)ms,
		    (long long)component->latency_crit_ms);
	else if (ms > component->latency_warn_ms)
		say(component, HEALTH_UP, "took %lld ms, warned at %lld ms", (long long)ms,
		    (long long)component->latency_warn_ms);
}

/* Whether the body has all the members expected; says what is wrong. */
static bool judge_body(struct health_component *component, const struct http_request *request)
{
	struct error wrong = {""};

	if (component->member_count == 0)
		return true;
	if (request->is_cut)
		error_set(&wrong, "the answer is longer than %zu KiB", request->body_max / 1024);
	else if (health_judge_body(component, &request->body, &wrong))
		return true;
	say(component, HEALTH_DOWN, "%s", wrong.message);
	return false;
}

void health_judge_http(struct health_component *component, const struct http_request *request)
{
	component->http_status = request->status;
	component->has_latency = false;
	if (request->error.message[0] != '\0')
		health_judge_error(component, &request->error);
	else if (request->status != component->expected_status)
		say(component, HEALTH_DOWN, "HTTP %ld, expected %lld", request->status, (long long)component->expected_status);
	else if (judge_body(component, request)) {
		judge_latency(component, request->latency_us);
		return;
	}
	/* What answered at all has a latency, down or not. */
	component->has_latency = request->error.message[0] == '\0';
	component->latency_us = request->latency_us;
}

void health_judge_database(struct health_component *component, const struct health_answer *answer)
{
	struct error error = {.is_misconfigured = answer->is_misconfigured};

	component->has_latency = false;
	if (!answer->is_up) {
		error_set(&error, "%s", answer->message);
		health_judge_error(component, &error);
		return;
	}
	judge_latency(component, answer->latency_us);
	if (component->message[0] == '\0')
		say(component, component->status, "%s", answer->message);
}

/* A member that is a text; NULL without one. */
static const char *text_member(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* Whether a JSON text has an escaped NUL, at which cJSON would end the string that it is in. */
static bool has_escaped_nul(const struct text *json)
{
	const char *at, *end = text_string(json) + json->length;

	/* What is escaped is passed over: behind a backslash that is, u0000 is no escape. */
	for (at = text_string(json); (at = memchr(at, '\\', (size_t)(end - at))) != NULL && end - at > 1; at += 2)
		if (end - at >= 6 && memcmp(at, "\\u0000", 6) == 0)
			return true;
	return false;
}

/* The JSON object that is all of the body; NULL for anything else. Free with cJSON_Delete. */
static cJSON *parse_object(const struct text *body)
{
	/* With its NUL, behind which nothing may stand. */
	cJSON *json = cJSON_ParseWithLengthOpts(text_string(body), body->length + 1, NULL, true);

	if (cJSON_IsObject(json) && memchr(body->bytes, '\0', body->length) == NULL && !has_escaped_nul(body))
		return json;
	cJSON_Delete(json);
	return NULL;
}

/* Adds the endpoints of a list: of each its model and the host of its API, and nothing else of what it holds. */
static bool add_models(struct health *health, const cJSON *list, bool is_healthy, struct error *error)
{
	const cJSON *endpoint;

	cJSON_ArrayForEach(endpoint, list)
	{
		struct health_model *models = realloc(health->models, (health->model_count + 1) * sizeof *models);
		const char *name = text_member(endpoint, "model"), *base = text_member(endpoint, "api_base");
		struct text host = {0};

		if (models == NULL)
			return error_out_of_memory(error);
		health->models = models;
		models += health->model_count++;
		if (base != NULL)
			http_append_host(&host, base);
		*models = (struct health_model){name != NULL ? strdup(name) : NULL, host.bytes, is_healthy};
		if ((name != NULL && models->name == NULL) || host.failed)
			return error_out_of_memory(error);
	}
	return true;
}

/* Whether a member that says how long a list is, if there is one, is right. */
static bool is_counted(const cJSON *json, const char *name, const cJSON *list)
{
	const cJSON *count = cJSON_GetObjectItemCaseSensitive(json, name);

	return count == NULL || (cJSON_IsNumber(count) && count->valueint == cJSON_GetArraySize(list));
}

bool health_judge_models(struct health *health, const struct http_request *request, struct error *error)
{
	struct error *wrong = &health->models_error;
	cJSON *json = parse_object(&request->body);
	const cJSON *healthy = cJSON_GetObjectItemCaseSensitive(json, "healthy_endpoints");
	const cJSON *unhealthy = cJSON_GetObjectItemCaseSensitive(json, "unhealthy_endpoints");
	bool done = true;

	*wrong = (struct error){""};
	if (request->error.message[0] != '\0')
		error_set(wrong, "%s%s", request->error.message,
		          strstr(request->error.message, " within ") != NULL ? ": raise --timeout" : "");
	else if (request->status == 401 || request->status == 403)
		error_set(wrong, "HTTP %ld: is health.components.litellm_proxy.key the proxy's master key?", request->status);
	else if (request->status != 200)
		error_set(wrong, "HTTP %ld, expected 200", request->status);
	else if (request->is_cut || !cJSON_IsArray(healthy) || !cJSON_IsArray(unhealthy))
		error_set(wrong, "the answer does not list endpoints");
	else if (cJSON_GetArraySize(healthy) + cJSON_GetArraySize(unhealthy) == 0)
		error_set(wrong, "the answer lists no endpoint: has the proxy a model?");
	else if (!is_counted(json, "healthy_count", healthy) || !is_counted(json, "unhealthy_count", unhealthy))
		error_set(wrong, "the answer does not list as many endpoints as it counts");
	else
		done = add_models(health, unhealthy, false, error) && add_models(health, healthy, true, error);
	cJSON_Delete(json);
	return done;
}

/* How many of the components that count have a status. */
static size_t count(const struct health *health, enum health_status status)
{
	size_t found = 0, i;

	for (i = 0; i < health->count; i++)
		found += health->components[i].is_required && health->components[i].status == status;
	return found;
}

static bool is_database_down(const struct health *health)
{
	size_t i;

	for (i = 0; i < health->count; i++)
		if (health->components[i].is_database && health->components[i].is_required &&
		    health->components[i].status == HEALTH_DOWN)
			return true;
	return false;
}

enum exit_status health_overall(const struct health *health)
{
	size_t down = count(health, HEALTH_DOWN), unknown = count(health, HEALTH_UNKNOWN);
	size_t well = count(health, HEALTH_UP) + count(health, HEALTH_SLOW);
	bool has_models = health->models_url != NULL;

	if (is_database_down(health) || (down > 0 && unknown == 0 && well == 0))
		return EXIT_CRITICAL;
	if (down > 0)
		return EXIT_WARNING;
	if (unknown > 0 || well == 0 || (has_models && health->model_count == 0))
		return EXIT_UNKNOWN;
	if (count(health, HEALTH_SLOW) > 0 || (has_models && !health->models[0].is_healthy)) /* those come first */
		return EXIT_WARNING;
	return EXIT_FINE;
}

const char *health_overall_name(const struct health *health)
{
	static const char *const names[] = {[EXIT_FINE] = "healthy",
	                                    [EXIT_WARNING] = "degraded",
	                                    [EXIT_CRITICAL] = "unhealthy",
	                                    [EXIT_UNKNOWN] = "unknown"};

	return names[health_overall(health)];
}
