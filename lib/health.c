#include "health.h"

#include "calendar.h"
#include "health_database.h"
#include "health_judge.h"
#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BODY_MAX ((size_t)64 * 1024)
#define MODELS_BODY_MAX ((size_t)16 * 1024 * 1024)
#define RETRY_AFTER_US INT64_C(1000000)

/* How long the database's process may go on after its time, in which it says by itself what it waited for. */
#define GRACE_US INT64_C(200000)

const char *const health_status_names[] = {"up", "slow", "down", "unknown", "off"};

/* One component while it is asked. */
struct probe {
	struct health_component *component;
	enum { PROBE_WAITS, PROBE_RUNS, PROBE_DONE } state;
	int64_t start_us; /* when it is to be asked, or was */
	int64_t timeout_ms;
	struct http_request request;
	struct health_process process;
	bool has_answer; /* of the database's process */
};

struct run {
	struct health *health;
	const struct deadline *deadline;
	struct http *http;
	struct probe *probes;
	struct http_request models;
	int fd; /* of the database's process; -1 = none */
};

/* How long something may take that has a bound of its own. */
static int64_t bounded_ms(const struct run *run, int64_t timeout_ms)
{
	int left_ms = deadline_left_ms(run->deadline);

	return left_ms >= 0 && left_ms < timeout_ms ? left_ms + 1 : timeout_ms;
}

static void begin(struct run *run, struct probe *probe)
{
	struct health_component *component = probe->component;
	struct error error = {""};

	component->attempts++;
	component->message[0] = '\0';
	probe->start_us = deadline_clock_us();
	probe->timeout_ms = bounded_ms(run, component->timeout_ms);
	probe->state = PROBE_RUNS;
	probe->has_answer = false;
	if (!component->is_database) {
		probe->request.url = component->url;
		probe->request.timeout_ms = probe->timeout_ms;
		probe->request.body_max = BODY_MAX;
		http_start(run->http, &probe->request);
	} else if (health_database_start(&probe->process, run->health, probe->timeout_ms, &error))
		run->fd = probe->process.fd;
	else {
		health_judge_error(component, &error);
		probe->state = PROBE_DONE;
	}
}

/* Ends a probe that was judged, or lets it wait for another try. */
static void end(struct run *run, struct probe *probe)
{
	int left_ms = deadline_left_ms(run->deadline);

	if (probe->component->is_database) {
		health_database_stop(&probe->process);
		run->fd = -1;
	}
	probe->state = PROBE_DONE;
	if (probe->component->status != HEALTH_DOWN || probe->component->attempts > run->health->retries ||
	    (left_ms >= 0 && left_ms <= RETRY_AFTER_US / 1000))
		return;
	probe->state = PROBE_WAITS;
	probe->start_us = deadline_clock_us() + RETRY_AFTER_US;
}

/* Why the database's process said nothing. */
static void explain_silence(const struct run *run, const struct probe *probe, bool is_late, struct error *error)
{
	struct text name = {0};

	/* All that it waits for has a bound but the lookup of a name, which says nothing about the database. */
	error->is_misconfigured = is_late && db_looks_up(run->health->database->conninfo, &name);
	if (error->is_misconfigured)
		error_set(error, "cannot resolve %s%s%s: the name server does not answer", name.length > 0 ? "\"" : "its host",
		          text_string(&name), name.length > 0 ? "\"" : "");
	else if (is_late)
		error_set(error, "no answer within %g s", (double)probe->timeout_ms / 1000);
	else
		error_set(error, "the process that asks it ended early");
	text_free(&name);
}

/* Takes what the database's process says, and ends it when that is all, or late. */
static void attend_database(struct run *run, struct probe *probe)
{
	bool is_late = deadline_clock_us() > probe->start_us + probe->timeout_ms * 1000 + GRACE_US;
	struct health_component *component = probe->component;
	struct health_answer answer = {.is_final = false};
	struct error error = {""};
	bool has_answer, is_running;

	is_running = health_database_read(&probe->process, &answer, &has_answer);
	if (has_answer) {
		probe->has_answer = true;
		health_judge_database(component, &answer);
		run->health->details = answer.details;
	}
	if (is_running && !is_late && !(has_answer && answer.is_final))
		return;
	if (!probe->has_answer) {
		explain_silence(run, probe, is_late, &error);
		health_judge_error(component, &error);
	} else if (!(has_answer && answer.is_final))
		snprintf(component->message, sizeof component->message, HEALTH_TABLES_SILENT, (double)probe->timeout_ms / 1000);
	end(run, probe);
}

