/* render: Prometheus' text format. */
#include "render_report.h"

#include "health.h"
#include "uptime_report.h"
#include "usage.h"

#include <fcntl.h>

static const struct column prom_totals[] = {
	{"jobs", "", COLUMN_COUNT, "Jobs that ran"},
	{"count", "", COLUMN_COUNT, "How many"},
	{"open_count", "", COLUMN_COUNT, "How many are open"},
	{"cost_usd", "", COLUMN_USD, "What they cost"},
	{"latency_ms", "", COLUMN_MS, "How long they took"},
	{"failed_percent", "", COLUMN_PERCENT, "How many failed"},
	{"rate", "", COLUMN_NUMBER, "Jobs a day"},
	{"age_seconds", "", COLUMN_SECONDS, "How old they are"},
	{"last_at", "", COLUMN_TIME, "When the last one ran"},
	{"is_over", "", COLUMN_FLAG, "Whether a \\ or a\nbreak or a \" is over"},
	/* none of these is a figure */
	{"note", "", COLUMN_TEXT, "What was said"},
	{"from", "", COLUMN_TIME, "A time that is no age"},
	{"trend", "", COLUMN_SERIES, "How many a day"},
	{0},
};
static const struct column prom_models[] = {
	{"model", "", COLUMN_TEXT, "The key"},
	{"region", "", COLUMN_TEXT, "Where", .is_label = true},
	{"jobs", "", COLUMN_COUNT, "Jobs of the model"},
	{"tier", "", COLUMN_COUNT, "A number that is a name", .is_label = true},
	{0},
};
static const struct column prom_tasks[] = {
	{"task", "", COLUMN_TEXT, "Which", .is_label = true}, {"rows", "", COLUMN_COUNT, "Rows of the task"}, {0}};
static const struct column prom_loose[] = {{"lost", "", COLUMN_COUNT, "Nothing tells its rows apart"}, {0}};
static const struct section prom_sections[] = {{"totals", SECTION_SCALARS, prom_totals},
                                               {"models", SECTION_MAP, prom_models},
                                               {"tasks", SECTION_ROWS, prom_tasks},
                                               {"loose", SECTION_ROWS, prom_loose},
                                               {0}};
static const struct report prom_report = {
	.name = "team",
	.metrics = "lm_test",
	.head = report_head,
	.subject = {"team_id", "Team", COLUMN_TEXT, ""},
	.subjects = "teams",
	.sections = prom_sections,
};

enum { PROM_TOTALS, PROM_MODELS, PROM_TASKS, PROM_LOOSE };

static void assert_metrics(bool several, const struct row *rows, size_t count, const char *expected)
{
	struct render_options options = {.format = "prom"};
	struct text printed = {0};

	print_report(&options, &prom_report, head, several, rows, count, &printed);
	suite_assert_text(&printed, expected);
}

