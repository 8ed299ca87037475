#include "uptime.h"

#include "calendar.h"
#include "suite.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>

/* 2026-11-24T14:00:00Z, and lm-health once a minute. */
#define START_US INT64_C(1795528800000000)
#define MINUTE_US (60 * CALENDAR_SECOND_US)

static const struct uptime_options whole;

/* Appends text in which ' stands for ". */
static void append_quoted(struct text *log, const char *string)
{
	for (; *string != '\0'; string++)
		text_append_byte(log, *string == '\'' ? '"' : *string);
}

static void append_line(struct text *log, int64_t at_us, const char *overall, const char *components)
{
	text_append_string(log, "{\"checked_at\":\"");
	calendar_append(log, at_us);
	text_append_format(log, "\",\"overall\":\"%s\",\"components\":{%s}}\n", overall, components);
}

/* A line in which one component, "db", and overall have this status; "absent" is a line without any component. */
static void append(struct text *log, int64_t at_us, const char *status)
{
	const char *overall = strcmp(status, "slow") == 0      ? "degraded"
	                      : strcmp(status, "down") == 0    ? "unhealthy"
	                      : strcmp(status, "unknown") == 0 ? "unknown"
	                                                       : "healthy";
	struct text components = {0};

	if (strcmp(status, "absent") != 0)
		text_append_format(&components, "\"db\":{\"status\":\"%s\"}", status);
	append_line(log, at_us, overall, text_string(&components));
	text_free(&components);
}

/* So many lines of one status, a minute from each other. */
static void append_minutes(struct text *log, int64_t at_us, const char *status, int count)
{
	int i;

	for (i = 0; i < count; i++)
		append(log, at_us + i * MINUTE_US, status);
}

/* Reads a log, which is freed. */
static struct uptime *count(struct text *log, const struct uptime_options *options)
{
	int fd = suite_file(text_string(log), log->length);
	struct uptime *uptime;
	struct error error;

	ck_assert(!log->failed);
	uptime = uptime_open(options, &error);
	ck_assert_ptr_nonnull(uptime);
	ck_assert_msg(uptime_read(uptime, fd, "log", &error), "%s", error.message);
	ck_assert(uptime_finish(uptime, &error));
	close(fd);
	text_free(log);
	return uptime;
}

static struct uptime *count_window(struct text *log, int64_t from_us, int64_t to_us)
{
	return count(log, &(struct uptime_options){.has_window = true, .from_us = from_us, .to_us = to_us});
}

static const struct uptime_component *find(const struct uptime *uptime, const char *name)
{
	size_t i;

	for (i = 1; i < uptime_component_count(uptime); i++)
		if (strcmp(uptime_component(uptime, i)->name, name) == 0)
			return uptime_component(uptime, i);
	ck_abort_msg("no component %s", name);
}

#define assert_times(component, up, degraded, down, unknown) \
	do { \
		ck_assert_int_eq((component)->up_us, up); \
		ck_assert_int_eq((component)->degraded_us, degraded); \
		ck_assert_int_eq((component)->down_us, down); \
		ck_assert_int_eq((component)->unknown_us, unknown); \
	} while (0)

/* What "db" and overall have in common. */
static void assert_both(struct uptime *uptime, int64_t up_us, int64_t degraded_us, int64_t down_us, int64_t unknown_us)
{
	size_t i;

	ck_assert_uint_eq(uptime_component_count(uptime), 2);
	for (i = 0; i < 2; i++)
		assert_times(uptime_component(uptime, i), up_us, degraded_us, down_us, unknown_us);
	uptime_free(uptime);
}

static void assert_incident(const struct uptime *uptime, size_t index, const char *name, int64_t from_us, int64_t to_us,
                            int64_t down_us, const char *message)
{
	const struct uptime_incident *incidents;
	size_t incident_count;

	incidents = uptime_incidents(uptime, &incident_count);
	ck_assert_uint_lt(index, incident_count);
	incidents += index;
	ck_assert_str_eq(uptime_component(uptime, incidents->component)->name, name);
	ck_assert_int_eq(incidents->from_us, from_us);
	ck_assert_int_eq(incidents->has_to, to_us != 0);
	ck_assert_int_eq(incidents->to_us, to_us);
	ck_assert_int_eq(incidents->down_us, down_us);
	ck_assert_str_eq(incidents->message, message);
}

static size_t incident_count(const struct uptime *uptime)
{
	size_t number;

	uptime_incidents(uptime, &number);
	return number;
}

START_TEST(a_log_is_added_up)
{
	struct text log = {0};
	const struct uptime_component *component;
	const struct uptime_log *figures;
	struct uptime *uptime;

	append_quoted(&log, "{'saas_api':true,'database':true,'overall':'healthy','exit_status':0,"
	                    "'checked_at':'2026-11-24T14:00:00Z','components':{"
	                    "'saas_api':{'up':true,'status':'up','required':true,'latency_ms':12,'http_status':200,"
	                    "'attempts':1,'message':null},"
	                    "'database':{'up':true,'status':'slow','latency_ms':900,'message':null}},"
	                    "'database_details':{'connections':[1,2,{}]}}\n");
	append_quoted(&log, "{'overall':'degraded','checked_at':'2026-11-24T14:01:00Z','components':{"
	                    "'saas_api':{'status':'slow','latency_ms':18},'database':{'status':'up','latency_ms':3}}}\n");
	append_quoted(&log, "{'overall':'unhealthy','checked_at':'2026-11-24T14:02:00Z','components':{"
	                    "'saas_api':{'status':'down','latency_ms':null,'message':'HTTP 500'},"
	                    "'database':{'status':'up','latency_ms':5}}}\n");
	append_quoted(&log, "{'overall':'healthy','checked_at':'2026-11-24T14:03:00Z','components':{"
	                    "'saas_api':{'status':'up'},'database':{'status':'up'}}}\n");
	uptime = count(&log, &whole);
	figures = uptime_log(uptime);
	ck_assert(figures->has_interval);
	ck_assert_int_eq(figures->from_us, START_US);
	ck_assert_int_eq(figures->to_us, START_US + 3 * MINUTE_US);
	ck_assert_int_eq(figures->interval_us, MINUTE_US);
	ck_assert_int_eq(figures->lines, 4);
	ck_assert_int_eq(figures->broken_lines + figures->late_lines + figures->holes, 0);
	ck_assert_uint_eq(uptime_component_count(uptime), 3);
	component = uptime_component(uptime, 0);
	ck_assert_str_eq(component->name, "overall");
	assert_times(component, 2 * MINUTE_US, MINUTE_US, MINUTE_US, 0);
	ck_assert_int_eq(component->latency_count, 0);
	component = uptime_component(uptime, 1);
	ck_assert_str_eq(component->name, "saas_api");
	assert_times(component, 2 * MINUTE_US, MINUTE_US, MINUTE_US, 0);
	ck_assert(component->has_uptime);
	ck_assert_int_eq(component->uptime_ppm, 666666);
	ck_assert_int_eq(component->latency_count, 2);
	ck_assert_int_eq(component->latency_sum_ms, 30);
	ck_assert_int_eq(component->latency_p95_ms, 18);
	ck_assert_int_eq(component->incidents, 1);
	ck_assert_int_eq(component->longest_us, MINUTE_US);
	component = uptime_component(uptime, 2);
	ck_assert_str_eq(component->name, "database");
	assert_times(component, 3 * MINUTE_US, MINUTE_US, 0, 0);
	ck_assert_int_eq(component->uptime_ppm, 1000000);
	ck_assert_int_eq(component->latency_sum_ms, 908);
	ck_assert_int_eq(component->incidents, 0);
	ck_assert_uint_eq(incident_count(uptime), 2);
	assert_incident(uptime, 0, "overall", START_US + 2 * MINUTE_US, START_US + 3 * MINUTE_US, MINUTE_US, "");
	assert_incident(uptime, 1, "saas_api", START_US + 2 * MINUTE_US, START_US + 3 * MINUTE_US, MINUTE_US, "HTTP 500");
	uptime_free(uptime);
}
END_TEST

