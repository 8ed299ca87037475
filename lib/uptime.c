#include "uptime.h"

#include "uptime_tally.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Bytes asked for at once: what a processor's cache holds until the lines in it are read. */
#define READ_SIZE ((size_t)1 << 17)

struct uptime {
	struct uptime_names names;
	struct uptime_line line;
	struct uptime_tally tally;
	char buffer[UPTIME_LINE_MAX + READ_SIZE];
};

struct uptime *uptime_open(const struct uptime_options *options, struct error *error)
{
	struct uptime *uptime = calloc(1, sizeof *uptime);

	if (uptime == NULL) {
		error_out_of_memory(error);
		return NULL;
	}
	uptime_names_start(&uptime->names);
	uptime_tally_start(&uptime->tally, options, &uptime->names);
	return uptime;
}

static bool is_empty(const char *bytes, size_t length)
{
	while (length > 0 && strchr(" \t\r", bytes[length - 1]) != NULL && bytes[length - 1] != '\0')
		length--;
	return length == 0;
}

static bool is_future(const struct uptime_options *options, const struct uptime_line *line)
{
	return options->has_now && line->at_us - UPTIME_SKEW_US > options->now_us;
}

static void take_line(struct uptime *uptime, const char *bytes, size_t length)
{
	struct uptime_log *log = &uptime->tally.log;
	size_t count = uptime->names.count;
	bool is_good, is_later;

	if (is_empty(bytes, length))
		return;
	is_good = length <= UPTIME_LINE_MAX && uptime_line_read(&uptime->names, bytes, length, &uptime->line);
	is_later = is_good && is_future(&uptime->tally.options, &uptime->line);
	if (is_good && !is_later && !uptime_tally_is_late(&uptime->tally, &uptime->line)) {
		log->ignored_components += uptime->line.ignored;
		uptime_tally_add(&uptime->tally, &uptime->line);
		return;
	}
	uptime->names.count = count; /* it doesn't count, nor do names that only it has */
	log->broken_lines += !is_good;
	log->future_lines += is_later;
	log->late_lines += is_good && !is_later;
}

/*
 * Takes the lines among the buffer's bytes, of which the first so many hold no newline, and moves what is left of an
 * incomplete one to its start. Returns how many bytes that is. The rest of a line that is too long is skipped.
 */
static size_t take_lines(struct uptime *uptime, size_t filled, size_t length, bool *is_skipping)
{
	const char *start = uptime->buffer, *end = start + length, *newline;
	size_t left;

	for (newline = memchr(start + filled, '\n', length - filled); newline != NULL;
	     newline = memchr(start, '\n', (size_t)(end - start))) {
		if (!*is_skipping)
			take_line(uptime, start, (size_t)(newline - start));
		*is_skipping = false;
		start = newline + 1;
	}
	left = (size_t)(end - start);
	if (*is_skipping)
		return 0;
	if (left > UPTIME_LINE_MAX) {
		uptime->tally.log.broken_lines++;
		*is_skipping = true;
		return 0;
	}
	memmove(uptime->buffer, start, left);
	return left;
}

bool uptime_read(struct uptime *uptime, int fd, const char *name, struct error *error)
{
	bool is_skipping = false, is_start = true;
	size_t filled = 0;
	ssize_t length;

	while ((length = read(fd, uptime->buffer + filled, READ_SIZE)) != 0) {
		/* RFC 1952, 2.3.1: what logrotate compressed is one broken line to everything else. */
		if (is_start && length > 0 && filled + (size_t)length >= 2) {
			is_start = false;
			if (memcmp(uptime->buffer, "\x1f\x8b", 2) == 0)
				return error_set(error, "\"%s\" is compressed: zcat FILE | lm-health uptime -", name);
		}
		if (length > 0)
			filled = take_lines(uptime, filled, filled + (size_t)length, &is_skipping);
		else if (errno != EINTR)
			return error_set(error, "cannot read \"%s\": %s", name, strerror(errno));
		if (uptime->tally.failed)
			return error_out_of_memory(error);
	}
	take_line(uptime, uptime->buffer, filled);
	return !uptime->tally.failed || error_out_of_memory(error);
}

bool uptime_finish(struct uptime *uptime, struct error *error)
{
	uptime_tally_finish(&uptime->tally);
	return !uptime->tally.failed || error_out_of_memory(error);
}

const struct uptime_log *uptime_log(const struct uptime *uptime)
{
	return &uptime->tally.log;
}

size_t uptime_component_count(const struct uptime *uptime)
{
	return uptime->tally.shown_count;
}

const struct uptime_component *uptime_component(const struct uptime *uptime, size_t index)
{
	return &uptime->tally.rows[uptime->tally.shown[index]].component;
}

const struct uptime_incident *uptime_incidents(const struct uptime *uptime, size_t *count)
{
	*count = uptime->tally.incident_count;
	return uptime->tally.incidents;
}

void uptime_free(struct uptime *uptime)
{
	if (uptime == NULL)
		return;
	uptime_tally_free(&uptime->tally);
	free(uptime);
}

/* What uptime_first needs: too much for a stack. */
struct search {
	struct uptime_names names;
	struct uptime_line line;
	char bytes[UPTIME_FIRST_MAX];
};

static bool search_line(struct search *search, const struct uptime_options *options, size_t length)
{
	const char *start = search->bytes, *end = start + length, *newline;

	for (; start < end; start = newline + 1) {
		newline = memchr(start, '\n', (size_t)(end - start));
		if (newline == NULL)
			newline = end;
		uptime_names_start(&search->names);
		if (uptime_line_read(&search->names, start, (size_t)(newline - start), &search->line) &&
		    !is_future(options, &search->line))
			return true;
	}
	return false;
}

bool uptime_first(int fd, const struct uptime_options *options, int64_t *at_us)
{
	struct search *search = calloc(1, sizeof *search);
	size_t filled = 0;
	ssize_t length = 1;
	bool is_found;

	while (search != NULL && filled < UPTIME_FIRST_MAX && length != 0) {
		length = pread(fd, search->bytes + filled, UPTIME_FIRST_MAX - filled, (off_t)filled);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			break;
		filled += (size_t)length;
	}
	is_found = search != NULL && search_line(search, options, filled);
	if (is_found)
		*at_us = search->line.at_us;
	free(search);
	return is_found;
}
