#include "cli.h"

#include "parse.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#ifndef LM_VERSION
#error "the build sets LM_VERSION"
#endif

#define HELP_WIDTH 80
#define HELP_INDENT 28

const struct cli_option cli_answers[] = {
	{.name = "help", .letter = 'h', .type = CLI_ANSWER, .help = "print this help"},
	{.name = "version", .letter = 'V', .type = CLI_ANSWER, .help = "print the version"},
	{.name = "completion", .type = CLI_ANSWER, .help = "print the verbs and options, for a shell's completion"},
	{0},
};

/*
 * All rows of a tool: the answers, the common ones, then each verb's, each name once: verbs that have an option of one
 * name mean the same by it. Fewer than 64 in every tool.
 */
struct option_list {
	const struct cli_option *rows[64];
	size_t count;
};

static void add_rows(struct option_list *list, const struct cli_option *rows)
{
	size_t i;

	for (; rows != NULL && rows->name != NULL; rows++) {
		for (i = 0; i < list->count && strcmp(list->rows[i]->name, rows->name) != 0; i++)
			;
		if (i == list->count && list->count < sizeof list->rows / sizeof list->rows[0])
			list->rows[list->count++] = rows;
	}
}

static void list_options(const struct cli *cli, struct option_list *list)
{
	const struct cli_verb *verb;

	list->count = 0;
	add_rows(list, cli_answers);
	add_rows(list, cli->options);
	for (verb = cli->verbs; verb->name != NULL; verb++)
		add_rows(list, verb->options);
}

static bool goes_with(const struct cli *cli, const struct cli_verb *verb, const struct cli_option *row)
{
	struct option_list list = {.count = 0};
	size_t i;

	add_rows(&list, cli->options);
	add_rows(&list, verb->options);
	for (i = 0; i < list.count && strcmp(list.rows[i]->name, row->name) != 0; i++)
		;
	return i < list.count;
}

static bool add_word(struct cli_list *list, const char *word, struct error *error)
{
	const char **words = realloc(list->words, (list->count + 1) * sizeof *words);

	if (words == NULL)
		return error_out_of_memory(error);
	list->words = words;
	words[list->count++] = word;
	return true;
}

static bool store(const struct cli *cli, const struct cli_option *row, const char *argument, void *values,
                  struct error *error)
{
	char *at = (char *)values + row->offset;
	struct cli_duration *duration;
	struct cli_count *count;
	size_t choice;

	switch (row->type) {
	case CLI_ANSWER:
		return true;
	case CLI_FLAG:
		*(bool *)(void *)at = true;
		return true;
	case CLI_CONSTANT:
		*(const char **)(void *)at = row->constant;
		return true;
	case CLI_CHOICE:
		if (!parse_choice(argument, row->choices != NULL ? row->choices : cli->formats, &choice, error))
			return error_wrap(error, "--%s", row->name);
		*(const char **)(void *)at = argument;
		return true;
	case CLI_TEXT:
	case CLI_LIST:
		if (*argument == '\0')
			return error_set(error, "--%s: expected %s, not an empty word", row->name, row->argument);
		if (row->type == CLI_LIST)
			return add_word((struct cli_list *)(void *)at, argument, error);
		*(const char **)(void *)at = argument;
		return true;
	case CLI_DURATION:
		duration = (struct cli_duration *)(void *)at;
		duration->has_value = true;
		if (!parse_duration(argument, &duration->ms, error))
			return error_wrap(error, "--%s", row->name);
		return true;
	case CLI_COUNT:
		count = (struct cli_count *)(void *)at;
		count->has_value = true;
		if (!parse_count(argument, 0, CLI_COUNT_MAX, &count->value, error))
			return error_wrap(error, "--%s", row->name);
		return true;
	}
	return error_set(error, "--%s: cannot be read", row->name);
}

/* Whether an option may stand without its argument, which then follows a "=". */
static bool is_optional(const struct cli_option *row)
{
	return row->constant != NULL && row->type != CLI_CONSTANT;
}

/* getopt_long's tables, made from the rows; an option's value is 256 + its index. */
struct getopt_tables {
	struct option longs[65];
	char letters[2 + 2 * 64];
};

static void make_tables(const struct option_list *list, struct getopt_tables *tables)
{
	char *letter;
	size_t i;

	*tables = (struct getopt_tables){.letters = ":"};
	letter = tables->letters + 1;
	for (i = 0; i < list->count; i++) {
		const struct cli_option *row = list->rows[i];

		tables->longs[i] = (struct option){row->name,
		                                   is_optional(row)        ? optional_argument
		                                   : row->argument != NULL ? required_argument
		                                                           : no_argument,
		                                   NULL, 256 + (int)i};
		if (row->letter == '\0')
			continue;
		*letter++ = row->letter;
		if (row->argument != NULL)
			*letter++ = ':';
	}
}

/* The row that getopt_long's value stands for; NULL for none. */
static const struct cli_option *find_row(const struct option_list *list, int value)
{
	size_t i;

	if (value >= 256)
		return list->rows[value - 256];
	for (i = 0; i < list->count; i++)
		if (value != 0 && list->rows[i]->letter == value)
			return list->rows[i];
	return NULL;
}