START_TEST(a_gap_of_twice_the_usual_interval_counts_and_a_longer_one_is_unknown)
{
	struct text log = {0};
	const struct uptime_log *figures;
	struct uptime *uptime;

	append_minutes(&log, START_US, "up", 10);
	append(&log, START_US + 11 * MINUTE_US, "up");
	assert_both(count(&log, &whole), 11 * MINUTE_US, 0, 0, 0);
	append_minutes(&log, START_US, "up", 10);
	append(&log, START_US + 11 * MINUTE_US + 1, "up");
	uptime = count(&log, &whole);
	figures = uptime_log(uptime);
	ck_assert_int_eq(figures->holes, 1);
	assert_both(uptime, 9 * MINUTE_US, 0, 0, 2 * MINUTE_US + 1);
	/* The same after the log's beginning. */
	append_minutes(&log, START_US, "slow", 200);
	append(&log, START_US + 201 * MINUTE_US, "slow");
	append(&log, START_US + 203 * MINUTE_US + 1, "slow");
	assert_both(count(&log, &whole), 201 * MINUTE_US, 201 * MINUTE_US, 0, 2 * MINUTE_US + 1);
}
END_TEST

START_TEST(the_first_101_gaps_are_judged_by_all_of_them)
{
	struct text log = {0};

	/* 40 gaps of ten minutes, and then 61 of one: ten is not usual, though all there was at first. */
	int i;

	for (i = 0; i < 40; i++)
		append(&log, START_US + i * 10 * MINUTE_US, "up");
	append_minutes(&log, START_US + 400 * MINUTE_US, "up", 62);
	assert_both(count(&log, &whole), 61 * MINUTE_US, 0, 0, 400 * MINUTE_US);
	/* 51 against 50: usual. The gap after them is not asked. */
	for (i = 0; i < 51; i++)
		append(&log, START_US + i * 10 * MINUTE_US, "up");
	append_minutes(&log, START_US + 510 * MINUTE_US, "up", 52);
	assert_both(count(&log, &whole), 561 * MINUTE_US, 0, 0, 0);
}
END_TEST

START_TEST(of_few_gaps_the_lower_middle_one_is_usual)
{
	struct text log = {0};
	struct uptime *uptime;

	append(&log, START_US, "up");
	append(&log, START_US + 10 * MINUTE_US, "up");
	assert_both(count(&log, &whole), 10 * MINUTE_US, 0, 0, 0);
	append(&log, START_US, "up");
	append(&log, START_US + 10 * MINUTE_US, "up");
	append(&log, START_US + 11 * MINUTE_US, "up");
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->interval_us, MINUTE_US);
	assert_both(uptime, MINUTE_US, 0, 0, 10 * MINUTE_US);
}
END_TEST

START_TEST(another_schedule_becomes_usual)
{
	struct text log = {0};
	struct uptime *uptime;
	int i;

	append_minutes(&log, START_US, "up", 150);
	for (i = 0; i < 120; i++)
		append(&log, START_US + (159 + i * 10) * MINUTE_US, "up");
	uptime = count(&log, &whole);
	/* The 51st of ten minutes is the middle one of 101. */
	ck_assert_int_eq(uptime_log(uptime)->holes, 50);
	ck_assert_int_eq(uptime_log(uptime)->interval_us, 10 * MINUTE_US);
	assert_both(uptime, (149 + 70 * 10) * MINUTE_US, 0, 0, 50 * 10 * MINUTE_US);
}
END_TEST

START_TEST(the_usual_interval_is_the_median_of_the_latest_101)
{
	static int64_t gaps_us[1000], window_us[UPTIME_GAPS];
	int64_t at_us = START_US, known_us = 0, unknown_us = 0, median_us, moved_us;
	struct text log = {0};
	struct uptime *uptime;
	size_t i, j, k, first;

	append(&log, at_us, "up");
	for (i = 0; i < COUNT(gaps_us); i++) {
		gaps_us[i] = 1 + (int64_t)(i * i * 7919 % (i < 500 ? 101 : 1009));
		at_us += gaps_us[i];
		append(&log, at_us, "up");
	}
	for (i = 0; i < COUNT(gaps_us); i++) {
		first = i < UPTIME_GAPS ? 0 : i + 1 - UPTIME_GAPS;
		for (j = 0; j < UPTIME_GAPS; j++) {
			moved_us = gaps_us[first + j];
			for (k = j; k > 0 && window_us[k - 1] > moved_us; k--)
				window_us[k] = window_us[k - 1];
			window_us[k] = moved_us;
		}
		median_us = window_us[UPTIME_GAPS / 2];
		*(gaps_us[i] > 2 * median_us ? &unknown_us : &known_us) += gaps_us[i];
	}
	ck_assert_int_gt(unknown_us, 0);
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->interval_us, median_us);
	assert_both(uptime, known_us, 0, 0, unknown_us);
}
END_TEST

START_TEST(a_log_of_one_line_has_no_time)
{
	struct text log = {0};
	struct uptime *uptime;

	append(&log, START_US, "down");
	uptime = count(&log, &whole);
	ck_assert(!uptime_log(uptime)->has_interval);
	ck_assert_int_eq(uptime_log(uptime)->from_us, START_US);
	ck_assert_int_eq(uptime_log(uptime)->to_us, START_US);
	ck_assert_int_eq(uptime_log(uptime)->lines, 1);
	ck_assert(!find(uptime, "db")->has_uptime);
	ck_assert_int_eq(find(uptime, "db")->incidents, 1);
	ck_assert_int_eq(find(uptime, "db")->longest_us, 0);
	assert_incident(uptime, 1, "db", START_US, 0, 0, "");
	assert_both(uptime, 0, 0, 0, 0);
	/* In a window it says nothing but that it was there: there is no usual interval. */
	append(&log, START_US, "down");
	uptime = count_window(&log, START_US - MINUTE_US, START_US + MINUTE_US);
	ck_assert_int_eq(uptime_log(uptime)->holes, 1);
	assert_incident(uptime, 1, "db", START_US, 0, 0, "");
	assert_both(uptime, 0, 0, 0, 2 * MINUTE_US);
}
END_TEST

START_TEST(an_empty_log_has_overall_only)
{
	struct text log = {0};
	struct uptime *uptime = count(&log, &whole);

	ck_assert_uint_eq(uptime_component_count(uptime), 1);
	ck_assert_str_eq(uptime_component(uptime, 0)->name, "overall");
	ck_assert(!uptime_component(uptime, 0)->has_uptime);
	ck_assert_int_eq(uptime_component(uptime, 0)->unknown_us, 0);
	ck_assert_uint_eq(incident_count(uptime), 0);
	uptime_free(uptime);
	uptime = count_window(&log, START_US, START_US + MINUTE_US);
	ck_assert_int_eq(uptime_component(uptime, 0)->unknown_us, MINUTE_US);
	uptime_free(uptime);
}
END_TEST

