/*
 * progress: one line on a terminal that says how far long work is.
 *
 * Does not write anywhere else: in a pipe or a file there is none.
 *
 *	struct progress progress = progress_start(31, "days");
 *	progress_show(&progress, 12, "2025-10-12", 3200);
 *	progress_end(&progress);
 */
#ifndef LM_PROGRESS_H
#define LM_PROGRESS_H

#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool is_shown;    /* stderr is a terminal */
	size_t total;     /* steps to do */
	const char *unit; /* what they are, in the plural; borrowed */
	int64_t start_us; /* on the monotonic clock */
};

struct progress progress_start(size_t total, const char *unit);

/* Shows that done steps are done, and so many rows. step is the one that is worked on. */
void progress_show(const struct progress *progress, size_t done, const char *step, int64_t rows);

/* Appends what progress_show shows after elapsed_us, without what moves the cursor. */
void progress_format(struct text *line, const struct progress *progress, size_t done, const char *step, int64_t rows,
                     int64_t elapsed_us);

/* Takes the line away. */
void progress_end(const struct progress *progress);

#endif
