/*
 * render_layout: which columns of a table a terminal has room for, and how wide. Private to render*.c.
 *
 * Does not print or cut: what doesn't fit into its column is for the caller to cut.
 */
#ifndef LM_RENDER_LAYOUT_H
#define LM_RENDER_LAYOUT_H

#include "report.h"

#include <stdbool.h>
#include <stddef.h>

/* What stands between two columns. */
#define RENDER_LAYOUT_SEPARATOR "  "

struct render_layout {
	size_t widths[REPORT_COLUMN_MAX]; /* of the columns, in cells; 0 = it is left out */
	size_t bars[REPORT_COLUMN_MAX];   /* of the bars beside them; 0 = it is left out, or there is none */
};

/* Whether a text names something, so that its end may matter as much as its start: it is cut last, in the middle. */
bool render_layout_is_name(const struct column *column);

/* The fewest cells that a column of such a width is cut to: only texts are cut, and never below their title. */
size_t render_layout_least(const struct column *column, size_t width);

/*
 * Fits a table into a terminal of so many cells. layout holds what the columns, titles included, and their bars take
 * whole, and is changed to what they get. Where even that is too much, the lines are longer than the terminal.
 */
void render_layout_fit(struct render_layout *layout, const struct column *columns, size_t terminal);

#endif
