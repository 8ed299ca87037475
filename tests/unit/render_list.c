/* render: reports without a subject, which are lists of rows or single documents; and figures of every kind in them. */
#include "render_report.h"

#include <locale.h>

static const struct column list_columns[] = {
	{"period", "Period", COLUMN_TEXT, ""}, {"rows", "Rows", COLUMN_COUNT, ""}, {"at", "At", COLUMN_TIME, ""}, {0}};
static const struct section list_sections[] = {{"rows", SECTION_ROWS, list_columns}, {0}};
static const struct report list_report = {
	.name = "verify", .title = "Stored rows that differ", .head = report_list_head, .sections = list_sections};
static const struct cell list_head[REPORT_HEAD_COUNT] = {
	{"verify", 6}, {"2025-10-01T00:00:00Z", 20}, {"2025-11-01T00:00:00Z", 20}, {"f", 1},
	{"job", 3},    {"2025-11-15T12:00:00Z", 20}};

/* Asserts what so many rows of two are printed as. */
static void assert_list(const char *format, size_t count, const char *expected)
{
	static const struct row rows[] = {{"", 0, {"2025-10-01", "1234", "2025-10-01 08:30:00"}}, {"", 0, {"=x,\n"}}};
	struct text printed = {0};

	print_report(&(struct render_options){.format = format}, &list_report, list_head, false, rows, count, &printed);
	suite_assert_text(&printed, expected);
}

#define HEAD_JSON \
	"{\n  \"report\": \"verify\",\n  \"from\": \"2025-10-01T00:00:00Z\",\n  \"to\": \"2025-11-01T00:00:00Z\",\n" \
	"  \"partial\": false,\n  \"basis\": \"job\",\n  \"as_of\": \"2025-11-15T12:00:00Z\",\n"

START_TEST(a_list_is_an_envelope_with_rows_in_json)
{
	assert_list("json", 2,
	            HEAD_JSON "  \"rows\": [\n"
	                      "    {\"period\": \"2025-10-01\", \"rows\": 1234, \"at\": \"2025-10-01T08:30:00Z\"},\n"
	                      "    {\"period\": \"=x,\\n\", \"rows\": null, \"at\": null}\n  ]\n}\n");
	assert_list("json", 0, HEAD_JSON "  \"rows\": []\n}\n");
}
END_TEST

START_TEST(json_lines_are_the_rows_alone)
{
	assert_list("jsonl", 2,
	            "{\"period\":\"2025-10-01\",\"rows\":1234,\"at\":\"2025-10-01T08:30:00Z\"}\n"
	            "{\"period\":\"=x,\\n\",\"rows\":null,\"at\":null}\n");
	assert_list("jsonl", 0, "");
}
END_TEST

START_TEST(csv_has_the_columns_of_the_rows_alone)
{
	assert_list("csv", 2, "period,rows,at\r\n2025-10-01,1234,2025-10-01T08:30:00Z\r\n\"'=x,\n\",,\r\n");
	assert_list("csv", 0, "period,rows,at\r\n");
}
END_TEST

START_TEST(a_table_has_a_title_and_says_when_it_is_empty)
{
	assert_list("table", 1,
	            "Stored rows that differ\n2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z\n\n"
	            "Period       Rows                    At\n2025-10-01  1,234  2025-10-01T08:30:00Z\n\n1 row, as of "
	            "2025-11-15T12:00:00Z\n");
	assert_list("table", 0,
	            "Stored rows that differ\n2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z\n\nNone.\n\n"
	            "0 rows, as of 2025-11-15T12:00:00Z\n");
}
END_TEST

static const struct column single_head[] = {{"well", "Well", COLUMN_FLAG, ""},
                                            {"overall", "Overall", COLUMN_TEXT, ""},
                                            {"exit_status", "Exit status", COLUMN_COUNT, ""},
                                            {"checked_at", "Checked at", COLUMN_TIME, ""},
                                            {0}};
static const struct column single_parts[] = {
	{"part", "Part", COLUMN_TEXT, ""},
	{"status", "Status", COLUMN_TEXT, "", .is_status = true},
	{"rate", "Rate", COLUMN_NUMBER, "", .is_detail = true},
	{"latency_ms", "Latency", COLUMN_MS, ""},
	{"age_seconds", "Age", COLUMN_SECONDS, ""},
	{"trend", "Trend", COLUMN_SERIES, ""},
	{0},
};
static const struct column single_details[] = {
	{"rate", "Rate", COLUMN_NUMBER, ""}, {"uptime_seconds", "Up for", COLUMN_SECONDS, "", .is_detail = true}, {0}};
