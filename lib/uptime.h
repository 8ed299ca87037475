/*
 * uptime: reads the log that lm-health writes when cron starts it, one JSON document a line, and says for how long each
 * component was up, how fast it answered, and when it was down.
 *
 * Memory stays the same however long the log is, but for the incidents. Does not print and does not open files.
 *
 *	struct uptime *uptime = uptime_open(&options, error);
 *	if (uptime == NULL || !uptime_read(uptime, fd, "health.jsonl", error) || !uptime_finish(uptime, error)) ...
 *	for (i = 0; i < uptime_component_count(uptime); i++)
 *		use(uptime_component(uptime, i));
 *	uptime_free(uptime);
 *
 * A line says what holds until the next line. A gap longer than twice the usual interval is unknown time: neither up
 * nor down. The usual interval of a gap is the median of the latest 101 gaps, that one among them (of the first 101,
 *for each of those; the lower middle one, where they are fewer and even in number), so that another schedule is usual
 *soon.
 *
 * A line of the same time as the one before replaces it. A line that is earlier is skipped: files are read in order. So
 * is one that is later than now: a clock that was wrong once would make all that follow late.
 */
#ifndef LM_UPTIME_H
#define LM_UPTIME_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UPTIME_LINE_MAX ((size_t)1 << 20) /* bytes of a line, without its newline; a longer one is broken */
#define UPTIME_FIRST_MAX 65536            /* bytes in which uptime_first looks */
#define UPTIME_COMPONENTS_MAX 64          /* of a log, without "overall" */
#define UPTIME_NAME_MAX 127               /* bytes of a component's name; a line with a longer one is broken */
#define UPTIME_MESSAGE_MAX 200            /* bytes of an incident's message; longer ones are cut */
#define UPTIME_SKEW_US INT64_C(300000000) /* so much later than now clocks that differ may make a line */
#define UPTIME_GAPS 101                   /* whose median is the usual interval */
#define UPTIME_LATENCY_MAX_MS 65535       /* what the percentile takes larger latencies for */

/* Times are in microseconds since 1970. */
struct uptime_options {
	bool has_window;      /* else from the first line to the last */
	int64_t from_us;      /* the window's start, which belongs to it */
	int64_t to_us;        /* the window's end, which does not */
	bool has_now;         /* else no line is too late */
	int64_t now_us;       /* lines that are later, by more than UPTIME_SKEW_US, are skipped */
	size_t incidents_max; /* so many are kept, the latest to begin; 0 = all */
};

/* What the log was like. */
struct uptime_log {
	int64_t from_us; /* what is counted: the window, else from the first line */
	int64_t to_us;   /* to the last */
	bool has_interval;
	int64_t interval_us;        /* the usual one at the end of the log */
	int64_t lines;              /* good ones in the window */
	int64_t broken_lines;       /* in the whole log: no such document, or longer than UPTIME_LINE_MAX */
	int64_t late_lines;         /* in the whole log: earlier than the one before */
	int64_t future_lines;       /* in the whole log: later than now */
	int64_t ignored_components; /* in the whole log: how often a line named one beyond UPTIME_COMPONENTS_MAX */
	int64_t holes; /* gaps of unknown time, in the window at least in part; not the time before the first line */
};

/* One component in the window. Where it was off, or a line does not name it, time is not counted at all. */
struct uptime_component {
	const char *name;      /* borrowed: valid until uptime_free */
	int64_t up_us;         /* up or slow; of overall: healthy or degraded */
	int64_t degraded_us;   /* of that: slow, degraded */
	int64_t down_us;       /* down, unhealthy */
	int64_t unknown_us;    /* unknown, in gaps that are too long, before the first line */
	bool has_uptime;       /* there is known time */
	int64_t uptime_ppm;    /* millionths of known time that it was up; rounded down: a million is never down */
	int64_t latency_count; /* lines with a latency */
	int64_t latency_sum_ms;
	int64_t latency_p95_ms; /* the smallest that is no less than 95 % of them (percentile_disc); 0 without any */
	int64_t incidents;      /* all of them, whatever incidents_max drops */
	int64_t longest_us;     /* the longest known down time of an incident */
};

/*
 * From the first line that says down to the first that says up or slow. Unknown time does not end it, nor does being
 * off. Those are there that have time in the window; such a one begins when it began, before the window or not.
 */
struct uptime_incident {
	size_t component; /* index for uptime_component */
	int64_t from_us;
	bool has_to; /* it ended before the end of the window, or of the log */
	int64_t to_us;
	int64_t down_us; /* known down time in the window */
	char *message;   /* its first line's, "" for none; not always UTF-8; borrowed: valid until uptime_free */
};

struct uptime;

/* Starts. Returns NULL when memory runs out. Free it with uptime_free. */
struct uptime *uptime_open(const struct uptime_options *options, struct error *error);

/*
 * Reads all lines of a file or a pipe. Fails when it cannot be read or is compressed (the error has its name) and when
 * memory runs out.
 */
bool uptime_read(struct uptime *uptime, int fd, const char *name, struct error *error);

/* Ends the log: what is below is there from then on. Fails when memory runs out. */
bool uptime_finish(struct uptime *uptime, struct error *error);

const struct uptime_log *uptime_log(const struct uptime *uptime);

/*
 * Overall comes first and is always there, then the components in order of first appearance: those of which the window
 * has a line or time.
 */
size_t uptime_component_count(const struct uptime *uptime);
const struct uptime_component *uptime_component(const struct uptime *uptime, size_t index);

/* The incidents in order of time, those of one time in order of components. Valid until uptime_free. */
const struct uptime_incident *uptime_incidents(const struct uptime *uptime, size_t *count);

void uptime_free(struct uptime *uptime);

/*
 * The time of the first good line, no later than now, among a file's first UPTIME_FIRST_MAX bytes, wherever the file
 * stands, and leaves it there; false without such a line, and for what cannot seek. Files sorted by it are read in
 * order.
 */
bool uptime_first(int fd, const struct uptime_options *options, int64_t *at_us);

#endif
