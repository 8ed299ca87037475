#include "config_yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct reader {
	const char *path;
	FILE *file;
	yaml_parser_t parser;
	yaml_event_t event; /* the one that next_event read last */
	enum config_yaml_kind (*kind_of)(const char *key);
	bool (*take)(void *context, const char *key, const char *value, const char *origin, struct error *error);
	void *context;
};

/* The line at which the parser failed. Of bytes that it cannot decode, libyaml says the place as an offset only. */
static size_t problem_line(const struct reader *reader)
{
	size_t line = 1, at;

	if (reader->parser.error != YAML_READER_ERROR || fseek(reader->file, 0, SEEK_SET) != 0)
		return reader->parser.problem_mark.line + 1;
	for (at = 0; at < reader->parser.problem_offset; at++)
		line += getc(reader->file) == '\n';
	return line;
}

static bool next_event(struct reader *reader, struct error *error)
{
	const yaml_parser_t *parser = &reader->parser;

	yaml_event_delete(&reader->event);
	if (yaml_parser_parse(&reader->parser, &reader->event))
		return true;
	return error_set(error, "%s:%zu: not YAML: %s", reader->path, problem_line(reader),
	                 parser->problem != NULL ? parser->problem : "cannot be read");
}

static bool wrong(const struct reader *reader, const char *key, const char *expected, struct error *error)
{
	size_t line = reader->event.start_mark.line + 1;

	if (*key == '\0')
		return error_set(error, "%s:%zu: expected %s", reader->path, line, expected);
	return error_set(error, "%s:%zu: %s: expected %s", reader->path, line, key, expected);
}

static bool unknown(const struct reader *reader, const char *key, struct error *error)
{
	return error_set(error, "%s:%zu: unknown key \"%s\"", reader->path, reader->event.start_mark.line + 1, key);
}

/* Whether a text, unless it is quoted, is YAML's null (YAML 1.2.2, 10.2.1.1). */
static bool looks_like_null(const char *value)
{
	return *value == '\0' || strcmp(value, "~") == 0 || strcmp(value, "null") == 0;
}

/* Whether the scalar just read is null. */
static bool is_null(const yaml_event_t *event)
{
	return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       looks_like_null((const char *)event->data.scalar.value);
}

/* Hands on a scalar or, with NULL, a mapping, at the place of the event just read. */
static bool hand_on(struct reader *reader, const char *key, const char *value, struct error *error)
{
	struct text origin = {0};
	bool done;

	text_append_format(&origin, "%s:%zu", reader->path, reader->event.start_mark.line + 1);
	done = origin.failed ? error_out_of_memory(error) : reader->take(reader->context, key, value, origin.bytes, error);
	text_free(&origin);
	return done;
}

static bool take_scalar(struct reader *reader, const char *key, struct error *error)
{
	const char *value = (const char *)reader->event.data.scalar.value;

	if (strlen(value) != reader->event.data.scalar.length)
		return wrong(reader, key, "a text without NUL", error);
	return hand_on(reader, key, value, error);
}

static bool read_mapping(struct reader *reader, const char *prefix, struct error *error);

/* Reads the value of one key: the events of one node. */
static bool read_value(struct reader *reader, const char *key, struct error *error)
{
	enum config_yaml_kind kind = reader->kind_of(key);

	if (kind == CONFIG_YAML_UNKNOWN)
		return unknown(reader, key, error);
	if (!next_event(reader, error))
		return false;
	if (reader->event.type == YAML_ALIAS_EVENT)
		return wrong(reader, key, "a value, not an alias", error);
	/* A key with everything below it commented out is there, and no more. */
	if (reader->event.type == YAML_SCALAR_EVENT && is_null(&reader->event))
		return kind == CONFIG_YAML_SCALAR || hand_on(reader, key, NULL, error);
	if (kind == CONFIG_YAML_MAPPING) {
		if (reader->event.type != YAML_MAPPING_START_EVENT)
			return wrong(reader, key, "a mapping", error);
		return hand_on(reader, key, NULL, error) && read_mapping(reader, key, error);
	}
	if (reader->event.type != YAML_SCALAR_EVENT)
		return wrong(reader, key, "a single value", error);
	return take_scalar(reader, key, error);
}

