/* health: the verdict on the whole and how it is shown, from statuses that the tests set; nothing is asked. */
#include "health.h"

#include "calendar.h"

#include "suite.h"

#include <stdint.h>
#include <stdio.h>

#define UP HEALTH_UP
#define SLOW HEALTH_SLOW
#define DOWN HEALTH_DOWN
#define UNKNOWN HEALTH_UNKNOWN
#define OFF HEALTH_OFF

/* A component as the configuration and the check leave it; names are not freed. */
static struct health_component component(const char *name, enum health_status status)
{
	return (struct health_component){.name = (char *)(uintptr_t)name,
	                                 .is_off = status == OFF,
	                                 .is_required = status != OFF,
	                                 .is_database = strcmp(name, "database") == 0,
	                                 .latency_warn_ms = 1000,
	                                 .latency_crit_ms = 5000,
	                                 .status = status};
}

static void assert_overall(const struct health *health, enum exit_status status, const char *name, size_t at)
{
	ck_assert_msg(health_overall(health) == status, "case %zu: %d in place of %d", at, (int)health_overall(health),
	              (int)status);
	ck_assert_str_eq(health_overall_name(health), name);
}

START_TEST(the_whole_is_judged_by_its_components)
{
	static const struct {
		enum health_status api, proxy, database;
		enum exit_status status;
		const char *name;
	} cases[] = {
		{UP, UP, UP, EXIT_FINE, "healthy"},
		{OFF, OFF, UP, EXIT_FINE, "healthy"},
		{UP, OFF, OFF, EXIT_FINE, "healthy"},
		{SLOW, UP, UP, EXIT_WARNING, "degraded"},
		{UP, UP, SLOW, EXIT_WARNING, "degraded"},
		{SLOW, SLOW, SLOW, EXIT_WARNING, "degraded"},
		{DOWN, UP, UP, EXIT_WARNING, "degraded"},
		{DOWN, DOWN, UP, EXIT_WARNING, "degraded"},
		{DOWN, DOWN, SLOW, EXIT_WARNING, "degraded"},
		/* the database, or all */
		{UP, UP, DOWN, EXIT_CRITICAL, "unhealthy"},
		{SLOW, UNKNOWN, DOWN, EXIT_CRITICAL, "unhealthy"},
		{UNKNOWN, UNKNOWN, DOWN, EXIT_CRITICAL, "unhealthy"},
		{DOWN, DOWN, DOWN, EXIT_CRITICAL, "unhealthy"},
		{DOWN, OFF, OFF, EXIT_CRITICAL, "unhealthy"},
		{DOWN, DOWN, OFF, EXIT_CRITICAL, "unhealthy"},
		/* what is not known */
		{UNKNOWN, UP, UP, EXIT_UNKNOWN, "unknown"},
		{UP, UP, UNKNOWN, EXIT_UNKNOWN, "unknown"},
		{UNKNOWN, SLOW, UP, EXIT_UNKNOWN, "unknown"},
		{UNKNOWN, UNKNOWN, UNKNOWN, EXIT_UNKNOWN, "unknown"},
		{UNKNOWN, OFF, OFF, EXIT_UNKNOWN, "unknown"},
		{OFF, OFF, OFF, EXIT_UNKNOWN, "unknown"},
		/* one that is down is known to be */
		{DOWN, UNKNOWN, UP, EXIT_WARNING, "degraded"},
		{DOWN, UNKNOWN, OFF, EXIT_WARNING, "degraded"},
		{DOWN, UP, UNKNOWN, EXIT_WARNING, "degraded"},
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct health_component components[] = {component("saas_api", cases[i].api),
		                                        component("litellm_proxy", cases[i].proxy),
		                                        component("database", cases[i].database)};
		struct health health = {.components = components, .count = COUNT(components)};

		assert_overall(&health, cases[i].status, cases[i].name, i);
	}
}
END_TEST

START_TEST(what_is_not_required_does_not_count)
{
	static const enum health_status statuses[] = {SLOW, DOWN, UNKNOWN};
	struct health_component components[] = {component("saas_api", UP), component("queue", UP),
	                                        component("database", UP)};
	struct health health = {.components = components, .count = COUNT(components)};
	size_t i;

	components[1].is_required = components[2].is_required = false;
	for (i = 0; i < COUNT(statuses); i++) {
		components[1].status = components[2].status = statuses[i];
		assert_overall(&health, EXIT_FINE, "healthy", i);
	}
	/* Neither do they keep the others from being all. */
	components[0].status = DOWN;
	components[1].status = components[2].status = UP;
	assert_overall(&health, EXIT_CRITICAL, "unhealthy", 0);
	components[0].status = UNKNOWN;
	assert_overall(&health, EXIT_UNKNOWN, "unknown", 1);
}
END_TEST

