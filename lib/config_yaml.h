/*
 * config_yaml: the YAML under the configuration, by libyaml: scalars with dotted names, in and out.
 *
 * Does not know which keys there are: it asks. Aliases and more than one document are refused.
 */
#ifndef LM_CONFIG_YAML_H
#define LM_CONFIG_YAML_H

#include "error.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum config_yaml_kind { CONFIG_YAML_UNKNOWN, CONFIG_YAML_SCALAR, CONFIG_YAML_MAPPING };

/* A scalar's dotted name and its text; NULL for null. */
struct config_yaml_pair {
	const char *key;
	const char *value;
};

/*
 * Reads a file and hands each scalar but nulls to take, in order, with its place as "PATH:LINE"; and each mapping,
 * before what is in it, with the value NULL, also where it is empty or null. Ends at the first error, whose message
 * starts with the place.
 */
bool config_yaml_read(const char *path, FILE *file, enum config_yaml_kind (*kind_of)(const char *key),
                      bool (*take)(void *context, const char *key, const char *value, const char *origin,
                                   struct error *error),
                      void *context, struct error *error);

/* Appends the pairs as block mappings; what is in one mapping is gathered, in the order in which it is first named. */
bool config_yaml_write(const struct config_yaml_pair *pairs, size_t count, struct text *yaml, struct error *error);

#endif
