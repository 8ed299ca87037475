#include "config.h"

#include "config_yaml.h"
#include "dsn.h"
#include "log.h"
#include "parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENVIRONMENT "os.environ/"

const struct config_key config_keys[] = {
	{"database.url", CONFIG_DSN, NULL, NULL, "where the platform's PostgreSQL is: a URL or a libpq connection string"},
	{"database.schema", CONFIG_TEXT, "public", NULL, "the schema that holds the platform's tables"},
	{"database.statement_timeout", CONFIG_DURATION, "20s", NULL, "the server ends a statement after this time"},
	{"timeout", CONFIG_DURATION, "30s", NULL, "bound on a whole run, connection included"},
	{"log.file", CONFIG_TEXT, NULL, NULL, "where what is said on stderr is appended, with time stamps"},
	{"log.level", CONFIG_CHOICE, "info", log_level_names, "the least important lines that go into log.file"},
	{0},
};

#define KEY_COUNT (sizeof config_keys / sizeof config_keys[0] - 1)

struct value {
	char *string; /* NULL = not given */
	char *origin; /* "FILE:LINE" or the option or variable that it came from */
};

struct config {
	struct value values[KEY_COUNT];
	char *warning;
};

static size_t key_index(const char *name)
{
	size_t i;

	for (i = 0; i < KEY_COUNT && strcmp(config_keys[i].name, name) != 0; i++)
		;
	return i;
}

/* Puts the origin, and the key where the origin is a line of a file, in front of an error. */
static bool wrap(const struct value *value, const struct config_key *key, struct error *error)
{
	if (value->origin != NULL && strchr(value->origin, ':') == NULL)
		return error_wrap(error, "%s", value->origin);
	return error_wrap(error, "%s: %s", value->origin != NULL ? value->origin : "configuration", key->name);
}

/* Checks a value, once it is no reference to the environment any more. */
static bool check(const struct config_key *key, const char *string, struct error *error)
{
	struct text conninfo = {0};
	int64_t duration_ms;
	size_t choice;
	bool done;

	switch (key->type) {
	case CONFIG_TEXT:
		return *string != '\0' || error_set(error, "expected a text, not an empty one");
	case CONFIG_DSN:
		done = *string != '\0' ? dsn_normalise(string, &conninfo, error)
		                       : error_set(error, "expected where the database is, not an empty text");
		text_free(&conninfo);
		return done;
	case CONFIG_DURATION:
		return parse_duration(string, &duration_ms, error);
	case CONFIG_CHOICE:
		return parse_choice(string, key->choices, &choice, error);
	}
	return false;
}

static bool is_reference(const char *string)
{
	return strncmp(string, ENVIRONMENT, strlen(ENVIRONMENT)) == 0;
}

bool config_set(struct config *config, const char *key, const char *string, const char *origin, struct error *error)
{
	size_t index = key_index(key);
	struct value *value = &config->values[index];

	free(value->string);
	free(value->origin);
	value->string = strdup(string);
	value->origin = strdup(origin);
	if (value->string == NULL || value->origin == NULL)
		return error_out_of_memory(error);
	if (!is_reference(string) && !check(&config_keys[index], string, error))
		return wrap(value, &config_keys[index], error);
	return true;
}

/* Takes one scalar of the file. */
static bool take_scalar(void *context, const char *key, const char *string, const char *origin, struct error *error)
{
	return config_set(context, key, string, origin, error);
}

/* What the file may hold at a key. */
static enum config_yaml_kind kind_of(const char *key)
{
	size_t length = strlen(key), i;

	if (key_index(key) < KEY_COUNT)
		return CONFIG_YAML_SCALAR;
	for (i = 0; i < KEY_COUNT; i++)
		if (strncmp(config_keys[i].name, key, length) == 0 && config_keys[i].name[length] == '.')
			return CONFIG_YAML_MAPPING;
	return CONFIG_YAML_UNKNOWN;
}

/* Remembers a warning when the file holds a password and others may read it. */
static bool note_readers(struct config *config, const char *path, FILE *file, struct error *error)
{
	struct text warning = {0};
	struct stat status;
	bool has_secret = false;
	size_t i;

	for (i = 0; i < KEY_COUNT; i++)
		if (config_keys[i].type == CONFIG_DSN && config->values[i].string != NULL &&
		    dsn_has_secret(config->values[i].string))
			has_secret = true;
	if (!has_secret || fstat(fileno(file), &status) != 0 || (status.st_mode & S_IROTH) == 0)
		return true;
	text_append_format(&warning, "%s holds a password and everybody can read it: chmod o-r it", path);
	if (warning.failed)
		return error_out_of_memory(error);
	config->warning = warning.bytes;
	return true;
}

