/*
 * decimal: decimal digits for people to read: rounded, grouped, with their unit. Works on the digits themselves, never
 * on a double.
 *
 * Does not compute: figures come computed from PostgreSQL.
 *
 *	decimal_append_usd(&cell, "1234.5678", 9);    appends $1,234.57
 */
#ifndef LM_DECIMAL_H
#define LM_DECIMAL_H

#include "text.h"

#include <stddef.h>

/* Appends a whole number with its thousands grouped. What is no decimal number is appended as it is, in all of them. */
void decimal_append_count(struct text *text, const char *digits, size_t length);

/* Appends dollars with two decimals, half a cent rounded away from zero; amounts under a cent with two digits. */
void decimal_append_usd(struct text *text, const char *digits, size_t length);

/* Appends a number with two decimals at most, and its thousands grouped. */
void decimal_append_number(struct text *text, const char *digits, size_t length);

/* Appends a span of seconds in the two largest of its units: 0.2 s, 12 s, 3 min 5 s, 2 h 5 min, 3 d 4 h. */
void decimal_append_seconds(struct text *text, const char *digits, size_t length);

/* Appends the digits with the decimal point so many places further left, exactly: 1.5, 3 becomes 0.0015. */
void decimal_append_shifted(struct text *text, const char *digits, size_t length, size_t places);

/* Appends a percentage with two decimals and its sign. */
void decimal_append_percent(struct text *text, const char *digits, size_t length);

#endif