/* Whether the key just read stands in the list of those read before it, each with its NUL. */
static bool is_repeated(const struct text *seen, const char *key)
{
	const char *at;

	for (at = seen->bytes; at != NULL && at < seen->bytes + seen->length; at += strlen(at) + 1)
		if (strcmp(at, key) == 0)
			return true;
	return false;
}

/*
 * Refuses a name with dots: they stand for levels in the names of keys, and in those alone. Where any other name may be
 * given, that is what is wrong with it.
 */
static bool refuse_dots(struct reader *reader, const char *prefix, const char *name, const char *key,
                        struct error *error)
{
	struct text plain = {0};
	bool is_free;
	char *at;

	text_append_string(&plain, key);
	for (at = plain.failed ? NULL : strchr(plain.bytes + strlen(prefix) + (*prefix != '\0'), '.'); at != NULL;
	     at = strchr(at, '.'))
		*at = '_';
	is_free = reader->kind_of(text_string(&plain)) != CONFIG_YAML_UNKNOWN;
	text_free(&plain);
	if (!is_free)
		return unknown(reader, key, error);
	return error_set(error, "%s:%zu: %s: expected a name without a dot, not \"%s\"", reader->path,
	                 reader->event.start_mark.line + 1, prefix, name);
}

/* Makes the dotted name of the key just read, and adds it to those seen. */
static bool take_key(struct reader *reader, const char *prefix, struct text *key, struct text *seen,
                     struct error *error)
{
	const char *name = (const char *)reader->event.data.scalar.value;

	if (reader->event.type != YAML_SCALAR_EVENT || strlen(name) != reader->event.data.scalar.length)
		return wrong(reader, prefix, "the name of a key", error);
	text_clear(key);
	text_append_format(key, "%s%s%s", prefix, *prefix ? "." : "", name);
	if (key->failed)
		return error_out_of_memory(error);
	if (is_repeated(seen, key->bytes))
		return error_set(error, "%s:%zu: %s: given twice", reader->path, reader->event.start_mark.line + 1, key->bytes);
	if (strchr(name, '.') != NULL)
		return refuse_dots(reader, prefix, name, key->bytes, error);
	text_append(seen, key->bytes, key->length + 1);
	return !seen->failed || error_out_of_memory(error);
}

/* Reads keys and values up to the end of a mapping whose start was read. */
static bool read_mapping(struct reader *reader, const char *prefix, struct error *error)
{
	struct text key = {0}, seen = {0};
	bool done;

	while ((done = next_event(reader, error)) && reader->event.type != YAML_MAPPING_END_EVENT) {
		done = take_key(reader, prefix, &key, &seen, error) && read_value(reader, key.bytes, error);
		if (!done)
			break;
	}
	text_free(&key);
	text_free(&seen);
	return done;
}

/* Reads the one document of a stream. */
static bool read_stream(struct reader *reader, struct error *error)
{
	do {
		if (!next_event(reader, error))
			return false;
	} while (reader->event.type == YAML_STREAM_START_EVENT || reader->event.type == YAML_DOCUMENT_START_EVENT);
	if (reader->event.type == YAML_STREAM_END_EVENT)
		return true;
	if (reader->event.type == YAML_MAPPING_START_EVENT) {
		if (!read_mapping(reader, "", error))
			return false;
	} else if (reader->event.type != YAML_SCALAR_EVENT || !is_null(&reader->event))
		return wrong(reader, "", "a mapping at the top", error);
	do {
		if (!next_event(reader, error))
			return false;
		if (reader->event.type == YAML_DOCUMENT_START_EVENT)
			return wrong(reader, "", "one document, not several", error);
	} while (reader->event.type != YAML_STREAM_END_EVENT);
	return true;
}