START_TEST(off_and_absent_time_is_not_counted)
{
	struct text log = {0};
	struct uptime *uptime;

	append(&log, START_US, "absent");
	append(&log, START_US + 1 * MINUTE_US, "up");
	append(&log, START_US + 2 * MINUTE_US, "off");
	append(&log, START_US + 3 * MINUTE_US, "down");
	append(&log, START_US + 4 * MINUTE_US, "absent");
	append(&log, START_US + 10 * MINUTE_US, "up"); /* what was absent is not unknown either */
	append(&log, START_US + 11 * MINUTE_US, "off");
	uptime = count(&log, &whole);
	assert_times(uptime_component(uptime, 0), 4 * MINUTE_US, 0, MINUTE_US, 6 * MINUTE_US);
	assert_times(find(uptime, "db"), 2 * MINUTE_US, 0, MINUTE_US, 0);
	uptime_free(uptime);
	/* A component that is always off is there. */
	append_minutes(&log, START_US, "off", 3);
	uptime = count(&log, &whole);
	assert_times(find(uptime, "db"), 0, 0, 0, 0);
	ck_assert(!find(uptime, "db")->has_uptime);
	uptime_free(uptime);
}
END_TEST

START_TEST(an_unknown_status_is_unknown_time)
{
	struct text log = {0};

	append(&log, START_US, "up");
	append(&log, START_US + MINUTE_US, "unknown");
	append(&log, START_US + 2 * MINUTE_US, "down");
	append(&log, START_US + 3 * MINUTE_US, "up");
	assert_both(count(&log, &whole), MINUTE_US, 0, MINUTE_US, MINUTE_US);
}
END_TEST

START_TEST(uptime_is_rounded_down)
{
	struct text log = {0};
	struct uptime *uptime;

	/* A hundred years up, and a second down. */
	append(&log, START_US, "up");
	append(&log, START_US + 36525 * CALENDAR_DAY_US, "down");
	append(&log, START_US + 36525 * CALENDAR_DAY_US + CALENDAR_SECOND_US, "up");
	append(&log, START_US + 36525 * CALENDAR_DAY_US + 2 * CALENDAR_SECOND_US, "up");
	uptime = count(&log, &whole);
	ck_assert_int_eq(find(uptime, "db")->uptime_ppm, 500000); /* the gap is a hole */
	uptime_free(uptime);
	append(&log, START_US, "up");
	append(&log, START_US + 36525 * CALENDAR_DAY_US, "down");
	uptime = count_window(&log, START_US, START_US + 36525 * CALENDAR_DAY_US + 1);
	ck_assert_int_eq(find(uptime, "db")->uptime_ppm, 999999);
	uptime_free(uptime);
	append(&log, START_US, "down");
	append(&log, START_US + MINUTE_US, "up");
	uptime = count(&log, &whole);
	ck_assert(find(uptime, "db")->has_uptime);
	ck_assert_int_eq(find(uptime, "db")->uptime_ppm, 0);
	uptime_free(uptime);
}
END_TEST

START_TEST(time_outside_the_window_is_not_counted)
{
	struct text log = {0};
	struct uptime *uptime;

	/* up until :10, down until :20, slow from there. */
	append_minutes(&log, START_US, "up", 10);
	append_minutes(&log, START_US + 10 * MINUTE_US, "down", 10);
	append_minutes(&log, START_US + 20 * MINUTE_US, "slow", 10);
	uptime = count_window(&log, START_US + 5 * MINUTE_US + 1, START_US + 25 * MINUTE_US);
	ck_assert_int_eq(uptime_log(uptime)->from_us, START_US + 5 * MINUTE_US + 1);
	ck_assert_int_eq(uptime_log(uptime)->to_us, START_US + 25 * MINUTE_US);
	/* The line at the end does not belong to it, nor does the one just before its start; that one still holds. */
	ck_assert_int_eq(uptime_log(uptime)->lines, 19);
	assert_both(uptime, 10 * MINUTE_US - 1, 5 * MINUTE_US, 10 * MINUTE_US, 0);
	append_minutes(&log, START_US, "up", 10);
	uptime = count_window(&log, START_US + 2 * MINUTE_US, START_US + 3 * MINUTE_US);
	ck_assert_int_eq(uptime_log(uptime)->lines, 1);
	assert_both(uptime, MINUTE_US, 0, 0, 0);
}
END_TEST

START_TEST(time_before_the_first_line_of_a_window_is_unknown)
{
	struct text log = {0};
	struct uptime *uptime;

	append_minutes(&log, START_US, "up", 2);
	append_line(&log, START_US + 2 * MINUTE_US, "healthy", "\"db\":{\"status\":\"up\"},\"new\":{\"status\":\"up\"}");
	uptime = count_window(&log, START_US - 1, START_US + 3 * MINUTE_US);
	ck_assert_int_eq(uptime_log(uptime)->holes, 0);
	assert_times(uptime_component(uptime, 0), 3 * MINUTE_US, 0, 0, 1);
	assert_times(find(uptime, "db"), 3 * MINUTE_US, 0, 0, 1);
	assert_times(find(uptime, "new"), MINUTE_US, 0, 0, 0);
	uptime_free(uptime);
	/* All of the window lies before the log. */
	append_minutes(&log, START_US, "up", 2);
	uptime = count_window(&log, START_US - MINUTE_US, START_US);
	ck_assert_int_eq(uptime_log(uptime)->lines, 0);
	assert_both(uptime, 0, 0, 0, MINUTE_US);
}
END_TEST

START_TEST(the_last_line_holds_to_the_end_of_the_window_unless_that_is_too_far)
{
	struct text log = {0};
	struct uptime *uptime;

	append_minutes(&log, START_US, "up", 10);
	assert_both(count_window(&log, START_US, START_US + 11 * MINUTE_US), 11 * MINUTE_US, 0, 0, 0);
	append_minutes(&log, START_US, "up", 10);
	uptime = count_window(&log, START_US, START_US + 11 * MINUTE_US + 1);
	ck_assert_int_eq(uptime_log(uptime)->holes, 1);
	assert_both(uptime, 9 * MINUTE_US, 0, 0, 2 * MINUTE_US + 1);
	/* A line after the window tells how long the gap is. */
	append_minutes(&log, START_US, "up", 10);
	append(&log, START_US + 20 * MINUTE_US, "up");
	assert_both(count_window(&log, START_US, START_US + 10 * MINUTE_US), 9 * MINUTE_US, 0, 0, MINUTE_US);
	/* All of the window lies after the log. */
	append_minutes(&log, START_US, "up", 10);
	uptime = count_window(&log, START_US + 10 * MINUTE_US, START_US + 11 * MINUTE_US);
	assert_both(uptime, MINUTE_US, 0, 0, 0);
	/* A gap from before it reaches into it. */
	append_minutes(&log, START_US, "up", 10);
	append_minutes(&log, START_US + 20 * MINUTE_US, "up", 2);
	uptime = count_window(&log, START_US + 15 * MINUTE_US, START_US + 21 * MINUTE_US);
	ck_assert_int_eq(uptime_log(uptime)->holes, 1);
	assert_both(uptime, MINUTE_US, 0, 0, 5 * MINUTE_US);
	/* And one before it does not. */
	append_minutes(&log, START_US, "up", 10);
	append_minutes(&log, START_US + 20 * MINUTE_US, "up", 2);
	uptime = count_window(&log, START_US + 20 * MINUTE_US, START_US + 21 * MINUTE_US);
	ck_assert_int_eq(uptime_log(uptime)->holes, 0);
	assert_both(uptime, MINUTE_US, 0, 0, 0);
}
END_TEST

