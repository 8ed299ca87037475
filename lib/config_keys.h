/*
 * config_keys: which keys there are, and what the configuration's own files have to know of each other's values.
 * Private to config*.c, as is everything here but config_keys itself.
 */
#ifndef LM_CONFIG_KEYS_H
#define LM_CONFIG_KEYS_H

#include "config.h"

/* A value that a key has by itself, before its row's fallback. */
struct config_default {
	const char *key;
	const char *string;
	const char *unless; /* not when the file gives anything in this mapping; NULL = always */
};

#define CONFIG_DEFAULT_COUNT ((size_t)5)

extern const struct config_default config_defaults[CONFIG_DEFAULT_COUNT];

enum config_match { CONFIG_MATCH_NONE, CONFIG_MATCH_ABOVE, CONFIG_MATCH_WHOLE };

/* Whether a key is what a row is about, or a mapping above it. */
enum config_match config_key_match(const struct config_key *row, const char *key);

/* The row of a key; NULL for none. */
const struct config_key *config_key_find(const char *key);

/* What a value that stands for one of the environment starts with, and whether it is one. */
#define CONFIG_ENVIRONMENT "os.environ/"
bool config_is_reference(const char *string);

/* What a key has before the environment is asked: what was given, its default, its row's fallback. NULL for none. */
const char *config_written(const struct config *config, const char *key);

/* Whether a value, NULL for a mapping, is a secret that the file itself holds. */
bool config_is_secret(const struct config_key *row, const char *string);

/*
 * Where in a URL its host starts, behind user, password and @ if it has them (RFC 3986, 3.2). NULL for what has an @
 * elsewhere, so that nobody knows what in it is a password.
 */
const char *config_url_host(const char *url);

#endif
