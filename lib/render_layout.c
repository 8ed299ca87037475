#include "render_layout.h"

#include "render_cell.h"
#include "text.h"

#include <string.h>

/* A text is still worth its place in so few cells, and so is a name, of which both ends remain. */
#define TEXT_LEAST ((size_t)8)
#define NAME_LEAST ((size_t)11)

/* To keep a series, a text is made no narrower than this. */
#define TEXT_BESIDE_SERIES ((size_t)20)

bool render_layout_is_name(const struct column *column)
{
	size_t length = strlen(column->name);

	/* The id of something else is no label of its row, but cut at its end it would name nothing either. */
	return column->type == COLUMN_TEXT &&
	       (column->is_label || (length > 3 && strcmp(column->name + length - 3, "_id") == 0));
}

size_t render_layout_least(const struct column *column, size_t width)
{
	size_t title = text_cells(column->title, strlen(column->title));
	size_t least = render_layout_is_name(column) ? NAME_LEAST : TEXT_LEAST;

	if (column->type != COLUMN_TEXT)
		return width;
	least = least > title ? least : title;
	return width < least ? width : least;
}

/* How many cells a line takes. */
static size_t line_width(const struct render_layout *layout, const struct column *columns)
{
	const size_t separator = strlen(RENDER_LAYOUT_SEPARATOR);
	size_t width = 0, i;

	for (i = 0; columns[i].name != NULL; i++) {
		width += layout->widths[i] > 0 ? layout->widths[i] + separator : 0;
		width += layout->bars[i] > 0 ? layout->bars[i] + separator : 0;
	}
	return width > separator ? width - separator : 0;
}

/* Adds details from left to right, each that still has room; what room is left then is for names that got the least. */
static void add_details(struct render_layout *layout, const struct render_layout *whole, const struct column *columns,
                        size_t terminal)
{
	size_t i, room;

	for (i = 0; columns[i].name != NULL; i++) {
		if (!columns[i].is_detail)
			continue;
		/* A change without its figure says nothing. */
		if (render_cell_is_change(&columns[i]) && (i == 0 || layout->widths[i - 1] == 0))
			continue;
		layout->widths[i] =
			render_layout_is_name(&columns[i]) ? render_layout_least(&columns[i], whole->widths[i]) : whole->widths[i];
		layout->bars[i] = whole->bars[i];
		if (line_width(layout, columns) > terminal)
			layout->widths[i] = layout->bars[i] = 0;
	}
	for (i = 0; columns[i].name != NULL; i++) {
		room = terminal - line_width(layout, columns);
		if (layout->widths[i] > 0 && layout->widths[i] < whole->widths[i])
			layout->widths[i] +=
				room < whole->widths[i] - layout->widths[i] ? room : whole->widths[i] - layout->widths[i];
	}
}

/* Leaves bars out, which stand beside their figures, from the right until the line fits. */
static void drop_bars(struct render_layout *layout, const struct column *columns, size_t terminal)
{
	size_t i;

	for (i = report_column_count(columns); i-- > 0 && line_width(layout, columns) > terminal;)
		layout->bars[i] = 0;
}

/* Cuts texts that are names, or those that are not, until the line fits: the widest first, and none below so much. */
static void cut_texts(struct render_layout *layout, const struct column *columns, size_t terminal, bool are_names,
                      size_t floor)
{
	size_t i, widest, none = report_column_count(columns);

	while (line_width(layout, columns) > terminal) {
		for (widest = none, i = 0; i < none; i++)
			if (render_layout_is_name(&columns[i]) == are_names && layout->widths[i] > floor &&
			    layout->widths[i] > render_layout_least(&columns[i], layout->widths[i]) &&
			    (widest == none || layout->widths[i] >= layout->widths[widest]))
				widest = i;
		if (widest == none)
			return;
		layout->widths[widest]--;
	}
}

/* Tries to keep series by cutting texts, but not to stumps. */
static bool cut_beside_series(struct render_layout *layout, const struct column *columns, size_t terminal)
{
	struct render_layout cut = *layout;
	bool has_series = false;
	size_t i;

	for (i = 0; columns[i].name != NULL; i++)
		has_series |= columns[i].type == COLUMN_SERIES && layout->widths[i] > 0;
	cut_texts(&cut, columns, terminal, false, TEXT_BESIDE_SERIES);
	cut_texts(&cut, columns, terminal, true, TEXT_BESIDE_SERIES);
	if (!has_series || line_width(&cut, columns) > terminal)
		return false;
	*layout = cut;
	return true;
}

/* Leaves series out from the right until the line fits, and has bars again where there is room then. */
static void drop_series(struct render_layout *layout, const struct render_layout *whole, const struct column *columns,
                        size_t terminal)
{
	size_t i;

	for (i = report_column_count(columns); i-- > 0 && line_width(layout, columns) > terminal;)
		if (columns[i].type == COLUMN_SERIES)
			layout->widths[i] = 0;
	for (i = 0; columns[i].name != NULL; i++) {
		layout->bars[i] = layout->widths[i] > 0 ? whole->bars[i] : 0;
		if (line_width(layout, columns) > terminal)
			layout->bars[i] = 0;
	}
}

void render_layout_fit(struct render_layout *layout, const struct column *columns, size_t terminal)
{
	const struct render_layout whole = *layout;
	size_t i;

	for (i = 0; columns[i].name != NULL; i++)
		if (columns[i].is_detail)
			layout->widths[i] = layout->bars[i] = 0;
	if (line_width(layout, columns) <= terminal) {
		add_details(layout, &whole, columns, terminal);
		return;
	}
	drop_bars(layout, columns, terminal);
	/* A text of a megabyte is not to be made narrower cell by cell. */
	for (i = 0; columns[i].name != NULL && line_width(layout, columns) > terminal; i++)
		if (layout->widths[i] > terminal && render_layout_least(&columns[i], layout->widths[i]) < terminal)
			layout->widths[i] = terminal;
	if (cut_beside_series(layout, columns, terminal))
		return;
	drop_series(layout, &whole, columns, terminal);
	cut_texts(layout, columns, terminal, false, 0);
	cut_texts(layout, columns, terminal, true, 0);
}
