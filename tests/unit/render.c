#include "render_report.h"

#include <fcntl.h>

static const struct row one_team[] = {
	{"team_a", TOTALS, {"1234", "1234.5678", "12.345", "2025-10-15 14:30:00", "t", "hello"}},
	{"team_a", MODELS, {"gpt-x", "1000", "1234.5"}},
	{"team_a", MODELS, {"tiny", "234", "0.000123"}},
};

static const struct row two_teams[] = {
	{"team_a", TOTALS, {"9007199254740993", "0.10", "0", NULL, "f", NULL}},
	{"team_a", MODELS, {"gpt-x", NULL, "NaN"}},
	{"team_b", TOTALS, {"0", NULL, NULL, "2025-10-15 14:30:00.000001", NULL, ""}},
};

START_TEST(one_document_is_a_json_object)
{
	assert_format("json", false, one_team, COUNT(one_team),
	              "{\n"
	              "  \"team_id\": \"team_a\",\n"
	              "  \"period\": \"2025-10\",\n"
	              "  \"from\": \"2025-10-01T00:00:00Z\",\n"
	              "  \"to\": \"2025-11-01T00:00:00Z\",\n"
	              "  \"partial\": true,\n"
	              "  \"totals\": {\n"
	              "    \"jobs\": 1234,\n"
	              "    \"cost_usd\": 1234.5678,\n"
	              "    \"failed_percent\": 12.345,\n"
	              "    \"last_at\": \"2025-10-15T14:30:00Z\",\n"
	              "    \"is_over\": true,\n"
	              "    \"note\": \"hello\"\n"
	              "  },\n"
	              "  \"models\": {\n"
	              "    \"gpt-x\": {\"jobs\": 1000, \"cost_usd\": 1234.5},\n"
	              "    \"tiny\": {\"jobs\": 234, \"cost_usd\": 0.000123}\n"
	              "  }\n"
	              "}\n");
}
END_TEST

START_TEST(several_documents_are_a_json_list)
{
	assert_format("json", true, two_teams, COUNT(two_teams),
	              "{\n"
	              "  \"teams\": [\n"
	              "    {\n"
	              "      \"team_id\": \"team_a\",\n"
	              "      \"period\": \"2025-10\",\n"
	              "      \"from\": \"2025-10-01T00:00:00Z\",\n"
	              "      \"to\": \"2025-11-01T00:00:00Z\",\n"
	              "      \"partial\": true,\n"
	              "      \"totals\": {\n"
	              "        \"jobs\": 9007199254740993,\n"
	              "        \"cost_usd\": 0.10,\n"
	              "        \"failed_percent\": 0,\n"
	              "        \"last_at\": null,\n"
	              "        \"is_over\": false,\n"
	              "        \"note\": null\n"
	              "      },\n"
	              "      \"models\": {\n"
	              "        \"gpt-x\": {\"jobs\": null, \"cost_usd\": null}\n"
	              "      }\n"
	              "    },\n"
	              "    {\n"
	              "      \"team_id\": \"team_b\",\n"
	              "      \"period\": \"2025-10\",\n"
	              "      \"from\": \"2025-10-01T00:00:00Z\",\n"
	              "      \"to\": \"2025-11-01T00:00:00Z\",\n"
	              "      \"partial\": true,\n"
	              "      \"totals\": {\n"
	              "        \"jobs\": 0,\n"
	              "        \"cost_usd\": null,\n"
	              "        \"failed_percent\": null,\n"
	              "        \"last_at\": \"2025-10-15T14:30:00.000001Z\",\n"
	              "        \"is_over\": null,\n"
	              "        \"note\": \"\"\n"
	              "      },\n"
	              "      \"models\": {}\n"
	              "    }\n"
	              "  ]\n"
	              "}\n");
}
END_TEST

