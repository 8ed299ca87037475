/*
 * render: rows of a report to one of the output formats, as they come.
 *
 * Does not ask the database anything, and decides nothing about figures: digits are printed as they were sent.
 *
 *	struct render *render = render_open(&options, report, head, several, &output, error);
 *	render_row(render, "team_a", 0, cells, error);
 *	render_close(render, error);
 *	render_free(render);
 */
#ifndef LM_RENDER_H
#define LM_RENDER_H

#include "error.h"
#include "output.h"
#include "report.h"

#include <stdbool.h>
#include <stddef.h>

/* The names of the formats, ending with NULL. */
extern const char *const render_format_names[];

struct render_options {
	const char *format; /* one of render_format_names */
	bool is_terminal;   /* control characters are escaped in every format */
	bool has_colour;    /* tables may use colour */
	bool is_plain;      /* tables use ASCII alone where they draw */
	unsigned width;     /* tables cut texts to so many cells; 0 = never */
};

struct render;

/*
 * Begins a report. head holds the values of the report's head; they, the report and the output are borrowed until
 * render_free. With several, documents stand in a list, even if there is only one; a list report is one document. NULL
 * when memory runs out.
 */
struct render *render_open(const struct render_options *options, const struct report *report,
                           const struct cell head[REPORT_HEAD_COUNT], bool several, struct output *output,
                           struct error *error);

/*
 * Takes one row of a section; cells are in the order of the section's columns. Another subject than in the row before
 * begins another document; in a list report it is "". Fails when the output fails, or the sections are out of order.
 */
bool render_row(struct render *render, const char *subject, size_t section, const struct cell *cells,
                struct error *error);

/* Ends the last document and the list, and flushes the output. Without any row, an empty list is printed for a list
 * report, and if several. */
bool render_close(struct render *render, struct error *error);

void render_free(struct render *render);

#endif
