/* Tables for people, by libsmartcols: a list of names and values for scalars, a table with headings for the others. */
#include "decimal.h"
#include "render_format.h"

#include <stdlib.h>
#include <string.h>

/* How many cells a terminal must have for all columns. */
#define WIDE 140

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

static void append_value(struct text *text, const struct column *column, const struct cell *cell)
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
	case COLUMN_NUMBER:
	case COLUMN_MS:
	case COLUMN_SECONDS:
	case COLUMN_SERIES:
		text_append(text, cell->bytes, cell->length);
		break;
	case COLUMN_USD:
		decimal_append_usd(text, cell->bytes, cell->length);
		break;
	case COLUMN_PERCENT:
		decimal_append_percent(text, cell->bytes, cell->length);
		break;
	case COLUMN_FLAG:
		text_append_string(text, render_is_true(cell) ? "yes" : "no");
		break;
	case COLUMN_TIME:
		render_append_time(text, cell);
		break;
	}
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
	if (section->shape == SECTION_SCALARS) {
		scols_table_enable_noheadings(render->table, 1);
		return add_column(render, "name", true) && add_column(render, "value", false);
	}
	for (column = section->columns; column->name != NULL; column++)
		if (is_shown(render, column) && !add_column(render, column->title, column->type == COLUMN_TEXT))
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
		append_value(&value, column, cells);
		done = !value.failed && set_cell(line, 0, column->title) && set_cell(line, 1, text_string(&value));
	}
	text_free(&value);
	return done;
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
		append_value(&value, &section->columns[i], &cells[i]);
		done = !value.failed && set_cell(line, at++, text_string(&value));
	}
	text_free(&value);
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

static void document_begin(struct render *render)
{
	struct text *buffer = &render->output->buffer;
	bool is_list = render_is_list(render);

	if (render->has_documents)
		text_append_byte(buffer, '\n');
	text_append_string(buffer, render->options.has_colour ? "\033[1m" : "");
	if (is_list)
		text_append_string(buffer, render->report->title);
	else {
		text_append_format(buffer, "%s ", render->report->subject.title);
		text_append_terminal(buffer, text_string(&render->subject), render->subject.length);
	}
	text_append_string(buffer, render->options.has_colour ? "\033[0m\n" : "\n");
	/* Both heads have from, to and partial behind their first value, which a list's title says already. */
	if (!is_list) {
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
	bool done =
		section->shape == SECTION_SCALARS ? add_scalars(render, section, cells) : add_line(render, section, cells);

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
