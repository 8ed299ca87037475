#include "health_last.h"

#include "calendar.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAIL_MAX ((size_t)64 * 1024)

static enum health_flag flag_of(const cJSON *document, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(document, name);

	return cJSON_IsTrue(member) ? HEALTH_TRUE : cJSON_IsFalse(member) ? HEALTH_FALSE : HEALTH_NULL;
}

static bool is_verdict(const char *word)
{
	return word != NULL && (strcmp(word, "healthy") == 0 || strcmp(word, "degraded") == 0 ||
	                        strcmp(word, "unhealthy") == 0 || strcmp(word, "unknown") == 0);
}

/* Reads one line; false when it is no health document. */
static bool read_line(const char *line, size_t length, struct health_last *last)
{
	cJSON *document = cJSON_ParseWithLength(line, length);
	const char *overall = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(document, "overall"));
	const char *checked_at = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(document, "checked_at"));

	last->is_found = is_verdict(overall) && checked_at != NULL && calendar_parse(checked_at, &last->checked_at_us);
	if (last->is_found) {
		last->saas_api = flag_of(document, "saas_api");
		last->litellm_proxy = flag_of(document, "litellm_proxy");
		last->database = flag_of(document, "database");
		snprintf(last->overall, sizeof last->overall, "%s", overall);
	}
	cJSON_Delete(document);
	return last->is_found;
}

/*
 * Goes through the lines from the last one on, until one is found; one without a newline at its end may still be
 * written. Returns whether any is a health document.
 */
static bool search(const char *bytes, size_t length, int64_t until_us, struct health_last *last)
{
	const char *end = memrchr(bytes, '\n', length), *start;
	bool is_log = false;

	while (end != NULL && end > bytes && !last->is_found) {
		start = memrchr(bytes, '\n', (size_t)(end - bytes));
		if (read_line(start != NULL ? start + 1 : bytes, (size_t)(end - (start != NULL ? start + 1 : bytes)), last)) {
			is_log = true;
			last->is_found = last->checked_at_us <= until_us;
		}
		end = start;
	}
	return is_log;
}

bool health_last_read(const char *path, int64_t until_us, struct health_last *last, struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *bytes = malloc(TAIL_MAX);
	struct stat status;
	ssize_t length = -1;
	bool done = false;

	*last = (struct health_last){.is_found = false};
	if (fd < 0 && errno == ENOENT) {
		free(bytes);
		return true;
	}
	if (bytes == NULL)
		error_out_of_memory(error);
	else if (fd < 0 || fstat(fd, &status) != 0 ||
	         (length = pread(fd, bytes, TAIL_MAX,
	                         status.st_size > (off_t)TAIL_MAX ? status.st_size - (off_t)TAIL_MAX : 0)) < 0)
		error_set(error, "cannot read \"%s\": %s", path, strerror(errno));
	else
		done = length == 0 || search(bytes, (size_t)length, until_us, last) ||
		       error_set(error, "\"%s\" ends with no line that lm-health -f jsonl writes", path);
	if (fd >= 0)
		close(fd);
	free(bytes);
	return done;
}