static bool refuse(const struct cli *cli, const struct option_list *list, int found, const char *word,
                   struct error *error)
{
	const struct cli_option *row = find_row(list, optopt);

	if (found == ':')
		return error_set(error, "--%s: expected %s; see %s --help", row->name, row->argument, cli->program);
	if (optopt >= 256)
		return error_set(error, "--%s takes no argument; see %s --help", row->name, cli->program);
	if (optopt != 0)
		return error_set(error, "unknown option \"-%c\"; see %s --help", optopt, cli->program);
	/* Without its argument, which may be a password. */
	return error_set(error, "unknown or ambiguous option \"%.*s\"; see %s --help", (int)strcspn(word, "="), word,
	                 cli->program);
}

static bool find_verb(const struct cli *cli, const char *word, struct cli_call *call, struct error *error)
{
	struct text list = {0};
	const struct cli_verb *verb;

	for (verb = cli->verbs; verb->name != NULL; verb++) {
		if (word != NULL && strcmp(verb->name, word) == 0) {
			call->verb = verb;
			text_free(&list);
			return true;
		}
		text_append_format(&list, "%s%s", verb > cli->verbs ? ", " : "", verb->name);
	}
	if (word == NULL)
		error_set(error, "expected a verb: %s; see %s --help", text_string(&list), cli->program);
	else
		error_set(error, "unknown verb \"%s\": expected %s; see %s --help", word, text_string(&list), cli->program);
	text_free(&list);
	return false;
}

/* Checks what getopt_long left, the verb and its arguments, and that the options given go with the verb. */
static bool finish(const struct cli *cli, const struct cli_option *const *given, size_t given_count, int argc,
                   char **argv, struct cli_call *call, struct error *error)
{
	size_t i;

	if (optind == argc && cli->has_default)
		call->verb = cli->verbs;
	else if (!find_verb(cli, optind < argc ? argv[optind++] : NULL, call, error))
		return false;
	call->arguments = argv + optind;
	call->argument_count = (size_t)(argc - optind);
	for (i = 0; i < given_count; i++)
		if (!goes_with(cli, call->verb, given[i]))
			return error_set(error, "--%s does not go with %s; see %s --help", given[i]->name, call->verb->name,
			                 cli->program);
	if (call->argument_count == 0 && call->verb->missing != NULL)
		return error_set(error, "%s: %s", call->verb->name, call->verb->missing);
	if (call->argument_count > 0 && call->verb->arguments == NULL)
		return error_set(error, "%s takes no argument, but there is \"%s\"", call->verb->name, call->arguments[0]);
	return true;
}

bool cli_parse(const struct cli *cli, int argc, char **argv, void *values, struct cli_call *call, struct error *error)
{
	struct option_list list;
	struct getopt_tables tables;
	const struct cli_option *given[64];
	size_t given_count = 0;
	int found;

	*call = (struct cli_call){0};
	list_options(cli, &list);
	make_tables(&list, &tables);
	opterr = 0;
	optind = 0; /* glibc: start afresh */
	while ((found = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
		const struct cli_option *row = found != '?' && found != ':' ? find_row(&list, found) : NULL;

		if (row == NULL)
			return refuse(cli, &list, found, argv[optind - 1], error);
		if (row->type == CLI_ANSWER)
			call->answer = row->name;
		if (row >= cli_answers && row < cli_answers + sizeof cli_answers / sizeof cli_answers[0])
			return true; /* whatever else stands there */
		if (!store(cli, row, optarg != NULL ? optarg : row->constant, values, error))
			return false;
		if (given_count < sizeof given / sizeof given[0])
			given[given_count++] = row;
	}
	return call->answer != NULL || finish(cli, given, given_count, argc, argv, call, error);
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
		if (is_optional(rows))
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

static void append_help(const struct cli *cli, struct text *answer)
{
	const struct cli_verb *verb;
	size_t start;

	text_append_format(answer, "Usage: %s %s [OPTION]... [ARGUMENT]...\n\n%s\n\nVerbs%s:\n", cli->program,
	                   cli->has_default ? "[VERB]" : "VERB", cli->summary,
	                   cli->has_default ? ", the first of which is done without one" : "");
	for (verb = cli->verbs; verb->name != NULL; verb++) {
		start = answer->length;
		text_append_format(answer, "  %s%s%s", verb->name, verb->arguments != NULL ? " " : "",
		                   verb->arguments != NULL ? verb->arguments : "");
		append_wrapped(answer, answer->length - start, verb->help);
	}
	for (verb = cli->verbs; verb->name != NULL; verb++) {
		if (verb->options == NULL || (verb > cli->verbs && verb[-1].options == verb->options))
			continue;
		text_append_format(answer, "\nOptions of %s", verb->name);
		for (start = 1; verb[start].name != NULL && verb[start].options == verb->options; start++)
			text_append_format(answer, ", %s", verb[start].name);
		text_append_string(answer, ":\n");
		append_options(cli, answer, verb->options);
	}
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
	struct option_list list;
	size_t i;

	for (verb = cli->verbs; verb->name != NULL; verb++)
		text_append_format(answer, "%s\t%s\n", verb->name, verb->help);
	list_options(cli, &list);
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
