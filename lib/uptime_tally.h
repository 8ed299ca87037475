/*
 * uptime_tally: what the lines of a log add up to. Private to uptime.
 *
 * Does not read anything: it is given lines in order of time.
 */
#ifndef LM_UPTIME_TALLY_H
#define LM_UPTIME_TALLY_H

#include "uptime_line.h"

/* A line that waits until it is known for how long it holds. */
struct uptime_held {
	int64_t at_us;
	size_t count;
	struct {
		enum uptime_status status;
		bool has_latency;
		int64_t latency_ms;
		char *message; /* where the component may go down with this line, else NULL; owned */
	} readings[UPTIME_ROWS_MAX];
};

struct uptime_gaps {
	size_t count; /* at most UPTIME_GAPS */
	size_t next;  /* where in latest_us the next one goes */
	int64_t latest_us[UPTIME_GAPS];
	int64_t sorted_us[UPTIME_GAPS];
};

/* A component while the log is read. */
struct uptime_row {
	struct uptime_component component;
	bool is_seen;        /* it has a line or time in the window */
	uint64_t *latencies; /* how often each was seen, by milliseconds; NULL before the first; owned */
	bool is_down;        /* since the line at from_us */
	bool is_incident;    /* and that has time in the window */
	int64_t from_us;     /* all of this is of the incident */
	int64_t known_us;    /* known down time in the window */
	char *message;       /* owned; NULL for none */
};

struct uptime_tally {
	struct uptime_options options;
	struct uptime_log log;
	const struct uptime_names *names; /* borrowed */
	bool failed;                      /* memory ran out */
	bool has_begun;                   /* the first line was counted */
	struct uptime_gaps gaps;
	size_t held_first;
	size_t held_count;
	struct uptime_held held[UPTIME_GAPS + 1]; /* a ring */
	struct uptime_row rows[UPTIME_ROWS_MAX];
	size_t shown[UPTIME_ROWS_MAX]; /* indexes of the rows that are seen; set at the end */
	size_t shown_count;
	struct uptime_incident *incidents; /* owned */
	size_t incident_count;
	size_t incident_capacity;
};

/* Starts a tally that is all zero. */
void uptime_tally_start(struct uptime_tally *tally, const struct uptime_options *options,
                        const struct uptime_names *names);

/* Adds a line, which is no earlier than the one before. */
void uptime_tally_add(struct uptime_tally *tally, const struct uptime_line *line);

/* Whether a line is earlier than the one before, and not to be added. */
bool uptime_tally_is_late(const struct uptime_tally *tally, const struct uptime_line *line);

void uptime_tally_finish(struct uptime_tally *tally);

/* Frees what it owns. */
void uptime_tally_free(struct uptime_tally *tally);

/* uptime_incident.c: the component goes down with a line, if it was not; takes the message over. */
void uptime_incident_begin(struct uptime_row *row, int64_t at_us, char **message);

/* The component is up again (has_to), or the log ends. */
void uptime_incident_end(struct uptime_tally *tally, size_t index, bool has_to, int64_t to_us);

/* Puts the incidents in order, and keeps the latest ones only. */
void uptime_incident_sort(struct uptime_tally *tally);

#endif