START_TEST(components_that_are_outside_the_window_only_are_left_out)
{
	struct text log = {0};
	struct uptime *uptime;

	append_line(&log, START_US, "healthy",
	            "\"early\":{\"status\":\"down\"},\"db\":{\"status\":\"down\",\"message\":\"no\"}");
	append(&log, START_US + MINUTE_US, "down");
	append(&log, START_US + 2 * MINUTE_US, "down");
	append_line(&log, START_US + 3 * MINUTE_US, "healthy", "\"late\":{\"status\":\"up\"},\"db\":{\"status\":\"up\"}");
	uptime = count_window(&log, START_US + MINUTE_US, START_US + 3 * MINUTE_US);
	ck_assert_uint_eq(uptime_component_count(uptime), 2);
	ck_assert_str_eq(uptime_component(uptime, 1)->name, "db");
	/* One whose end lies outside as well, and which began before it. "early" went away and is no matter here. */
	ck_assert_uint_eq(incident_count(uptime), 2);
	assert_incident(uptime, 0, "db", START_US, 0, 2 * MINUTE_US, "no");
	assert_incident(uptime, 1, "overall", START_US + MINUTE_US, 0, 2 * MINUTE_US, "");
	uptime_free(uptime);
}
END_TEST

START_TEST(incidents_outside_the_window_are_left_out)
{
	static const struct {
		int from, to;
		size_t incidents;
	} cases[] = {{0, 2, 0}, {0, 3, 1}, {2, 3, 1}, {3, 4, 1}, {4, 5, 0}, {5, 6, 0}, {-5, -2, 0}};
	struct text log = {0};
	struct uptime *uptime;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		/* Down from 2 to 4. */
		append_minutes(&log, START_US, "up", 2);
		append_minutes(&log, START_US + 2 * MINUTE_US, "down", 2);
		append_minutes(&log, START_US + 4 * MINUTE_US, "up", 3);
		uptime = count_window(&log, START_US + cases[i].from * MINUTE_US, START_US + cases[i].to * MINUTE_US);
		ck_assert_int_eq(uptime_component(uptime, 0)->incidents, (int64_t)cases[i].incidents);
		if (cases[i].incidents > 0)
			assert_incident(uptime, 0, "overall", START_US + 2 * MINUTE_US, 0, MINUTE_US, "");
		ck_assert_uint_eq(incident_count(uptime), 2 * cases[i].incidents);
		uptime_free(uptime);
	}
}
END_TEST

START_TEST(what_went_down_before_the_window_and_is_off_in_it_is_no_incident)
{
	struct text log = {0};
	struct uptime *uptime;

	append(&log, START_US, "down");
	append(&log, START_US + MINUTE_US, "off");
	append(&log, START_US + 2 * MINUTE_US, "off");
	append(&log, START_US + 3 * MINUTE_US, "up");
	uptime = count_window(&log, START_US + 2 * MINUTE_US, START_US + 4 * MINUTE_US);
	ck_assert_uint_eq(incident_count(uptime), 0);
	ck_assert_int_eq(find(uptime, "db")->incidents, 0);
	ck_assert_int_eq(find(uptime, "db")->up_us, MINUTE_US);
	uptime_free(uptime);
}
END_TEST

START_TEST(an_incident_goes_on_through_unknown_time_and_ends_when_it_is_up_or_slow)
{
	struct text log = {0};
	struct uptime *uptime;

	append(&log, START_US, "down");
	append(&log, START_US + MINUTE_US, "unknown");
	append(&log, START_US + 2 * MINUTE_US, "off");
	append(&log, START_US + 3 * MINUTE_US, "absent");
	append(&log, START_US + 4 * MINUTE_US, "down");
	append(&log, START_US + 5 * MINUTE_US, "down");
	append(&log, START_US + 15 * MINUTE_US, "down"); /* after a hole */
	append(&log, START_US + 16 * MINUTE_US, "slow");
	append(&log, START_US + 17 * MINUTE_US, "down");
	append(&log, START_US + 18 * MINUTE_US, "up");
	append(&log, START_US + 19 * MINUTE_US, "down");
	uptime = count(&log, &whole);
	ck_assert_int_eq(find(uptime, "db")->down_us, 4 * MINUTE_US);
	ck_assert_int_eq(find(uptime, "db")->incidents, 3);
	ck_assert_int_eq(find(uptime, "db")->longest_us, 3 * MINUTE_US);
	ck_assert_uint_eq(incident_count(uptime), 7);
	/* To overall, what is off or absent is healthy here. */
	assert_incident(uptime, 0, "overall", START_US, START_US + 2 * MINUTE_US, MINUTE_US, "");
	assert_incident(uptime, 1, "db", START_US, START_US + 16 * MINUTE_US, 3 * MINUTE_US, "");
	assert_incident(uptime, 2, "overall", START_US + 4 * MINUTE_US, START_US + 16 * MINUTE_US, 2 * MINUTE_US, "");
	assert_incident(uptime, 3, "overall", START_US + 17 * MINUTE_US, START_US + 18 * MINUTE_US, MINUTE_US, "");
	assert_incident(uptime, 4, "db", START_US + 17 * MINUTE_US, START_US + 18 * MINUTE_US, MINUTE_US, "");
	assert_incident(uptime, 5, "overall", START_US + 19 * MINUTE_US, 0, 0, "");
	assert_incident(uptime, 6, "db", START_US + 19 * MINUTE_US, 0, 0, "");
	uptime_free(uptime);
}
END_TEST

START_TEST(an_incident_has_its_first_lines_message_cut_between_characters)
{
	static const char *const messages[] = {"\"caf\\u00e9 \\\"x\\\"\"", "null", "\"\\u0000after\""};
	static const char *const expected[] = {"caf\xc3\xa9 \"x\"", "", ""};
	struct text log = {0}, line = {0};
	struct uptime *uptime;
	size_t length, i;

	for (i = 0; i < COUNT(messages); i++) {
		text_append_format(&line, "\"db\":{\"status\":\"down\",\"message\":%s}", messages[i]);
		append_line(&log, START_US, "healthy", text_string(&line));
		append_line(&log, START_US + MINUTE_US, "healthy", "\"db\":{\"status\":\"down\",\"message\":\"later\"}");
		uptime = count(&log, &whole);
		assert_incident(uptime, 0, "db", START_US, 0, MINUTE_US, expected[i]);
		uptime_free(uptime);
		text_free(&line);
	}
	for (length = UPTIME_MESSAGE_MAX - 2; length <= UPTIME_MESSAGE_MAX + 1; length++) {
		text_append_string(&line, "\"db\":{\"status\":\"down\",\"message\":\"");
		text_append_repeated(&line, 'x', length - 2);
		text_append_string(&line, "\xc3\xa4\"}");
		append_line(&log, START_US, "healthy", text_string(&line));
		uptime = count(&log, &whole);
		i = 0;
		ck_assert_uint_eq(strlen(uptime_incidents(uptime, &i)->message),
		                  length <= UPTIME_MESSAGE_MAX ? length : length - 2);
		uptime_free(uptime);
		text_free(&line);
	}
}
END_TEST