START_TEST(models_count_where_they_are_asked_for)
{
	static const struct {
		enum health_status api;
		bool is_asked;
		const char *wrong;
		bool first_is_healthy;
		size_t count;
		enum exit_status status;
		const char *name;
	} cases[] = {
		{UP, true, "", true, 2, EXIT_FINE, "healthy"},
		{UP, true, "", false, 2, EXIT_WARNING, "degraded"},
		{UP, true, "", false, 0, EXIT_UNKNOWN, "unknown"},
		{UP, false, "", false, 2, EXIT_FINE, "healthy"},
		{UP, true, "HTTP 401", false, 0, EXIT_UNKNOWN, "unknown"},
		{UP, false, "HTTP 401", false, 0, EXIT_FINE, "healthy"},
		{SLOW, true, "HTTP 401", false, 0, EXIT_UNKNOWN, "unknown"},
		{SLOW, true, "", true, 2, EXIT_WARNING, "degraded"},
		{UNKNOWN, true, "", false, 2, EXIT_UNKNOWN, "unknown"},
		{DOWN, true, "HTTP 401", false, 0, EXIT_WARNING, "degraded"},
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct health_component components[] = {component("saas_api", cases[i].api), component("database", UP)};
		struct health_model models[] = {{.is_healthy = cases[i].first_is_healthy}, {.is_healthy = true}};
		struct health health = {.components = components,
		                        .count = COUNT(components),
		                        .models_url = cases[i].is_asked ? "http://localhost/health" : NULL,
		                        .models = models,
		                        .model_count = cases[i].count};

		error_set(&health.models_error, "%s", cases[i].wrong);
		assert_overall(&health, cases[i].status, cases[i].name, i);
	}
}
END_TEST

START_TEST(every_status_has_its_name)
{
	ck_assert_str_eq(health_status_names[UP], "up");
	ck_assert_str_eq(health_status_names[SLOW], "slow");
	ck_assert_str_eq(health_status_names[DOWN], "down");
	ck_assert_str_eq(health_status_names[UNKNOWN], "unknown");
	ck_assert_str_eq(health_status_names[OFF], "off");
}
END_TEST

static void assert_line(const struct health *health, const char *expected)
{
	struct text line = {0};

	health_append_nagios(health, &line);
	suite_assert_text(&line, expected);
}

static void set_message(struct health_component *wrong, const char *message)
{
	snprintf(wrong->message, sizeof wrong->message, "%s", message);
}

START_TEST(a_plugins_line_says_status_and_latencies)
{
	struct health_component components[] = {component("saas_api", UP), component("litellm_proxy", OFF),
	                                        component("database", UP)};
	struct health health = {.components = components, .count = COUNT(components)};

	components[0].has_latency = components[2].has_latency = true;
	components[0].latency_us = 12345;
	components[2].latency_us = 1500;
	components[2].latency_warn_ms = 500;
	assert_line(&health, "HEALTH OK - 2 of 2 components up | saas_api=0.012s;1;5;0 database=0.002s;0.5;5;0\n");
	/* A message of one that is up is not what is wrong. */
	set_message(&components[0], "took 1200 ms, warned at 1000 ms");
	components[2].has_latency = false;
	assert_line(&health, "HEALTH OK - 2 of 2 components up | saas_api=0.012s;1;5;0\n");
}
END_TEST

START_TEST(a_plugins_line_says_all_that_is_wrong)
{
	struct health_component components[] = {component("saas_api", SLOW), component("litellm_proxy", UNKNOWN),
	                                        component("database", DOWN)};
	struct health health = {.components = components, .count = COUNT(components)};

	set_message(&components[0], "took 6000 ms, critical at 5000 ms");
	set_message(&components[1], "bad URL");
	set_message(&components[2], "refused");
	components[0].has_latency = true;
	components[0].latency_us = 6000000;
	assert_line(&health, "HEALTH CRITICAL - saas_api slow: took 6000 ms, critical at 5000 ms, litellm_proxy unknown: "
	                     "bad URL, database down: refused | saas_api=6.000s;1;5;0\n");
	components[2].status = UP;
	assert_line(&health, "HEALTH UNKNOWN - saas_api slow: took 6000 ms, critical at 5000 ms, litellm_proxy unknown: "
	                     "bad URL | saas_api=6.000s;1;5;0\n");
	components[1].status = UP;
	components[0].has_latency = false;
	assert_line(&health, "HEALTH WARNING - saas_api slow: took 6000 ms, critical at 5000 ms\n");
}
END_TEST

START_TEST(what_does_not_count_is_said_to_be_wrong_all_the_same)
{
	struct health_component components[] = {component("saas_api", UP), component("queue", DOWN)};
	struct health health = {.components = components, .count = COUNT(components)};

	components[1].is_required = false;
	set_message(&components[1], "refused");
	assert_line(&health, "HEALTH OK - queue down: refused\n");
}
END_TEST