static const struct section single_sections[] = {
	{"parts", SECTION_MAP, single_parts}, {"details", SECTION_SCALARS, single_details}, {0}};
static const struct report single_report = {
	.name = "check", .title = "How it is", .head = single_head, .sections = single_sections};
static const struct cell single_cells[REPORT_HEAD_COUNT] = {
	{"f", 1}, {"degraded", 8}, {"1", 1}, {"2025-10-15T14:30:00Z", 20}};

static const struct row single_rows[] = {
	{"", 0, {"api", "up", "1234.5678", "1234.5", "90061", "{0,1,2,4}"}},
	{"", 0, {"proxy", "down", "0.5", "0.05", "0.25", "{}"}},
	{"", 0, {"database"}},
	{"", 1, {"-0.10", "3600"}},
};

static void assert_single(const struct render_options *options, const char *expected)
{
	struct text printed = {0};

	print_report(options, &single_report, single_cells, false, single_rows, COUNT(single_rows), &printed);
	suite_assert_text(&printed, expected);
}

START_TEST(a_single_document_is_an_object_with_its_head_in_front)
{
	assert_single(
		&(struct render_options){.format = "json"},
		"{\n"
		"  \"well\": false,\n"
		"  \"overall\": \"degraded\",\n"
		"  \"exit_status\": 1,\n"
		"  \"checked_at\": \"2025-10-15T14:30:00Z\",\n"
		"  \"parts\": {\n"
		"    \"api\": {\"status\": \"up\", \"rate\": 1234.5678, \"latency_ms\": 1234.5, \"age_seconds\": 90061, "
		"\"trend\": [0, 1, 2, 4]},\n"
		"    \"proxy\": {\"status\": \"down\", \"rate\": 0.5, \"latency_ms\": 0.05, \"age_seconds\": 0.25, \"trend\": "
		"[]},\n"
		"    \"database\": {\"status\": null, \"rate\": null, \"latency_ms\": null, \"age_seconds\": null, "
		"\"trend\": null}\n"
		"  },\n"
		"  \"details\": {\n"
		"    \"rate\": -0.10,\n"
		"    \"uptime_seconds\": 3600\n"
		"  }\n"
		"}\n");
}
END_TEST

START_TEST(a_single_document_is_one_line_of_json_lines)
{
	assert_single(
		&(struct render_options){.format = "jsonl"},
		"{\"well\":false,\"overall\":\"degraded\",\"exit_status\":1,\"checked_at\":\"2025-10-15T14:30:00Z\",\"parts\":{"
		"\"api\":{\"status\":\"up\",\"rate\":1234.5678,\"latency_ms\":1234.5,\"age_seconds\":90061,\"trend\":[0,1,2,4]}"
		","
		"\"proxy\":{\"status\":\"down\",\"rate\":0.5,\"latency_ms\":0.05,\"age_seconds\":0.25,\"trend\":[]},"
		"\"database\":{\"status\":null,\"rate\":null,\"latency_ms\":null,\"age_seconds\":null,\"trend\":null}},"
		"\"details\":{\"rate\":-0.10,\"uptime_seconds\":3600}}\n");
}
END_TEST

START_TEST(a_single_document_in_csv_has_no_subject)
{
	assert_single(
		&(struct render_options){.format = "csv"},
		"section,well,overall,exit_status,checked_at,part,status,rate,latency_ms,age_seconds,trend,uptime_seconds\r\n"
		"parts,false,degraded,1,2025-10-15T14:30:00Z,api,up,1234.5678,1234.5,90061,0 1 2 4,\r\n"
		"parts,false,degraded,1,2025-10-15T14:30:00Z,proxy,down,0.5,0.05,0.25,,\r\n"
		"parts,false,degraded,1,2025-10-15T14:30:00Z,database,,,,,,\r\n"
		"details,false,degraded,1,2025-10-15T14:30:00Z,,,-0.10,,,,3600\r\n");
}
END_TEST

START_TEST(a_table_of_a_single_document_says_its_head_in_words)
{
	static const struct cell unknown[REPORT_HEAD_COUNT] = {{"f", 1}, {NULL, 0}, {"1", 1}, {"2025-10-15 14:30:00", 19}};
	struct text printed = {0};

	assert_single(&(struct render_options){.format = "table", .is_plain = true},
	              "How it is\n"
	              "degraded, 2025-10-15T14:30:00Z\n"
	              "\n"
	              "Parts\n"
	              "Part      Status      Rate   Latency      Age  Trend\n"
	              "api       up      1,234.57  1,235 ms  1 d 1 h  _-=#\n"
	              "proxy     down         0.5      0 ms    0.3 s  \n"
	              "database  -              -         -        -  -\n"
	              "\n"
	              "Details\n"
	              "Rate    -0.10\n"
	              "Up for    1 h\n");
	print_report(&(struct render_options){.format = "table"}, &single_report, unknown, false, &single_rows[3], 1,
	             &printed);
	suite_assert_text(&printed, "How it is\n"
	                            "2025-10-15T14:30:00Z\n"
	                            "\n"
	                            "Details\n"
	                            "Rate    -0.10\n"
	                            "Up for    1 h\n");
}
END_TEST

