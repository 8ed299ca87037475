/*
 * parse: words from a command line or a configuration file to values with a unit.
 *
 * Does not say where the word stood: the caller puts the option's or the key's name in front of the error.
 *
 *	int64_t timeout_ms;
 *	if (!parse_duration("30s", &timeout_ms, error))
 *		return error_wrap(error, "--timeout");
 */
#ifndef LM_PARSE_H
#define LM_PARSE_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 250ms, 30s, 5m, 4h, 7d; a bare number is seconds. From 1 ms to 10,000 days. */
bool parse_duration(const char *word, int64_t *duration_ms, struct error *error);

/* A whole number from min to max, none of them negative, in decimal digits. */
bool parse_count(const char *word, int64_t min, int64_t max, int64_t *count, struct error *error);

/* true or false. */
bool parse_flag(const char *word, bool *flag, struct error *error);

/* The index of the word among the choices (an array that ends with NULL), or an error that lists them. */
bool parse_choice(const char *word, const char *const *choices, size_t *index, struct error *error);

#endif
