/*
 * CSV (RFC 4180): a line for each row of the statement. Its columns are "section", the subject's if there is one, those
 * of the head, and those of all sections, each name once; cells of columns that a row's section doesn't have are empty.
 * A list has the columns of its rows alone.
 */
#include "render_format.h"

#include <string.h>

/*
 * A text that a spreadsheet would take for a formula gets an apostrophe in front of it, which spreadsheets do not show
 * (OWASP, "CSV Injection").
 */
static bool is_formula(const struct cell *cell)
{
	return cell->length > 0 && memchr("=+-@\t\r", cell->bytes[0], 6) != NULL;
}

static void append_text(struct render *render, const struct cell *cell)
{
	struct text *buffer = &render->output->buffer;
	struct text safe = {0};
	const char *at, *quote;

	if (is_formula(cell))
		text_append_byte(&safe, '\'');
	if (render->options.is_terminal)
		text_append_terminal(&safe, cell->bytes, cell->length);
	else
		text_append(&safe, cell->bytes, cell->length);
	at = text_string(&safe);
	if (strpbrk(at, ",\"\r\n") == NULL)
		text_append(buffer, at, safe.length);
	else {
		text_append_byte(buffer, '"');
		for (; (quote = strchr(at, '"')) != NULL; at = quote + 1) {
			text_append(buffer, at, (size_t)(quote - at));
			text_append_string(buffer, "\"\"");
		}
		text_append_string(buffer, at);
		text_append_byte(buffer, '"');
	}
	buffer->failed |= safe.failed;
	text_free(&safe);
}

static void append_cell(struct render *render, const struct column *column, const struct cell *cell)
{
	struct text *buffer = &render->output->buffer;

	if (cell->bytes == NULL)
		return;
	if (column->type == COLUMN_TEXT)
		append_text(render, cell);
	else if (column->type == COLUMN_TIME)
		render_append_time(buffer, cell);
	else if (column->type == COLUMN_SERIES)
		render_append_series(buffer, cell, ' ');
	else if (column->type == COLUMN_FLAG)
		text_append_string(buffer, render_is_true(cell) ? "true" : "false");
	else
		text_append(buffer, cell->bytes, cell->length);
}

/* The index of the column of a name; as many as there are columns for none. */
static size_t find_column(const struct column *columns, const char *name)
{
	size_t i;

	for (i = 0; columns[i].name != NULL && strcmp(columns[i].name, name) != 0; i++)
		;
	return i;
}

/* Whether an earlier section has the column too: sections share it. */
static bool is_shared(const struct section *sections, const struct section *section, const char *name)
{
	for (; sections < section; sections++)
		if (sections->columns[find_column(sections->columns, name)].name != NULL)
			return true;
	return false;
}

/* Puts a comma in front of a cell, unless it is the first of its line. */
static void separate(struct render *render, bool *is_first)
{
	if (!*is_first)
		text_append_byte(&render->output->buffer, ',');
	*is_first = false;
}

static void begin(struct render *render)
{
	struct text *buffer = &render->output->buffer;
	const struct section *sections = render->report->sections, *section;
	const struct column *column;
	bool is_first = true;

	if (render_has_sections(render)) {
		text_append_string(buffer, "section");
		is_first = false;
	}
	if (!render_is_list(render)) {
		if (!render_is_single(render))
			text_append_format(buffer, ",%s", render->report->subject.name);
		for (column = render->report->head; column->name != NULL; column++)
			text_append_format(buffer, ",%s", column->name);
	}
	for (section = sections; section->name != NULL; section++)
		for (column = section->columns; column->name != NULL; column++)
			if (!is_shared(sections, section, column->name)) {
				separate(render, &is_first);
				text_append_string(buffer, column->name);
			}
	text_append_string(buffer, "\r\n");
}

/* The cells that stand in front of a document's row. */
static void append_document(struct render *render)
{
	const struct cell subject = {text_string(&render->subject), render->subject.length};
	size_t i;

	if (!render_is_single(render)) {
		text_append_byte(&render->output->buffer, ',');
		append_text(render, &subject);
	}
	for (i = 0; render->report->head[i].name != NULL; i++) {
		text_append_byte(&render->output->buffer, ',');
		append_cell(render, &render->report->head[i], &render->head[i]);
	}
}

static void append_row(struct render *render, const struct section *section, const struct cell *cells)
{
	const struct section *sections = render->report->sections, *other;
	const struct column *column;
	bool is_first = !render_has_sections(render);
	size_t i;

	if (!is_first)
		text_append_string(&render->output->buffer, section->name);
	if (!render_is_list(render))
		append_document(render);
	for (other = sections; other->name != NULL; other++)
		for (column = other->columns; column->name != NULL; column++) {
			if (is_shared(sections, other, column->name))
				continue;
			separate(render, &is_first);
			i = find_column(section->columns, column->name);
			if (section->columns[i].name != NULL)
				append_cell(render, column, &cells[i]);
		}
	text_append_string(&render->output->buffer, "\r\n");
}

const struct render_format render_csv = {.name = "csv", .begin = begin, .row = append_row};
