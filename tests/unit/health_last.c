/* health_last: which line of a log is the newest health document, whatever else stands in it. */
#include "health_last.h"

#include "calendar.h"
#include "suite.h"

#include <stdio.h>

#define WELL \
	"{\"saas_api\":true,\"litellm_proxy\":null,\"database\":true,\"overall\":\"healthy\"," \
	"\"checked_at\":\"2025-10-15T14:30:00Z\"}"
#define ILL \
	"{\"saas_api\":false,\"litellm_proxy\":true,\"database\":false,\"overall\":\"unhealthy\"," \
	"\"checked_at\":\"2025-10-15T14:35:00.5Z\"}"

/* Reads a log of these bytes up to a time; it must not fail, but where no line is a health document. */
static struct health_last read_until(const char *bytes, size_t length, int64_t until_us)
{
	int fd = suite_file(bytes, length);
	struct health_last last;
	struct error error = {""};
	char path[64];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	ck_assert_msg(
		health_last_read(path, until_us, &last, &error) ||
			(!last.is_found && strstr(error.message, "\" ends with no line that lm-health -f jsonl writes") != NULL),
		"%s", error.message);
	close(fd);
	return last;
}

static struct health_last read_log(const char *bytes, size_t length)
{
	return read_until(bytes, length, INT64_MAX);
}

static struct health_last read_string(const char *string)
{
	return read_log(string, strlen(string));
}

static void assert_is(const struct health_last *last, const char *overall, const char *checked_at)
{
	int64_t at_us;

	ck_assert(last->is_found);
	ck_assert_str_eq(last->overall, overall);
	ck_assert(calendar_parse(checked_at, &at_us));
	ck_assert_int_eq(last->checked_at_us, at_us);
}

START_TEST(the_last_line_is_taken_with_all_that_it_says)
{
	struct health_last last = read_string(ILL "\n" WELL "\n");

	assert_is(&last, "healthy", "2025-10-15T14:30:00Z");
	ck_assert_int_eq(last.saas_api, HEALTH_TRUE);
	ck_assert_int_eq(last.litellm_proxy, HEALTH_NULL);
	ck_assert_int_eq(last.database, HEALTH_TRUE);
	last = read_string(WELL "\n" ILL "\n");
	assert_is(&last, "unhealthy", "2025-10-15T14:35:00.5Z");
	ck_assert_int_eq(last.saas_api, HEALTH_FALSE);
	ck_assert_int_eq(last.litellm_proxy, HEALTH_TRUE);
	ck_assert_int_eq(last.database, HEALTH_FALSE);
}
END_TEST

START_TEST(a_line_without_its_end_is_not_there_yet)
{
	struct health_last last = read_string(WELL "\n" ILL);

	assert_is(&last, "healthy", "2025-10-15T14:30:00Z");
	last = read_string(WELL);
	ck_assert(!last.is_found);
	last = read_string(WELL "\r\n" ILL);
	assert_is(&last, "healthy", "2025-10-15T14:30:00Z");
}
END_TEST

START_TEST(what_is_no_health_document_is_passed_over)
{
	static const char *const lines[] = {
		"",
		" ",
		"Traceback (most recent call last):",
		"{",
		"}",
		"null",
		"[]",
		"\"healthy\"",
		"{}",
		"{\"overall\":\"healthy\"}",
		"{\"checked_at\":\"2025-10-15T14:35:00Z\"}",
		"{\"overall\":true,\"checked_at\":\"2025-10-15T14:35:00Z\"}",
		"{\"overall\":\"healthy\",\"checked_at\":1760538900}",
		"{\"overall\":\"healthy\",\"checked_at\":\"now\"}",
		"{\"overall\":\"healthy\",\"checked_at\":\"2025-02-30T00:00:00Z\"}",
		"{\"Overall\":\"healthy\",\"Checked_at\":\"2025-10-15T14:35:00Z\"}",
		"{\"overall\":\"healthy\",\"checked_at\":\"2025-10-15T14:35:00Z\"",
	};
	struct text log = {0};
	struct health_last last;
	size_t i;

	for (i = 0; i < COUNT(lines); i++) {
		text_append_format(&log, "%s\n", lines[i]);
		last = read_log(text_string(&log), log.length);
		ck_assert_msg(!last.is_found, "%s", lines[i]);
	}
	text_clear(&log);
	text_append_string(&log, WELL "\n");
	for (i = 0; i < COUNT(lines); i++)
		text_append_format(&log, "%s\n", lines[i]);
	last = read_log(text_string(&log), log.length);
	assert_is(&last, "healthy", "2025-10-15T14:30:00Z");
	text_free(&log);
}
END_TEST

