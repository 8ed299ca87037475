#include "render.h"

#include "render_format.h"

#include <stdlib.h>
#include <string.h>

static const struct render_format *const formats[] = {&render_table, &render_json, &render_jsonl, &render_csv,
                                                      &render_prom};

const char *const render_format_names[] = {"table", "json", "jsonl", "csv", "prom", NULL};

static const struct render_format *find_format(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

struct render *render_open(const struct render_options *options, const struct report *report,
                           const struct cell head[REPORT_HEAD_COUNT], bool several, struct output *output,
                           struct error *error)
{
	struct render *render = calloc(1, sizeof *render);

	if (render == NULL) {
		error_out_of_memory(error);
		return NULL;
	}
	render->format = find_format(options->format);
	if (render->format == NULL) {
		error_set(error, "unknown format \"%s\"", options->format);
		free(render);
		return NULL;
	}
	render->report = report;
	render->options = *options;
	render->head = head;
	render->several = several;
	render->output = output;
	render->section = report_section_count(report);
	return render;
}

/* Not done by render_open, so that a report that fails before its first row prints nothing. */
static void begin(struct render *render)
{
	if (!render->has_begun && render->format->begin != NULL)
		render->format->begin(render);
	render->has_begun = true;
}

static bool is_document_open(const struct render *render)
{
	return render->report->sections[render->section].name != NULL;
}

static void begin_section(struct render *render)
{
	render->rows = 0;
	if (render->format->section_begin != NULL)
		render->format->section_begin(render, &render->report->sections[render->section]);
}

static void end_section(struct render *render)
{
	if (render->format->section_end != NULL)
		render->format->section_end(render, &render->report->sections[render->section]);
}

/* Goes on to a section of the open document; those in between are empty. */
static void advance(struct render *render, size_t section)
{
	while (render->section < section) {
		end_section(render);
		render->section++;
		if (is_document_open(render))
			begin_section(render);
	}
}

static void end_document(struct render *render)
{
	advance(render, report_section_count(render->report));
	if (render->format->document_end != NULL)
		render->format->document_end(render);
}

static void begin_document(struct render *render, const char *subject)
{
	text_clear(&render->subject);
	text_append_string(&render->subject, subject);
	if (render->format->document_begin != NULL)
		render->format->document_begin(render);
	render->has_documents = true;
	render->section = 0;
	begin_section(render);
}

bool render_row(struct render *render, const char *subject, size_t section, const struct cell *cells,
                struct error *error)
{
	if (is_document_open(render) && strcmp(text_string(&render->subject), subject) != 0) {
		end_document(render);
		if (!output_end_row(render->output, error))
			return false;
	}
	begin(render);
	if (!is_document_open(render))
		begin_document(render, subject);
	if (section < render->section || section >= report_section_count(render->report))
		return error_set(error, "the rows of %s came out of order", render->report->name);
	advance(render, section);
	if (render->format->row != NULL)
		render->format->row(render, &render->report->sections[section], cells);
	render->rows++;
	if (render->subject.failed)
		return error_out_of_memory(error);
	return (render->format->has_document_rows && !render_is_list(render)) || output_end_row(render->output, error);
}

bool render_close(struct render *render, struct error *error)
{
	if (is_document_open(render))
		end_document(render);
	if (render->several || (render_is_list(render) && !render->has_documents))
		begin(render);
	if (render_is_list(render) && !render->has_documents) {
		begin_document(render, "");
		end_document(render);
	}
	if (render->has_begun && render->format->end != NULL)
		render->format->end(render);
	return output_flush(render->output, error);
}

void render_free(struct render *render)
{
	if (render == NULL)
		return;
	render_prom_free(render);
	text_free(&render->subject);
	text_free(&render->bars);
	text_free(&render->counts);
	scols_unref_table(render->table);
	free(render);
}

bool render_is_list(const struct render *render)
{
	return render->report->head == report_list_head && render->report->sections[0].shape == SECTION_ROWS;
}

bool render_has_sections(const struct render *render)
{
	return !render_is_list(render) || render->report->has_parts || report_section_count(render->report) > 1;
}

bool render_is_single(const struct render *render)
{
	return render->report->subject.name == NULL && !render_is_list(render);
}

void render_append_series(struct text *text, const struct cell *cell, char separator)
{
	size_t i;

	for (i = 0; i < cell->length; i++)
		if (cell->bytes[i] == ',')
			text_append_byte(text, separator);
		else if (cell->bytes[i] != '{' && cell->bytes[i] != '}')
			text_append_byte(text, cell->bytes[i]);
}

void render_append_time(struct text *text, const struct cell *cell)
{
	size_t day = cell->length > 10 && cell->bytes[10] == ' ' ? 10 : cell->length;

	text_append(text, cell->bytes, day);
	if (day < cell->length) {
		text_append_byte(text, 'T');
		text_append(text, cell->bytes + day + 1, cell->length - day - 1);
		text_append_byte(text, 'Z');
	}
}

bool render_is_true(const struct cell *cell)
{
	return cell->length == 1 && cell->bytes[0] == 't';
}
