/*
 * tail_line: the rows of lm-usage tail as lines of a table that has no end, for people at a terminal.
 *
 * Does not print: lines are appended to a text.
 *
 *	struct tail_line line = {.width = 80, .has_colour = true};
 *	tail_line_append(&line, &text, cells);
 */
#ifndef LM_TAIL_LINE_H
#define LM_TAIL_LINE_H

#include "report.h"
#include "text.h"

#include <stdbool.h>

struct tail_line {
	unsigned width; /* of the terminal, which is taken for 80 cells at least; 0 = nothing is cut */
	bool has_colour;
	bool is_plain; /* what is cut is marked in ASCII */
	char day[11];  /* of the last line; "" before the first */
};

/* Appends a row's line, and in front of the first one of a day the day and the titles. cells are those of tail_report.
 */
void tail_line_append(struct tail_line *line, struct text *text, const struct cell *cells);

#endif