START_TEST(members_that_are_no_booleans_are_unknown)
{
	struct health_last last = read_string("{\"saas_api\":1,\"litellm_proxy\":\"true\",\"database\":{\"up\":true},"
	                                      "\"overall\":\"unknown\",\"checked_at\":\"2025-10-15T14:35:00Z\"}\n");

	assert_is(&last, "unknown", "2025-10-15T14:35:00Z");
	ck_assert_int_eq(last.saas_api, HEALTH_NULL);
	ck_assert_int_eq(last.litellm_proxy, HEALTH_NULL);
	ck_assert_int_eq(last.database, HEALTH_NULL);
}
END_TEST

START_TEST(only_the_end_of_a_long_log_is_read)
{
	struct text log = {0};
	struct health_last last;

	/* Whole lines of it count, the one that its start cuts does not. */
	text_append_string(&log, WELL "\n");
	text_append_repeated(&log, '\n', (size_t)64 * 1024 - strlen(ILL "\n"));
	text_append_string(&log, ILL "\n");
	last = read_log(text_string(&log), log.length);
	assert_is(&last, "unhealthy", "2025-10-15T14:35:00.5Z");
	text_clear(&log);
	text_append_string(&log, WELL "\n");
	text_append_repeated(&log, 'x', (size_t)64 * 1024);
	text_append_byte(&log, '\n');
	last = read_log(text_string(&log), log.length);
	ck_assert(!last.is_found);
	text_clear(&log);
	text_append_string(&log, WELL "\n");
	text_append_repeated(&log, '\n', (size_t)64 * 1024 - strlen(WELL "\n"));
	last = read_log(text_string(&log), log.length);
	assert_is(&last, "healthy", "2025-10-15T14:30:00Z");
	text_free(&log);
}
END_TEST

START_TEST(bytes_of_any_kind_do_no_harm)
{
	static const char bytes[] = WELL "\n\0\0\xff\xfe{\"overall\":\"\0\"}\n\xe2\x80\n";
	struct text log = {0};
	struct health_last last = read_log(bytes, sizeof bytes - 1);

	assert_is(&last, "healthy", "2025-10-15T14:30:00Z");
	text_append_repeated(&log, '[', 5000);
	text_append_byte(&log, '\n');
	last = read_log(text_string(&log), log.length);
	ck_assert(!last.is_found);
	text_free(&log);
}
END_TEST

START_TEST(no_file_and_an_empty_one_are_no_failure)
{
	struct health_last last = {.is_found = true};
	struct error error = {""};

	ck_assert(health_last_read("/nonexistent/health.jsonl", INT64_MAX, &last, &error));
	ck_assert(!last.is_found);
	last = read_string("");
	ck_assert(!last.is_found);
	last = read_string("\n\n\n");
	ck_assert(!last.is_found);
}
END_TEST

START_TEST(lines_of_a_later_time_are_passed_over)
{
	static const char log[] = "{\"checked_at\": \"2025-11-15T11:00:00Z\", \"overall\": \"healthy\"}\n"
							  "{\"checked_at\": \"2025-11-15T11:05:00Z\", \"overall\": \"degraded\"}\n";
	struct health_last last;
	int64_t at_us;

	ck_assert(calendar_parse("2025-11-15T11:05:00Z", &at_us));
	last = read_until(log, sizeof log - 1, at_us);
	assert_is(&last, "degraded", "2025-11-15T11:05:00Z");
	last = read_until(log, sizeof log - 1, at_us - 1);
	assert_is(&last, "healthy", "2025-11-15T11:00:00Z");
	ck_assert(calendar_parse("2025-11-15T10:59:59Z", &at_us));
	last = read_until(log, sizeof log - 1, at_us);
	ck_assert(!last.is_found);
}
END_TEST

START_TEST(what_cannot_be_read_is_named)
{
	struct health_last last = {.is_found = true};
	struct error error;

	suite_assert_refused(health_last_read("/", INT64_MAX, &last, &error), &error, "cannot read \"/\": Is a directory");
	ck_assert(!last.is_found);
	suite_assert_refused(health_last_read("/proc/self/exe/log", INT64_MAX, &last, &error), &error,
	                     "cannot read \"/proc/self/exe/log\": Not a directory");
}
END_TEST

SUITE("health_last", the_last_line_is_taken_with_all_that_it_says, a_line_without_its_end_is_not_there_yet,
      what_is_no_health_document_is_passed_over, members_that_are_no_booleans_are_unknown,
      only_the_end_of_a_long_log_is_read, bytes_of_any_kind_do_no_harm, no_file_and_an_empty_one_are_no_failure,
      what_cannot_be_read_is_named, lines_of_a_later_time_are_passed_over)
