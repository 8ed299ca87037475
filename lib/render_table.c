/* Tables for people, by libsmartcols: a list of names and values for scalars, a table with headings for the others. */
#include "decimal.h"
#include "render_draw.h"
#include "render_format.h"

#include <stdlib.h>
#include <string.h>

/* How many cells a terminal must have for all columns. */
#define WIDE 140

#define BAR_WIDTH ((size_t)10)

/*
 * Appends foreign text for a cell. libsmartcols itself shows control characters as \xNN, and a backslash in front of
 * an x too: here only the characters that it would pass on are left to escape.
 */
static void append_safe(struct text *text, const char *bytes, size_t length)
{
	uint32_t code_point;
	size_t at, taken;

	for (at = 0; at < length; at += taken) {
		taken = text_decode(bytes + at, length - at, &code_point);
		if (taken > 1 && text_is_invisible(code_point))
			text_append_format(text, "\\u%04x", (unsigned)code_point);
		else
			text_append(text, bytes + at, taken > 0 ? taken : 1);
		taken = taken > 0 ? taken : 1;
	}
}

static void append_value(const struct render *render, struct text *text, const struct column *column,
                         const struct cell *cell)
{
	if (cell->bytes == NULL) {
		text_append_byte(text, '-');
		return;
	}
	switch (column->type) {
	case COLUMN_TEXT:
		append_safe(text, cell->bytes, cell->length);
		break;
	case COLUMN_COUNT:
		decimal_append_count(text, cell->bytes, cell->length);
		break;
	case COLUMN_USD:
		decimal_append_usd(text, cell->bytes, cell->length);
		break;
	case COLUMN_NUMBER:
		decimal_append_number(text, cell->bytes, cell->length);
		break;
	case COLUMN_PERCENT:
		decimal_append_percent(text, cell->bytes, cell->length);
		break;
	case COLUMN_MS:
		decimal_append_count(text, cell->bytes, cell->length);
		text_append_string(text, " ms");
		break;
	case COLUMN_SECONDS:
		decimal_append_seconds(text, cell->bytes, cell->length);
		break;
	case COLUMN_SERIES:
		render_draw_series(text, cell, render->options.is_plain);
		break;
	case COLUMN_FLAG:
		text_append_string(text, render_is_true(cell) ? "yes" : "no");
		break;
	case COLUMN_TIME:
		render_append_time(text, cell);
		break;
	}
}

/* How a status stands out; NULL: it doesn't. Unknown is as far from well as down is. */
static const char *status_colour(const struct cell *cell)
{
	static const char *const colours[][2] = {{"up", "green"},        {"healthy", "green"}, {"slow", "yellow"},
	                                         {"degraded", "yellow"}, {"down", "red"},      {"unhealthy", "red"},
	                                         {"unknown", "magenta"}};
	size_t i;

	for (i = 0; cell->bytes != NULL && i < sizeof colours / sizeof colours[0]; i++)
		if (strcmp(colours[i][0], cell->bytes) == 0)
			return colours[i][1];
	return NULL;
}

/* Adds a column to the table; numbers stand on the right, texts may be cut on a terminal. */
static bool add_column(struct render *render, const char *title, bool is_text)
{
	struct libscols_column *column =
		scols_table_new_column(render->table, title, 0, is_text ? SCOLS_FL_TRUNC : SCOLS_FL_RIGHT);

	if (column == NULL)
		return false;
	return !render->options.has_colour || scols_cell_set_color(scols_column_get_header(column), "bold") == 0;
}

static bool set_cell(struct libscols_line *line, size_t index, const char *string)
{
	return line != NULL && scols_line_set_data(line, index, string) == 0;
}

/* Whether a column stands in the table: on a narrow terminal, details would leave no room for the rest. */
static bool is_shown(const struct render *render, const struct column *column)
{
	return !column->is_detail || render->options.width == 0 || render->options.width >= WIDE;
}