START_TEST(figures_have_base_units_and_their_names)
{
	static const struct row rows[] = {{"team_a",
	                                   PROM_TOTALS,
	                                   {"1234", "5", "6", "1234.567800", "1234.5", "12.345", "0.25", "90061",
	                                    "2025-10-15 14:30:00.25", "t", "hello", "2025-10-01 00:00:00", "{1,2}"}}};

	assert_metrics(false, rows, COUNT(rows),
	               "# HELP lm_test_jobs Jobs that ran\n"
	               "# TYPE lm_test_jobs gauge\n"
	               "lm_test_jobs{team_id=\"team_a\"} 1234\n"
	               "# HELP lm_test_number How many\n"
	               "# TYPE lm_test_number gauge\n"
	               "lm_test_number{team_id=\"team_a\"} 5\n"
	               "# HELP lm_test_open_number How many are open\n"
	               "# TYPE lm_test_open_number gauge\n"
	               "lm_test_open_number{team_id=\"team_a\"} 6\n"
	               "# HELP lm_test_cost_usd What they cost\n"
	               "# TYPE lm_test_cost_usd gauge\n"
	               "lm_test_cost_usd{team_id=\"team_a\"} 1234.567800\n"
	               "# HELP lm_test_latency_seconds How long they took\n"
	               "# TYPE lm_test_latency_seconds gauge\n"
	               "lm_test_latency_seconds{team_id=\"team_a\"} 1.2345\n"
	               "# HELP lm_test_failed_ratio How many failed\n"
	               "# TYPE lm_test_failed_ratio gauge\n"
	               "lm_test_failed_ratio{team_id=\"team_a\"} 0.12345\n"
	               "# HELP lm_test_rate Jobs a day\n"
	               "# TYPE lm_test_rate gauge\n"
	               "lm_test_rate{team_id=\"team_a\"} 0.25\n"
	               "# HELP lm_test_age_seconds How old they are\n"
	               "# TYPE lm_test_age_seconds gauge\n"
	               "lm_test_age_seconds{team_id=\"team_a\"} 90061\n"
	               "# HELP lm_test_last_timestamp_seconds When the last one ran\n"
	               "# TYPE lm_test_last_timestamp_seconds gauge\n"
	               "lm_test_last_timestamp_seconds{team_id=\"team_a\"} 1760538600.250000\n"
	               "# HELP lm_test_is_over Whether a \\\\ or a\\nbreak or a \" is over\n"
	               "# TYPE lm_test_is_over gauge\n"
	               "lm_test_is_over{team_id=\"team_a\"} 1\n");
}
END_TEST

START_TEST(digits_are_those_that_were_sent)
{
	static const struct row rows[] = {
		{"a", PROM_TOTALS, {"9007199254740993", NULL, NULL, "0.10", "0", "100", "-1.50", "-0.5", NULL, "f"}},
		{"b", PROM_TOTALS, {NULL, NULL, NULL, "NaN", "NaN", "-12.5", NULL, "123456789012345678901234567890.5"}}};

	assert_metrics(true, rows, COUNT(rows),
	               "# HELP lm_test_jobs Jobs that ran\n"
	               "# TYPE lm_test_jobs gauge\n"
	               "lm_test_jobs{team_id=\"a\"} 9007199254740993\n"
	               "# HELP lm_test_cost_usd What they cost\n"
	               "# TYPE lm_test_cost_usd gauge\n"
	               "lm_test_cost_usd{team_id=\"a\"} 0.10\n"
	               "# HELP lm_test_latency_seconds How long they took\n"
	               "# TYPE lm_test_latency_seconds gauge\n"
	               "lm_test_latency_seconds{team_id=\"a\"} 0.000\n"
	               "# HELP lm_test_failed_ratio How many failed\n"
	               "# TYPE lm_test_failed_ratio gauge\n"
	               "lm_test_failed_ratio{team_id=\"a\"} 1.00\n"
	               "lm_test_failed_ratio{team_id=\"b\"} -0.125\n"
	               "# HELP lm_test_rate Jobs a day\n"
	               "# TYPE lm_test_rate gauge\n"
	               "lm_test_rate{team_id=\"a\"} -1.50\n"
	               "# HELP lm_test_age_seconds How old they are\n"
	               "# TYPE lm_test_age_seconds gauge\n"
	               "lm_test_age_seconds{team_id=\"a\"} -0.5\n"
	               "lm_test_age_seconds{team_id=\"b\"} 123456789012345678901234567890.5\n"
	               "# HELP lm_test_is_over Whether a \\\\ or a\\nbreak or a \" is over\n"
	               "# TYPE lm_test_is_over gauge\n"
	               "lm_test_is_over{team_id=\"a\"} 0\n");
}
END_TEST

