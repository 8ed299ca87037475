/*
 * health_last: the newest line of the log that lm-health's lines are appended to.
 */
#ifndef LM_HEALTH_LAST_H
#define LM_HEALTH_LAST_H

#include "error.h"

#include <stdbool.h>
#include <stdint.h>

enum health_flag { HEALTH_NULL, HEALTH_FALSE, HEALTH_TRUE };

struct health_last {
	bool is_found; /* there is such a line; else nothing below holds */
	enum health_flag saas_api, litellm_proxy, database;
	char overall[16];
	int64_t checked_at_us;
};

/*
 * Reads the last whole line, not later than a time, that is a health document among the last 64 KiB of the file. No
 * file, or an empty one, or none of that time, is no failure: it is not found. Fails where the file cannot be read, or
 * holds no such document at all.
 */
bool health_last_read(const char *path, int64_t until_us, struct health_last *last, struct error *error);

#endif
