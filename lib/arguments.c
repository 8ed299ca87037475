#include "arguments.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* Some editors put it in front of a file. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static int compare(const void *one, const void *other)
{
	return strcmp(one, other);
}

/* Adds a word unless it is there already. */
static bool add(struct arguments *arguments, const char *word, struct error *error)
{
	char **words = arguments->words;
	char *copy;

	if (tfind(word, &arguments->seen, compare) != NULL)
		return true;
	if (arguments->count == arguments->capacity) {
		arguments->capacity = arguments->capacity * 2 + 16;
		words = realloc(words, arguments->capacity * sizeof *words);
		if (words == NULL)
			return error_out_of_memory(error);
		arguments->words = words;
	}
	copy = strdup(word);
	if (copy == NULL)
		return error_out_of_memory(error);
	words[arguments->count++] = copy;
	return tsearch(copy, &arguments->seen, compare) != NULL || error_out_of_memory(error);
}

static bool read_lines(struct arguments *arguments, FILE *input, struct error *error)
{
	char *line = NULL;
	size_t capacity = 0, number = 0;
	ssize_t length;
	bool done = true;

	errno = 0;
	while (done && (length = getline(&line, &capacity, input)) >= 0) {
		number++;
		if (number == 1 && strncmp(line, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) {
			length -= (ssize_t)strlen(BYTE_ORDER_MARK);
			memmove(line, line + strlen(BYTE_ORDER_MARK), (size_t)length + 1);
		}
		if (strlen(line) != (size_t)length)
			done = error_set(error, "line %zu of standard input holds a NUL byte", number);
		line[strcspn(line, "\n")] = '\0';
		length = (ssize_t)strlen(line);
		if (length > 0 && line[length - 1] == '\r')
			line[length - 1] = '\0';
		if (done && line[0] != '\0')
			done = add(arguments, line, error);
	}
	if (done && !feof(input))
		done = error_set(error, "cannot read standard input: %s", strerror(errno));
	free(line);
	return done;
}

bool arguments_read(struct arguments *arguments, char *const *words, size_t count, FILE *input, struct error *error)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(words[i], "-") == 0) {
			if (!arguments->has_stdin && !read_lines(arguments, input, error))
				return false;
			arguments->has_stdin = true;
		} else if (words[i][0] == '\0')
			return error_set(error, "argument %zu is empty", i + 1);
		else if (!add(arguments, words[i], error))
			return false;
	}
	return true;
}

void arguments_free(struct arguments *arguments)
{
	size_t i;

	for (i = 0; i < arguments->count; i++) {
		tdelete(arguments->words[i], &arguments->seen, compare);
		free(arguments->words[i]);
	}
	free(arguments->words);
	*arguments = (struct arguments){0};
}