START_TEST(all_samples_of_a_metric_stand_together)
{
	static const struct row rows[] = {{"team_a", PROM_TOTALS, {"1"}},
	                                  {"team_a", PROM_MODELS, {"gpt-x", "eu", "10", "3"}},
	                                  {"team_a", PROM_MODELS, {"tiny", NULL, "11", NULL}},
	                                  {"team_a", PROM_TASKS, {"sum", "12"}},
	                                  {"team_b", PROM_TOTALS, {"2"}},
	                                  {"team_b", PROM_MODELS, {"gpt-x", "us", "20", "1"}},
	                                  {"team_b", PROM_TASKS, {"sum", "22"}},
	                                  {"team_c", PROM_TOTALS, {"3"}}};

	assert_metrics(true, rows, COUNT(rows),
	               "# HELP lm_test_jobs Jobs that ran\n"
	               "# TYPE lm_test_jobs gauge\n"
	               "lm_test_jobs{team_id=\"team_a\"} 1\n"
	               "lm_test_jobs{team_id=\"team_b\"} 2\n"
	               "lm_test_jobs{team_id=\"team_c\"} 3\n"
	               "# HELP lm_test_models_jobs Jobs of the model\n"
	               "# TYPE lm_test_models_jobs gauge\n"
	               "lm_test_models_jobs{team_id=\"team_a\",model=\"gpt-x\",region=\"eu\",tier=\"3\"} 10\n"
	               "lm_test_models_jobs{team_id=\"team_a\",model=\"tiny\"} 11\n"
	               "lm_test_models_jobs{team_id=\"team_b\",model=\"gpt-x\",region=\"us\",tier=\"1\"} 20\n"
	               "# HELP lm_test_tasks_rows Rows of the task\n"
	               "# TYPE lm_test_tasks_rows gauge\n"
	               "lm_test_tasks_rows{team_id=\"team_a\",task=\"sum\"} 12\n"
	               "lm_test_tasks_rows{team_id=\"team_b\",task=\"sum\"} 22\n");
}
END_TEST

START_TEST(what_is_null_has_no_sample_and_without_samples_nothing_is_said)
{
	static const struct row rows[] = {{"team_a", PROM_TOTALS, {NULL}}, {"team_a", PROM_MODELS, {"gpt-x", "eu", NULL}}};

	assert_metrics(false, rows, COUNT(rows), "");
	assert_metrics(false, NULL, 0, "");
	assert_metrics(true, NULL, 0, "");
}
END_TEST

START_TEST(rows_that_nothing_tells_apart_have_no_samples)
{
	static const struct row rows[] = {{"team_a", PROM_LOOSE, {"1"}}, {"team_a", PROM_LOOSE, {"2"}}};

	assert_metrics(false, rows, COUNT(rows), "");
}
END_TEST

/* A row of each section of a report, with a value in each column. */
static void print_whole(const struct report *whole, struct text *printed)
{
	const struct cell values[REPORT_HEAD_COUNT] = {{"1", 1}, {"1", 1}, {"1", 1}, {"1", 1}, {"1", 1}, {"1", 1}};
	struct row rows[8] = {{NULL}};
	size_t count, i;

	for (count = 0; whole->sections[count].name != NULL; count++) {
		ck_assert_uint_lt(count, COUNT(rows));
		ck_assert_uint_le(report_column_count(whole->sections[count].columns), COUNT(rows[count].values));
		rows[count] = (struct row){whole->subject.name != NULL ? "a" : "", count, {NULL}};
		for (i = 0; i < COUNT(rows[count].values); i++)
			rows[count].values[i] = "1";
	}
	print_report(&(struct render_options){.format = "prom"}, whole, values, false, rows, count, printed);
}

START_TEST(every_metric_of_a_report_has_a_name_of_its_own)
{
	static const struct report *const reports[] = {&usage_team, &usage_org, &health_models_report, &uptime_report};
	struct text printed = {0}, line = {0};
	const char *at, *end;
	size_t i, count;

	for (i = 0; i < COUNT(reports); i++) {
		print_whole(reports[i], &printed);
		count = 0;
		for (at = text_string(&printed); (at = strstr(at, "# TYPE ")) != NULL; at = end, count++) {
			end = strstr(at, " gauge\n");
			ck_assert_ptr_nonnull(end);
			ck_assert_uint_eq(strspn(at + strlen("# TYPE "), "abcdefghijklmnopqrstuvwxyz0123456789_"),
			                  (size_t)(end - at) - strlen("# TYPE "));
			text_clear(&line);
			text_append(&line, at, (size_t)(end - at) + 1);
			ck_assert_msg(strstr(end, text_string(&line)) == NULL, "twice: %s", line.bytes);
		}
		ck_assert_uint_gt(count, 5);
		text_free(&printed);
	}
	text_free(&line);
}
END_TEST