START_TEST(one_document_of_several_is_a_list_all_the_same)
{
	assert_format("json", true, one_team, 1,
	              "{\n"
	              "  \"teams\": [\n"
	              "    {\n"
	              "      \"team_id\": \"team_a\",\n"
	              "      \"period\": \"2025-10\",\n"
	              "      \"from\": \"2025-10-01T00:00:00Z\",\n"
	              "      \"to\": \"2025-11-01T00:00:00Z\",\n"
	              "      \"partial\": true,\n"
	              "      \"totals\": {\n"
	              "        \"jobs\": 1234,\n"
	              "        \"cost_usd\": 1234.5678,\n"
	              "        \"failed_percent\": 12.345,\n"
	              "        \"last_at\": \"2025-10-15T14:30:00Z\",\n"
	              "        \"is_over\": true,\n"
	              "        \"note\": \"hello\"\n"
	              "      },\n"
	              "      \"models\": {}\n"
	              "    }\n"
	              "  ]\n"
	              "}\n");
}
END_TEST

#define LINE_HEAD(team) \
	"{\"team_id\":\"" team \
	"\",\"period\":\"2025-10\",\"from\":\"2025-10-01T00:00:00Z\",\"to\":\"2025-11-01T00:00:00Z\"," \
	"\"partial\":true,"
#define LINE_A \
	LINE_HEAD("team_a") \
	"\"totals\":{\"jobs\":9007199254740993,\"cost_usd\":0.10,\"failed_percent\":0,\"last_at\":null,\"is_over\":false," \
	"\"note\":null},\"models\":{\"gpt-x\":{\"jobs\":null,\"cost_usd\":null}}}\n"
#define LINE_B \
	LINE_HEAD("team_b") \
	"\"totals\":{\"jobs\":0,\"cost_usd\":null,\"failed_percent\":null,\"last_at\":\"2025-10-15T14:30:00.000001Z\"," \
	"\"is_over\":null,\"note\":\"\"},\"models\":{}}\n"

START_TEST(json_lines_have_a_document_a_line)
{
	assert_format("jsonl", true, two_teams, COUNT(two_teams), LINE_A LINE_B);
	assert_format("jsonl", false, two_teams, 2, LINE_A);
}
END_TEST

START_TEST(csv_has_a_line_for_each_row)
{
	static const char one[] =
		HEAD_CSV "totals,team_a" HEAD_CELLS "1234,1234.5678,12.345,2025-10-15T14:30:00Z,true,hello,\r\n"
				 "models,team_a" HEAD_CELLS "1000,1234.5,,,,,gpt-x\r\n"
				 "models,team_a" HEAD_CELLS "234,0.000123,,,,,tiny\r\n";
	static const char two[] = HEAD_CSV "totals,team_a" HEAD_CELLS "9007199254740993,0.10,0,,false,,\r\n"
									   "models,team_a" HEAD_CELLS ",NaN,,,,,gpt-x\r\n"
									   "totals,team_b" HEAD_CELLS "0,,,2025-10-15T14:30:00.000001Z,,,\r\n";

	assert_format("csv", false, one_team, COUNT(one_team), one);
	assert_format("csv", true, two_teams, COUNT(two_teams), two);
}
END_TEST

START_TEST(a_table_is_for_people)
{
	assert_format("table", false, one_team, COUNT(one_team),
	              "Team team_a\n"
	              "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	              "\n"
	              "Jobs                        1,234\n"
	              "Cost                    $1,234.57\n"
	              "Failed                     12.35%\n"
	              "Last job     2025-10-15T14:30:00Z\n"
	              "Over budget                   yes\n"
	              "Note                        hello\n"
	              "\n"
	              "Model   Jobs       Cost\n"
	              "gpt-x  1,000  $1,234.50\n"
	              "tiny     234   $0.00012\n");
	assert_format("table", true, two_teams, COUNT(two_teams),
	              "Team team_a\n"
	              "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	              "\n"
	              "Jobs         9,007,199,254,740,993\n"
	              "Cost                         $0.10\n"
	              "Failed                       0.00%\n"
	              "Last job                         -\n"
	              "Over budget                     no\n"
	              "Note                             -\n"
	              "\n"
	              "Model  Jobs  Cost\n"
	              "gpt-x     -   NaN\n"
	              "\n"
	              "Team team_b\n"
	              "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	              "\n"
	              "Jobs                            0\n"
	              "Cost                            -\n"
	              "Failed                          -\n"
	              "Last job     2025-10-15T14:30:00Z\n"
	              "Over budget                     -\n"
	              "Note         \n");
}
END_TEST

