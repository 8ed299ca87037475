/*
 * render_cell: one value as tables show it. Private to render*.c.
 */
#ifndef LM_RENDER_CELL_H
#define LM_RENDER_CELL_H

#include "report.h"
#include "text.h"

#include <stdbool.h>

/*
 * Appends the value as it is printed: "-" for null, a change with its sign, texts made safe for a terminal; with
 * is_plain, a series is drawn in ASCII.
 */
void render_cell_append(struct text *text, const struct column *column, const struct cell *cell, bool is_plain);

/* Whether a column is the change of the figure in front of it. */
bool render_cell_is_change(const struct column *column);

/* Appends a time to the second: its fraction is for machines. */
void render_cell_append_time(struct text *text, const struct cell *cell);

/* The colour in which a status stands out; NULL: it doesn't. Unknown is as far from well as down is. */
const char *render_cell_colour(const struct cell *cell);

#endif
