/* A configuration that is taken is shown as one that is shown the same; of one that is refused the line is named. */
#include "config.h"

#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

/* Loads bytes as a file. */
static struct config *load(const char *bytes, size_t length, char path[32], struct error *error)
{
	struct config *config;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	fuzz_require(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	config = config_load(path, error);
	close(fd);
	return config;
}

/* Asks for the keys that a row's name stands for, whose levels so far are the prefix. */
static void ask(const struct config *config, const struct config_key *row, const char *prefix, const char *rest)
{
	const char *star = strchr(rest, '*'), *value;
	struct text key = {0}, name = {0};
	struct error error;
	size_t i;

	text_append_format(&key, "%s%.*s", prefix, (int)(star != NULL ? star - rest : (int)strlen(rest)), rest);
	if (star == NULL) {
		if (config_text(config, key.bytes, &value, &error))
			fuzz_require(value == NULL || *value != '\0');
		text_free(&key);
		return;
	}
	key.bytes[--key.length] = '\0'; /* the dot in front of the names */
	for (i = 0; config_name(config, key.bytes, i, &name); i++) {
		struct text below = {0};

		fuzz_require(name.length > 0 && strchr(name.bytes, '.') == NULL);
		text_append_format(&below, "%s.%s", key.bytes, name.bytes);
		if (row->not_for == NULL || strcmp(row->not_for, name.bytes) != 0)
			ask(config, row, below.bytes, star + 1);
		text_free(&below);
	}
	text_free(&key);
	text_free(&name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text shown = {0}, again = {0};
	struct error error = {""};
	const struct config_key *key;
	struct config *config;
	char path[32];

	config = load((const char *)data, size, path, &error);
	if (config == NULL) {
		fuzz_require(strncmp(error.message, path, strlen(path)) == 0);
		fuzz_require(error.message[strlen(path)] == ':');
		fuzz_require(strspn(error.message + strlen(path) + 1, "0123456789") > 0);
		return 0;
	}
	for (key = config_keys; key->name != NULL; key++)
		ask(config, key, "", key->name);
	fuzz_require(config_show(config, &shown, &error));
	config_free(config);
	config = load(shown.bytes, shown.length, path, &error);
	fuzz_require(config != NULL);
	fuzz_require(config_show(config, &again, &error));
	fuzz_require(shown.length == again.length && memcmp(shown.bytes, again.bytes, shown.length) == 0);
	config_free(config);
	text_free(&shown);
	text_free(&again);
	return 0;
}