START_TEST(a_table_is_cut_to_its_width)
{
	static const struct row rows[] = {
		{"team_a", MODELS, {"a-model-with-a-name-that-nobody-would-remember", "1000000", "12"}}};

	assert_printed(&(struct render_options){.format = "table", .width = 30}, false, rows, COUNT(rows),
	               "Team team_a\n"
	               "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	               "\n"
	               "Model             Jobs    Cost\n"
	               "a-model-wi~  1,000,000  $12.00\n");
	assert_format("table", false, rows, COUNT(rows),
	              "Team team_a\n"
	              "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	              "\n"
	              "Model                                                Jobs    Cost\n"
	              "a-model-with-a-name-that-nobody-would-remember  1,000,000  $12.00\n");
}
END_TEST

START_TEST(colour_is_used_only_where_it_is_asked_for)
{
	static const struct row rows[] = {{"team_a", MODELS, {"gpt-x", "1", "2"}}};

	assert_printed(&(struct render_options){.format = "table", .has_colour = true}, false, rows, COUNT(rows),
	               "\x1b[1mTeam team_a\x1b[0m\n"
	               "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	               "\n"
	               "\x1b[1mModel\x1b[0m  \x1b[1mJobs\x1b[0m  \x1b[1m Cost\x1b[0m\n"
	               "gpt-x     1  $2.00\n");
}
END_TEST

START_TEST(without_rows_nothing_but_an_empty_list_is_printed)
{
	assert_format("json", false, NULL, 0, "");
	assert_format("json", true, NULL, 0, "{\n  \"teams\": []\n}\n");
	assert_format("jsonl", false, NULL, 0, "");
	assert_format("jsonl", true, NULL, 0, "");
	assert_format("csv", false, NULL, 0, "");
	assert_format("csv", true, NULL, 0, HEAD_CSV);
	assert_format("table", false, NULL, 0, "");
	assert_format("table", true, NULL, 0, "");
	assert_format("prom", false, NULL, 0, "");
	assert_format("prom", true, NULL, 0, "");
}
END_TEST

START_TEST(the_head_is_read_to_its_length)
{
	static const struct cell longer[REPORT_HEAD_COUNT] = {
		{"2025-10!", 7}, {"2025-10-01T00:00:00Z!", 20}, {"2025-11-01T00:00:00Z!", 20}, {"f!", 1}};
	struct output output = {.fd = suite_file("", 0)};
	struct text printed = {0};
	struct error error = {""};
	struct render *render =
		render_open(&(struct render_options){.format = "table"}, &report, longer, false, &output, &error);

	ck_assert(add_row(render, &one_team[1], &error));
	ck_assert(render_close(render, &error));
	render_free(render);
	suite_append_file(&printed, output.fd);
	suite_assert_text(&printed, "Team team_a\n"
	                            "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z\n"
	                            "\n"
	                            "Model   Jobs       Cost\n"
	                            "gpt-x  1,000  $1,234.50\n");
	close(output.fd);
	output_free(&output);
}
END_TEST

START_TEST(a_document_without_scalars_has_an_empty_object)
{
	assert_format("jsonl", false, &one_team[1], 1,
	              LINE_HEAD("team_a") "\"totals\":{},\"models\":{\"gpt-x\":{\"jobs\":1000,\"cost_usd\":1234.5}}}\n");
}
END_TEST

START_TEST(a_row_of_an_earlier_section_is_out_of_order)
{
	struct output output = {.fd = suite_file("", 0)};
	struct error error = {""};
	struct render *render =
		render_open(&(struct render_options){.format = "csv"}, &report, head, true, &output, &error);
	struct row beyond = {"team_b", 2, {NULL}};

	ck_assert(add_row(render, &one_team[0], &error));
	ck_assert(add_row(render, &one_team[1], &error));
	suite_assert_refused(add_row(render, &one_team[0], &error), &error, "the rows of team came out of order");
	suite_assert_refused(add_row(render, &beyond, &error), &error, "the rows of team came out of order");
	render_free(render);
	close(output.fd);
	output_free(&output);
}
END_TEST

