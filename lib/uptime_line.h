/*
 * uptime_line: one line of the log. Private to uptime.
 *
 * Keeps nothing but the components' names, so that a line's components come with the same index as in other lines.
 */
#ifndef LM_UPTIME_LINE_H
#define LM_UPTIME_LINE_H

#include "scan.h"
#include "uptime.h"

/* With "overall", which is the first. */
#define UPTIME_ROWS_MAX (UPTIME_COMPONENTS_MAX + 1)

enum uptime_status {
	UPTIME_ABSENT, /* the line does not name it */
	UPTIME_OFF,
	UPTIME_UP,
	UPTIME_SLOW,
	UPTIME_DOWN,
	UPTIME_UNKNOWN,
};

struct uptime_names {
	size_t count;
	struct {
		size_t length;
		char bytes[UPTIME_NAME_MAX + 1];
	} names[UPTIME_ROWS_MAX];
	size_t guesses[UPTIME_ROWS_MAX]; /* the index of a line's n-th component, as it was last found */
};

/* What a line says of a component. */
struct uptime_reading {
	enum uptime_status status;
	bool has_latency;
	int64_t latency_ms;        /* 0 to a day */
	struct scan_slice message; /* borrowed from the line; empty for none */
};

struct uptime_line {
	int64_t at_us;
	int64_t ignored; /* components for which there was no place */
	size_t count;    /* of names, and of readings that are set */
	struct uptime_reading readings[UPTIME_ROWS_MAX];
};

/* Puts "overall" into names that are all zero. */
void uptime_names_start(struct uptime_names *names);

/*
 * Reads a line, and adds names that are new. Returns false when it is no such document. The caller takes the names of a
 * line that is not to count away again, by their count.
 */
bool uptime_line_read(struct uptime_names *names, const char *bytes, size_t length, struct uptime_line *line);

#endif