START_TEST(a_series_is_a_line_of_blocks_in_a_table)
{
	struct text printed = {0};

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	print_report(&(struct render_options){.format = "table"}, &single_report, single_cells, false, single_rows, 1,
	             &printed);
	ck_assert_ptr_nonnull(strstr(text_string(&printed), "  \u2581\u2584\u2585\u2588\n"));
	text_free(&printed);
}
END_TEST

START_TEST(a_narrow_terminal_has_no_details)
{
	struct text printed = {0};

	print_report(&(struct render_options){.format = "table", .width = 48, .is_plain = true}, &single_report,
	             single_cells, false, single_rows, 2, &printed);
	suite_assert_text(&printed, "How it is\n"
	                            "degraded, 2025-10-15T14:30:00Z\n"
	                            "\n"
	                            "Parts\n"
	                            "Part   Status   Latency      Age  Trend\n"
	                            "api    up      1,235 ms  1 d 1 h  _-=#\n"
	                            "proxy  down        0 ms    0.3 s  \n");
	print_report(&(struct render_options){.format = "table", .width = 49}, &single_report, single_cells, false,
	             single_rows, 1, &printed);
	ck_assert_ptr_nonnull(strstr(text_string(&printed), "  1,234.57  "));
	text_free(&printed);
}
END_TEST

START_TEST(a_status_has_the_colour_of_what_it_means)
{
	static const struct {
		const char *status, *start, *end;
	} cases[] = {
		{"up", "\x1b[32m", "\x1b[0m"},
		{"healthy", "\x1b[32m", "\x1b[0m"},
		{"slow", "\x1b[1;33m", "\x1b[0m"},
		{"degraded", "\x1b[1;33m", "\x1b[0m"},
		{"down", "\x1b[31m", "\x1b[0m"},
		{"unhealthy", "\x1b[31m", "\x1b[0m"},
		{"unknown", "\x1b[35m", "\x1b[0m"},
		{"off", "", ""},
		{"uptown", "", ""},
		{NULL, "", ""},
	};
	struct render_options options = {.format = "table", .is_plain = true};
	struct text printed = {0}, expected = {0};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		/* The first column says the same, and is no status. */
		struct row row = {"", 0, {"down", cases[i].status, "1", "1", "1", "{1}"}};

		options.has_colour = true;
		print_report(&options, &single_report, single_cells, false, &row, 1, &printed);
		text_append_format(&expected, "\ndown  %s%-6s%s  ", cases[i].start,
		                   cases[i].status != NULL ? cases[i].status : "-", cases[i].end);
		ck_assert_msg(strstr(text_string(&printed), expected.bytes) != NULL, "no %s in %s", expected.bytes,
		              printed.bytes);
		text_free(&expected);
		text_free(&printed);
		options.has_colour = false;
		print_report(&options, &single_report, single_cells, false, &row, 1, &printed);
		ck_assert_ptr_null(strchr(text_string(&printed), '\x1b'));
		text_free(&printed);
	}
}
END_TEST

START_TEST(a_series_has_null_for_what_is_no_number)
{
	static const struct row row = {"", 0, {"api", NULL, NULL, NULL, NULL, "{-1,NULL,9007199254740993}"}};
	struct text printed = {0};

	print_report(&(struct render_options){.format = "jsonl"}, &single_report, single_cells, false, &row, 1, &printed);
	ck_assert_ptr_nonnull(strstr(text_string(&printed), "\"trend\":[-1,null,9007199254740993]"));
	text_free(&printed);
}
END_TEST

SUITE("render_list", a_list_is_an_envelope_with_rows_in_json, json_lines_are_the_rows_alone,
      csv_has_the_columns_of_the_rows_alone, a_table_has_a_title_and_says_when_it_is_empty,
      a_single_document_is_an_object_with_its_head_in_front, a_single_document_is_one_line_of_json_lines,
      a_single_document_in_csv_has_no_subject, a_table_of_a_single_document_says_its_head_in_words,
      a_series_is_a_line_of_blocks_in_a_table, a_narrow_terminal_has_no_details,
      a_status_has_the_colour_of_what_it_means, a_series_has_null_for_what_is_no_number)
