/*
 * output: standard output in whole rows. What a tool prints leaves it only at the end of a row, so that a run that is
 * ended from outside leaves no half of one behind.
 *
 * Does not know formats.
 *
 *	struct output output = {.fd = STDOUT_FILENO};
 *	text_append_string(&output.buffer, "a row\n");
 *	if (!output_end_row(&output, error) || !output_flush(&output, error)) ...
 *	output_free(&output);
 */
#ifndef LM_OUTPUT_H
#define LM_OUTPUT_H

#include "deadline.h"
#include "error.h"
#include "text.h"

#include <stdbool.h>

struct output {
	int fd;                    /* not owned; -1: what is written stays in the buffer */
	struct text buffer;        /* what was not written yet */
	bool has_failed;           /* a write did, and so nobody reads any more */
	struct deadline *deadline; /* does not pass while the reader is waited for; NULL = none; not owned */
};

/* Says that the buffer ends with a whole row; writes it once it is large. Fails when the write fails. */
bool output_end_row(struct output *output, struct error *error);

/* Writes what the buffer holds. Fails with "cannot write to standard output: " and the reason. */
bool output_flush(struct output *output, struct error *error);

void output_free(struct output *output);

#endif
