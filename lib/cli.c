#include "cli.h"

#include "cli_rows.h"
#include "parse.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const struct cli_option cli_answers[] = {
	{.name = "help", .letter = 'h', .type = CLI_ANSWER, .help = "print this help"},
	{.name = "version", .letter = 'V', .type = CLI_ANSWER, .help = "print the version"},
	{.name = "completion", .type = CLI_ANSWER, .help = "print the verbs and options, for a shell's completion"},
	{0},
};

static bool goes_with(const struct cli *cli, const struct cli_verb *verb, const struct cli_option *row)
{
	struct cli_rows list = {.count = 0};
	size_t i;

	cli_add_rows(&list, cli->options);
	cli_add_verb_rows(&list, verb);
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
		if (row->choices != NULL && !parse_choice(argument, row->choices, &choice, error))
			return error_wrap(error, "--%s", row->name);
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

/* getopt_long's tables, made from the rows; an option's value is 256 + its index. */
struct getopt_tables {
	struct option longs[65];
	char letters[2 + 3 * 64];
};

static void make_tables(const struct cli_rows *list, struct getopt_tables *tables)
{
	char *letter;
	size_t i;

	*tables = (struct getopt_tables){.letters = ":"};
	letter = tables->letters + 1;
	for (i = 0; i < list->count; i++) {
		const struct cli_option *row = list->rows[i];

		tables->longs[i] = (struct option){row->name,
		                                   cli_is_optional(row)    ? optional_argument
		                                   : row->argument != NULL ? required_argument
		                                                           : no_argument,
		                                   NULL, 256 + (int)i};
		if (row->letter == '\0')
			continue;
		*letter++ = row->letter;
		if (row->argument != NULL)
			*letter++ = ':';
		if (cli_is_optional(row))
			*letter++ = ':';
	}
}

/* The row that getopt_long's value stands for; NULL for none. */
static const struct cli_option *find_row(const struct cli_rows *list, int value)
{
	size_t i;

	if (value >= 256)
		return list->rows[value - 256];
	for (i = 0; i < list->count; i++)
		if (value != 0 && list->rows[i]->letter == value)
			return list->rows[i];
	return NULL;
}

static bool refuse(const struct cli *cli, const struct cli_rows *list, int found, const char *word, struct error *error)
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
	struct cli_rows list;
	struct getopt_tables tables;
	const struct cli_option *given[64];
	size_t given_count = 0;
	int found;

	*call = (struct cli_call){0};
	cli_list_rows(cli, &list);
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
