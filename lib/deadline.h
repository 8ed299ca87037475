/*
 * deadline: the one bound on a whole run, and the watchdog behind it.
 *
 * Does not interrupt anything by itself but by ending the process: whoever waits asks how long it may. The watchdog is
 * there for what cannot be asked, because it blocks inside a library (a name lookup, a cancel request).
 *
 *	struct deadline deadline = deadline_after(30000);
 *	deadline_watch(&deadline, &log, "timeout after 30 s");
 *	poll(&fd, 1, deadline_left_ms(&deadline));
 */
#ifndef LM_DEADLINE_H
#define LM_DEADLINE_H

#include "log.h"

#include <stdbool.h>
#include <stdint.h>

struct deadline {
	int64_t timeout_ms; /* how long the whole may take; 0 = without bound */
	int64_t end_ms;     /* on the monotonic clock */
	bool is_unwatched;  /* no watchdog: a tool that asks again outlives what blocks */
};

/* The monotonic clock, in microseconds. */
int64_t deadline_clock_us(void);

/* A deadline that many milliseconds from now; with 0 one that never comes. */
struct deadline deadline_after(int64_t timeout_ms);

/* Milliseconds left, from 0 (it is over) to 2^31 - 1, or -1 for ever: what poll takes. */
int deadline_left_ms(const struct deadline *deadline);

/*
 * Sets the message that is said as an error, on stderr and in the log's file, when the process still runs half a second
 * after the deadline, if there is one; it is then ended with EXIT_UNKNOWN. Each call replaces message and deadline. The
 * message may hold foreign text: it is escaped here, and cut to about 1000 bytes.
 */
void deadline_watch(const struct deadline *deadline, const struct log *log, const char *message);

/* Ends the watch. */
void deadline_unwatch(void);

/*
 * Stops and continues the clock, for time that nobody can be blamed for: that in which the reader of the output does
 * not read. deadline_pause returns what deadline_resume takes.
 */
int64_t deadline_pause(void);
void deadline_resume(struct deadline *deadline, int64_t paused_at_us);

#endif
