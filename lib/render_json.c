/* JSON: one object, or {"teams": [objects]}; and JSON lines: the objects alone, one a line. */
#include "render_format.h"

#include <string.h>

/* The numbers of a series, as an array. */
static void append_series(struct render *render, const struct cell *cell)
{
	const char *at = cell->bytes + 1, *end = cell->bytes + cell->length;
	size_t length;

	json_open(&render->json, '[');
	for (; at < end; at += length + 1) {
		length = strcspn(at, ",}");
		if (length > 0)
			json_number(&render->json, at, length);
	}
	json_close(&render->json, ']');
}

static void append_value(struct render *render, const struct column *column, const struct cell *cell)
{
	struct text time = {0};

	if (cell->bytes == NULL) {
		json_null(&render->json);
		return;
	}
	switch (column->type) {
	case COLUMN_TEXT:
		json_string(&render->json, cell->bytes, cell->length);
		break;
	case COLUMN_COUNT:
	case COLUMN_NUMBER:
	case COLUMN_USD:
	case COLUMN_PERCENT:
	case COLUMN_MS:
	case COLUMN_SECONDS:
		json_number(&render->json, cell->bytes, cell->length);
		break;
	case COLUMN_FLAG:
		json_boolean(&render->json, render_is_true(cell));
		break;
	case COLUMN_SERIES:
		append_series(render, cell);
		break;
	case COLUMN_TIME:
		render_append_time(&time, cell);
		json_string(&render->json, text_string(&time), time.length);
		render->output->buffer.failed |= time.failed;
		text_free(&time);
		break;
	}
}

static void append_members(struct render *render, const struct column *columns, const struct cell *cells)
{
	for (; columns->name != NULL; columns++, cells++) {
		json_key(&render->json, columns->name, strlen(columns->name));
		append_value(render, columns, cells);
	}
}

static void begin_lines(struct render *render)
{
	render->json.text = &render->output->buffer;
}

static void begin_pretty(struct render *render)
{
	begin_lines(render);
	render->json.is_pretty = true;
	render->json.flat_from = 3;
	if (!render->several)
		return;
	render->json.flat_from = 5;
	json_open(&render->json, '{');
	json_key(&render->json, render->report->subjects, strlen(render->report->subjects));
	json_open(&render->json, '[');
}

static void document_begin(struct render *render)
{
	const char *name = render->report->subject.name;

	json_open(&render->json, '{');
	if (name != NULL) {
		json_key(&render->json, name, strlen(name));
		json_string(&render->json, text_string(&render->subject), render->subject.length);
	}
	append_members(render, render->report->head, render->head);
}

static void section_begin(struct render *render, const struct section *section)
{
	if (section->shape == SECTION_MEMBERS)
		return;
	json_key(&render->json, section->name, strlen(section->name));
	json_open(&render->json, section->shape == SECTION_ROWS ? '[' : '{');
}

static void append_row(struct render *render, const struct section *section, const struct cell *cells)
{
	size_t keys = section->shape == SECTION_MAP;

	if (report_is_single_row(section)) {
		append_members(render, section->columns, cells);
		return;
	}
	if (keys > 0)
		json_key(&render->json, cells->bytes != NULL ? cells->bytes : "", cells->length);
	json_open(&render->json, '{');
	if (!render->json.is_pretty && render_is_list(render) && render_has_sections(render)) {
		json_key(&render->json, "section", strlen("section"));
		json_string(&render->json, section->name, strlen(section->name));
	}
	append_members(render, section->columns + keys, cells + keys);
	json_close(&render->json, '}');
}

static void section_end(struct render *render, const struct section *section)
{
	if (section->shape == SECTION_MEMBERS)
		return;
	json_close(&render->json, section->shape == SECTION_ROWS ? ']' : '}');
}

static void document_end(struct render *render)
{
	json_close(&render->json, '}');
	if (!render->json.is_pretty)
		text_append_byte(render->json.text, '\n');
}

static void end_pretty(struct render *render)
{
	if (render->several) {
		json_close(&render->json, ']');
		json_close(&render->json, '}');
	}
	text_append_byte(render->json.text, '\n');
}

const struct render_format render_json = {
	.name = "json",
	.begin = begin_pretty,
	.document_begin = document_begin,
	.section_begin = section_begin,
	.row = append_row,
	.section_end = section_end,
	.document_end = document_end,
	.end = end_pretty,
};

/* JSON lines are documents, or the rows of a list. */

static void lines_document_begin(struct render *render)
{
	if (!render_is_list(render))
		document_begin(render);
}

static void lines_section_begin(struct render *render, const struct section *section)
{
	if (!render_is_list(render))
		section_begin(render, section);
}

static void lines_row(struct render *render, const struct section *section, const struct cell *cells)
{
	append_row(render, section, cells);
	if (render_is_list(render))
		text_append_byte(render->json.text, '\n');
}

static void lines_section_end(struct render *render, const struct section *section)
{
	if (!render_is_list(render))
		section_end(render, section);
}

static void lines_document_end(struct render *render)
{
	if (!render_is_list(render))
		document_end(render);
}

const struct render_format render_jsonl = {
	.name = "jsonl",
	.has_document_rows = true,
	.begin = begin_lines,
	.document_begin = lines_document_begin,
	.section_begin = lines_section_begin,
	.row = lines_row,
	.section_end = lines_section_end,
	.document_end = lines_document_end,
};