START_TEST(a_plugins_line_counts_and_names_models)
{
	struct health_component components[] = {component("database", UP)};
	char hostile[] = "gpt|4\n", host[] = "api.example", name[] = "o1", well[] = "tiny";
	struct health_model models[] = {
		{hostile, host, false}, {name, NULL, false}, {well, NULL, true}, {well, host, true}};
	struct health health = {.components = components,
	                        .count = COUNT(components),
	                        .models_url = "http://localhost/health",
	                        .models = models,
	                        .model_count = COUNT(models)};

	assert_line(&health, "HEALTH WARNING - 2 of 4 models unhealthy: gpt/4\\n at api.example, o1\n");
	health.models = models + 1;
	health.model_count = 1;
	assert_line(&health, "HEALTH WARNING - 1 of 1 models unhealthy: o1\n");
	health.models = models + 2;
	health.model_count = 2;
	assert_line(&health, "HEALTH OK - 1 of 1 components up\n");
	health.model_count = 0;
	error_set(&health.models_error, "HTTP 500 | x\n");
	assert_line(&health, "HEALTH UNKNOWN - models unknown: HTTP 500 / x\\n\n");
	components[0].status = DOWN;
	set_message(&components[0], "refused");
	assert_line(&health, "HEALTH CRITICAL - database down: refused, models unknown: HTTP 500 / x\\n\n");
}
END_TEST

START_TEST(hostile_messages_stay_in_front_of_the_bar)
{
	struct health_component components[] = {component("saas_api", DOWN), component("database", UP)};
	struct health health = {.components = components, .count = COUNT(components)};

	set_message(&components[0],
	            "a|b=1;2;3\r\nOK - all is well | x=0\t\x1b[31m\x07\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xff'\"\\");
	assert_line(&health, "HEALTH WARNING - saas_api down: a/b=1;2;3\\r\\nOK - all is well / x=0\\t\\x1b[31m\\x07\\x7f"
	                     "\\x9b\\u202e\\u2028\\xff'\"\\\n");
}
END_TEST

START_TEST(labels_are_quoted_where_they_have_to_be)
{
	static const struct {
		const char *name, *label;
	} cases[] = {
		{"queue-1", "queue-1"},
		{"a b", "'a b'"},
		{"a=b", "'a_b'"},
		{"it's", "'it''s'"},
		{"''", "''''''"},
		{"\"x\"", "\"x\""},
		{"caf\xc3\xa9", "caf\xc3\xa9"},
		{" = '", "' _ '''"},
	};
	struct text expected = {0};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct health_component components[] = {component(cases[i].name, UP)};
		struct health health = {.components = components, .count = 1};

		components[0].has_latency = true;
		components[0].latency_us = 1000000;
		text_append_format(&expected, "HEALTH OK - 1 of 1 components up | %s=1.000s;1;5;0\n", cases[i].label);
		assert_line(&health, text_string(&expected));
		text_free(&expected);
	}
}
END_TEST

START_TEST(hostile_names_of_components_do_not_break_the_line)
{
	static const char *const names[] = {"a|b", "a\nb", "a\rb", "a\x1b[31mb", "a\xff", "\xe2\x80\xae"};
	struct text line = {0};
	const char *bar;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		struct health_component components[] = {component(names[i], DOWN)};
		struct health health = {.components = components, .count = 1};

		set_message(&components[0], "refused");
		components[0].has_latency = true;
		components[0].latency_us = 1000000;
		health_append_nagios(&health, &line);
		ck_assert_msg(strchr(line.bytes, '\n') == line.bytes + line.length - 1, "a line is broken: %s", line.bytes);
		bar = strchr(line.bytes, '|');
		ck_assert_ptr_nonnull(bar);
		ck_assert_msg(strchr(bar + 1, '|') == NULL, "another bar: %s", line.bytes);
		ck_assert_msg(strstr(line.bytes, " down: refused |") == bar - strlen(" down: refused "),
		              "the bar is not behind "
		              "the message: %s",
		              line.bytes);
		ck_assert_ptr_null(strpbrk(line.bytes, "\r\x1b"));
		ck_assert(text_is_utf8(line.bytes, line.length));
		ck_assert_ptr_null(strstr(line.bytes, "\xe2\x80\xae"));
		text_free(&line);
	}
}
END_TEST

