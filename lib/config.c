#include "config.h"

#include "config_keys.h"
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

struct value {
	char *key;
	const struct config_key *row; /* NULL: only the mapping was given */
	char *string;                 /* NULL for a mapping */
	char *origin;                 /* "FILE:LINE" or the option or variable that it came from */
};

struct config {
	struct value *values;
	size_t count;
	char *warning;
};

static struct value *find_value(const struct config *config, const char *key)
{
	size_t i;

	for (i = 0; i < config->count; i++)
		if (strcmp(config->values[i].key, key) == 0)
			return &config->values[i];
	return NULL;
}

/* Whether a key stands in a mapping; the level behind it is *level. */
static bool is_below(const char *mapping, const char *key, const char **level)
{
	size_t length = strlen(mapping);

	if (strncmp(key, mapping, length) != 0 || key[length] != '.')
		return false;
	*level = key + length + 1;
	return true;
}

static bool has_below(const struct config *config, const char *mapping)
{
	const char *level = NULL;
	size_t i;

	for (i = 0; i < config->count; i++)
		if (is_below(mapping, config->values[i].key, &level))
			return true;
	return false;
}

static const char *find_default(const struct config *config, const char *key)
{
	size_t i;

	for (i = 0; i < CONFIG_DEFAULT_COUNT; i++)
		if (strcmp(config_defaults[i].key, key) == 0 &&
		    (config_defaults[i].unless == NULL || !has_below(config, config_defaults[i].unless)))
			return config_defaults[i].string;
	return NULL;
}

/* What the key has without the environment: what is given, its default, its row's fallback. */
const char *config_written(const struct config *config, const char *key)
{
	const struct value *value = find_value(config, key);
	const char *string = value != NULL ? value->string : find_default(config, key);

	return string != NULL ? string : config_key_find(key)->fallback;
}

/* Puts the origin, and the key where the origin is a line of a file, in front of an error. */
static bool wrap(const struct value *value, const char *key, struct error *error)
{
	if (value != NULL && strchr(value->origin, ':') == NULL)
		return error_wrap(error, "%s", value->origin);
	return error_wrap(error, "%s: %s", value != NULL ? value->origin : "configuration", key);
}

/* Checks a value, once it is no reference to the environment any more. */
static bool check(const struct config_key *row, const char *string, struct error *error)
{
	struct text conninfo = {0};
	int64_t number;
	size_t choice;
	bool done;

	switch (row->type) {
	case CONFIG_TEXT:
	case CONFIG_URL:
	case CONFIG_SECRET:
		return *string != '\0' || error_set(error, "expected a text, not an empty one");
	case CONFIG_DSN:
		done = *string != '\0' ? dsn_normalise(string, &conninfo, error)
		                       : error_set(error, "expected where the database is, not an empty text");
		text_free(&conninfo);
		return done;
	case CONFIG_DURATION:
		return parse_duration(string, &number, error);
	case CONFIG_COUNT:
		return parse_count(string, row->min, row->max, &number, error);
	case CONFIG_FLAG:
		return parse_flag(string, &done, error);
	case CONFIG_CHOICE:
		return parse_choice(string, row->choices, &choice, error);
	}
	return false;
}

static struct value *add_value(struct config *config, const char *key)
{
	struct value *values = realloc(config->values, (config->count + 1) * sizeof *values);

	if (values == NULL)
		return NULL;
	config->values = values;
	values[config->count] = (struct value){.key = strdup(key)};
	return values[config->count].key != NULL ? &values[config->count++] : NULL;
}

/* Sets a key; NULL when memory runs out. */
static struct value *set(struct config *config, const char *key, const char *string, const char *origin,
                         struct error *error)
{
	struct value *value = find_value(config, key);

	if (value == NULL)
		value = add_value(config, key);
	if (value == NULL) {
		error_out_of_memory(error);
		return NULL;
	}
	free(value->string);
	free(value->origin);
	value->row = config_key_find(key);
	value->string = string != NULL ? strdup(string) : NULL;
	value->origin = strdup(origin);
	if ((string != NULL && value->string == NULL) || value->origin == NULL) {
		error_out_of_memory(error);
		return NULL;
	}
	return value;
}

/* Checks what is written, unless it stands for a value of the environment, which is checked when it is read. */
static bool check_written(const struct value *value, struct error *error)
{
	return value->string == NULL || config_is_reference(value->string) || check(value->row, value->string, error) ||
	       wrap(value, value->key, error);
}

bool config_set(struct config *config, const char *key, const char *string, const char *origin, struct error *error)
{
	struct value *value = set(config, key, string, origin, error);

	return value != NULL && check_written(value, error);
}