START_TEST(of_rows_with_the_same_labels_the_first_is_the_sample)
{
	/* Of two samples with one name and the same labels, Prometheus and node_exporter refuse all that is there. */
	static const struct row rows[] = {{"team_a", PROM_TASKS, {"sum", "1"}}, {"team_a", PROM_TASKS, {"sum", "2"}},
	                                  {"team_a", PROM_TASKS, {NULL, "3"}},  {"team_a", PROM_TASKS, {NULL, "4"}},
	                                  {"team_b", PROM_TASKS, {"sum", "5"}}, {"team_a", PROM_TASKS, {"sum", "6"}}};

	assert_metrics(true, rows, COUNT(rows),
	               "# HELP lm_test_tasks_rows Rows of the task\n"
	               "# TYPE lm_test_tasks_rows gauge\n"
	               "lm_test_tasks_rows{team_id=\"team_a\",task=\"sum\"} 1\n"
	               "lm_test_tasks_rows{team_id=\"team_a\"} 3\n"
	               "lm_test_tasks_rows{team_id=\"team_b\",task=\"sum\"} 5\n");
}
END_TEST

START_TEST(hostile_text_stays_in_its_label)
{
	static const struct row rows[] = {
		{"a\"} 1\nb\\n\t\xc3\xa9\xff\x1b", PROM_MODELS, {"\\", "\"", "1", NULL}},
		{"", PROM_MODELS, {"", "\n", "2", NULL}},
	};
	struct text printed = {0};

	assert_metrics(true, rows, COUNT(rows),
	               "# HELP lm_test_models_jobs Jobs of the model\n"
	               "# TYPE lm_test_models_jobs gauge\n"
	               "lm_test_models_jobs{team_id=\"a\\\"} "
	               "1\\nb\\\\n\t\xc3\xa9\xef\xbf\xbd\x1b\",model=\"\\\\\",region=\"\\\"\"} 1\n"
	               "lm_test_models_jobs{team_id=\"\",model=\"\",region=\"\\n\"} 2\n");
	/* On a terminal the escapes are labels' bytes, and so escaped themselves. */
	print_report(&(struct render_options){.format = "prom", .is_terminal = true}, &prom_report, head, true, rows, 1,
	             &printed);
	suite_assert_text(&printed, "# HELP lm_test_models_jobs Jobs of the model\n"
	                            "# TYPE lm_test_models_jobs gauge\n"
	                            "lm_test_models_jobs{team_id=\"a\\\"} "
	                            "1\\\\nb\\\\n\\\\t\xc3\xa9\\\\xff\\\\x1b\",model=\"\\\\\",region=\"\\\"\"} 1\n");
}
END_TEST

START_TEST(a_list_has_metrics_without_the_name_of_its_rows)
{
	static const struct section list_sections[] = {{"rows", SECTION_ROWS, prom_tasks}, {0}};
	static const struct report list = {
		.name = "verify", .title = "", .metrics = "lm_test", .head = report_list_head, .sections = list_sections};
	static const struct cell list_head[REPORT_HEAD_COUNT] = {
		{"verify", 6}, {"2025-10-01T00:00:00Z", 20}, {"2025-11-01T00:00:00Z", 20}, {"f", 1},
		{"job", 3},    {"2025-11-15T12:00:00Z", 20}};
	static const struct row rows[] = {{"", 0, {"sum", "1"}}, {"", 0, {"cost", "2"}}};
	struct render_options options = {.format = "prom"};
	struct text printed = {0};

	print_report(&options, &list, list_head, false, rows, COUNT(rows), &printed);
	suite_assert_text(&printed, "# HELP lm_test_rows Rows of the task\n"
	                            "# TYPE lm_test_rows gauge\n"
	                            "lm_test_rows{task=\"sum\"} 1\n"
	                            "lm_test_rows{task=\"cost\"} 2\n");
	print_report(&options, &list, list_head, false, NULL, 0, &printed);
	suite_assert_text(&printed, "");
}
END_TEST

