/* render: text that tries to be more than text. */
#include "render_report.h"

#include <locale.h>

/* Quotes, separators, control and format characters, and bytes that are not UTF-8. */
#define HOSTILE "a\nb\"c,d\r\t\x1b[31m\xe2\x80\xae\xc2\x9b\xff\\x"

static const struct row hostile[] = {
	{HOSTILE, TOTALS, {"1", "1", "1", NULL, "t", HOSTILE}},
	{HOSTILE, MODELS, {HOSTILE, "1", "1"}},
};

START_TEST(hostile_text_stays_a_text_in_json)
{
#define HOSTILE_JSON "\"a\\nb\\\"c,d\\r\\t\\u001b[31m\\u202e\\u009b\xef\xbf\xbd\\\\x\""
	static const char expected[] =
		"{\"team_id\":" HOSTILE_JSON ",\"period\":\"2025-10\",\"from\":\"2025-10-01T00:00:00Z\","
		"\"to\":\"2025-11-01T00:00:00Z\",\"partial\":true,\"totals\":{\"jobs\":1,\"cost_usd\":1,\"failed_percent\":1,"
		"\"last_at\":null,\"is_over\":true,\"note\":" HOSTILE_JSON "},\"models\":{" HOSTILE_JSON
		":{\"jobs\":1,\"cost_usd\":1}}}\n";

	assert_format("jsonl", false, hostile, COUNT(hostile), expected);
	assert_printed(&(struct render_options){.format = "jsonl", .is_terminal = true}, false, hostile, COUNT(hostile),
	               expected);
}
END_TEST

START_TEST(hostile_text_stays_one_field_in_csv)
{
#define HOSTILE_CSV "\"a\nb\"\"c,d\r\t\x1b[31m\xe2\x80\xae\xc2\x9b\xff\\x\""
#define ESCAPED_CSV "\"a\\nb\"\"c,d\\r\\t\\x1b[31m\\u202e\\x9b\\xff\\x\""
	static const char expected[] = HEAD_CSV "totals," HOSTILE_CSV HEAD_CELLS "1,1,1,,true," HOSTILE_CSV ",\r\n"
											"models," HOSTILE_CSV HEAD_CELLS "1,1,,,,," HOSTILE_CSV "\r\n";
	static const char on_terminal[] = HEAD_CSV "totals," ESCAPED_CSV HEAD_CELLS "1,1,1,,true," ESCAPED_CSV ",\r\n"
											   "models," ESCAPED_CSV HEAD_CELLS "1,1,,,,," ESCAPED_CSV "\r\n";

	assert_format("csv", false, hostile, COUNT(hostile), expected);
	assert_printed(&(struct render_options){.format = "csv", .is_terminal = true}, false, hostile, COUNT(hostile),
	               on_terminal);
}
END_TEST

START_TEST(a_text_is_no_formula_in_csv)
{
	static const struct {
		const char *text, *cell;
	} cases[] = {
		{"=1+1", "'=1+1"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "\"'\r=1\""},
		{"=A(\"x\",1)", "\"'=A(\"\"x\"\",1)\""},
		{"a=1", "a=1"},
	};
	struct text expected = {0};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct row rows[] = {{cases[i].text, TOTALS, {"-5", "-0.5", NULL, NULL, NULL, cases[i].text}},
		                     {cases[i].text, MODELS, {cases[i].text, NULL, NULL}}};

		text_append_format(&expected, HEAD_CSV "totals,%s" HEAD_CELLS "-5,-0.5,,,,%s,\r\n", cases[i].cell,
		                   cases[i].cell);
		text_append_format(&expected, "models,%s" HEAD_CELLS ",,,,,,%s\r\n", cases[i].cell, cases[i].cell);
		assert_format("csv", false, rows, COUNT(rows), text_string(&expected));
		text_free(&expected);
	}
}
END_TEST

