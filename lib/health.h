/*
 * health: asks the platform's components how they are, all at once, and judges what they say.
 *
 * Does not read the configuration and does not print.
 *
 *	struct health health = {.components = components, .count = 3, .database = &db_options};
 *	if (!health_check(&health, &deadline, error)) ...
 *	status = health_overall(&health);
 *	health_free(&health);
 */
#ifndef LM_HEALTH_H
#define LM_HEALTH_H

#include "db.h"
#include "deadline.h"
#include "error.h"
#include "render.h"
#include "report.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum health_status { HEALTH_UP, HEALTH_SLOW, HEALTH_DOWN, HEALTH_UNKNOWN, HEALTH_OFF };

/* The names of the statuses in their order. */
extern const char *const health_status_names[];

/* A member that the JSON object of an answer has to have. */
struct health_member {
	char *name, *value; /* owned */
	bool is_optional;   /* it may be missing */
};

struct health_component {
	/* What is asked. */
	char *name; /* owned */
	bool is_off, is_database, is_required;
	const char *url;               /* NULL for the database; borrowed */
	int64_t expected_status;       /* of HTTP */
	struct health_member *members; /* owned, and so is the array */
	size_t member_count;
	int64_t latency_warn_ms, latency_crit_ms, timeout_ms;
	struct error fault; /* what keeps it from being asked; "" = nothing */
	/* What came of it. */
	enum health_status status;
	bool has_latency;
	int64_t latency_us;
	long http_status; /* 0 = none */
	unsigned attempts;
	char message[512]; /* what is wrong; "" = nothing */
};

/* Of the section database_details: each value as PostgreSQL's text. */
#define HEALTH_DETAIL_COUNT ((size_t)8)

struct health_details {
	char values[HEALTH_DETAIL_COUNT][64];
	bool has_value[HEALTH_DETAIL_COUNT];
};

/* An endpoint of the LiteLLM proxy. */
struct health_model {
	char *name; /* owned; NULL = the proxy says none */
	char *host; /* of its API; owned; NULL = the proxy says none */
	bool is_healthy;
};

struct health {
	struct health_component *components; /* owned, in the order in which they are shown */
	size_t count;
	int64_t retries;                   /* how often what is down is asked again */
	const struct db_options *database; /* where the database is; its deadline is not used; borrowed */
	bool has_now;
	int64_t now_us;         /* the present, if has_now; else the clock's */
	const char *models_url; /* of the paid check of models; NULL = none is made; borrowed */
	const char *models_key; /* borrowed */
	struct health_details details;
	struct error models_error;   /* why nothing is known of the models; "" = it is */
	struct health_model *models; /* owned; the unhealthy ones first */
	size_t model_count;
	int64_t checked_at_us; /* when it began */
};

/* Asks all. Fails only when it cannot ask at all: what is wrong with a component is in its status and message. */
bool health_check(struct health *health, const struct deadline *deadline, struct error *error);

/* The verdict on the whole, as an exit status, and its name: healthy, degraded, unhealthy or unknown. */
enum exit_status health_overall(const struct health *health);
const char *health_overall_name(const struct health *health);

/* Its document, without and with a section for models; the values of its head; and its rows. */
extern const struct report health_report, health_models_report;

struct health_head {
	struct cell cells[REPORT_HEAD_COUNT];
	struct text checked_at;
	char exit_status[2];
};

/* Fills in the head, which borrows from health. Free head->checked_at with text_free. */
void health_fill_head(const struct health *health, struct health_head *head);

bool health_render(const struct health *health, struct render *render, struct error *error);

/*
 * Appends the line of a monitoring plugin: status, what is wrong, and latencies as performance data, without line
 * breaks, control characters and bars but the one in front of these (Monitoring Plugins Development Guidelines, "Plugin
 * Output").
 */
void health_append_nagios(const struct health *health, struct text *line);

/* Frees what the fields own. */
void health_free(struct health *health);

#endif
