/*
 * text: a growing buffer of bytes, and what makes foreign text safe on a terminal and fits it there.
 *
 * Does not know JSON, CSV or tables: each format escapes for itself (render_*.c), with the decoder from here.
 *
 *	struct text line = {0};
 *	text_append_format(&line, "%s: ", name);
 *	text_append_terminal(&line, value, strlen(value));
 *	if (line.failed) ...
 *	text_free(&line);
 */
#ifndef LM_TEXT_H
#define LM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *bytes;     /* NUL-terminated once anything was appended, else NULL; owned */
	size_t length;   /* in bytes, without the NUL */
	size_t capacity; /* in bytes */
	bool failed;     /* memory ran out: what was appended since is missing */
};

/* Each appends to the end; when memory runs out the text is marked as failed and stays as it was. */
void text_append(struct text *text, const char *bytes, size_t length);
void text_append_string(struct text *text, const char *string);
void text_append_byte(struct text *text, char byte);
void text_append_repeated(struct text *text, char byte, size_t count);
void text_append_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Appends foreign text for a terminal: control characters as \n, \t, \r or \xNN, format characters (bidirectional
 * controls, zero-width and tag characters, line separators) as \uNNNN, bytes that are not UTF-8 as \xNN.
 */
void text_append_terminal(struct text *text, const char *bytes, size_t length);

/*
 * How many cells of a terminal text takes that text_append_terminal made, or that needs none of it. A character that
 * this locale does not know is taken for one cell.
 */
size_t text_cells(const char *bytes, size_t length);

/*
 * Appends such text, and where it takes more than so many cells it is cut to them: "…", or with is_plain "~", stands
 * for its end, or with is_middle for its middle. Characters and what text_append_terminal made of one are never
 * divided.
 */
void text_append_cut(struct text *text, const char *bytes, size_t length, size_t cells, bool is_middle, bool is_plain);

/* The content, never NULL: "" where nothing was appended. Valid until the text changes. */
const char *text_string(const struct text *text);

/* Empties the text and keeps its memory. */
void text_clear(struct text *text);

/* Frees the memory; the text is empty and usable afterwards. */
void text_free(struct text *text);

/*
 * Decodes the character at bytes[0..length), length at least 1. Returns how many bytes it takes, with its code point
 * in *code_point; or 0 when they are not UTF-8 (overlong, surrogate, cut off, above U+10FFFF; RFC 3629).
 */
size_t text_decode(const char *bytes, size_t length, uint32_t *code_point);

/* Whether all of the bytes are UTF-8. */
bool text_is_utf8(const char *bytes, size_t length);

/* Whether the locale is one of UTF-8, so that a terminal shows more than ASCII as it is meant. */
bool text_has_utf8_locale(void);

/*
 * Whether a character shows nothing of itself but changes what is around it: Unicode's categories Cc, Cf, Zl, Zp
 * (Unicode 15.0, DerivedGeneralCategory.txt).
 */
bool text_is_invisible(uint32_t code_point);

#endif
