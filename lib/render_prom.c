/*
 * Prometheus' text format (its documentation, "Exposition formats", version 0.0.4): base units, and no sample where a
 * figure is unknown. Rows are told apart by their labels: the subject, a map's key, and columns that are labels; an
 * array without any has no samples. All samples of one metric stand together, so they are kept until the end.
 */
#include "calendar.h"
#include "decimal.h"
#include "render_format.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* How a unit in a column's name becomes a base unit. */
static const struct {
	enum column_type type;
	const char *suffix; /* of the column's name */
	const char *base;   /* what stands in its place */
	size_t places;      /* by which the decimal point moves to the left */
	double factor;      /* of base units that are no decimal part; 0 = none */
} units[] = {
	{COLUMN_MS, "_ms", "_seconds", 3, 0},
	{COLUMN_PERCENT, "_percent", "_ratio", 2, 0},
	{COLUMN_PERCENT, "_percentage", "_ratio", 2, 0},
	{COLUMN_TIME, "_at", "_timestamp_seconds", 0, 0},
	{COLUMN_NUMBER, "_days", "_seconds", 0, 86400},
	{COLUMN_NUMBER, "days_to_empty", "seconds_to_empty", 0, 86400},
	{COLUMN_COUNT, "count", "number", 0, 0},   /* the suffix _count is a histogram's, */
	{COLUMN_COUNT, "total", "matching", 0, 0}, /* and _total a counter's */
};

static size_t find_unit(const struct column *column)
{
	size_t length = strlen(column->name), suffix, i;

	for (i = 0; i < sizeof units / sizeof units[0]; i++) {
		suffix = strlen(units[i].suffix);
		if (units[i].type == column->type && length >= suffix &&
		    strcmp(column->name + length - suffix, units[i].suffix) == 0)
			break;
	}
	return i;
}

static bool is_known_unit(size_t unit)
{
	return unit < sizeof units / sizeof units[0];
}

/* Whether a value is a number here: infinity, as a time of PostgreSQL's may be, is not. */
static bool has_number(const struct column *column, const struct cell *cell)
{
	return cell->bytes != NULL &&
	       (column->type == COLUMN_FLAG || (cell->length > 0 && strchr("0123456789-", cell->bytes[0]) != NULL &&
	                                        cell->bytes[cell->length - 1] != 'y'));
}

static bool is_metric(const struct column *column)
{
	return !column->is_label && column->type != COLUMN_TEXT && column->type != COLUMN_SERIES &&
	       (column->type != COLUMN_TIME || is_known_unit(find_unit(column)));
}

/* Appends the metric's name, which says the section where that is one of rows with labels of their own. */
static void append_name(struct text *text, const struct render *render, const struct section *section,
                        const struct column *column)
{
	size_t unit = find_unit(column), length = strlen(column->name);

	text_append_string(text, render->report->metrics);
	if (section != NULL && !report_is_single_row(section) && render_has_sections(render))
		text_append_format(text, "_%s", section->name);
	if (is_known_unit(unit))
		text_append_format(text, "_%.*s%s", (int)(length - strlen(units[unit].suffix)), column->name, units[unit].base);
	else
		text_append_format(text, "_%s", column->name);
}

static void append_value(struct text *text, const struct column *column, const struct cell *cell)
{
	size_t unit = find_unit(column);
	struct text time = {0};
	int64_t at_us = 0;

	if (column->type == COLUMN_FLAG)
		text_append_byte(text, render_is_true(cell) ? '1' : '0');
	else if (column->type == COLUMN_TIME) {
		render_append_time(&time, cell);
		calendar_parse(text_string(&time), &at_us);
		text_append_format(text, "%.6f", (double)at_us / (double)CALENDAR_SECOND_US);
		text_free(&time);
	} else if (is_known_unit(unit) && units[unit].factor > 0)
		text_append_format(text, "%.0f", strtod(cell->bytes, NULL) * units[unit].factor);
	else if (is_known_unit(unit) && units[unit].places > 0)
		decimal_append_shifted(text, cell->bytes, cell->length, units[unit].places);
	else
		text_append(text, cell->bytes, cell->length);
}

/* Appends foreign text as the value of a label, or with quote '\0' as help. Bytes that are not UTF-8 become U+FFFD. */
static void append_escaped(struct text *text, const char *bytes, size_t length, char quote)
{
	uint32_t code_point;
	size_t at, taken;

	for (at = 0; at < length; at += taken) {
		taken = text_decode(bytes + at, length - at, &code_point);
		if (taken == 0) {
			text_append_string(text, "\xEF\xBF\xBD");
			taken = 1;
		} else if (bytes[at] == '\n')
			text_append_string(text, "\\n");
		else if (bytes[at] == '\\' || (quote != '\0' && bytes[at] == quote)) {
			text_append_byte(text, '\\');
			text_append_byte(text, bytes[at]);
		} else
			text_append(text, bytes + at, taken);
	}
}