START_TEST(an_unknown_format_is_refused)
{
	struct output output = {0};
	struct error error;
	struct render_options options = {.format = "xml"};
	size_t i;

	suite_assert_refused(render_open(&options, &report, head, false, &output, &error) != NULL, &error,
	                     "unknown format \"xml\"");
	for (i = 0; render_format_names[i] != NULL; i++) {
		struct render *render;

		options.format = render_format_names[i];
		render = render_open(&options, &report, head, false, &output, &error);
		ck_assert_ptr_nonnull(render);
		render_free(render);
	}
	ck_assert_uint_eq(i, 5);
	render_free(NULL);
}
END_TEST

START_TEST(json_lines_leave_only_as_whole_lines)
{
	struct output output = {.fd = suite_file("", 0)};
	struct text written = {0};
	struct error error = {""};
	struct render *render =
		render_open(&(struct render_options){.format = "jsonl"}, &report, head, true, &output, &error);
	struct row row = {"team_a", MODELS, {NULL, "1", "1"}};
	char model[200];
	size_t i;

	memset(model, 'm', sizeof model - 1);
	model[sizeof model - 1] = '\0';
	row.values[0] = model;
	for (i = 0; i < 1000; i++)
		ck_assert(add_row(render, &row, &error));
	suite_append_file(&written, output.fd);
	suite_assert_text(&written, "");
	/* The next document lets the first one go. */
	row.subject = "team_b";
	ck_assert(add_row(render, &row, &error));
	suite_append_file(&written, output.fd);
	ck_assert_uint_gt(written.length, 200000);
	ck_assert_ptr_eq(strchr(written.bytes, '\n'), written.bytes + written.length - 1);
	text_free(&written);
	/* A report that fails here leaves no half of the second one. */
	render_free(render);
	suite_append_file(&written, output.fd);
	ck_assert_ptr_null(strstr(text_string(&written), "team_b"));
	text_free(&written);
	close(output.fd);
	output_free(&output);
}
END_TEST

START_TEST(other_formats_leave_in_whole_rows_before_the_end)
{
	struct output output = {.fd = suite_file("", 0)};
	struct text written = {0};
	struct error error = {""};
	struct render *render =
		render_open(&(struct render_options){.format = "csv"}, &report, head, true, &output, &error);
	size_t i;

	for (i = 0; i < 1000; i++)
		ck_assert(add_row(render, &one_team[1], &error));
	suite_append_file(&written, output.fd);
	ck_assert_uint_ge(written.length, 65536);
	ck_assert_str_eq(written.bytes + written.length - 2, "\r\n");
	ck_assert(render_close(render, &error));
	render_free(render);
	text_free(&written);
	close(output.fd);
	output_free(&output);
}
END_TEST

START_TEST(an_output_that_fails_is_said)
{
	static const char sentence[] = "cannot write to standard output: No space left on device";
	struct output output = {.fd = open("/dev/full", O_WRONLY | O_CLOEXEC)};
	struct error error = {""};
	struct render *render =
		render_open(&(struct render_options){.format = "csv"}, &report, head, true, &output, &error);
	size_t i;

	for (i = 0; i < 1000 && add_row(render, &one_team[1], &error); i++)
		;
	ck_assert_uint_gt(i, 100);
	ck_assert_uint_lt(i, 1000);
	ck_assert_str_eq(error.message, sentence);
	suite_assert_refused(render_close(render, &error), &error, sentence);
	render_free(render);
	close(output.fd);
	output_free(&output);
}
END_TEST

SUITE("render", one_document_is_a_json_object, several_documents_are_a_json_list,
      one_document_of_several_is_a_list_all_the_same, json_lines_have_a_document_a_line, csv_has_a_line_for_each_row,
      a_table_is_for_people, a_table_is_cut_to_its_width, colour_is_used_only_where_it_is_asked_for,
      without_rows_nothing_but_an_empty_list_is_printed, the_head_is_read_to_its_length,
      a_document_without_scalars_has_an_empty_object, a_row_of_an_earlier_section_is_out_of_order,
      an_unknown_format_is_refused, json_lines_leave_only_as_whole_lines,
      other_formats_leave_in_whole_rows_before_the_end, an_output_that_fails_is_said)
