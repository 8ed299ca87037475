/*
 * render_format: what a format is to render.c, which calls these functions in their order. Private to render*.c.
 */
#ifndef LM_RENDER_FORMAT_H
#define LM_RENDER_FORMAT_H

#include "json.h"
#include "render.h"
#include "text.h"

#include <libsmartcols/libsmartcols.h>

struct render {
	const struct render_format *format;
	const struct report *report;
	struct render_options options;
	const struct cell *head;
	bool several;
	struct output *output;
	bool has_begun;
	bool has_documents;  /* at least one was begun */
	struct text subject; /* of the document that is open */
	size_t section;      /* the one that is open; as many as there are = no document is open */
	size_t rows;         /* in that section so far */
	struct json json;
	struct libscols_table *table;     /* of the section that is open */
	size_t widths[REPORT_COLUMN_MAX]; /* of the widest cell in each column of the table, in cells of a terminal */
	struct text bars;                 /* doubles: of each line the values that get a bar, in the order of the columns */
	struct text *samples;             /* of each column of the head and of all sections; made by render_prom */
	struct text counts;               /* of the rows of each section, in words; made by render_table */
	void *labels;                     /* a tree of the sections and labels that it has seen */
};

/* A format is a row of these; NULL where a format has nothing to print. All append to output->buffer. */
struct render_format {
	const char *name;
	bool has_document_rows; /* only a whole document may be written, as one row */
	void (*begin)(struct render *render);
	void (*document_begin)(struct render *render);
	void (*section_begin)(struct render *render, const struct section *section);
	void (*row)(struct render *render, const struct section *section, const struct cell *cells);
	void (*section_end)(struct render *render, const struct section *section);
	void (*document_end)(struct render *render);
	void (*end)(struct render *render);
};

extern const struct render_format render_csv, render_json, render_jsonl, render_prom, render_table;

/* Whether the report is a list, of rows alone, or a single document; else it is documents about subjects. */
bool render_is_single(const struct render *render);
bool render_is_list(const struct render *render);

/* Whether rows have to say which section they are of. */
bool render_has_sections(const struct render *render);

/* Appends numbers of a COLUMN_SERIES cell, "{1,2}", with something between them. */
void render_append_series(struct text *text, const struct cell *cell, char separator);

/* Appends a timestamp as ISO 8601 in UTC, from PostgreSQL's "2025-10-15 14:30:00" or from that form itself. */
void render_append_time(struct text *text, const struct cell *cell);

/* Frees what render_prom keeps of a run that did not come to its end. */
void render_prom_free(struct render *render);

/* Whether a COLUMN_FLAG cell is true. */
bool render_is_true(const struct cell *cell);

#endif
