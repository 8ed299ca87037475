/*
 * config: monitor.yaml, read into one value per key, each with the place that it came from.
 *
 * Does not act on the values. A key is declared once, in config_keys; --show-config, the checks and the manual's list
 * follow from there.
 *
 *	struct config *config = config_load(NULL, error);
 *	int64_t timeout_ms;
 *	if (config == NULL || !config_duration(config, "timeout", &timeout_ms, error)) ...
 *	config_free(config);
 */
#ifndef LM_CONFIG_H
#define LM_CONFIG_H

#include "error.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_type {
	CONFIG_TEXT,
	CONFIG_DSN,    /* a text that may hold a password: shown without it */
	CONFIG_URL,    /* the same; checked by whoever asks for it */
	CONFIG_SECRET, /* a text that is never shown */
	CONFIG_DURATION,
	CONFIG_COUNT, /* a whole number */
	CONFIG_FLAG,  /* true or false */
	CONFIG_CHOICE,
};

struct config_key {
	const char *name; /* with dots for the levels: "database.url"; a level "*" has any name */
	enum config_type type;
	const char *fallback;       /* the value without one; NULL = none */
	const char *const *choices; /* for CONFIG_CHOICE, ends with NULL */
	const char *help;
	int64_t min, max;    /* for CONFIG_COUNT */
	const char *not_for; /* a name that "*" does not stand for; NULL = none */
};

/* All keys; those of one mapping stand together. Ends with an empty row. */
extern const struct config_key config_keys[];

struct config;

/*
 * Reads the file at path, or where path is NULL at $LM_CONFIG, or the first that exists of
 * $XDG_CONFIG_HOME/lm-monitor/monitor.yaml (~/.config without it) and /etc/lm-monitor/monitor.yaml; without any, every
 * key has its fallback. NULL, with "FILE:LINE: key: what was expected", when anything in it is wrong. Free with
 * config_free.
 */
struct config *config_load(const char *path, struct error *error);

/* The same, but a CONFIG_DSN value that is none is an error only of config_text. */
struct config *config_open(const char *path, struct error *error);

/*
 * Sets a key over what the file says; origin ("--dsn") is what an error names in place of FILE:LINE. A value that is
 * not as expected is set all the same.
 */
bool config_set(struct config *config, const char *key, const char *value, const char *origin, struct error *error);

/*
 * The value of a key; a value os.environ/NAME is read from the environment here, and fails when that is not set.
 * *value is NULL where there is neither value nor fallback, and lives as long as the config and the environment.
 */
bool config_text(const struct config *config, const char *key, const char **value, struct error *error);

/*
 * Puts the index-th name in the mapping that a "*" stands in ("health.components") into *name; false when it has fewer.
 * They are the names that the file has there, in its order, or without any the built-in ones.
 */
bool config_name(const struct config *config, const char *mapping, size_t index, struct text *name);

/* Where a key or a mapping was given, "FILE:LINE" or an option; NULL where it was not. Lives until the key is set. */
const char *config_origin(const struct config *config, const char *key);

/* The value of a CONFIG_COUNT key, and of a CONFIG_FLAG key. */
bool config_count(const struct config *config, const char *key, int64_t *count, struct error *error);
bool config_flag(const struct config *config, const char *key, bool *flag, struct error *error);

/* The value of a CONFIG_DURATION key, in milliseconds; 0 where there is neither value nor fallback. */
bool config_duration(const struct config *config, const char *key, int64_t *duration_ms, struct error *error);

/* The value of a CONFIG_CHOICE key, as the index among its choices. */
bool config_choice(const struct config *config, const char *key, size_t *choice, struct error *error);

/* A sentence about a file that holds a password and that others can read; NULL when all is well. Lives as the config.
 */
const char *config_warning(const struct config *config);

/* Appends the effective configuration as YAML: passwords left out, os.environ/NAME as written. */
bool config_show(const struct config *config, struct text *yaml, struct error *error);

void config_free(struct config *config);

#endif