START_TEST(the_head_has_the_three_components_and_the_verdict)
{
	struct health_component components[] = {component("saas_api", DOWN), component("litellm_proxy", UNKNOWN),
	                                        component("database", SLOW), component("queue", DOWN)};
	struct health health = {.components = components, .count = COUNT(components)};
	struct health_head head;

	ck_assert(calendar_parse("2025-10-15T14:30:00Z", &health.checked_at_us));
	health_fill_head(&health, &head);
	ck_assert_str_eq(head.cells[0].bytes, "f");
	ck_assert_ptr_null(head.cells[1].bytes);
	ck_assert_str_eq(head.cells[2].bytes, "t");
	ck_assert_str_eq(head.cells[3].bytes, "degraded");
	ck_assert_str_eq(head.cells[4].bytes, "1");
	ck_assert_str_eq(head.cells[5].bytes, "2025-10-15T14:30:00Z");
	text_free(&head.checked_at);
	components[0].status = OFF;
	components[1].status = UP;
	components[2].status = DOWN;
	health_fill_head(&health, &head);
	ck_assert_ptr_null(head.cells[0].bytes);
	ck_assert_str_eq(head.cells[1].bytes, "t");
	ck_assert_str_eq(head.cells[2].bytes, "f");
	ck_assert_str_eq(head.cells[3].bytes, "unhealthy");
	ck_assert_str_eq(head.cells[4].bytes, "2");
	text_free(&head.checked_at);
}
END_TEST

/* What a check is printed as in a format. */
static void assert_rendered(const struct health *health, const char *format, const char *expected)
{
	const struct report *report = health->models_url != NULL ? &health_models_report : &health_report;
	struct render_options options = {.format = format};
	struct output output = {.fd = -1};
	struct error error = {""};
	struct health_head head;
	struct render *render;

	health_fill_head(health, &head);
	render = render_open(&options, report, head.cells, false, &output, &error);
	ck_assert_ptr_nonnull(render);
	ck_assert_msg(health_render(health, render, &error), "%s", error.message);
	ck_assert_msg(render_close(render, &error), "%s", error.message);
	render_free(render);
	text_free(&head.checked_at);
	suite_assert_text(&output.buffer, expected);
}

START_TEST(a_check_is_a_document_with_what_is_known)
{
	struct health_component components[] = {component("saas_api", DOWN), component("database", UP)};
	struct health_model models[] = {
		{.name = (char *)(uintptr_t) "m1", .host = (char *)(uintptr_t) "api:8", .is_healthy = false},
		{.is_healthy = true}};
	struct health health = {.components = components, .count = COUNT(components)};

	set_message(&components[0], "HTTP 503, expected 200");
	components[0].has_latency = true;
	components[0].latency_us = 12500;
	components[0].http_status = 503;
	components[0].attempts = 2;
	components[1].attempts = 1;
	health.details.has_value[0] = health.details.has_value[4] = true;
	strcpy(health.details.values[0], "orm");
	strcpy(health.details.values[4], "3");
	ck_assert(calendar_parse("2025-10-15T14:30:00Z", &health.checked_at_us));
#define CHECK_JSONL \
	"{\"saas_api\":false,\"litellm_proxy\":null,\"database\":true,\"overall\":\"degraded\",\"exit_status\":1," \
	"\"checked_at\":\"2025-10-15T14:30:00Z\",\"components\":{" \
	"\"saas_api\":{\"up\":false,\"status\":\"down\",\"required\":true,\"latency_ms\":13,\"http_status\":503," \
	"\"attempts\":2,\"message\":\"HTTP 503, expected 200\"}," \
	"\"database\":{\"up\":true,\"status\":\"up\",\"required\":true,\"latency_ms\":null,\"http_status\":null," \
	"\"attempts\":1,\"message\":null}},\"database_details\":{\"dialect\":\"orm\",\"server_version\":null," \
	"\"in_recovery\":null,\"newest_job_age_seconds\":null,\"stuck_jobs\":3,\"clock_skew_seconds\":null," \
	"\"connections_used\":null,\"connections_max\":null}"
	assert_rendered(&health, "jsonl", CHECK_JSONL "}\n");
	health.models_url = "http://localhost/health";
	health.models = models;
	health.model_count = COUNT(models);
	assert_rendered(&health, "jsonl",
	                CHECK_JSONL ",\"models\":[{\"model\":\"m1\",\"api_host\":\"api:8\",\"healthy\":false},"
	                            "{\"model\":null,\"api_host\":null,\"healthy\":true}]}\n");
}
END_TEST

SUITE("health", the_whole_is_judged_by_its_components, what_is_not_required_does_not_count,
      models_count_where_they_are_asked_for, every_status_has_its_name, a_plugins_line_says_status_and_latencies,
      a_plugins_line_says_all_that_is_wrong, what_does_not_count_is_said_to_be_wrong_all_the_same,
      a_plugins_line_counts_and_names_models, hostile_messages_stay_in_front_of_the_bar,
      labels_are_quoted_where_they_have_to_be, hostile_names_of_components_do_not_break_the_line,
      the_head_has_the_three_components_and_the_verdict, a_check_is_a_document_with_what_is_known)
