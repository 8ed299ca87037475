/*
 * scan: reads one JSON text (RFC 8259) in memory, strictly, a value at a time, in the order in which the caller asks.
 *
 * Allocates nothing and builds no tree. That is why it is there beside cJSON, which makes an allocation of every value:
 * a log of a gigabyte is read at several times the speed, in constant memory. Where speed is no matter, cJSON does.
 *
 * Refuses what cJSON lets pass: control bytes in strings, numbers such as 01 or 1., anything after the text. Bytes that
 * are not UTF-8 are let through as they are. Members of one name come one after the other; the caller decides.
 *
 *	struct scan scan = scan_start(line, length);
 *	struct scan_slice key, name = {0};
 *	if (scan_object(&scan))
 *		while (scan_member(&scan, &key)) {
 *			if (scan_is(&key, "name"))
 *				scan_string(&scan, &name);
 *			else
 *				scan_skip(&scan);
 *		}
 *	if (!scan_end(&scan)) ...
 *
 * Failure is sticky: after it every call returns false, so that loops end and only scan_end has to be asked. What was
 * read before counts only where scan_end returns true.
 */
#ifndef LM_SCAN_H
#define LM_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How many objects and arrays may be open. */
#define SCAN_DEPTH_MAX 64

/* The largest integer that scan_round gives: 18 digits are exact. */
#define SCAN_ROUND_MAX INT64_C(1000000000000000000)

struct scan {
	const char *at;  /* the next byte; borrowed */
	const char *end; /* private from here */
	unsigned depth;
	bool is_first; /* an object or array was opened and nothing of it read */
	bool failed;
};

/* A piece of the text: what is between a string's quotation marks, escapes as they stand; or a number. */
struct scan_slice {
	const char *bytes; /* borrowed: valid as long as the text */
	size_t length;     /* in bytes */
	bool has_escapes;
};

/* What the next value is, as its first byte says. */
enum scan_kind {
	SCAN_NOTHING, /* no value: it failed before, or does now */
	SCAN_OBJECT,
	SCAN_ARRAY,
	SCAN_STRING,
	SCAN_NUMBER,
	SCAN_TRUE,
	SCAN_FALSE,
	SCAN_NULL,
};

/* Starts with a text, which has to stay until the end. */
struct scan scan_start(const char *bytes, size_t length);

/* Looks at the next value without reading it. */
enum scan_kind scan_peek(struct scan *scan);

/*
 * Each reads a value of its kind, and fails for another. An object's members and an array's elements are asked for in
 * turn until there is none, and each value is read before the next is asked for.
 */
bool scan_object(struct scan *scan);
bool scan_array(struct scan *scan);
bool scan_string(struct scan *scan, struct scan_slice *string);
bool scan_number(struct scan *scan, struct scan_slice *number);

/* Reads the next member's key; false at the object's end, which is read as well. */
bool scan_member(struct scan *scan, struct scan_slice *key);

/* Whether there is another element; false at the array's end, which is read as well. */
bool scan_element(struct scan *scan);

/* Reads null if that is what is next; otherwise returns false, and nothing has happened. */
bool scan_null(struct scan *scan);

/* Reads a value of any kind, with all that is in it. */
bool scan_skip(struct scan *scan);

/* Lets the text fail because of what it says. Always returns false. */
bool scan_refuse(struct scan *scan);

/* Whether the text was read to its end, and was one value. */
bool scan_end(struct scan *scan);

/*
 * Writes a string with its escapes decoded, and a NUL. Where capacity is too small, it is cut at a character's boundary
 * and false returned; it is 1 at least. *length is how many bytes were written, without the NUL; \u0000 gives a NUL
 * among them.
 */
bool scan_decode(const struct scan_slice *string, char *buffer, size_t capacity, size_t *length);

/* A number's nearest integer, half away from zero; beyond SCAN_ROUND_MAX either way, that. */
int64_t scan_round(const struct scan_slice *number);

/* Private: scan_is for a string with escapes. */
bool scan_is_decoded(const struct scan_slice *string, const char *word, size_t length);

/* Whether a string is this word of at most 63 bytes. Here, so that a constant word's length is known when compiling. */
static inline bool scan_is(const struct scan_slice *string, const char *word)
{
	size_t length = strlen(word);

	if (string->has_escapes)
		return scan_is_decoded(string, word, length);
	return string->length == length && memcmp(string->bytes, word, length) == 0;
}

#endif
