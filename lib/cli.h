/*
 * cli: one row per option and per verb makes the parser, --help, --version and the words for shell completion.
 *
 * Does not read the configuration and does not print: help and the like are appended to a text.
 *
 *	static const struct cli_option options[] = {
 *		{.name = "period", .letter = 'p', .type = CLI_TEXT, .argument = "PERIOD",
 *		 .offset = offsetof(struct usage_options, period), .help = "what to look at"},
 *		{0}};
 *	if (!cli_parse(&cli, argc, argv, &values, &call, error)) ...
 */
#ifndef LM_CLI_H
#define LM_CLI_H

#include "error.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cli_type {
	CLI_FLAG = 1, /* no argument; a bool at the offset becomes true */
	CLI_CONSTANT, /* no argument; a const char * becomes the row's constant */
	CLI_TEXT,     /* a const char * becomes the argument, which lives in argv; NULL = not given */
	CLI_CHOICE,   /* the same, when it is one of the row's choices */
	CLI_DURATION, /* a struct cli_duration */
	CLI_COUNT,    /* a struct cli_count */
	CLI_LIST,     /* a struct cli_list; may be given several times */
	CLI_ANSWER,   /* no argument; asks for this in place of a verb */
};

struct cli_duration {
	bool has_value;
	int64_t ms; /* milliseconds */
};

struct cli_count {
	bool has_value;
	int64_t value; /* 0 to CLI_COUNT_MAX */
};

struct cli_list {
	const char **words; /* in argv, in their order; the array is never freed */
	size_t count;
};

#define CLI_COUNT_MAX INT64_C(1000000000)

/* One option. A table of them ends with an empty row. */
struct cli_option {
	const char *name; /* without the dashes */
	char letter;      /* '\0' = none */
	enum cli_type type;
	const char *argument; /* what --help calls the argument; NULL for those without one */
	size_t offset;        /* of the value in the tool's struct of options */
	/* For CLI_CHOICE and CLI_LIST, ends with NULL. NULL: of a choice the tool's formats, which help starts with; of a
	 * list, any word. */
	const char *const *choices;
	const char *constant; /* for CLI_CONSTANT; else the argument of an option that may stand without one */
	const char *help;
};

struct tool;

#define CLI_TABLE_MAX 4

/* One verb. A table of them ends with an empty row. */
struct cli_verb {
	const char *name;
	const char *arguments; /* as the synopsis shows them; NULL = none are allowed */
	const char *missing;   /* what to say when there are none; NULL = none are needed */
	const char *help;
	const struct cli_option *options[CLI_TABLE_MAX]; /* tables of those that do not go with every verb */
	enum exit_status (*run)(struct tool *tool, struct error *error);
};

struct cli {
	const char *program;
	const char *summary;        /* one line */
	bool is_unbounded;          /* without --timeout, a run takes as long as it takes */
	bool is_lenient;            /* a database.url that is wrong is no error before the database is asked */
	bool has_default;           /* the first verb is what is done without one */
	const char *const *formats; /* that --format takes, ends with NULL */
	const struct cli_option *options;
	const struct cli_verb *verbs;
};

/* What a command line asks for. */
struct cli_call {
	const char *answer;          /* the name of the CLI_ANSWER that was asked for; NULL = run the verb */
	const struct cli_verb *verb; /* NULL only where answer is set */
	char *const *arguments;      /* those behind the verb, in argv */
	size_t argument_count;
};

/* The answers that every tool has; a tool's own table leaves them out. */
extern const struct cli_option cli_answers[];

/*
 * Reads a command line into *values (the struct that the rows' offsets point into) and *call. argv is reordered.
 * Fails with a sentence for the first thing that is wrong.
 */
bool cli_parse(const struct cli *cli, int argc, char **argv, void *values, struct cli_call *call, struct error *error);

/* Appends what --help, --version or --completion (a word and its help, with a tab between, a line each) print. */
void cli_answer(const struct cli *cli, const char *name, struct text *answer);

#endif
