/* Tables for people, by libsmartcols: a list of names and values for scalars, a table with headings for the others. */
#include "render_cell.h"
#include "render_draw.h"
#include "render_format.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BAR_WIDTH ((size_t)10)

/* The first column, which names a row, is cut only where it is wider than this. */
#define NAME_WIDTH ((size_t)40)

static void append_cell(const struct render *render, struct text *text, const struct column *column,
                        const struct cell *cell)
{
	render_cell_append(text, column, cell, render->options.is_plain);
}

/* Adds a column to the table with flags of libsmartcols: SCOLS_FL_TRUNC for texts, which may be cut on a terminal. */
static bool add_column(struct render *render, const char *title, int flags)
{
	struct libscols_column *column = scols_table_new_column(render->table, title, 0, flags);

	if (column == NULL)
		return false;
	return !render->options.has_colour || scols_cell_set_color(scols_column_get_header(column), "bold") == 0;
}

/* Texts stand on the left and may be cut, pictures stand there whole, and numbers on the right. */
static int flags_of(const struct column *column)
{
	return column->type == COLUMN_TEXT ? SCOLS_FL_TRUNC : column->type == COLUMN_SERIES ? 0 : SCOLS_FL_RIGHT;
}

static bool set_cell(struct libscols_line *line, size_t index, const char *string)
{
	return line != NULL && scols_line_set_data(line, index, string) == 0;
}

/* Whether a column is the change of the one in front of it, and so stands beside it. */
static bool is_change(const struct column *column)
{
	static const char suffix[] = "_trend_percent";
	size_t length = strlen(column->name);

	return length > strlen(suffix) && strcmp(column->name + length - strlen(suffix), suffix) == 0;
}

static bool has_changes(const struct section *section)
{
	const struct column *column;

	for (column = section->columns; column->name != NULL; column++)
		if (is_change(column))
			return true;
	return false;
}

static bool begin_table(struct render *render, const struct section *section)
{
	const struct column *column;

	text_clear(&render->bars);
	memset(render->widths, 0, sizeof render->widths);
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
		return add_column(render, "name", SCOLS_FL_TRUNC) && add_column(render, "value", SCOLS_FL_RIGHT) &&
		       (!has_changes(section) || add_column(render, "change", SCOLS_FL_RIGHT));
	}
	for (column = section->columns; column->name != NULL; column++)
		if (!add_column(render, column->title, flags_of(column)) || (column->is_bar && !add_column(render, "", 0)))
			return false;
	return true;
}

/* Sets the change of the figure on a line: "+12.30%". */
static bool add_change(struct render *render, struct libscols_line *line, const struct column *column,
                       const struct cell *cell)
{
	struct text value = {0};
	bool done;

	if (cell->bytes != NULL && cell->bytes[0] != '-')
		text_append_byte(&value, '+');
	append_cell(render, &value, column, cell);
	done = !value.failed && set_cell(line, 2, text_string(&value));
	text_free(&value);
	return done;
}

