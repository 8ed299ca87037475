/*
 * json: writes JSON (RFC 8259) as it comes, in constant memory, with numbers to the digit.
 *
 * Does not read JSON and does not build documents in memory: cJSON does, where figures are not at stake.
 *
 *	struct json json = {.text = &output.buffer, .is_pretty = true};
 *	json_open(&json, '{');
 *	json_key(&json, "total_jobs", 10);
 *	json_number(&json, "1234", 4);
 *	json_close(&json, '}');
 */
#ifndef LM_JSON_H
#define LM_JSON_H

#include "text.h"

#include <stdbool.h>
#include <stddef.h>

#define JSON_DEPTH_MAX 16

struct json {
	struct text *text;  /* borrowed */
	bool is_pretty;     /* a member a line, indented by two spaces; else without white space */
	unsigned flat_from; /* with is_pretty: objects and arrays this deep stay on one line; 0 = none */
	unsigned depth;     /* how many objects and arrays are open */
	bool has_members[JSON_DEPTH_MAX];
	bool follows_key;
};

/* Opens an object or an array, '{' or '['. At most JSON_DEPTH_MAX - 1 may be open. */
void json_open(struct json *json, char bracket);
void json_close(struct json *json, char bracket);

void json_key(struct json *json, const char *key, size_t length);

/*
 * A string. Control, format and separator characters are written as \uNNNN, though most of them could stand, so that
 * no viewer is misled; bytes that are not UTF-8 become U+FFFD.
 */
void json_string(struct json *json, const char *bytes, size_t length);

/* A number with just these digits; null when they are no JSON number (NaN, Infinity). */
void json_number(struct json *json, const char *digits, size_t length);

void json_boolean(struct json *json, bool value);
void json_null(struct json *json);

#endif