START_TEST(the_latest_incidents_are_kept_and_all_are_counted)
{
	static const size_t bounds[] = {0, 1, 2, 7, 8, 9, 150, 1000};
	struct text log = {0};
	struct uptime *uptime;
	size_t i, kept, bound;

	for (bound = 0; bound < COUNT(bounds); bound++) {
		/* "old" is down all the time but at the end, and began first; "db" 100 times. */
		for (i = 0; i < 201; i++)
			append_line(&log, START_US + (int64_t)i * MINUTE_US, "healthy",
			            i == 200     ? "\"old\":{\"status\":\"up\"},\"db\":{\"status\":\"up\"}"
			            : i % 2 == 1 ? "\"old\":{\"status\":\"down\"},\"db\":{\"status\":\"up\"}"
			                         : "\"old\":{\"status\":\"down\"},\"db\":{\"status\":\"down\",\"message\":\"no\"}");
		uptime = count(&log, &(struct uptime_options){.incidents_max = bounds[bound]});
		kept = bounds[bound] == 0 || bounds[bound] > 101 ? 101 : bounds[bound];
		ck_assert_uint_eq(incident_count(uptime), kept);
		if (kept == 101)
			assert_incident(uptime, 0, "old", START_US, START_US + 200 * MINUTE_US, 200 * MINUTE_US, "");
		for (i = kept == 101; i < kept; i++)
			assert_incident(uptime, i, "db", START_US + (200 - 2 * (int64_t)(kept - i)) * MINUTE_US,
			                START_US + (201 - 2 * (int64_t)(kept - i)) * MINUTE_US, MINUTE_US, "no");
		ck_assert_int_eq(find(uptime, "db")->incidents, 100);
		ck_assert_int_eq(find(uptime, "db")->longest_us, MINUTE_US);
		ck_assert_int_eq(find(uptime, "old")->incidents, 1);
		ck_assert_int_eq(find(uptime, "old")->longest_us, 200 * MINUTE_US);
		uptime_free(uptime);
	}
}
END_TEST

static int compare_latencies(const void *one, const void *other)
{
	return *(const int64_t *)one < *(const int64_t *)other ? -1 : 1;
}

START_TEST(the_percentile_is_an_observed_latency)
{
	static int64_t latencies[1000];
	uint32_t random = 1;
	int64_t sum;
	struct text log = {0}, line = {0};
	struct uptime *uptime;
	size_t number, i, at_most;

	for (number = 1; number <= COUNT(latencies); number += number < 130 ? 1 : 97) {
		for (i = 0, sum = 0; i < number; i++) {
			random = random * 1664525 + 1013904223;
			latencies[i] = (int64_t)(random >> 8) % (number % 2 == 0 ? 20 : 60000);
			sum += latencies[i];
			text_append_format(&line, "\"db\":{\"status\":\"up\",\"latency_ms\":%" PRId64 "}", latencies[i]);
			append_line(&log, START_US + (int64_t)i * MINUTE_US, "healthy", text_string(&line));
			text_free(&line);
		}
		uptime = count(&log, &whole);
		qsort(latencies, number, sizeof latencies[0], compare_latencies);
		for (i = 0, at_most = 1; 100 * at_most < 95 * number; i++)
			at_most++;
		ck_assert_int_eq(find(uptime, "db")->latency_p95_ms, latencies[i]);
		ck_assert_int_eq(find(uptime, "db")->latency_count, (int64_t)number);
		ck_assert_int_eq(find(uptime, "db")->latency_sum_ms, sum);
		uptime_free(uptime);
	}
}
END_TEST

START_TEST(latencies_are_whole_and_bounded)
{
	static const struct {
		const char *latency;
		int64_t number, sum_ms, percentile_ms;
	} cases[] = {
		{"0", 1, 0, 0},
		{"12.5", 1, 13, 13},
		{"12.4", 1, 12, 12},
		{"1.2e1", 1, 12, 12},
		{"-0.4", 1, 0, 0},
		{"null", 0, 0, 0},
		{"65534", 1, 65534, 65534},
		{"65535", 1, 65535, 65535},
		{"65536", 1, 65536, UPTIME_LATENCY_MAX_MS},
		{"86400001", 1, 86400000, UPTIME_LATENCY_MAX_MS},
		{"1e300", 1, 86400000, UPTIME_LATENCY_MAX_MS},
	};
	struct text log = {0}, line = {0};
	const struct uptime_component *component;
	struct uptime *uptime;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		text_append_format(&line, "\"db\":{\"status\":\"down\",\"latency_ms\":%s}", cases[i].latency);
		append_line(&log, START_US, "healthy", text_string(&line));
		text_free(&line);
		/* Neither what is off nor what is outside counts. */
		append_line(&log, START_US + MINUTE_US, "healthy", "\"db\":{\"status\":\"off\",\"latency_ms\":7}");
		append_line(&log, START_US + 2 * MINUTE_US, "healthy", "\"db\":{\"status\":\"up\",\"latency_ms\":7}");
		uptime = count_window(&log, START_US, START_US + 2 * MINUTE_US);
		component = find(uptime, "db");
		ck_assert_int_eq(uptime_log(uptime)->broken_lines, 0);
		ck_assert_int_eq(component->latency_count, cases[i].number);
		ck_assert_int_eq(component->latency_sum_ms, cases[i].sum_ms);
		ck_assert_int_eq(component->latency_p95_ms, cases[i].percentile_ms);
		uptime_free(uptime);
	}
}
END_TEST

START_TEST(members_come_in_any_order_with_others_and_white_space_between)
{
	static const char *const lines[] = {
		" { 'components' : { 'db' : { 'x' : [ { } ] , 'latency_ms' : 5 , 'status' : 'down' } } , 'overall' "
		": 'unhealthy' , 'checked_at' : '2026-11-24T14:00:00Z' } ",
		"\t{'checked_at':'2026-11-24 14:00','status':1,'overall':'unhealthy','latency_ms':'',"
		"'components':{'db':{'message':'\xff','status':'down','latency_ms':5,'components':{}}}}\r",
		"{'check\\u0065d_at':'2026\\u002d11-24T14:00:00Z','\\u006fverall':'unhealth\\u0079',"
		"'components':{'\\u0064b':{'stat\\u0075s':'do\\u0077n','latency_ms':5}}}",
		"{'checked_at':'2026-11-24T14:00:00.000000Z','overall':'healthy','overall':'unhealthy','components':"
		"{'db':{'status':'up','latency_ms':9},'db':{'status':'off','status':'down','latency_ms':5}}}",
	};
	struct text log = {0};
	struct uptime *uptime;
	size_t i;

	for (i = 0; i < COUNT(lines); i++) {
		append_quoted(&log, lines[i]);
		text_append_byte(&log, '\n');
		append(&log, START_US + MINUTE_US, "up");
		uptime = count(&log, &whole);
		ck_assert_msg(uptime_log(uptime)->broken_lines == 0, "%s is broken", lines[i]);
		ck_assert_int_eq(find(uptime, "db")->latency_sum_ms, 5);
		assert_both(uptime, 0, 0, MINUTE_US, 0);
	}
}
END_TEST

#define GOOD_TIME "'checked_at':'2026-11-24T14:00:30Z'"
#define GOOD GOOD_TIME ",'overall':'healthy'"

