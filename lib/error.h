/*
 * error: how a library function says what went wrong, and what a process says by its exit status.
 *
 * Does not print and does not exit: the tool speaks, once.
 *
 *	if (!config_load(config, path, error))
 *		return error_wrap(error, "cannot start");
 */
#ifndef LM_ERROR_H
#define LM_ERROR_H

#include <stdbool.h>

/* What every tool's exit status means; a higher one outweighs a lower one. */
enum exit_status {
	EXIT_FINE = 0,
	EXIT_WARNING = 1,  /* it ran and found a warning */
	EXIT_CRITICAL = 2, /* it ran and found something critical */
	EXIT_UNKNOWN = 3,  /* it could not find out, or could not do all of it */
};

/* One sentence, complete enough to be shown as it is; untrusted bytes are escaped when it is printed. */
struct error {
	char message[1024];    /* "" = nothing went wrong; longer texts are cut */
	bool is_misconfigured; /* the fault is in what was asked for (a password, a name, a URL), not in what was asked */
	bool is_lasting;       /* asked again, the database would refuse again: a table or a privilege is missing */
};

/* Sets the message, and no more than it. Always returns false, so that a failing function can end with it. */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "what was being done: " in front of the message. Always returns false. */
bool error_wrap(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets "out of memory". Always returns false. */
bool error_out_of_memory(struct error *error);

#endif