START_TEST(a_formula_is_none_on_a_terminal_either)
{
	static const struct row rows[] = {{"team_a", MODELS, {"\t=1", NULL, NULL}}};

	assert_printed(&(struct render_options){.format = "csv", .is_terminal = true}, false, rows, COUNT(rows),
	               HEAD_CSV "models,team_a" HEAD_CELLS ",,,,,,'\\t=1\r\n");
}
END_TEST

START_TEST(hostile_text_stays_in_its_cell_of_a_table)
{
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_format("table", false, hostile, COUNT(hostile),
	              "Team a\\nb\"c,d\\r\\t\\x1b[31m\\u202e\\x9b\\xff\\x\n"
	              "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	              "\n"
	              "Jobs                                            1\n"
	              "Cost                                        $1.00\n"
	              "Failed                                      1.00%\n"
	              "Last job                                        -\n"
	              "Over budget                                   yes\n"
	              "Note         a\\nb\"c,d\\r\\t\\x1b[31m\\u202e\\x9b\\xff\\x\n"
	              "\n"
	              "Model                                 Jobs   Cost\n"
	              "a\\nb\"c,d\\r\\t\\x1b[31m\\u202e\\x9b\\xff\\x     1  $1.00\n");
}
END_TEST

START_TEST(text_that_a_locale_cannot_print_is_escaped_in_a_table)
{
	/* A character that Unicode has not assigned; and outside of UTF-8 all but ASCII. */
	static const struct row rows[] = {{"team_a", MODELS, {"x\u0378\u65e5y", "1", "1"}}};

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_format("table", false, rows, COUNT(rows),
	              "Team team_a\n"
	              "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	              "\n"
	              "Model       Jobs   Cost\n"
	              "x\\u0378\u65e5y     1  $1.00\n");
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C"));
	assert_format("table", false, rows, COUNT(rows),
	              "Team team_a\n"
	              "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	              "\n"
	              "Model           Jobs   Cost\n"
	              "x\\u0378\\u65e5y     1  $1.00\n");
}
END_TEST

START_TEST(foreign_letters_stand_in_a_table_as_they_are)
{
	static const struct row rows[] = {{"caf\xc3\xa9", MODELS, {"\xe6\x97\xa5\xe6\x9c\xac", "1", "1"}}};

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_format("table", false, rows, COUNT(rows),
	              "Team caf\xc3\xa9\n"
	              "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	              "\n"
	              "Model  Jobs   Cost\n"
	              "\xe6\x97\xa5\xe6\x9c\xac      1  $1.00\n");
}
END_TEST

START_TEST(hostile_text_in_the_head_of_a_single_document_is_escaped)
{
	static const struct column single_head[] = {{"word", "Word", COLUMN_TEXT, ""}, {0}};
	static const struct report single = {
		.name = "check", .title = "How it is", .head = single_head, .sections = sections};
	static const struct cell cells[REPORT_HEAD_COUNT] = {{HOSTILE, sizeof HOSTILE - 1}};
	static const struct row row = {"", MODELS, {"gpt-x", "1", "1"}};
	struct text printed = {0};

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	print_report(&(struct render_options){.format = "table"}, &single, cells, false, &row, 1, &printed);
	suite_assert_text(&printed, "How it is\n"
	                            "a\\nb\"c,d\\r\\t\\x1b[31m\\u202e\\x9b\\xff\\x\n"
	                            "\n"
	                            "Models\n"
	                            "Model  Jobs   Cost\n"
	                            "gpt-x     1  $1.00\n");
}
END_TEST

SUITE("render_hostile", hostile_text_stays_a_text_in_json, hostile_text_stays_one_field_in_csv,
      a_text_is_no_formula_in_csv, a_formula_is_none_on_a_terminal_either, hostile_text_stays_in_its_cell_of_a_table,
      text_that_a_locale_cannot_print_is_escaped_in_a_table, foreign_letters_stand_in_a_table_as_they_are,
      hostile_text_in_the_head_of_a_single_document_is_escaped)
