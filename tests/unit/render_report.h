/* render_report: a report made up for the tests of render, and what its rows are printed as. */
#ifndef LM_RENDER_REPORT_H
#define LM_RENDER_REPORT_H

#include "render.h"

#include "suite.h"

static const struct column totals[] = {
	{"jobs", "Jobs", COLUMN_COUNT, ""},
	{"cost_usd", "Cost", COLUMN_USD, ""},
	{"failed_percent", "Failed", COLUMN_PERCENT, ""},
	{"last_at", "Last job", COLUMN_TIME, ""},
	{"is_over", "Over budget", COLUMN_FLAG, ""},
	{"note", "Note", COLUMN_TEXT, ""},
	{0},
};
static const struct column models[] = {
	{"model", "Model", COLUMN_TEXT, ""},
	{"jobs", "Jobs", COLUMN_COUNT, ""},
	{"cost_usd", "Cost", COLUMN_USD, ""},
	{0},
};
static const struct section sections[] = {{"totals", SECTION_SCALARS, totals}, {"models", SECTION_MAP, models}, {0}};
static const struct report report = {
	.name = "team",
	.head = report_head,
	.subject = {"team_id", "Team", COLUMN_TEXT, ""},
	.subjects = "teams",
	.sections = sections,
};
static const struct cell head[REPORT_HEAD_COUNT] = {
	{"2025-10", 7}, {"2025-10-01T00:00:00Z", 20}, {"2025-11-01T00:00:00Z", 20}, {"t", 1}};

enum { TOTALS, MODELS };

struct row {
	const char *subject;
	size_t section;
	const char *values[16]; /* as many as the section has columns; NULL = null */
};

#define HEAD_CSV "section,team_id,period,from,to,partial,jobs,cost_usd,failed_percent,last_at,is_over,note,model\r\n"
/* The cells of the head, between those of the subject and of the section. */
#define HEAD_CELLS ",2025-10,2025-10-01T00:00:00Z,2025-11-01T00:00:00Z,true,"

static inline bool add_row(struct render *render, const struct row *row, struct error *error)
{
	struct cell cells[COUNT(row->values)];
	size_t i;

	for (i = 0; i < COUNT(cells); i++)
		cells[i] = (struct cell){row->values[i], row->values[i] != NULL ? strlen(row->values[i]) : 0};
	return render_row(render, row->subject, row->section, cells, error);
}

/* What a report is printed as. */
static inline void print_report(const struct render_options *options, const struct report *of,
                                const struct cell of_head[REPORT_HEAD_COUNT], bool several, const struct row *rows,
                                size_t count, struct text *printed)
{
	struct output output = {.fd = suite_file("", 0)};
	struct error error = {""};
	struct render *render = render_open(options, of, of_head, several, &output, &error);
	size_t i;

	ck_assert_ptr_nonnull(render);
	for (i = 0; i < count; i++)
		ck_assert_msg(add_row(render, &rows[i], &error), "%s", error.message);
	ck_assert_msg(render_close(render, &error), "%s", error.message);
	render_free(render);
	ck_assert_uint_eq(output.buffer.length, 0);
	suite_append_file(printed, output.fd);
	close(output.fd);
	output_free(&output);
}

/* Asserts what rows are printed as. */
static inline void assert_printed(const struct render_options *options, bool several, const struct row *rows,
                                  size_t count, const char *expected)
{
	struct text printed = {0};

	print_report(options, &report, head, several, rows, count, &printed);
	suite_assert_text(&printed, expected);
}

static inline void assert_format(const char *format, bool several, const struct row *rows, size_t count,
                                 const char *expected)
{
	assert_printed(&(struct render_options){.format = format}, several, rows, count, expected);
}

#endif