static bool read_file(struct config *config, const char *path, struct error *error)
{
	FILE *file = fopen(path, "re");
	struct stat status;
	bool done;

	if (file == NULL)
		return error_set(error, "cannot read the configuration \"%s\": %s", path, strerror(errno));
	if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode))
		done = error_set(error, "cannot read the configuration \"%s\": %s", path, strerror(EISDIR));
	else
		done = config_yaml_read(path, file, kind_of, take_scalar, config, error) &&
		       note_readers(config, path, file, error);
	fclose(file);
	return done;
}

/* Finds the file in the usual places; an empty path where there is none. */
static void search(struct text *path)
{
	const char *home = getenv("XDG_CONFIG_HOME");
	const char *below = "";

	if (home == NULL || *home == '\0') {
		home = getenv("HOME");
		below = "/.config";
	}
	if (home != NULL && *home != '\0')
		text_append_format(path, "%s%s/lm-monitor/monitor.yaml", home, below);
	if (path->length > 0 && access(path->bytes, F_OK) == 0)
		return;
	text_clear(path);
	if (access("/etc/lm-monitor/monitor.yaml", F_OK) == 0)
		text_append_string(path, "/etc/lm-monitor/monitor.yaml");
}

struct config *config_load(const char *path, struct error *error)
{
	struct config *config = calloc(1, sizeof *config);
	struct text found = {0};
	bool done = true;

	if (config == NULL) {
		error_out_of_memory(error);
		return NULL;
	}
	if (path == NULL)
		path = getenv("LM_CONFIG");
	if (path == NULL || *path == '\0') {
		search(&found);
		path = text_string(&found);
	}
	if (found.failed)
		done = error_out_of_memory(error);
	else if (*path != '\0')
		done = read_file(config, path, error);
	text_free(&found);
	if (!done) {
		config_free(config);
		return NULL;
	}
	return config;
}

bool config_text(const struct config *config, const char *key, const char **string, struct error *error)
{
	size_t index = key_index(key);
	const struct value *value = &config->values[index];

	*string = value->string != NULL ? value->string : config_keys[index].fallback;
	if (*string == NULL || !is_reference(*string))
		return true;
	*string = getenv(value->string + strlen(ENVIRONMENT));
	if (*string == NULL) {
		error_set(error, "the environment variable %s is not set", value->string + strlen(ENVIRONMENT));
		return wrap(value, &config_keys[index], error);
	}
	return check(&config_keys[index], *string, error) || wrap(value, &config_keys[index], error);
}

bool config_duration(const struct config *config, const char *key, int64_t *duration_ms, struct error *error)
{
	const char *string;

	return config_text(config, key, &string, error) && parse_duration(string, duration_ms, error);
}

bool config_choice(const struct config *config, const char *key, size_t *choice, struct error *error)
{
	const char *string;

	return config_text(config, key, &string, error) &&
	       parse_choice(string, config_keys[key_index(key)].choices, choice, error);
}

const char *config_warning(const struct config *config)
{
	return config->warning;
}

bool config_show(const struct config *config, struct text *yaml, struct error *error)
{
	struct config_yaml_pair pairs[KEY_COUNT];
	struct text descriptions[KEY_COUNT] = {0};
	bool done = true;
	size_t i;

	for (i = 0; i < KEY_COUNT && done; i++) {
		const char *string = config->values[i].string;

		pairs[i] = (struct config_yaml_pair){config_keys[i].name, string != NULL ? string : config_keys[i].fallback};
		if (config_keys[i].type != CONFIG_DSN || string == NULL || is_reference(string))
			continue;
		dsn_describe(string, &descriptions[i]);
		pairs[i].value = text_string(&descriptions[i]);
		done = !descriptions[i].failed || error_out_of_memory(error);
	}
	done = done && config_yaml_write(pairs, KEY_COUNT, yaml, error);
	for (i = 0; i < KEY_COUNT; i++)
		text_free(&descriptions[i]);
	return done;
}

void config_free(struct config *config)
{
	size_t i;

	if (config == NULL)
		return;
	for (i = 0; i < KEY_COUNT; i++) {
		free(config->values[i].string);
		free(config->values[i].origin);
	}
	free(config->warning);
	free(config);
}