static void append_label(const struct render *render, struct text *labels, const char *name, const struct cell *cell)
{
	struct text safe = {0};

	if (cell->bytes == NULL)
		return;
	if (render->options.is_terminal)
		text_append_terminal(&safe, cell->bytes, cell->length);
	else
		text_append(&safe, cell->bytes, cell->length);
	text_append_format(labels, "%s%s=\"", labels->length > 0 ? "," : "{", name);
	append_escaped(labels, text_string(&safe), safe.length, '"');
	text_append_byte(labels, '"');
	labels->failed |= safe.failed;
	text_free(&safe);
}

/* Adds a sample of each column that has a value. samples are those of the first column. */
static void add_samples(struct render *render, const struct section *section, const struct column *columns,
                        const struct cell *cells, struct text *samples, const struct text *labels)
{
	for (; columns->name != NULL; columns++, cells++, samples++) {
		if (!is_metric(columns) || !has_number(columns, cells))
			continue;
		append_name(samples, render, section, columns);
		text_append(samples, text_string(labels), labels->length);
		text_append_byte(samples, ' ');
		append_value(samples, columns, cells);
		text_append_byte(samples, '\n');
		render->output->buffer.failed |= samples->failed;
	}
}

static size_t column_count(const struct report *report)
{
	const struct section *section;
	size_t count = report_column_count(report->head);

	for (section = report->sections; section->name != NULL; section++)
		count += report_column_count(section->columns);
	return count;
}

/* The samples of the first column of a section. */
static struct text *samples_of(const struct render *render, const struct section *section)
{
	const struct section *before;
	struct text *samples = render->samples + report_column_count(render->report->head);

	for (before = render->report->sections; before < section; before++)
		samples += report_column_count(before->columns);
	return samples;
}

static void begin(struct render *render)
{
	render->samples = calloc(column_count(render->report), sizeof *render->samples);
	if (render->samples == NULL)
		render->output->buffer.failed = true;
}

static void document_begin(struct render *render)
{
	const struct text none = {0};

	if (render->samples != NULL && render_is_single(render))
		add_samples(render, NULL, render->report->head, render->head, render->samples, &none);
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Whether a row of the section had the same labels: a sample may be there once only, and it is the first. */
static bool is_repeated(struct render *render, const struct section *section, const struct text *labels)
{
	struct text key = {0};
	void **found;

	text_append_format(&key, "%s%s", section->name, text_string(labels));
	found = key.failed ? NULL : tsearch(key.bytes, &render->labels, compare_strings);
	if (found != NULL && *found == key.bytes)
		return false; /* the tree's now */
	render->output->buffer.failed |= found == NULL;
	text_free(&key);
	return true;
}

static void append_row(struct render *render, const struct section *section, const struct cell *cells)
{
	const struct cell subject = {text_string(&render->subject), render->subject.length};
	struct text labels = {0};
	bool is_told_apart = report_is_single_row(section);
	size_t i;

	if (render->report->subject.name != NULL)
		append_label(render, &labels, render->report->subject.name, &subject);
	for (i = 0; section->columns[i].name != NULL; i++)
		if (section->columns[i].is_label || (section->shape == SECTION_MAP && i == 0)) {
			append_label(render, &labels, section->columns[i].name, &cells[i]);
			is_told_apart = true;
		}
	if (labels.length > 0)
		text_append_byte(&labels, '}');
	render->output->buffer.failed |= labels.failed;
	if (render->samples != NULL && is_told_apart && !is_repeated(render, section, &labels))
		add_samples(render, section, section->columns, cells, samples_of(render, section), &labels);
	text_free(&labels);
}

/* A column's help up to what it says of nulls: those have no sample. */
static size_t help_length(const struct column *column)
{
	const char *nulls = strstr(column->help, "; null ");

	return nulls != NULL ? (size_t)(nulls - column->help) : strlen(column->help);
}

/* Writes the metrics of columns, each with its help and type. */
static void write_metrics(struct render *render, const struct section *section, const struct column *columns,
                          const struct text *samples)
{
	struct text *buffer = &render->output->buffer;

	for (; columns->name != NULL; columns++, samples++) {
		if (samples->length == 0)
			continue;
		text_append_string(buffer, "# HELP ");
		append_name(buffer, render, section, columns);
		text_append_byte(buffer, ' ');
		append_escaped(buffer, columns->help, help_length(columns), '\0');
		text_append_string(buffer, "\n# TYPE ");
		append_name(buffer, render, section, columns);
		text_append_string(buffer, " gauge\n");
		text_append(buffer, samples->bytes, samples->length);
	}
}

static void end(struct render *render)
{
	const struct section *section;

	if (render->samples == NULL)
		return;
	write_metrics(render, NULL, render->report->head, render->samples);
	for (section = render->report->sections; section->name != NULL; section++)
		write_metrics(render, section, section->columns, samples_of(render, section));
}

void render_prom_free(struct render *render)
{
	size_t i;

	for (i = 0; render->samples != NULL && i < column_count(render->report); i++)
		text_free(&render->samples[i]);
	free(render->samples);
	tdestroy(render->labels, free);
}

const struct render_format render_prom = {
	.name = "prom",
	.has_document_rows = true,
	.begin = begin,
	.document_begin = document_begin,
	.row = append_row,
	.end = end,
};