START_TEST(lines_that_are_no_such_document_are_counted_and_skipped)
{
	static const char *const lines[] = {
		"x",
		"{}",
		"[]",
		"null",
		"''",
		"{" GOOD "}",
		"{" GOOD_TIME ",'components':{}}",
		"{'overall':'healthy','components':{}}",
		/* no JSON; torn; two documents */
		"{" GOOD ",'components':{}",
		"{" GOOD ",'components':{}}}",
		"{" GOOD ",'components':{}}{}",
		"{" GOOD ",'components':{}} {" GOOD ",'components':{}}",
		"{" GOOD ",'components':{},}",
		"{" GOOD ",'components':{'new':{'status':'up'}},'x':tru}",
		"{" GOOD ",'components':{'new':{'status':'up",
		"{" GOOD ",'components':{},'x':'\\ud800'}",
		"{" GOOD ",'components':{},'x':'\t'}",
		/* the time */
		"{'checked_at':'yesterday','overall':'healthy','components':{}}",
		"{'checked_at':'2026-02-30T00:00:00Z','overall':'healthy','components':{}}",
		"{'checked_at':'2026-11-24T14:00:30Z\\u0000','overall':'healthy','components':{}}",
		"{'checked_at':1795528830,'overall':'healthy','components':{}}",
		"{'checked_at':null,'overall':'healthy','components':{}}",
		"{" GOOD ",'checked_at':'','components':{}}",
		/* types and words */
		"{" GOOD_TIME ",'overall':null,'components':{}}",
		"{" GOOD_TIME ",'overall':'up','components':{}}",
		"{" GOOD_TIME ",'overall':'off','components':{}}",
		"{" GOOD ",'components':null}",
		"{" GOOD ",'components':[]}",
		"{" GOOD ",'components':{'new':null}}",
		"{" GOOD ",'components':{'new':'up'}}",
		"{" GOOD ",'components':{'new':{}}}",
		"{" GOOD ",'components':{'new':{'status':true}}}",
		"{" GOOD ",'components':{'new':{'status':null}}}",
		"{" GOOD ",'components':{'new':{'status':'healthy'}}}",
		"{" GOOD ",'components':{'new':{'status':'UP'}}}",
		"{" GOOD ",'components':{'new':{'status':''}}}",
		"{" GOOD ",'components':{'new':{'status':'up','latency_ms':'1'}}}",
		"{" GOOD ",'components':{'new':{'status':'up','latency_ms':-1}}}",
		"{" GOOD ",'components':{'new':{'status':'up','latency_ms':true}}}",
		"{" GOOD ",'components':{'new':{'status':'up','message':1}}}",
		"{" GOOD ",'components':{'new':{'status':'up','message':{}}}}",
		"{" GOOD ",'components':{'n\\u0000':{'status':'up'}}}",
	};
	struct text log = {0};
	struct uptime *uptime;
	size_t i;

	for (i = 0; i < COUNT(lines); i++) {
		append(&log, START_US, "up");
		append_quoted(&log, lines[i]);
		text_append_byte(&log, '\n');
		append(&log, START_US + MINUTE_US, "up");
		uptime = count(&log, &whole);
		ck_assert_msg(uptime_log(uptime)->broken_lines == 1, "%s is good", lines[i]);
		ck_assert_int_eq(uptime_log(uptime)->lines, 2);
		assert_both(uptime, MINUTE_US, 0, 0, 0);
	}
}
END_TEST

START_TEST(a_name_that_a_broken_line_had_first_is_still_new)
{
	struct text log = {0};
	struct uptime *uptime;

	append_line(&log, START_US, "healthy", "\"db\":{\"status\":1}");
	append(&log, START_US, "up");
	append(&log, START_US + MINUTE_US, "up");
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->broken_lines, 1);
	assert_both(uptime, MINUTE_US, 0, 0, 0);
}
END_TEST

START_TEST(empty_lines_are_ignored)
{
	struct text log = {0};
	struct uptime *uptime;

	text_append_string(&log, "\n\r\n \t\n");
	append(&log, START_US, "up");
	text_append_string(&log, "\n\n");
	append(&log, START_US + MINUTE_US, "up");
	text_append_string(&log, "\n ");
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->broken_lines, 0);
	assert_both(uptime, MINUTE_US, 0, 0, 0);
	text_append(&log, "\0\n", 2);
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->broken_lines, 1);
	uptime_free(uptime);
}
END_TEST

START_TEST(lines_that_are_earlier_than_the_one_before_are_skipped)
{
	struct text log = {0};
	struct uptime *uptime;

	append(&log, START_US, "up");
	append(&log, START_US + MINUTE_US, "up");
	append(&log, START_US + MINUTE_US - 1, "down");
	append_line(&log, START_US, "unhealthy", "\"new\":{\"status\":\"down\"}");
	append(&log, START_US + 2 * MINUTE_US, "up");
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->late_lines, 2);
	ck_assert_int_eq(uptime_log(uptime)->broken_lines, 0);
	ck_assert_int_eq(uptime_log(uptime)->lines, 3);
	assert_both(uptime, 2 * MINUTE_US, 0, 0, 0);
}
END_TEST

START_TEST(lines_that_are_later_than_now_are_skipped)
{
	struct uptime_options options = {.has_now = true, .now_us = START_US + 2 * MINUTE_US};
	struct text log = {0};
	struct uptime *uptime;
	int64_t at_us = -1;
	int fd;

	append_line(&log, START_US + 1000 * MINUTE_US, "unhealthy", "\"new\":{\"status\":\"down\"}");
	append(&log, START_US, "up");
	append(&log, options.now_us + UPTIME_SKEW_US + 1, "down");
	append(&log, START_US + MINUTE_US, "up");
	append(&log, options.now_us, "up");
	fd = suite_file(log.bytes, log.length);
	ck_assert(uptime_first(fd, &options, &at_us));
	ck_assert_int_eq(at_us, START_US);
	close(fd);
	uptime = count(&log, &options);
	ck_assert_int_eq(uptime_log(uptime)->future_lines, 2);
	ck_assert_int_eq(uptime_log(uptime)->late_lines + uptime_log(uptime)->broken_lines, 0);
	ck_assert_int_eq(uptime_log(uptime)->lines, 3);
	assert_both(uptime, 2 * MINUTE_US, 0, 0, 0);
	/* Clocks differ a little. */
	append(&log, options.now_us, "up");
	append(&log, options.now_us + UPTIME_SKEW_US, "up");
	uptime = count(&log, &options);
	ck_assert_int_eq(uptime_log(uptime)->future_lines, 0);
	assert_both(uptime, UPTIME_SKEW_US, 0, 0, 0);
}
END_TEST

START_TEST(of_lines_of_one_time_the_last_is_taken)
{
	struct text log = {0};
	struct uptime *uptime;
	int i;

	append(&log, START_US, "up");
	append_line(&log, START_US + MINUTE_US, "unhealthy",
	            "\"db\":{\"status\":\"down\",\"latency_ms\":1,\"message\":\"no\"}");
	append(&log, START_US + MINUTE_US, "slow");
	append(&log, START_US + 2 * MINUTE_US, "up");
	append(&log, START_US + 2 * MINUTE_US, "down");
	append_line(&log, START_US + 2 * MINUTE_US, "unhealthy", "\"db\":{\"status\":\"down\",\"message\":\"yes\"}");
	append(&log, START_US + 3 * MINUTE_US, "down");
	append(&log, START_US + 3 * MINUTE_US, "up");
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->lines, 4);
	ck_assert_int_eq(find(uptime, "db")->latency_count, 0);
	ck_assert_uint_eq(incident_count(uptime), 2);
	assert_incident(uptime, 1, "db", START_US + 2 * MINUTE_US, START_US + 3 * MINUTE_US, MINUTE_US, "yes");
	assert_both(uptime, 2 * MINUTE_US, MINUTE_US, MINUTE_US, 0);
	/* Such a line is no interval: each line twice leaves the usual one what it is. */
	for (i = 0; i < 300; i++)
		append(&log, START_US + i / 2 * MINUTE_US, "up");
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->interval_us, MINUTE_US);
	assert_both(uptime, 149 * MINUTE_US, 0, 0, 0);
}
END_TEST

