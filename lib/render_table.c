/* Tables for people, by libsmartcols: a list of names and values for scalars, a table with headings for the others. */
#include "render_cell.h"
#include "render_draw.h"
#include "render_format.h"
#include "render_layout.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BAR_WIDTH ((size_t)10)

static bool add_column(struct render *render, const char *title, int flags)
{
	struct libscols_column *column = scols_table_new_column(render->table, title, 0, flags);

	if (column == NULL)
		return false;
	return !render->options.has_colour || scols_cell_set_color(scols_column_get_header(column), "bold") == 0;
}

/* Texts and pictures stand on the left, numbers on the right. */
static int flags_of(const struct column *column)
{
	return column->type == COLUMN_TEXT || column->type == COLUMN_SERIES ? 0 : SCOLS_FL_RIGHT;
}

static bool set_cell(struct libscols_line *line, size_t index, const char *string)
{
	return line != NULL && scols_line_set_data(line, index, string) == 0;
}

static bool has_changes(const struct section *section)
{
	const struct column *column;

	for (column = section->columns; column->name != NULL; column++)
		if (render_cell_is_change(column))
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
	scols_table_set_column_separator(render->table, RENDER_LAYOUT_SEPARATOR);
	scols_table_enable_colors(render->table, render->options.has_colour);
	/* Cells are safe and fit already: libsmartcols is not to change or cut them. It reads them in the locale's charset.
	 */
	render->options.is_plain |= !text_has_utf8_locale();
	scols_table_enable_noencoding(render->table, 1);
	scols_table_set_termforce(render->table, SCOLS_TERMFORCE_NEVER);
	if (report_is_single_row(section)) {
		scols_table_enable_noheadings(render->table, 1);
		return add_column(render, "name", 0) && add_column(render, "value", SCOLS_FL_RIGHT) &&
		       (!has_changes(section) || add_column(render, "change", SCOLS_FL_RIGHT));
	}
	for (column = section->columns; column->name != NULL; column++)
		if (!add_column(render, column->title, flags_of(column)) || (column->is_bar && !add_column(render, "", 0)))
			return false;
	return true;
}

/* Appends a value to an empty text and sets it in a cell; a terminal needs to know how wide its column gets. */
static bool add_cell(struct render *render, struct libscols_line *line, size_t at, const struct column *column,
                     const struct cell *cell, size_t *width)
{
	struct text value = {0};
	size_t cells;
	bool done;

	render_cell_append(&value, column, cell, render->options.is_plain);
	done = !value.failed && set_cell(line, at, text_string(&value));
	cells = render->options.width > 0 ? text_cells(text_string(&value), value.length) : 0;
	*width = cells > *width ? cells : *width;
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
	bool done = true;
	size_t i, at = 0;

	for (i = 0; done && section->columns[i].name != NULL; i++) {
		done = add_cell(render, line, at, &section->columns[i], &cells[i], &render->widths[i]);
		if (done && render->options.has_colour && section->columns[i].is_status)
			scols_cell_set_color(scols_line_get_cell(line, at), render_cell_colour(&cells[i]));
		at++;
		if (section->columns[i].is_bar) {
			keep_bar(render, &cells[i]);
			at++;
		}
	}
	return done && !render->bars.failed;
}

/* A section of one row has a line for each of its columns but the changes, which stand beside their figures. */
enum scalar_column { SCALAR_NAME, SCALAR_VALUE, SCALAR_CHANGE };

static bool add_scalars(struct render *render, const struct section *section, const struct cell *cells)
{
	const struct column *column;
	struct libscols_line *line = NULL;
	bool done = true;
	size_t at, title;

	for (column = section->columns; done && column->name != NULL; column++, cells++) {
		at = line != NULL && render_cell_is_change(column) ? SCALAR_CHANGE : SCALAR_VALUE;
		if (at == SCALAR_VALUE) {
			line = scols_table_new_line(render->table, NULL);
			done = set_cell(line, SCALAR_NAME, column->title);
			title = text_cells(column->title, strlen(column->title));
			render->widths[SCALAR_NAME] = title > render->widths[SCALAR_NAME] ? title : render->widths[SCALAR_NAME];
		}
		done = done && add_cell(render, line, at, column, cells, &render->widths[at]);
	}
	return done;
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

/* Draws the bars of a table once all of its lines are there, and says how wide they got. */
static bool draw_bars(struct render *render, const struct section *section, size_t *widths)
{
	const double *values = (const double *)(const void *)render->bars.bytes;
	size_t count = render->bars.length / sizeof *values, step = count / render->rows, bar = 0, at = 0, i, line;
	size_t cells;
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
			cells = text_cells(text_string(&drawn), drawn.length);
			widths[i] = cells > widths[i] ? cells : widths[i];
		}
		bar++;
		at++;
	}
	text_free(&drawn);
	return done;
}

