#include "tail_line.h"

#include "decimal.h"
#include "tail.h"

#include <string.h>

/* What an 80 column terminal holds; where there is room, the optional ones too, and wider texts. */
enum line_column {
	LINE_TIME,
	LINE_KIND,
	LINE_TEAM,
	LINE_WHAT,
	LINE_STATUS,
	LINE_LATENCY,
	LINE_TOKENS,
	LINE_COST,
	LINE_JOB
};

static const struct {
	const char *title;
	unsigned width; /* in cells */
	unsigned width_max;
	bool is_name; /* cut in its middle */
	bool is_right;
	bool is_optional;
} columns[] = {
	[LINE_TIME] = {"TIME", 8, 8},
	[LINE_KIND] = {"KIND", 4, 4},
	[LINE_TEAM] = {"TEAM", 20, 40, .is_name = true},
	[LINE_WHAT] = {"TYPE/MODEL", 11, 40, .is_name = true},
	[LINE_STATUS] = {"STATUS", 14, 14},
	[LINE_LATENCY] = {"LATENCY", 10, 10, .is_right = true, .is_optional = true},
	[LINE_TOKENS] = {"TOKENS", 9, 9, .is_right = true},
	[LINE_COST] = {"COST", 8, 8, .is_right = true},
	[LINE_JOB] = {"JOB", 36, 36, .is_optional = true},
};

#define COLUMN_COUNT (sizeof columns / sizeof columns[0])
#define SEPARATOR 1U
#define NARROW 80U

/* Fits the columns into a width; those that do not get one are left out. */
static void fit(unsigned width, unsigned *widths)
{
	unsigned left = (width > NARROW ? width : NARROW) - NARROW;
	size_t i;

	for (i = 0; i < COLUMN_COUNT; i++) {
		widths[i] = columns[i].is_optional ? 0 : columns[i].width;
		if (columns[i].is_optional && (width == 0 || left >= columns[i].width + SEPARATOR)) {
			widths[i] = columns[i].width;
			left -= width == 0 ? 0 : columns[i].width + SEPARATOR;
		}
	}
	while (left > 0 &&
	       (widths[LINE_TEAM] < columns[LINE_TEAM].width_max || widths[LINE_WHAT] < columns[LINE_WHAT].width_max))
		widths[left-- % 2 == 0 ? LINE_TEAM : LINE_WHAT]++;
}

/* Appends a value in its column: cut to it on a terminal; but of a figure no digit may be missing. */
static void append_padded(const struct tail_line *line, struct text *text, const struct text *value, size_t column,
                          unsigned width, const char *colour)
{
	struct text fitted = {0};
	size_t cells = text_cells(text_string(value), value->length);

	if (cells > width && line->width > 0 && columns[column].is_right)
		text_append_repeated(&fitted, '#', width);
	else
		text_append_cut(&fitted, text_string(value), value->length, line->width > 0 ? width : cells,
		                columns[column].is_name, line->is_plain);
	cells = text_cells(text_string(&fitted), fitted.length);
	if (columns[column].is_right && cells < width)
		text_append_repeated(text, ' ', width - cells);
	text_append_string(text, colour != NULL ? colour : "");
	text_append(text, text_string(&fitted), fitted.length);
	text_append_string(text, colour != NULL ? "\033[0m" : "");
	if (!columns[column].is_right && cells < width && column + 1 < COLUMN_COUNT)
		text_append_repeated(text, ' ', width - cells);
	text->failed |= fitted.failed;
	text_free(&fitted);
}

static void append_titles(const struct tail_line *line, struct text *text, const unsigned *widths)
{
	struct text title = {0};
	size_t i;

	text_append_format(text, "%s%s\n", line->has_colour ? "\033[1m" : "", line->day);
	for (i = 0; i < COLUMN_COUNT; i++) {
		if (widths[i] == 0)
			continue;
		text_clear(&title);
		text_append_string(&title, columns[i].title);
		text_append_repeated(text, ' ', i > 0 ? SEPARATOR : 0);
		append_padded(line, text, &title, i, widths[i], NULL);
	}
	text_append_string(text, line->has_colour ? "\033[0m\n" : "\n");
	text->failed |= title.failed;
	text_free(&title);
}

