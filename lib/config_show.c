/* The configuration as it is in force, without its secrets. */
#include "config_keys.h"
#include "config_yaml.h"
#include "dsn.h"

#include <stdlib.h>
#include <string.h>

/* What is shown: keys in the order of their rows, and their values. */
struct shown {
	struct text keys, values; /* strings with their NULs, one after another */
	size_t count;
};

/* Appends a value as it may be shown. */
static void append_shown(const struct config *config, const char *key, struct text *values)
{
	const char *string = config_written(config, key);
	enum config_type type = config_key_find(key)->type;

	if (string == NULL)
		text_append_string(values, "");
	else if (config_is_reference(string) || (type != CONFIG_DSN && type != CONFIG_URL && type != CONFIG_SECRET))
		text_append_format(values, "=%s", string);
	else if (type == CONFIG_SECRET || (type == CONFIG_URL && config_url_host(string) == NULL))
		text_append_string(values, "=********");
	else if (type == CONFIG_DSN) {
		text_append_byte(values, '=');
		dsn_describe(string, values);
	} else {
		const char *start = strstr(string, "://"), *rest = config_url_host(string);

		text_append_format(values, "=%.*s%.*s", start != NULL && start < rest ? (int)(start + 3 - string) : 0, string,
		                   (int)strcspn(rest, "?#"), rest);
	}
	text_append_byte(values, '\0');
}

/* Adds the keys that a row's name stands for, whose levels so far are the prefix. */
static void expand(const struct config *config, const struct config_key *row, const char *prefix, const char *rest,
                   struct shown *shown)
{
	const char *star = strchr(rest, '*');
	struct text key = {0}, mapping = {0}, name = {0};
	size_t i;

	if (star == NULL) {
		text_append_format(&key, "%s%s", prefix, rest);
		text_append(&shown->keys, text_string(&key), key.length + 1);
		append_shown(config, text_string(&key), &shown->values);
		shown->count++;
	} else {
		text_append_format(&mapping, "%s%.*s", prefix, (int)(star - rest - 1), rest);
		for (i = 0; config_name(config, text_string(&mapping), i, &name); i++) {
			if (row->not_for != NULL && strcmp(row->not_for, text_string(&name)) == 0)
				continue;
			text_clear(&key);
			text_append_format(&key, "%s.%s", text_string(&mapping), text_string(&name));
			expand(config, row, text_string(&key), star + 1, shown);
		}
	}
	shown->keys.failed |= key.failed || mapping.failed || name.failed;
	text_free(&key);
	text_free(&mapping);
	text_free(&name);
}

bool config_show(const struct config *config, struct text *yaml, struct error *error)
{
	struct config_yaml_pair *pairs = NULL;
	struct shown shown = {.count = 0};
	const struct config_key *row;
	const char *key, *value;
	bool done;
	size_t i;

	for (row = config_keys; row->name != NULL; row++)
		expand(config, row, "", row->name, &shown);
	pairs = calloc(shown.count, sizeof *pairs);
	done = pairs != NULL && !shown.keys.failed && !shown.values.failed;
	key = shown.keys.bytes;
	value = shown.values.bytes;
	for (i = 0; done && i < shown.count; i++) {
		pairs[i] = (struct config_yaml_pair){key, *value == '=' ? value + 1 : NULL};
		key += strlen(key) + 1;
		value += strlen(value) + 1;
	}
	done = done ? config_yaml_write(pairs, shown.count, yaml, error) : error_out_of_memory(error);
	free(pairs);
	text_free(&shown.keys);
	text_free(&shown.values);
	return done;
}
