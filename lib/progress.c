#include "progress.h"

#include "deadline.h"
#include "decimal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CLEAR_LINE "\r\033[K"

struct progress progress_start(size_t total, const char *unit)
{
	return (struct progress){isatty(STDERR_FILENO), total, unit, deadline_clock_us()};
}

static void append_count(struct text *line, int64_t count, const char *unit)
{
	char digits[32];

	snprintf(digits, sizeof digits, "%lld", (long long)count);
	decimal_append_count(line, digits, strlen(digits));
	text_append_format(line, " %s", unit);
}

void progress_format(struct text *line, const struct progress *progress, size_t done, const char *step, int64_t rows,
                     int64_t elapsed_us)
{
	int64_t left_seconds;

	text_append_format(line, "%zu of %zu %s, %s: ", done, progress->total, progress->unit, step);
	append_count(line, rows, "rows");
	if (done == 0 || elapsed_us < 1000000)
		return;
	text_append_string(line, ", ");
	append_count(line, rows * 1000000 / elapsed_us, "rows/s");
	left_seconds = elapsed_us / 1000000 * (int64_t)(progress->total - done) / (int64_t)done;
	text_append_format(line, ", %lld:%02lld left", (long long)(left_seconds / 60), (long long)(left_seconds % 60));
}

static void write_line(const struct text *line)
{
	ssize_t written = write(STDERR_FILENO, text_string(line), line->length);

	(void)written;
}

void progress_show(const struct progress *progress, size_t done, const char *step, int64_t rows)
{
	struct text line = {0};

	if (!progress->is_shown)
		return;
	text_append_string(&line, CLEAR_LINE);
	progress_format(&line, progress, done, step, rows, deadline_clock_us() - progress->start_us);
	write_line(&line);
	text_free(&line);
}

void progress_end(const struct progress *progress)
{
	struct text line = {0};

	if (!progress->is_shown)
		return;
	text_append_string(&line, CLEAR_LINE);
	write_line(&line);
	text_free(&line);
}