/* What stands in a column. */
static struct cell find_cell(const struct cell *cells, size_t column)
{
	bool is_job = cells[TAIL_CALL_ID].bytes == NULL;

	switch (column) {
	case LINE_KIND:
		return cells[TAIL_KIND];
	case LINE_TEAM:
		return cells[TAIL_TEAM];
	case LINE_WHAT:
		return is_job                            ? cells[TAIL_JOB_TYPE]
		       : cells[TAIL_MODEL].bytes != NULL ? cells[TAIL_MODEL]
		                                         : cells[TAIL_MODEL_GROUP];
	case LINE_STATUS:
		return is_job                                  ? cells[TAIL_STATUS]
		       : cells[TAIL_ERROR_CLASS].bytes != NULL ? cells[TAIL_ERROR_CLASS]
		                                               : (struct cell){"ok", 2};
	case LINE_LATENCY:
		return cells[TAIL_LATENCY];
	case LINE_TOKENS:
		return cells[TAIL_TOKENS];
	case LINE_COST:
		return cells[TAIL_COST];
	case LINE_JOB:
		return cells[TAIL_JOB_ID];
	default:
		return cells[TAIL_AT];
	}
}

static void append_value(struct text *value, const struct cell *cell, size_t column)
{
	if (cell->bytes == NULL)
		text_append_byte(value, '-');
	else if (column == LINE_TIME && cell->length >= sizeof "2025-10-15 14:30:00" - 1)
		text_append(value, cell->bytes + sizeof "2025-10-15", sizeof "14:30:00" - 1);
	else if (column == LINE_LATENCY || column == LINE_TOKENS) {
		decimal_append_count(value, cell->bytes, cell->length);
		text_append_string(value, column == LINE_LATENCY ? " ms" : "");
	} else if (column == LINE_COST)
		decimal_append_usd(value, cell->bytes, cell->length);
	else
		text_append_terminal(value, cell->bytes, cell->length);
}

/* How a status or an error stands out; NULL: it doesn't. */
static const char *find_colour(const struct tail_line *line, const struct cell *cells, size_t column)
{
	static const char *const colours[][2] = {
		{"completed", "\033[32m"}, {"failed", "\033[31m"}, {"cancelled", "\033[33m"}};
	const char *status = cells[TAIL_STATUS].bytes;
	size_t i;

	if (!line->has_colour || column != LINE_STATUS)
		return NULL;
	if (cells[TAIL_ERROR_CLASS].bytes != NULL)
		return colours[1][1];
	for (i = 0; status != NULL && i < sizeof colours / sizeof colours[0]; i++)
		if (strcmp(colours[i][0], status) == 0)
			return colours[i][1];
	return NULL;
}

void tail_line_append(struct tail_line *line, struct text *text, const struct cell *cells)
{
	const struct cell *at = &cells[TAIL_AT];
	size_t day_length = at->length < sizeof line->day - 1 ? at->length : sizeof line->day - 1, i;
	unsigned widths[COLUMN_COUNT];
	struct text value = {0};

	fit(line->width, widths);
	if (at->bytes != NULL && (strlen(line->day) != day_length || memcmp(line->day, at->bytes, day_length) != 0)) {
		memcpy(line->day, at->bytes, day_length);
		line->day[day_length] = '\0';
		append_titles(line, text, widths);
	}
	for (i = 0; i < COLUMN_COUNT; i++) {
		const struct cell cell = find_cell(cells, i);

		if (widths[i] == 0)
			continue;
		text_clear(&value);
		append_value(&value, &cell, i);
		text_append_repeated(text, ' ', i > 0 ? SEPARATOR : 0);
		append_padded(line, text, &value, i, widths[i], find_colour(line, cells, i));
	}
	text_append_byte(text, '\n');
	text->failed |= value.failed;
	text_free(&value);
}
