/*
 * file: replaces a file at once: whoever reads it sees the old one whole or the new one whole, whatever happens.
 *
 *	if (!file_replace("/var/lib/lm-monitor/state.json", 0600, text.bytes, text.length, error)) ...
 */
#ifndef LM_FILE_H
#define LM_FILE_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Writes the bytes to a new file beside the path, makes it last on the disk, puts it in the path's place and makes that
 * last, too. Links are followed, and stay. What is there and no regular file is not replaced. Whatever fails, the old
 * file stays, nothing is left beside it, and the error names path and reason.
 */
bool file_replace(const char *path, mode_t mode, const char *bytes, size_t length, struct error *error);

#endif