START_TEST(components_keep_apart_in_whatever_order_they_come)
{
	static const char *const names[] = {"a", "b", "ab", "overall", ""};
	static const char *const orders[] = {"01234", "43210", "2", "301", "10", "01234", "4"};
	struct text log = {0}, line = {0};
	struct uptime *uptime;
	size_t i, j, index;
	int64_t counts[COUNT(names)] = {0}, sums[COUNT(names)] = {0};

	for (i = 0; i < COUNT(orders); i++) {
		for (j = 0; orders[i][j] != '\0'; j++) {
			index = (size_t)(orders[i][j] - '0');
			counts[index]++;
			sums[index] += (int64_t)(1000 * index + i);
			text_append_format(&line, "%s\"%s\":{\"status\":\"up\",\"latency_ms\":%zu}", j > 0 ? "," : "", names[index],
			                   1000 * index + i);
		}
		append_line(&log, START_US + (int64_t)i * MINUTE_US, "unhealthy", text_string(&line));
		text_clear(&line);
	}
	text_free(&line);
	uptime = count(&log, &whole);
	ck_assert_uint_eq(uptime_component_count(uptime), COUNT(names) + 1);
	assert_times(uptime_component(uptime, 0), 0, 0, 6 * MINUTE_US, 0);
	for (i = 0; i < COUNT(names); i++) {
		ck_assert_str_eq(uptime_component(uptime, i + 1)->name, names[i]);
		ck_assert_int_eq(uptime_component(uptime, i + 1)->latency_count, counts[i]);
		ck_assert_int_eq(uptime_component(uptime, i + 1)->latency_sum_ms, sums[i]);
	}
	uptime_free(uptime);
}
END_TEST

START_TEST(components_beyond_64_are_ignored_and_counted)
{
	struct text log = {0}, line = {0};
	struct uptime *uptime;
	int i;

	for (i = 0; i < UPTIME_COMPONENTS_MAX + 3; i++)
		text_append_format(&line, "%s\"c%d\":{\"status\":\"up\"}", i > 0 ? "," : "", i);
	text_append_string(&line, ",\"c0\":{\"status\":\"slow\"}"); /* it is known, though so far back */
	append_line(&log, START_US, "healthy", text_string(&line));
	append_line(&log, START_US + MINUTE_US, "healthy", text_string(&line));
	append_line(&log, START_US + 2 * MINUTE_US, "healthy", "\"x\":{\"status\":\"up\"}");
	append_line(&log, START_US + 3 * MINUTE_US, "healthy", "\"y\":{\"status\":1}");
	text_free(&line);
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->ignored_components, 7);
	ck_assert_int_eq(uptime_log(uptime)->broken_lines, 1);
	ck_assert_uint_eq(uptime_component_count(uptime), UPTIME_COMPONENTS_MAX + 1);
	ck_assert_str_eq(uptime_component(uptime, UPTIME_COMPONENTS_MAX)->name, "c63");
	ck_assert_int_eq(find(uptime, "c63")->up_us, 2 * MINUTE_US);
	assert_times(find(uptime, "c0"), 2 * MINUTE_US, 2 * MINUTE_US, 0, 0);
	uptime_free(uptime);
}
END_TEST

START_TEST(names_of_more_than_127_bytes_are_broken)
{
	struct text log = {0}, line = {0};
	struct uptime *uptime;
	size_t length;

	for (length = UPTIME_NAME_MAX; length <= UPTIME_NAME_MAX + 1; length++) {
		text_append_byte(&line, '"');
		text_append_repeated(&line, 'n', length);
		text_append_string(&line, "\":{\"status\":\"up\"}");
		append_line(&log, START_US, "healthy", text_string(&line));
		text_clear(&line);
		uptime = count(&log, &whole);
		ck_assert_int_eq(uptime_log(uptime)->broken_lines, length > UPTIME_NAME_MAX);
		if (length <= UPTIME_NAME_MAX)
			ck_assert_uint_eq(strlen(uptime_component(uptime, 1)->name), length);
		uptime_free(uptime);
	}
	text_free(&line);
}
END_TEST

/* A good line of just this many bytes, and a newline. */
static void append_long(struct text *log, int64_t at_us, size_t length)
{
	size_t start = log->length;

	text_append_string(log, "{\"checked_at\":\"");
	calendar_append(log, at_us);
	text_append_string(log, "\",\"overall\":\"healthy\",\"components\":{\"db\":{\"status\":\"up\"}},\"x\":\"");
	text_append_repeated(log, 'x', length - (log->length - start) - 2);
	text_append_string(log, "\"}\n");
	ck_assert_uint_eq(log->length, start + length + 1);
}

START_TEST(lines_of_up_to_a_mebibyte_are_read)
{
	struct text log = {0};
	struct uptime *uptime;

	append_long(&log, START_US, UPTIME_LINE_MAX); /* it ends with a read */
	append_long(&log, START_US + MINUTE_US, UPTIME_LINE_MAX);
	append_long(&log, START_US + 2 * MINUTE_US, UPTIME_LINE_MAX + 1);
	append_long(&log, START_US + 3 * MINUTE_US, 5 * UPTIME_LINE_MAX);
	append(&log, START_US + 3 * MINUTE_US, "down");
	append_long(&log, START_US + 4 * MINUTE_US, UPTIME_LINE_MAX);
	append_long(&log, START_US + 5 * MINUTE_US, 3 * UPTIME_LINE_MAX);
	log.length--; /* the last has no newline */
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->broken_lines, 3);
	ck_assert_int_eq(uptime_log(uptime)->lines, 4);
	assert_both(uptime, 3 * MINUTE_US, 0, MINUTE_US, 0);
}
END_TEST

struct feeding {
	const struct text *log;
	size_t piece; /* bytes written at once */
	int fd;
};

static void *feed(void *context)
{
	const struct feeding *feeding = context;
	size_t at, length;

	for (at = 0; at < feeding->log->length; at += length) {
		length = feeding->log->length - at < feeding->piece ? feeding->log->length - at : feeding->piece;
		if (write(feeding->fd, feeding->log->bytes + at, length) != (ssize_t)length)
			break;
	}
	close(feeding->fd);
	return NULL;
}

START_TEST(lines_are_put_together_from_whatever_pieces_a_pipe_gives)
{
	static const size_t pieces[] = {1, 7, 100, 4096, 100000};
	struct text log = {0};
	struct uptime *uptime;
	struct error error;
	struct feeding feeding;
	pthread_t thread;
	size_t i;
	int ends[2], j;

	for (j = 0; j < 50; j++)
		append_long(&log, START_US + j * MINUTE_US, (size_t)(200 + j * 13));
	append_long(&log, START_US + 50 * MINUTE_US, 300000);
	append_minutes(&log, START_US + 51 * MINUTE_US, "down", 1000);
	log.length--;
	for (i = 0; i < COUNT(pieces); i++) {
		ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
		feeding = (struct feeding){.log = &log, .piece = pieces[i], .fd = ends[1]};
		ck_assert_int_eq(pthread_create(&thread, NULL, feed, &feeding), 0);
		uptime = uptime_open(&whole, &error);
		ck_assert(uptime_read(uptime, ends[0], "pipe", &error) && uptime_finish(uptime, &error));
		pthread_join(thread, NULL);
		close(ends[0]);
		ck_assert_int_eq(uptime_log(uptime)->lines, 1051);
		ck_assert_int_eq(uptime_log(uptime)->broken_lines, 0);
		assert_both(uptime, 51 * MINUTE_US, 0, 999 * MINUTE_US, 0);
	}
	text_free(&log);
}
END_TEST

START_TEST(a_line_may_end_anywhere_in_the_buffer)
{
	struct text log = {0};
	struct uptime *uptime;
	int64_t i;

	/* 4 MiB of lines whose length has no factor in common with any buffer's. */
	for (i = 0; i < 4 * 1024; i++)
		append_long(&log, START_US + i * MINUTE_US, 1022);
	uptime = count(&log, &whole);
	ck_assert_int_eq(uptime_log(uptime)->broken_lines, 0);
	ck_assert_int_eq(uptime_log(uptime)->lines, 4096);
	assert_both(uptime, 4095 * MINUTE_US, 0, 0, 0);
}
END_TEST