bool config_yaml_read(const char *path, FILE *file, enum config_yaml_kind (*kind_of)(const char *key),
                      bool (*take)(void *context, const char *key, const char *value, const char *origin,
                                   struct error *error),
                      void *context, struct error *error)
{
	struct reader reader = {.path = path, .file = file, .kind_of = kind_of, .take = take, .context = context};
	bool done;

	if (!yaml_parser_initialize(&reader.parser))
		return error_out_of_memory(error);
	yaml_parser_set_input_file(&reader.parser, file);
	done = read_stream(&reader, error);
	yaml_event_delete(&reader.event);
	yaml_parser_delete(&reader.parser);
	return done;
}

static int append_bytes(void *context, unsigned char *bytes, size_t length)
{
	struct text *yaml = context;

	text_append(yaml, (const char *)bytes, length);
	return !yaml->failed;
}

static bool emit_scalar(yaml_emitter_t *emitter, const char *value, size_t length, yaml_scalar_style_t style)
{
	yaml_event_t event;

	return yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)value, (int)length, 1, 1, style) &&
	       yaml_emitter_emit(emitter, &event);
}

/* A text, or null. */
static bool emit_value(yaml_emitter_t *emitter, const char *value)
{
	if (value == NULL)
		return emit_scalar(emitter, "null", 4, YAML_PLAIN_SCALAR_STYLE);
	return emit_scalar(emitter, value, strlen(value),
	                   looks_like_null(value) ? YAML_SINGLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE);
}

static bool emit_start(yaml_emitter_t *emitter)
{
	yaml_event_t event;

	return yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE) &&
	       yaml_emitter_emit(emitter, &event);
}

static bool emit_end(yaml_emitter_t *emitter)
{
	yaml_event_t event;

	return yaml_mapping_end_event_initialize(&event) && yaml_emitter_emit(emitter, &event);
}

/* Whether the name of a level was met before the index-th pair, in the same mapping. */
static bool was_emitted(const struct config_yaml_pair *pairs, size_t index, size_t prefix_length, size_t level_length)
{
	const char *key = pairs[index].key;
	size_t whole = prefix_length + level_length, i;

	for (i = 0; i < index; i++)
		if (strncmp(pairs[i].key, key, whole) == 0 && (pairs[i].key[whole] == '.' || pairs[i].key[whole] == '\0'))
			return true;
	return false;
}

/* Emits what is in the mapping whose dotted name, with a dot behind it, is a prefix of the keys. */
static bool emit_pairs(yaml_emitter_t *emitter, const struct config_yaml_pair *pairs, size_t count, const char *prefix,
                       size_t prefix_length)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const char *level = pairs[i].key + prefix_length;
		size_t length;

		if (strncmp(pairs[i].key, prefix, prefix_length) != 0)
			continue;
		length = strcspn(level, ".");
		if (was_emitted(pairs, i, prefix_length, length))
			continue;
		if (!emit_scalar(emitter, level, length, YAML_ANY_SCALAR_STYLE))
			return false;
		if (level[length] == '\0' ? !emit_value(emitter, pairs[i].value)
		                          : !emit_start(emitter) ||
		                                !emit_pairs(emitter, pairs, count, pairs[i].key, prefix_length + length + 1) ||
		                                !emit_end(emitter))
			return false;
	}
	return true;
}

bool config_yaml_write(const struct config_yaml_pair *pairs, size_t count, struct text *yaml, struct error *error)
{
	yaml_emitter_t emitter;
	yaml_event_t event;
	bool done;

	if (!yaml_emitter_initialize(&emitter))
		return error_out_of_memory(error);
	yaml_emitter_set_output(&emitter, append_bytes, yaml);
	yaml_emitter_set_width(&emitter, -1);
	done = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) && yaml_emitter_emit(&emitter, &event) &&
	       yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) && yaml_emitter_emit(&emitter, &event) &&
	       emit_start(&emitter) && emit_pairs(&emitter, pairs, count, "", 0) && emit_end(&emitter) &&
	       yaml_document_end_event_initialize(&event, 1) && yaml_emitter_emit(&emitter, &event) &&
	       yaml_stream_end_event_initialize(&event) && yaml_emitter_emit(&emitter, &event);
	if (!done)
		error_set(error, "cannot write YAML: %s", emitter.problem != NULL ? emitter.problem : "out of memory");
	yaml_emitter_delete(&emitter);
	return done;
}
