/*
 * render_draw: figures as pictures of characters: a bar, and a sparkline. Private to render*.c.
 */
#ifndef LM_RENDER_DRAW_H
#define LM_RENDER_DRAW_H

#include "report.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Appends a bar of at most width characters: value out of full, in eighths of a block (U+2588 to U+258F), or with
 * is_plain in whole "#". What is more than nothing is never nothing.
 */
void render_draw_bar(struct text *text, double value, double full, size_t width, bool is_plain);

/*
 * Appends a sparkline of a series, "{3,0,5}": a character for each number, from the lowest block for 0 to the highest
 * for the largest (U+2581 to U+2588), or with is_plain from "_" to "#".
 */
void render_draw_series(struct text *text, const struct cell *series, bool is_plain);

#endif