static bool add_scalars(struct render *render, const struct section *section, const struct cell *cells)
{
	const struct column *column;
	struct libscols_line *line = NULL;
	struct text value = {0};
	bool done = true;

	for (column = section->columns; done && column->name != NULL; column++, cells++) {
		if (line != NULL && is_change(column)) {
			done = add_change(render, line, column, cells);
			continue;
		}
		line = scols_table_new_line(render->table, NULL);
		text_clear(&value);
		append_cell(render, &value, column, cells);
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

/* How many characters a text has, which on a terminal are as many cells, or nearly. */
static size_t width_of(const char *bytes)
{
	size_t width = 0;

	for (; *bytes != '\0'; bytes++)
		width += (*bytes & 0xC0) != 0x80;
	return width;
}

static bool add_line(struct render *render, const struct section *section, const struct cell *cells)
{
	struct libscols_line *line = scols_table_new_line(render->table, NULL);
	struct text value = {0};
	bool done = true;
	size_t i, at = 0;

	for (i = 0; done && section->columns[i].name != NULL; i++) {
		text_clear(&value);
		append_cell(render, &value, &section->columns[i], &cells[i]);
		done = !value.failed && set_cell(line, at, text_string(&value));
		if (width_of(text_string(&value)) > render->widths[i])
			render->widths[i] = width_of(text_string(&value));
		if (done && render->options.has_colour && section->columns[i].is_status)
			scols_cell_set_color(scols_line_get_cell(line, at), render_cell_colour(&cells[i]));
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

/* How many cells the table takes, with two between columns. */
static size_t table_width(const struct render *render, const struct section *section)
{
	size_t width = 0, i;

	for (i = 0; section->columns[i].name != NULL; i++) {
		size_t title = width_of(section->columns[i].title);

		width += (render->widths[i] > title ? render->widths[i] : title) + 2;
		width += section->columns[i].is_bar ? BAR_WIDTH + 2 : 0;
	}
	return width > 2 ? width - 2 : 0;
}

/* Leaves details out where the terminal is too narrow for all, and spares the first column, which names a row. */
static void fit_columns(struct render *render, const struct section *section)
{
	bool is_narrow = render->options.width > 0 && table_width(render, section) > render->options.width;
	size_t at = 0, i;

	if (render->widths[0] <= NAME_WIDTH)
		scols_column_set_flags(scols_table_get_column(render->table, 0), flags_of(section->columns) & ~SCOLS_FL_TRUNC);
	for (i = 0; section->columns[i].name != NULL; i++) {
		size_t count = section->columns[i].is_bar ? 2 : 1;

		for (; count > 0; count--, at++)
			if (is_narrow && section->columns[i].is_detail)
				scols_column_set_flags(scols_table_get_column(render->table, at), SCOLS_FL_HIDDEN);
	}
}

/* Appends "2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open", or the end that there is; nothing for all time.
 */
static void append_span(struct text *buffer, const struct cell *from)
{
	if (from[0].bytes == NULL && from[1].bytes == NULL)
		return;
	if (from[0].bytes != NULL) {
		text_append_string(buffer, from[1].bytes == NULL ? "since " : "");
		render_cell_append_time(buffer, &from[0]);
	}
	if (from[1].bytes != NULL) {
		text_append_string(buffer, from[0].bytes == NULL ? "until " : " to ");
		render_cell_append_time(buffer, &from[1]);
		text_append_string(buffer, from[0].bytes != NULL && render_is_true(&from[2]) ? ", still open" : "");
	}
	text_append_byte(buffer, '\n');
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
			render_cell_append_time(buffer, &render->head[i]);
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
	if (render->report->head[0].name == NULL)
		return;
	if (!has_subject && render->report->head != report_list_head) {
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

/* Appends the name of a section as a heading: "cost_per_team" as "Cost per team". */
static void append_heading(struct render *render, const struct section *section)
{
	struct text *buffer = &render->output->buffer;
	const char *at;

	text_append_string(buffer, render->options.has_colour ? "\n\033[1m" : "\n");
	for (at = section->name; *at != '\0'; at++)
		text_append_byte(buffer, at == section->name ? (char)toupper((unsigned char)*at) : *at == '_' ? ' ' : *at);
	text_append_string(buffer, render->options.has_colour ? "\033[0m" : "");
}

static void section_end(struct render *render, const struct section *section)
{
	struct text *buffer = &render->output->buffer;
	char *printed = NULL;

	render->total_rows += render->rows;
	if (render->report->subject.name == NULL && render->report->sections[1].name != NULL &&
	    (render->rows > 0 || section->shape == SECTION_ROWS))
		append_heading(render, section);

	if (render->rows == 0 && section->shape == SECTION_ROWS)
		text_append_string(buffer, "\nNone.\n");
	if (render->rows == 0 || buffer->failed)
		return;
	if (!report_is_single_row(section) && !draw_bars(render, section))
		buffer->failed = true;
	if (!report_is_single_row(section))
		fit_columns(render, section);
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

/* Below a list: how many rows, and of when they are. */
static void document_end(struct render *render)
{
	struct text *buffer = &render->output->buffer;

	if (render->report->head != report_list_head || render->head[5].bytes == NULL)
		return;
	text_append_byte(buffer, '\n');
	if (render_is_list(render))
		text_append_format(buffer, "%zu %s, ", render->total_rows, render->total_rows == 1 ? "row" : "rows");
	text_append_string(buffer, "as of ");
	render_cell_append_time(buffer, &render->head[5]);
	text_append_byte(buffer, '\n');
}

const struct render_format render_table = {
	.name = "table",
	.document_begin = document_begin,
	.section_begin = section_begin,
	.row = append_row,
	.section_end = section_end,
	.document_end = document_end,
};
