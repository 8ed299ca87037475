#include "report.h"

#include "suite.h"

static const struct column one_column[] = {{"model", "Model", COLUMN_TEXT, ""}, {0}};
static const struct column two_columns[] = {
	{"jobs", "Jobs", COLUMN_COUNT, ""}, {"cost_usd", "Cost", COLUMN_USD, ""}, {0}};
static const struct section sections[] = {
	{"totals", SECTION_SCALARS, two_columns},
	{"models", SECTION_MAP, one_column},
	{0},
};
static const struct section no_sections[] = {{0}};
static const struct report report = {.name = "team", .sections = sections};
static const struct report empty = {.name = "none", .sections = no_sections};

START_TEST(columns_and_sections_are_counted)
{
	ck_assert_uint_eq(report_column_count(one_column), 1);
	ck_assert_uint_eq(report_column_count(two_columns), 2);
	ck_assert_uint_eq(report_column_count(one_column + 1), 0);
	ck_assert_uint_eq(report_section_count(&report), 2);
	ck_assert_uint_eq(report_section_count(&empty), 0);
}
END_TEST

START_TEST(a_section_is_found_by_its_whole_name)
{
	ck_assert_uint_eq(report_find_section(&report, "totals"), 0);
	ck_assert_uint_eq(report_find_section(&report, "models"), 1);
	ck_assert_uint_eq(report_find_section(&report, "model"), 2);
	ck_assert_uint_eq(report_find_section(&report, "modelss"), 2);
	ck_assert_uint_eq(report_find_section(&report, ""), 2);
	ck_assert_uint_eq(report_find_section(&empty, "totals"), 0);
}
END_TEST

START_TEST(every_document_says_its_period_and_whether_it_is_open)
{
	static const struct {
		const char *name;
		enum column_type type;
	} head[] = {{"period", COLUMN_TEXT}, {"from", COLUMN_TIME}, {"to", COLUMN_TIME}, {"partial", COLUMN_FLAG}};
	size_t i;

	ck_assert_uint_eq(report_column_count(report_head), COUNT(head));
	ck_assert_uint_le(COUNT(head), REPORT_HEAD_COUNT);
	ck_assert_uint_eq(report_column_count(report_list_head), REPORT_HEAD_COUNT);
	for (i = 0; i < COUNT(head); i++) {
		ck_assert_str_eq(report_head[i].name, head[i].name);
		ck_assert_int_eq((int)report_head[i].type, (int)head[i].type);
	}
}
END_TEST

SUITE("report", columns_and_sections_are_counted, a_section_is_found_by_its_whole_name,
      every_document_says_its_period_and_whether_it_is_open)
