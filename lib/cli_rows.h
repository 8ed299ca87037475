/*
 * cli_rows: the rows of a tool's tables of options, gathered. Private to cli*.c.
 */
#ifndef LM_CLI_ROWS_H
#define LM_CLI_ROWS_H

#include "cli.h"

/*
 * All rows of a tool: the answers, the common ones, then each verb's, each name once: verbs that have an option of one
 * name mean the same by it. Fewer than 64 in every tool.
 */
struct cli_rows {
	const struct cli_option *rows[64];
	size_t count;
};

/* Adds the rows of a table, or of all tables of a verb, whose names are new. */
void cli_add_rows(struct cli_rows *list, const struct cli_option *rows);
void cli_add_verb_rows(struct cli_rows *list, const struct cli_verb *verb);

/* Lists all rows of a tool. */
void cli_list_rows(const struct cli *cli, struct cli_rows *list);

/* Whether an option may stand without its argument, which then follows a "=". */
bool cli_is_optional(const struct cli_option *row);

#endif