/* Takes one scalar of the file, or a mapping, without a string. */
static bool take(void *context, const char *key, const char *string, const char *origin, struct error *error)
{
	struct value *value = set(context, key, string, origin, error);

	return value != NULL && ((string != NULL && value->row->type == CONFIG_DSN) || check_written(value, error));
}

/* What the file may hold at a key. */
static enum config_yaml_kind kind_of(const char *key)
{
	enum config_yaml_kind kind = CONFIG_YAML_UNKNOWN;
	const struct config_key *row;

	for (row = config_keys; row->name != NULL; row++)
		switch (config_key_match(row, key)) {
		case CONFIG_MATCH_WHOLE:
			return CONFIG_YAML_SCALAR;
		case CONFIG_MATCH_ABOVE:
			kind = CONFIG_YAML_MAPPING;
			break;
		case CONFIG_MATCH_NONE:
			break;
		}
	return kind;
}

/* Remembers a warning when the file holds a password and others may read it. */
static bool note_readers(struct config *config, const char *path, FILE *file, struct error *error)
{
	struct text warning = {0};
	struct stat status;
	bool has_secret = false;
	size_t i;

	for (i = 0; i < config->count; i++)
		has_secret |= config_is_secret(config->values[i].row, config->values[i].string);
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
		done = config_yaml_read(path, file, kind_of, take, config, error) && note_readers(config, path, file, error);
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
	struct config *config = config_open(path, error);
	bool done = config != NULL;
	size_t i;

	for (i = 0; done && i < config->count; i++)
		done = check_written(&config->values[i], error);
	if (done)
		return config;
	config_free(config);
	return NULL;
}

struct config *config_open(const char *path, struct error *error)
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

/* The key of the index-th value given, or with is_default of the index-th default; "" for a default that is not in
 * force. */
static const char *key_at(const struct config *config, bool is_default, size_t index)
{
	if (!is_default)
		return config->values[index].key;
	return find_default(config, config_defaults[index].key) != NULL ? config_defaults[index].key : "";
}

bool config_name(const struct config *config, const char *mapping, size_t index, struct text *name)
{
	bool is_default = !has_below(config, mapping);
	size_t count = is_default ? CONFIG_DEFAULT_COUNT : config->count, length, i;
	const char *previous = "", *level = NULL;

	for (i = 0; i < count; i++) {
		if (!is_below(mapping, key_at(config, is_default, i), &level))
			continue;
		length = strcspn(level, ".");
		if (length == strcspn(previous, ".") && strncmp(level, previous, length) == 0)
			continue;
		previous = level;
		if (index-- > 0)
			continue;
		text_clear(name);
		text_append(name, level, length);
		return true;
	}
	return false;
}

bool config_text(const struct config *config, const char *key, const char **string, struct error *error)
{
	const char *variable;

	*string = config_written(config, key);
	if (*string != NULL && config_is_reference(*string)) {
		variable = *string + strlen(CONFIG_ENVIRONMENT);
		*string = getenv(variable);
		if (*string == NULL) {
			error_set(error, "the environment variable %s is not set", variable);
			return wrap(find_value(config, key), key, error);
		}
	}
	return *string == NULL || check(config_key_find(key), *string, error) || wrap(find_value(config, key), key, error);
}

bool config_duration(const struct config *config, const char *key, int64_t *duration_ms, struct error *error)
{
	const char *string;

	*duration_ms = 0;
	return config_text(config, key, &string, error) && (string == NULL || parse_duration(string, duration_ms, error));
}

bool config_count(const struct config *config, const char *key, int64_t *count, struct error *error)
{
	const struct config_key *row = config_key_find(key);
	const char *string;

	return config_text(config, key, &string, error) && parse_count(string, row->min, row->max, count, error);
}

bool config_flag(const struct config *config, const char *key, bool *flag, struct error *error)
{
	const char *string;

	return config_text(config, key, &string, error) && parse_flag(string, flag, error);
}

bool config_choice(const struct config *config, const char *key, size_t *choice, struct error *error)
{
	const char *string;

	return config_text(config, key, &string, error) &&
	       parse_choice(string, config_key_find(key)->choices, choice, error);
}

const char *config_origin(const struct config *config, const char *key)
{
	const struct value *value = find_value(config, key);

	return value != NULL ? value->origin : NULL;
}

const char *config_warning(const struct config *config)
{
	return config->warning;
}

void config_free(struct config *config)
{
	size_t i;

	if (config == NULL)
		return;
	for (i = 0; i < config->count; i++) {
		free(config->values[i].key);
		free(config->values[i].string);
		free(config->values[i].origin);
	}
	free(config->values);
	free(config->warning);
	free(config);
}