START_TEST(several_files_are_one_log)
{
	struct text log = {0};
	struct uptime *uptime;
	struct error error;
	int part, fd;

	uptime = uptime_open(&whole, &error);
	for (part = 0; part < 3; part++) {
		append_minutes(&log, START_US + part * 10 * MINUTE_US, part == 1 ? "down" : "up", 10);
		log.length--; /* a last line without a newline ends with its file */
		fd = suite_file(log.bytes, log.length);
		ck_assert(uptime_read(uptime, fd, "part", &error));
		close(fd);
		text_free(&log);
	}
	ck_assert(uptime_finish(uptime, &error));
	ck_assert_int_eq(uptime_log(uptime)->lines, 30);
	assert_incident(uptime, 0, "overall", START_US + 10 * MINUTE_US, START_US + 20 * MINUTE_US, 10 * MINUTE_US, "");
	assert_both(uptime, 19 * MINUTE_US, 0, 10 * MINUTE_US, 0);
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error_with_its_name)
{
	struct error error;
	struct uptime *uptime = uptime_open(&whole, &error);
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	suite_assert_refused(uptime_read(uptime, fd, "a log", &error), &error, "cannot read \"a log\": Is a directory");
	suite_assert_refused(uptime_read(uptime, -1, "x", &error), &error, "cannot read \"x\": Bad file descriptor");
	close(fd);
	uptime_free(uptime);
	uptime_free(NULL);
}
END_TEST

START_TEST(the_first_time_is_found_without_moving_the_position)
{
	struct text log = {0};
	int64_t at_us = 0;
	int fd;

	text_append_string(&log, "\nbroken\n{\"checked_at\":\"2020-01-01\"}\n");
	append(&log, START_US + MINUTE_US, "up");
	append(&log, START_US, "up");
	fd = suite_file(log.bytes, log.length);
	ck_assert_int_eq(lseek(fd, 50, SEEK_SET), 50);
	ck_assert(uptime_first(fd, &whole, &at_us));
	ck_assert_int_eq(at_us, START_US + MINUTE_US);
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 50);
	close(fd);
	text_free(&log);
	/* Without a newline. */
	append(&log, START_US, "up");
	fd = suite_file(log.bytes, log.length - 1);
	ck_assert(uptime_first(fd, &whole, &at_us));
	ck_assert_int_eq(at_us, START_US);
	close(fd);
	text_free(&log);
}
END_TEST

START_TEST(the_first_time_is_looked_for_in_64_kibibytes)
{
	struct text log = {0}, line = {0};
	int64_t at_us = -1;
	size_t spare;
	int fd;

	append(&line, START_US, "up");
	/* The line ends with the last of those bytes, and then one further. */
	for (spare = 0; spare < 2; spare++) {
		text_append_repeated(&log, '\n', UPTIME_FIRST_MAX - (line.length - 1) + spare);
		text_append(&log, line.bytes, line.length);
		fd = suite_file(log.bytes, log.length);
		ck_assert_int_eq(uptime_first(fd, &whole, &at_us), spare == 0);
		close(fd);
		text_free(&log);
	}
	fd = suite_file("", 0);
	ck_assert(!uptime_first(fd, &whole, &at_us));
	close(fd);
	fd = suite_file("x\n", 2);
	ck_assert(!uptime_first(fd, &whole, &at_us));
	close(fd);
	text_free(&line);
	ck_assert(!uptime_first(-1, &whole, &at_us));
	ck_assert_int_eq(at_us, START_US);
}
END_TEST

START_TEST(a_pipe_has_no_first_time)
{
	struct text log = {0};
	int64_t at_us = -1;
	int ends[2];

	append(&log, START_US, "up");
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(write(ends[1], log.bytes, log.length), (ssize_t)log.length);
	ck_assert(!uptime_first(ends[0], &whole, &at_us));
	ck_assert_int_eq(at_us, -1);
	close(ends[0]);
	close(ends[1]);
	text_free(&log);
}
END_TEST

START_TEST(times_of_any_year_and_any_window_do_not_overflow)
{
	static const int64_t first_us = INT64_C(-62135596800000000), last_us = INT64_C(253402300799999999);
	struct text log = {0};
	struct uptime *uptime;

	append(&log, first_us, "down");
	append(&log, last_us, "up");
	uptime = count(&log, &whole);
	ck_assert_int_eq(find(uptime, "db")->longest_us, last_us - first_us);
	assert_both(uptime, 0, 0, last_us - first_us, 0);
	append(&log, first_us, "up");
	append(&log, last_us, "down");
	uptime = count_window(&log, INT64_MIN, INT64_MAX);
	ck_assert_int_eq(find(uptime, "db")->uptime_ppm, 999999);
	assert_both(uptime, last_us - first_us, 0, 1, 0);
	append(&log, START_US, "up");
	assert_both(count_window(&log, INT64_MIN, INT64_MAX), 0, 0, 0, last_us - first_us + 1);
	append(&log, START_US, "up");
	uptime = count_window(&log, INT64_MAX, INT64_MIN);
	assert_times(uptime_component(uptime, 0), 0, 0, 0, 0);
	uptime_free(uptime);
}
END_TEST

SUITE("uptime", a_log_is_added_up, a_gap_of_twice_the_usual_interval_counts_and_a_longer_one_is_unknown,
      the_first_101_gaps_are_judged_by_all_of_them, of_few_gaps_the_lower_middle_one_is_usual,
      another_schedule_becomes_usual, the_usual_interval_is_the_median_of_the_latest_101, a_log_of_one_line_has_no_time,
      an_empty_log_has_overall_only, off_and_absent_time_is_not_counted, an_unknown_status_is_unknown_time,
      uptime_is_rounded_down, time_outside_the_window_is_not_counted, time_before_the_first_line_of_a_window_is_unknown,
      the_last_line_holds_to_the_end_of_the_window_unless_that_is_too_far,
      components_that_are_outside_the_window_only_are_left_out, incidents_outside_the_window_are_left_out,
      what_went_down_before_the_window_and_is_off_in_it_is_no_incident,
      an_incident_goes_on_through_unknown_time_and_ends_when_it_is_up_or_slow,
      an_incident_has_its_first_lines_message_cut_between_characters, the_latest_incidents_are_kept_and_all_are_counted,
      the_percentile_is_an_observed_latency, latencies_are_whole_and_bounded,
      members_come_in_any_order_with_others_and_white_space_between,
      lines_that_are_no_such_document_are_counted_and_skipped, a_name_that_a_broken_line_had_first_is_still_new,
      empty_lines_are_ignored, lines_that_are_earlier_than_the_one_before_are_skipped,
      lines_that_are_later_than_now_are_skipped, of_lines_of_one_time_the_last_is_taken,
      components_keep_apart_in_whatever_order_they_come, components_beyond_64_are_ignored_and_counted,
      names_of_more_than_127_bytes_are_broken, lines_of_up_to_a_mebibyte_are_read,
      lines_are_put_together_from_whatever_pieces_a_pipe_gives, a_line_may_end_anywhere_in_the_buffer,
      several_files_are_one_log, what_cannot_be_read_is_an_error_with_its_name,
      the_first_time_is_found_without_moving_the_position, the_first_time_is_looked_for_in_64_kibibytes,
      a_pipe_has_no_first_time, times_of_any_year_and_any_window_do_not_overflow)
