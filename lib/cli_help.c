/* What --help, --version and --completion print. */
#include "cli_rows.h"

#include <string.h>

#ifndef LM_VERSION
#error "the build sets LM_VERSION"
#endif

#define HELP_WIDTH 80
#define HELP_INDENT 28

void cli_add_rows(struct cli_rows *list, const struct cli_option *rows)
{
	size_t i;

	for (; rows != NULL && rows->name != NULL; rows++) {
		for (i = 0; i < list->count && strcmp(list->rows[i]->name, rows->name) != 0; i++)
			;
		if (i == list->count && list->count < sizeof list->rows / sizeof list->rows[0])
			list->rows[list->count++] = rows;
	}
}

void cli_add_verb_rows(struct cli_rows *list, const struct cli_verb *verb)
{
	size_t i;

	for (i = 0; i < CLI_TABLE_MAX; i++)
		cli_add_rows(list, verb->options[i]);
}

void cli_list_rows(const struct cli *cli, struct cli_rows *list)
{
	const struct cli_verb *verb;

	list->count = 0;
	cli_add_rows(list, cli_answers);
	cli_add_rows(list, cli->options);
	for (verb = cli->verbs; verb->name != NULL; verb++)
		cli_add_verb_rows(list, verb);
}

bool cli_is_optional(const struct cli_option *row)
{
	return row->constant != NULL && row->type != CLI_CONSTANT;
}

/* Appends words from column HELP_INDENT on, in lines of HELP_WIDTH at most. The line so far is column wide. */
static void append_wrapped(struct text *answer, size_t column, const char *words)
{
	size_t length;

	if (column + 2 > HELP_INDENT) {
		text_append_byte(answer, '\n');
		column = 0;
	}
	text_append_repeated(answer, ' ', HELP_INDENT - column);
	column = HELP_INDENT;
	while (*words != '\0') {
		length = strcspn(words, " ");
		if (column > HELP_INDENT && column + 1 + length > HELP_WIDTH) {
			text_append_byte(answer, '\n');
			text_append_repeated(answer, ' ', HELP_INDENT);
			column = HELP_INDENT;
		} else if (column > HELP_INDENT) {
			text_append_byte(answer, ' ');
			column++;
		}
		text_append(answer, words, length);
		column += length;
		words += length + (words[length] == ' ');
	}
	text_append_byte(answer, '\n');
}

/* What --help says of an option. */
static void append_option_help(const struct cli *cli, const struct cli_option *row, struct text *help)
{
	size_t i;

	for (i = 0; row->type == CLI_CHOICE && row->choices == NULL && cli->formats[i] != NULL; i++)
		text_append_format(help, "%s%s", i == 0 ? "" : cli->formats[i + 1] != NULL ? ", " : " or ", cli->formats[i]);
	text_append_string(help, row->help);
}

static void append_options(const struct cli *cli, struct text *answer, const struct cli_option *rows)
{
	struct text help = {0};
	size_t start;

	for (; rows != NULL && rows->name != NULL; rows++) {
		start = answer->length;
		if (rows->letter != '\0')
			text_append_format(answer, "  -%c, --%s", rows->letter, rows->name);
		else
			text_append_format(answer, "      --%s", rows->name);
		if (cli_is_optional(rows))
			text_append_format(answer, "[=%s]", rows->argument);
		else if (rows->argument != NULL)
			text_append_format(answer, " %s", rows->argument);
		text_clear(&help);
		append_option_help(cli, rows, &help);
		append_wrapped(answer, answer->length - start, text_string(&help));
	}
	answer->failed |= help.failed;
	text_free(&help);
}

static bool has_table(const struct cli_verb *verb, const struct cli_option *table)
{
	size_t i;

	for (i = 0; i < CLI_TABLE_MAX; i++)
		if (verb->options[i] == table)
			return true;
	return false;
}

/* Appends a table of options with the verbs that it goes with, unless an earlier verb has it. */
static void append_verb_options(const struct cli *cli, struct text *answer, const struct cli_verb *first,
                                const struct cli_option *table)
{
	const struct cli_verb *verb;
	size_t line = answer->length + 1;

	for (verb = cli->verbs; verb < first; verb++)
		if (has_table(verb, table))
			return;
	text_append_format(answer, "\nOptions of %s", first->name);
	for (verb = first + 1; verb->name != NULL; verb++) {
		if (!has_table(verb, table))
			continue;
		text_append_byte(answer, ',');
		if (answer->length - line + strlen(verb->name) + 2 > HELP_WIDTH) {
			line = answer->length + 1;
			text_append_byte(answer, '\n');
		} else
			text_append_byte(answer, ' ');
		text_append_string(answer, verb->name);
	}
	text_append_string(answer, ":\n");
	append_options(cli, answer, table);
}

static void append_help(const struct cli *cli, struct text *answer)
{
	const struct cli_verb *verb;
	size_t start, i;

	text_append_format(answer, "Usage: %s %s [OPTION]... [ARGUMENT]...\n\n%s\n\nVerbs%s:\n", cli->program,
	                   cli->has_default ? "[VERB]" : "VERB", cli->summary,
	                   cli->has_default ? ", the first of which is done without one" : "");
	for (verb = cli->verbs; verb->name != NULL; verb++) {
		start = answer->length;
		text_append_format(answer, "  %s%s%s", verb->name, verb->arguments != NULL ? " " : "",
		                   verb->arguments != NULL ? verb->arguments : "");
		append_wrapped(answer, answer->length - start, verb->help);
	}
	for (verb = cli->verbs; verb->name != NULL; verb++)
		for (i = 0; i < CLI_TABLE_MAX && verb->options[i] != NULL; i++)
			append_verb_options(cli, answer, verb, verb->options[i]);
	text_append_string(answer, "\nOptions of every verb:\n");
	append_options(cli, answer, cli->options);
	append_options(cli, answer, cli_answers);
	text_append_format(answer,
	                   "\nExit status: 0 fine, 1 a warning was found, 2 something critical was found,\n"
	                   "3 it could not find out or could not do all of it. More: man %s\n",
	                   cli->program);
}

static void append_completion(const struct cli *cli, struct text *answer)
{
	const struct cli_verb *verb;
	struct cli_rows list;
	size_t i;

	for (verb = cli->verbs; verb->name != NULL; verb++)
		text_append_format(answer, "%s\t%s\n", verb->name, verb->help);
	cli_list_rows(cli, &list);
	for (i = 0; i < list.count; i++) {
		text_append_format(answer, "--%s\t", list.rows[i]->name);
		append_option_help(cli, list.rows[i], answer);
		text_append_byte(answer, '\n');
	}
}

void cli_answer(const struct cli *cli, const char *name, struct text *answer)
{
	if (strcmp(name, "help") == 0)
		append_help(cli, answer);
	else if (strcmp(name, "version") == 0)
		text_append_format(answer, "%s %s\n", cli->program, LM_VERSION);
	else
		append_completion(cli, answer);
}
