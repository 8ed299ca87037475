#include "output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LARGE ((size_t)64 * 1024)

bool output_end_row(struct output *output, struct error *error)
{
	return output->buffer.length < LARGE || output_flush(output, error);
}

bool output_flush(struct output *output, struct error *error)
{
	const char *at = output->buffer.bytes;
	size_t left = output->buffer.length;
	int64_t paused_at_us = 0;
	ssize_t written = 0;

	if (output->buffer.failed)
		return error_out_of_memory(error);
	if (output->fd < 0)
		return true;
	if (output->deadline != NULL)
		paused_at_us = deadline_pause();
	for (; left > 0; at += written, left -= (size_t)written) {
		written = write(output->fd, at, left);
		if (written < 0 && errno == EINTR)
			written = 0;
		else if (written < 0)
			break;
	}
	output->has_failed = written < 0;
	if (output->has_failed)
		error_set(error, "cannot write to standard output: %s", strerror(errno));
	else
		text_clear(&output->buffer);
	if (output->deadline != NULL)
		deadline_resume(output->deadline, paused_at_us);
	return !output->has_failed;
}

void output_free(struct output *output)
{
	text_free(&output->buffer);
}
