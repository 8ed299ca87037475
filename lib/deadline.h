/*
 * deadline: the one bound on a whole run, and the watchdog behind it.
 *
 * Does not interrupt anything by itself but by ending the process: whoever waits asks how long it may. The watchdog is
 * there for what cannot be asked, because it blocks inside a library (a name lookup, a cancel request).
 *
 *	struct deadline deadline = deadline_after(30000);
 *	deadline_watch(&deadline, "lm-usage: timeout after 30 s");
 *	poll(&fd, 1, deadline_left_ms(&deadline));
 */
#ifndef LM_DEADLINE_H
#define LM_DEADLINE_H

#include <stdint.h>

struct deadline {
	int64_t timeout_ms; /* how long the whole may take */
	int64_t end_ms;     /* on the monotonic clock */
};

/* The monotonic clock, in microseconds. */
int64_t deadline_clock_us(void);

/* A deadline that many milliseconds from now. */
struct deadline deadline_after(int64_t timeout_ms);

/* Milliseconds left, rounded up, from 0 (it is over) to 2^31 - 1: what poll takes. */
int deadline_left_ms(const struct deadline *deadline);

/*
 * Sets the line (cut to 1023 bytes, a line end is added) that is written to stderr when the process still runs half a
 * second after the deadline; it is then ended with EXIT_UNKNOWN. Each call replaces line and deadline. The line may
 * hold foreign text: it is escaped here.
 */
void deadline_watch(const struct deadline *deadline, const char *line);

/* Ends the watch. */
void deadline_unwatch(void);

#endif
