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

/* Appends a whole number with its thousands grouped. What is no decimal number is appended as it is, in all three. */
void decimal_append_count(struct text *text, const char *digits, size_t length);

/* Appends dollars with two decimals, half a cent rounded away from zero; amounts under a cent with two digits. */
void decimal_append_usd(struct text *text, const char *digits, size_t length);

/* Appends a percentage with two decimals and its sign. */
void decimal_append_percent(struct text *text, const char *digits, size_t length);

#endif
