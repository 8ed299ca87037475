/*
 * arguments: the ids that a verb is asked about, from the command line or, for "-", one a line from standard input.
 *
 *	struct arguments ids = {0};
 *	if (!arguments_read(&ids, call.arguments, call.argument_count, stdin, error)) ...
 *	arguments_free(&ids);
 */
#ifndef LM_ARGUMENTS_H
#define LM_ARGUMENTS_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct arguments {
	char **words; /* in the order given, each once; owned */
	size_t count;
	size_t capacity;
	bool has_stdin; /* "-" was among them */
	void *seen;     /* private: a tree of the words */
};

/*
 * Reads words; "-" stands for the lines of input, of which empty ones are skipped, and a leading byte order mark and an
 * ending CR dropped. Fails for an empty word, for a NUL byte in a line (named by its number), and when input cannot be
 * read.
 */
bool arguments_read(struct arguments *arguments, char *const *words, size_t count, FILE *input, struct error *error);

void arguments_free(struct arguments *arguments);

#endif
