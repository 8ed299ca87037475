/* render: lists of rows, which have no subject. */
#include "render.h"
#include "suite.h"

static const struct column columns[] = {
	{"period", "Period", COLUMN_TEXT, ""}, {"rows", "Rows", COLUMN_COUNT, ""}, {"at", "At", COLUMN_TIME, ""}, {0}};
static const struct section sections[] = {{"rows", SECTION_ROWS, columns}, {0}};
static const struct report report = {
	.name = "verify", .title = "Stored rows that differ", .head = report_list_head, .sections = sections};
static const struct cell head[REPORT_HEAD_COUNT] = {
	{"verify", 6}, {"2025-10-01T00:00:00Z", 20}, {"2025-11-01T00:00:00Z", 20}, {"f", 1},
	{"job", 3},    {"2025-11-15T12:00:00Z", 20}};

/* Asserts what so many rows of two are printed as. */
static void assert_printed(const char *format, size_t rows, const char *expected)
{
	static const struct cell cells[2][3] = {{{"2025-10-01", 10}, {"1234", 4}, {"2025-10-01 08:30:00", 19}},
	                                        {{"=x,\n", 4}, {NULL, 0}, {NULL, 0}}};
	struct render_options options = {.format = format};
	struct output output = {.fd = suite_file("", 0)};
	struct error error = {""};
	struct render *render = render_open(&options, &report, head, false, &output, &error);
	struct text printed = {0};
	size_t i;

	ck_assert_ptr_nonnull(render);
	for (i = 0; i < rows; i++)
		ck_assert_msg(render_row(render, "", 0, cells[i], &error), "%s", error.message);
	ck_assert_msg(render_close(render, &error), "%s", error.message);
	render_free(render);
	suite_append_file(&printed, output.fd);
	close(output.fd);
	output_free(&output);
	suite_assert_text(&printed, expected);
}

#define HEAD_JSON \
	"{\n  \"report\": \"verify\",\n  \"from\": \"2025-10-01T00:00:00Z\",\n  \"to\": \"2025-11-01T00:00:00Z\",\n" \
	"  \"partial\": false,\n  \"basis\": \"job\",\n  \"as_of\": \"2025-11-15T12:00:00Z\",\n"

START_TEST(a_list_is_an_envelope_with_rows_in_json)
{
	assert_printed("json", 2,
	               HEAD_JSON "  \"rows\": [\n"
	                         "    {\"period\": \"2025-10-01\", \"rows\": 1234, \"at\": \"2025-10-01T08:30:00Z\"},\n"
	                         "    {\"period\": \"=x,\\n\", \"rows\": null, \"at\": null}\n  ]\n}\n");
	assert_printed("json", 0, HEAD_JSON "  \"rows\": []\n}\n");
}
END_TEST

START_TEST(json_lines_are_the_rows_alone)
{
	assert_printed("jsonl", 2,
	               "{\"period\":\"2025-10-01\",\"rows\":1234,\"at\":\"2025-10-01T08:30:00Z\"}\n"
	               "{\"period\":\"=x,\\n\",\"rows\":null,\"at\":null}\n");
	assert_printed("jsonl", 0, "");
}
END_TEST

START_TEST(csv_has_the_columns_of_the_rows_alone)
{
	assert_printed("csv", 2, "period,rows,at\r\n2025-10-01,1234,2025-10-01T08:30:00Z\r\n\"'=x,\n\",,\r\n");
	assert_printed("csv", 0, "period,rows,at\r\n");
}
END_TEST

START_TEST(a_table_has_a_title_and_says_when_it_is_empty)
{
	assert_printed("table", 1,
	               "Stored rows that differ\n2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z\n\n"
	               "Period       Rows                    At\n2025-10-01  1,234  2025-10-01T08:30:00Z\n");
	assert_printed("table", 0, "Stored rows that differ\n2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z\n\nNone.\n");
}
END_TEST

SUITE("render_list", a_list_is_an_envelope_with_rows_in_json, json_lines_are_the_rows_alone,
      csv_has_the_columns_of_the_rows_alone, a_table_has_a_title_and_says_when_it_is_empty)