static bool begin_table(struct render *render, const struct section *section)
{
	const struct column *column;

	text_clear(&render->bars);
	scols_unref_table(render->table);
	render->table = scols_new_table();
	if (render->table == NULL)
		return false;
	scols_table_set_column_separator(render->table, "  ");
	scols_table_enable_colors(render->table, render->options.has_colour);
	scols_table_set_termforce(render->table,
	                          render->options.width > 0 ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (render->options.width > 0)
		scols_table_set_termwidth(render->table, render->options.width);
	if (report_is_single_row(section)) {
		scols_table_enable_noheadings(render->table, 1);
		return add_column(render, "name", true) && add_column(render, "value", false);
	}
	for (column = section->columns; column->name != NULL; column++)
		if (is_shown(render, column) && (!add_column(render, column->title, column->type == COLUMN_TEXT) ||
		                                 (column->is_bar && !add_column(render, "", true))))
			return false;
	return true;
}

static bool add_scalars(struct render *render, const struct section *section, const struct cell *cells)
{
	const struct column *column;
	struct text value = {0};
	bool done = true;

	for (column = section->columns; done && column->name != NULL; column++, cells++) {
		struct libscols_line *line = scols_table_new_line(render->table, NULL);

		text_clear(&value);
		append_value(render, &value, column, cells);
		done = !value.failed && set_cell(line, 0, column->title) && set_cell(line, 1, text_string(&value));
	}
	text_free(&value);
	return done;
}

/* Keeps a value for the bar beside it, which needs to know the largest. */
static void keep_bar(struct render *render, const struct cell *cell)
{
	double value = cell->bytes != NULL ? strtod(cell->bytes, NULL) : 0;

	text_append(&render->bars, (const char *)&value, sizeof value);
}

static bool add_line(struct render *render, const struct section *section, const struct cell *cells)
{
	struct libscols_line *line = scols_table_new_line(render->table, NULL);
	struct text value = {0};
	bool done = true;
	size_t i, at = 0;

	for (i = 0; done && section->columns[i].name != NULL; i++) {
		if (!is_shown(render, &section->columns[i]))
			continue;
		text_clear(&value);
		append_value(render, &value, &section->columns[i], &cells[i]);
		done = !value.failed && set_cell(line, at, text_string(&value));
		if (done && render->options.has_colour && section->columns[i].is_status)
			scols_cell_set_color(scols_line_get_cell(line, at), status_colour(&cells[i]));
		at++;
		if (section->columns[i].is_bar) {
			keep_bar(render, &cells[i]);
			at++;
		}
	}
	text_free(&value);
	return done && !render->bars.failed;
}

/* What a whole bar stands for: 100 percent, or the largest value of the column. */
static double full_bar(const struct column *column, const double *values, size_t count, size_t step)
{
	double largest = 0;
	size_t i;

	if (column->type == COLUMN_PERCENT)
		return 100;
	for (i = 0; i < count; i += step)
		largest = values[i] > largest ? values[i] : largest;
	return largest;
}

/* Draws the bars of a table once all of its lines are there. */
static bool draw_bars(struct render *render, const struct section *section)
{
	const double *values = (const double *)(const void *)render->bars.bytes;
	size_t count = render->bars.length / sizeof *values, step = count / render->rows, bar = 0, at = 0, i, line;
	struct text drawn = {0};
	bool done = true;

	for (i = 0; done && step > 0 && section->columns[i].name != NULL; i++) {
		const struct column *column = &section->columns[i];

		if (!is_shown(render, column))
			continue;
		at++;
		if (!column->is_bar)
			continue;
		for (line = 0; done && line < render->rows; line++) {
			text_clear(&drawn);
			render_draw_bar(&drawn, values[line * step + bar], full_bar(column, values + bar, count - bar, step),
			                BAR_WIDTH, render->options.is_plain);
			done = !drawn.failed && set_cell(scols_table_get_line(render->table, line), at, text_string(&drawn));
		}
		bar++;
		at++;
	}
	text_free(&drawn);
	return done;
}

/* Appends "2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open". */
static void append_span(struct text *buffer, const struct cell *from)
{
	render_append_time(buffer, &from[0]);
	text_append_string(buffer, " to ");
	render_append_time(buffer, &from[1]);
	text_append_string(buffer, render_is_true(&from[2]) ? ", still open\n" : "\n");
}

/* Appends what the head of a single document says in words: "degraded, 2025-10-15T14:30:00Z". */
static void append_words(struct render *render)
{
	struct text *buffer = &render->output->buffer;
	const struct column *column = render->report->head;
	const char *separator = "";
	size_t i;

	for (i = 0; column[i].name != NULL; i++) {
		if ((column[i].type != COLUMN_TEXT && column[i].type != COLUMN_TIME) || render->head[i].bytes == NULL)
			continue;
		text_append_string(buffer, separator);
		if (column[i].type == COLUMN_TEXT)
			text_append_terminal(buffer, render->head[i].bytes, render->head[i].length);
		else
			render_append_time(buffer, &render->head[i]);
		separator = ", ";
	}
	text_append_byte(buffer, '\n');
}

static void document_begin(struct render *render)
{
	struct text *buffer = &render->output->buffer;
	bool has_subject = render->report->subject.name != NULL;

	if (render->has_documents)
		text_append_byte(buffer, '\n');
	text_append_string(buffer, render->options.has_colour ? "\033[1m" : "");
	if (!has_subject)
		text_append_string(buffer, render->report->title);
	else {
		text_append_format(buffer, "%s ", render->report->subject.title);
		text_append_terminal(buffer, text_string(&render->subject), render->subject.length);
	}
	text_append_string(buffer, render->options.has_colour ? "\033[0m\n" : "\n");
	if (render_is_single(render)) {
		append_words(render);
		return;
	}
	/* Both heads have from, to and partial behind their first value, which a list's title says already. */
	if (has_subject) {
		text_append(buffer, render->head[0].bytes, render->head[0].length);
		text_append_string(buffer, ": ");
	}
	append_span(buffer, &render->head[1]);
}

static void section_begin(struct render *render, const struct section *section)
{
	if (!begin_table(render, section))
		render->output->buffer.failed = true;
}

static void append_row(struct render *render, const struct section *section, const struct cell *cells)
{
	bool done = report_is_single_row(section) ? add_scalars(render, section, cells) : add_line(render, section, cells);

	if (!done)
		render->output->buffer.failed = true;
}

static void section_end(struct render *render, const struct section *section)
{
	struct text *buffer = &render->output->buffer;
	char *printed = NULL;

	if (render->rows == 0 && section->shape == SECTION_ROWS)
		text_append_string(buffer, "\nNone.\n");
	if (render->rows == 0 || buffer->failed)
		return;
	if (!report_is_single_row(section) && !draw_bars(render, section))
		buffer->failed = true;
	if (scols_print_table_to_string(render->table, &printed) != 0) {
		buffer->failed = true;
		return;
	}
	text_append_byte(buffer, '\n');
	text_append_string(buffer, printed);
	if (buffer->length > 0 && buffer->bytes[buffer->length - 1] != '\n')
		text_append_byte(buffer, '\n');
	free(printed);
}

const struct render_format render_table = {
	.name = "table",
	.document_begin = document_begin,
	.section_begin = section_begin,
	.row = append_row,
	.section_end = section_end,
};