START_TEST(a_single_document_has_its_head_among_the_metrics)
{
	static const struct column single_head[] = {{"well", "", COLUMN_FLAG, "Whether all is well"},
	                                            {"asked", "", COLUMN_FLAG, "Not known"},
	                                            {"overall", "", COLUMN_TEXT, "In a word"},
	                                            {"checked_at", "", COLUMN_TIME, "When"},
	                                            {0}};
	static const struct section single_sections[] = {
		{"tasks", SECTION_ROWS, prom_tasks}, {"totals", SECTION_SCALARS, prom_totals}, {0}};
	static const struct report single = {
		.name = "check", .title = "", .metrics = "lm_test", .head = single_head, .sections = single_sections};
	static const struct cell values[REPORT_HEAD_COUNT] = {
		{"t", 1}, {NULL, 0}, {"healthy", 7}, {"1970-01-01T00:00:01Z", 20}};
	static const struct row rows[] = {{"", 0, {"sum", "1"}}, {"", 1, {"7"}}};
	struct text printed = {0};

	print_report(&(struct render_options){.format = "prom"}, &single, values, false, rows, COUNT(rows), &printed);
	suite_assert_text(&printed, "# HELP lm_test_well Whether all is well\n"
	                            "# TYPE lm_test_well gauge\n"
	                            "lm_test_well 1\n"
	                            "# HELP lm_test_checked_timestamp_seconds When\n"
	                            "# TYPE lm_test_checked_timestamp_seconds gauge\n"
	                            "lm_test_checked_timestamp_seconds 1.000000\n"
	                            "# HELP lm_test_tasks_rows Rows of the task\n"
	                            "# TYPE lm_test_tasks_rows gauge\n"
	                            "lm_test_tasks_rows{task=\"sum\"} 1\n"
	                            "# HELP lm_test_jobs Jobs that ran\n"
	                            "# TYPE lm_test_jobs gauge\n"
	                            "lm_test_jobs 7\n");
}
END_TEST

START_TEST(nothing_is_printed_before_the_end_or_without_it)
{
	static const struct row row = {"team_a", PROM_TASKS, {"sum", "1"}};
	struct output output = {.fd = suite_file("", 0)};
	struct text printed = {0};
	struct error error = {""};
	struct render *render =
		render_open(&(struct render_options){.format = "prom"}, &prom_report, head, true, &output, &error);
	size_t i;

	for (i = 0; i < 5000; i++)
		ck_assert(add_row(render, &row, &error));
	render_free(render);
	ck_assert_uint_eq(output.buffer.length, 0);
	suite_append_file(&printed, output.fd);
	suite_assert_text(&printed, "");
	close(output.fd);
	output_free(&output);
}
END_TEST

START_TEST(metrics_that_cannot_be_written_are_a_failure)
{
	static const struct row row = {"team_a", PROM_TASKS, {"sum", "1"}};
	struct output output = {.fd = open("/dev/full", O_WRONLY | O_CLOEXEC)};
	struct error error = {""};
	struct render *render =
		render_open(&(struct render_options){.format = "prom"}, &prom_report, head, false, &output, &error);

	ck_assert(add_row(render, &row, &error));
	suite_assert_refused(render_close(render, &error), &error,
	                     "cannot write to standard output: No space left on device");
	render_free(render);
	close(output.fd);
	output_free(&output);
}
END_TEST

SUITE("render_prom", figures_have_base_units_and_their_names, digits_are_those_that_were_sent,
      all_samples_of_a_metric_stand_together, what_is_null_has_no_sample_and_without_samples_nothing_is_said,
      rows_that_nothing_tells_apart_have_no_samples, every_metric_of_a_report_has_a_name_of_its_own,
      of_rows_with_the_same_labels_the_first_is_the_sample, hostile_text_stays_in_its_label,
      a_list_has_metrics_without_the_name_of_its_rows, a_single_document_has_its_head_among_the_metrics,
      nothing_is_printed_before_the_end_or_without_it, metrics_that_cannot_be_written_are_a_failure)
