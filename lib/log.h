/*
 * log: what a tool says on stderr, and the same with time stamps in a log file.
 *
 * Does not rotate: logrotate does (logrotate.example), each line opens nothing and is one write.
 *
 *	struct log log = {.program = "lm-usage", .stderr_max = LOG_LEVEL_WARNING, .fd = -1};
 *	log_line(&log, LOG_LEVEL_ERROR, error.message);
 */
#ifndef LM_LOG_H
#define LM_LOG_H

#include "error.h"
#include "text.h"

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* The names of the levels in their order, ending with NULL. */
extern const char *const log_level_names[];

struct log {
	const char *program;       /* borrowed */
	enum log_level stderr_max; /* said on stderr up to this level */
	enum log_level file_max;   /* written to the file up to this level */
	int fd;                    /* of the file, -1 = none; owned */
};

/* Opens the file for appending, made with mode 0640 where it is missing. */
bool log_open(struct log *log, const char *path, struct error *error);

/* Says one line, foreign characters escaped as text_append_terminal does. A failed write has nowhere to be told. */
void log_line(const struct log *log, enum log_level level, const char *message);

/* Appends the line as the log file has it, "2025-10-15T14:30:00Z lm-usage[123] error: message". */
void log_format(struct text *line, int64_t now_us, const char *program, long pid, enum log_level level,
                const char *message);

void log_close(struct log *log);

#endif