static void attend(struct run *run, struct probe *probe)
{
	if (probe->state == PROBE_WAITS && deadline_clock_us() >= probe->start_us)
		begin(run, probe);
	if (probe->state != PROBE_RUNS)
		return;
	if (probe->component->is_database)
		attend_database(run, probe);
	else if (probe->request.is_done) {
		health_judge_http(probe->component, &probe->request);
		end(run, probe);
	}
}

static void begin_models(struct run *run)
{
	const struct health *health = run->health;

	run->models = (struct http_request){.url = health->models_url, .bearer = health->models_key, .is_done = true};
	if (health->models_url == NULL)
		return;
	run->models.timeout_ms = deadline_left_ms(run->deadline) < 0 ? INT32_MAX : deadline_left_ms(run->deadline) + 1;
	run->models.body_max = MODELS_BODY_MAX;
	http_start(run->http, &run->models);
}

/* Attends to all probes. Returns how many milliseconds may pass until the next has to be, -1 when all is done. */
static int attend_all(struct run *run)
{
	int64_t now_us = deadline_clock_us(), at_us, wait_us = run->models.is_done ? -1 : CALENDAR_SECOND_US;
	size_t i;

	for (i = 0; i < run->health->count; i++) {
		struct probe *probe = &run->probes[i];

		attend(run, probe);
		if (probe->state == PROBE_DONE)
			continue;
		at_us = probe->start_us;
		if (probe->state == PROBE_RUNS)
			at_us += probe->timeout_ms * 1000 + GRACE_US;
		at_us = at_us > now_us ? at_us - now_us : 0;
		wait_us = wait_us < 0 || at_us < wait_us ? at_us : wait_us;
	}
	return wait_us < 0 ? -1 : (int)(wait_us / 1000 < INT32_MAX ? wait_us / 1000 + 1 : INT32_MAX);
}

/* What there is nothing to ask about has its status before it begins. */
static void prepare(struct run *run)
{
	size_t i;

	for (i = 0; i < run->health->count; i++) {
		struct health_component *component = &run->health->components[i];

		run->probes[i] = (struct probe){.component = component, .start_us = deadline_clock_us()};
		component->status = HEALTH_OFF;
		component->has_latency = false;
		component->http_status = 0;
		component->attempts = 0;
		component->message[0] = '\0';
		if (component->fault.message[0] != '\0')
			health_judge_error(component, &component->fault);
		if (component->is_off || component->fault.message[0] != '\0')
			run->probes[i].state = PROBE_DONE;
	}
}

static int64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * CALENDAR_SECOND_US;
}

static void free_models(struct health *health)
{
	size_t i;

	for (i = 0; i < health->model_count; i++) {
		free(health->models[i].name);
		free(health->models[i].host);
	}
	free(health->models);
	health->models = NULL;
	health->model_count = 0;
}

bool health_check(struct health *health, const struct deadline *deadline, struct error *error)
{
	struct run run = {.health = health, .deadline = deadline, .fd = -1};
	bool done = false;
	int wait_ms;
	size_t i;

	health->checked_at_us = health->has_now ? health->now_us : clock_us();
	health->details = (struct health_details){.has_value = {false}};
	free_models(health);
	run.probes = calloc(health->count + 1, sizeof *run.probes);
	run.http = http_open(error);
	if (run.probes == NULL)
		error_out_of_memory(error);
	if (run.probes == NULL || run.http == NULL)
		goto out;
	prepare(&run);
	begin_models(&run);
	do {
		wait_ms = attend_all(&run);
		done = wait_ms < 0 || http_wait(run.http, run.fd, wait_ms, error);
	} while (done && wait_ms >= 0);
	if (done && health->models_url != NULL)
		done = health_judge_models(health, &run.models, error);
out:
	for (i = 0; run.probes != NULL && i < health->count; i++) {
		health_database_stop(&run.probes[i].process);
		http_stop(run.http, &run.probes[i].request);
		text_free(&run.probes[i].request.body);
	}
	if (run.http != NULL)
		http_stop(run.http, &run.models);
	text_free(&run.models.body);
	http_free(run.http);
	free(run.probes);
	return done;
}

void health_free(struct health *health)
{
	size_t i, j;

	for (i = 0; i < health->count; i++) {
		struct health_component *component = &health->components[i];

		for (j = 0; j < component->member_count; j++) {
			free(component->members[j].name);
			free(component->members[j].value);
		}
		free(component->members);
		free(component->name);
	}
	free(health->components);
	free_models(health);
	*health = (struct health){.count = 0};
}