/* Cuts a cell whose text is wider than it may be. */
static bool cut_cell(struct render *render, size_t line, size_t at, size_t width, const struct column *column)
{
	struct libscols_line *of = scols_table_get_line(render->table, line);
	const char *whole = scols_cell_get_data(scols_line_get_cell(of, at));
	struct text cut = {0};
	bool done;

	if (whole == NULL || text_cells(whole, strlen(whole)) <= width)
		return true;
	text_append_cut(&cut, whole, strlen(whole), width, render_layout_is_name(column), render->options.is_plain);
	done = !cut.failed && set_cell(of, at, text_string(&cut));
	text_free(&cut);
	return done;
}

/* Hides the columns that the terminal has no room for, and cuts the texts of those that get less than they need. */
static bool fit_columns(struct render *render, const struct column *columns, struct render_layout *layout)
{
	size_t at = 0, i, line;
	bool done = true;

	for (i = 0; columns[i].name != NULL; i++) {
		size_t title = text_cells(columns[i].title, strlen(columns[i].title));

		layout->widths[i] = render->widths[i] > title ? render->widths[i] : title;
	}
	render_layout_fit(layout, columns, render->options.width);
	for (i = 0; done && columns[i].name != NULL; i++) {
		if (layout->widths[i] == 0)
			scols_column_set_flags(scols_table_get_column(render->table, at), SCOLS_FL_HIDDEN);
		for (line = 0; done && layout->widths[i] > 0 && layout->widths[i] < render->widths[i] && line < render->rows;
		     line++)
			done = cut_cell(render, line, at, layout->widths[i], &columns[i]);
		at++;
		if (columns[i].is_bar && layout->bars[i] == 0)
			scols_column_set_flags(scols_table_get_column(render->table, at), SCOLS_FL_HIDDEN);
		at += columns[i].is_bar;
	}
	return done;
}

/* Cuts the texts among the values of a section of one row to what its names and changes leave. */
static bool fit_scalars(struct render *render, const struct column *columns)
{
	size_t taken = render->widths[SCALAR_NAME] + strlen(RENDER_LAYOUT_SEPARATOR), line = 0, least, i;
	bool done = true;

	if (render->widths[SCALAR_CHANGE] > 0)
		taken += render->widths[SCALAR_CHANGE] + strlen(RENDER_LAYOUT_SEPARATOR);
	for (i = 0; done && columns[i].name != NULL; i++) {
		if (i > 0 && render_cell_is_change(&columns[i]))
			continue;
		least = render_layout_least(&columns[i], render->widths[SCALAR_VALUE]);
		if (columns[i].type == COLUMN_TEXT)
			done = cut_cell(render, line, SCALAR_VALUE,
			                render->options.width > taken + least ? render->options.width - taken : least, &columns[i]);
		line++;
	}
	return done;
}

/* Draws what only a whole table can be drawn with, and fits it into a terminal; elsewhere nothing is cut. */
static bool finish_table(struct render *render, const struct section *section)
{
	struct render_layout layout = {0};

	if (report_is_single_row(section))
		return render->options.width == 0 || fit_scalars(render, section->columns);
	return draw_bars(render, section, layout.bars) &&
	       (render->options.width == 0 || fit_columns(render, section->columns, &layout));
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

/* Appends the name of a section as a heading, "cost_per_team" as "Cost per team", unless the title has said it. */
static void append_heading(struct render *render, const struct section *section)
{
	struct text *buffer = &render->output->buffer, heading = {0};
	const char *at;

	for (at = section->name; *at != '\0'; at++)
		text_append_byte(&heading, at == section->name ? (char)toupper((unsigned char)*at) : *at == '_' ? ' ' : *at);
	if (strcmp(text_string(&heading), render->report->title) != 0)
		text_append_format(buffer, render->options.has_colour ? "\n\033[1m%s\033[0m" : "\n%s", text_string(&heading));
	buffer->failed |= heading.failed;
	text_free(&heading);
}

static void section_end(struct render *render, const struct section *section)
{
	struct text *buffer = &render->output->buffer;
	char *printed = NULL;

	text_append_format(&render->counts, "%s%zu", render->counts.length > 0 ? " and " : "", render->rows);
	if (render->report->subject.name == NULL && render->report->sections[1].name != NULL &&
	    (render->rows > 0 || section->shape == SECTION_ROWS))
		append_heading(render, section);

	if (render->rows == 0 && section->shape == SECTION_ROWS)
		text_append_string(buffer, "\nNone.\n");
	if (render->rows == 0 || buffer->failed)
		return;
	if (!finish_table(render, section) || scols_print_table_to_string(render->table, &printed) != 0) {
		buffer->failed = true;
		return;
	}
	text_append_byte(buffer, '\n');
	text_append_string(buffer, printed);
	if (buffer->length > 0 && buffer->bytes[buffer->length - 1] != '\n')
		text_append_byte(buffer, '\n');
	free(printed);
}

/* Below a list: how many rows, of several lists each, and of when they are. */
static void document_end(struct render *render)
{
	struct text *buffer = &render->output->buffer;

	if (render->report->head != report_list_head || render->head[5].bytes == NULL)
		return;
	text_append_byte(buffer, '\n');
	if (render_is_list(render))
		text_append_format(buffer, "%s %s, ", text_string(&render->counts),
		                   strcmp(text_string(&render->counts), "1") == 0 ? "row" : "rows");
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
