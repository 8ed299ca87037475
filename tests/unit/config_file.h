/* config_file: configurations that exist in memory only, for the tests of config. */
#ifndef LM_CONFIG_FILE_H
#define LM_CONFIG_FILE_H

#include "config.h"

#include "suite.h"

#include <sys/stat.h>

/* Where a test's file is: always the same descriptor, so that messages can be compared whole. */
#define FD 100
#define PATH "/proc/self/fd/100"
#define SECRET "pw-7f3"

/* Reads a configuration that exists in memory only, in a file of this mode. */
static inline struct config *load_bytes(const char *yaml, size_t length, mode_t mode, struct error *error)
{
	int fd = suite_file(yaml, length);
	struct config *config;

	ck_assert_int_eq(fchmod(fd, mode), 0);
	ck_assert_int_eq(dup2(fd, FD), FD);
	close(fd);
	config = config_load(PATH, error);
	close(FD);
	return config;
}

static inline struct config *load(const char *yaml)
{
	struct error error = {""};
	struct config *config = load_bytes(yaml, strlen(yaml), 0600, &error);

	ck_assert_msg(config != NULL, "%s", error.message);
	return config;
}

static inline const char *value_of(const struct config *config, const char *key)
{
	struct error error = {""};
	const char *value;

	ck_assert_msg(config_text(config, key, &value, &error), "%s", error.message);
	return value;
}

#endif
