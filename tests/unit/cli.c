#include "cli.h"

#include "suite.h"

#include <stdint.h>

struct values {
	bool is_verbose;
	const char *format;
	const char *period;
	const char *colour;
	struct cli_duration timeout;
	bool has_models;
};

static const char *const formats[] = {"table", "json", NULL};

static const struct cli_option common[] = {
	{.name = "verbose",
     .letter = 'v',
     .type = CLI_FLAG,
     .offset = offsetof(struct values, is_verbose),
     .help = "say more"},
	{.name = "format",
     .letter = 'f',
     .type = CLI_CHOICE,
     .argument = "FORMAT",
     .choices = formats,
     .offset = offsetof(struct values, format),
     .help = "table or json"},
	{.name = "json",
     .type = CLI_CONSTANT,
     .constant = "json",
     .offset = offsetof(struct values, format),
     .help = "the same as --format json"},
	{.name = "timeout",
     .type = CLI_DURATION,
     .argument = "TIME",
     .offset = offsetof(struct values, timeout),
     .help = "bound on a whole run, connection included, in words that are so many that they do not fit on one line"},
	{.name = "show-config", .type = CLI_ANSWER, .help = "print the configuration"},
	{0},
};

static const struct cli_option of_reports[] = {
	{.name = "period",
     .letter = 'p',
     .type = CLI_TEXT,
     .argument = "PERIOD",
     .offset = offsetof(struct values, period),
     .help = "what to look at"},
	{0},
};

static const struct cli_option of_models[] = {
	{.name = "colour",
     .type = CLI_TEXT,
     .argument = "A-NAME-THAT-LEAVES-NO-ROOM",
     .offset = offsetof(struct values, colour),
     .help = "how it looks"},
	{.name = "models",
     .letter = 'm',
     .type = CLI_FLAG,
     .offset = offsetof(struct values, has_models),
     .help = "by model"},
	{0},
};

static const struct cli_verb verbs[] = {
	{.name = "team",
     .arguments = "TEAM...",
     .missing = "expected the id of a team",
     .help = "what teams used",
     .options = {of_reports}},
	{.name = "org", .arguments = "[ORG]...", .help = "what organizations used", .options = {of_reports}},
	{.name = "models", .help = "what there is", .options = {of_models}},
	{.name = "check", .help = "whether all is well"},
	{0},
};

static const struct cli cli = {
	.program = "lm-test", .summary = "Says what tests say.", .options = common, .verbs = verbs};

static struct values values;
static struct cli_call call;
static struct error error;

/* Parses words as they stand behind the program's name; they end with NULL. */
static bool parse(const char *const *words)
{
	static char *argv[16];
	int argc;

	memset(&values, 0, sizeof values);
	memset(&call, 0x55, sizeof call);
	argv[0] = (char *)(uintptr_t) "lm-test";
	for (argc = 1; words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	argv[argc] = NULL;
	return cli_parse(&cli, argc, argv, &values, &call, &error);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define assert_parsed(...) ck_assert_msg(parse(WORDS(__VA_ARGS__)), "%s", error.message)
#define assert_refused(sentence, ...) suite_assert_refused(parse(WORDS(__VA_ARGS__)), &error, sentence)

START_TEST(what_is_not_given_stays_as_it_was)
{
	assert_parsed("check");
	ck_assert(!values.is_verbose && !values.has_models && !values.timeout.has_value);
	ck_assert_ptr_null(values.format);
	ck_assert_ptr_null(values.period);
	ck_assert_str_eq(call.verb->name, "check");
	ck_assert_ptr_null(call.answer);
	ck_assert_uint_eq(call.argument_count, 0);
}
END_TEST

START_TEST(options_of_every_type_are_read)
{
	assert_parsed("team", "--verbose", "--format", "json", "--timeout", "250ms", "--period", "today", "team_a");
	ck_assert(values.is_verbose);
	ck_assert_str_eq(values.format, "json");
	ck_assert(values.timeout.has_value);
	ck_assert_int_eq(values.timeout.ms, 250);
	ck_assert_str_eq(values.period, "today");
	assert_parsed("org", "--json");
	ck_assert_str_eq(values.format, "json");
	assert_parsed("models", "--models", "--colour=red");
	ck_assert(values.has_models);
	ck_assert_str_eq(values.colour, "red");
}
END_TEST

START_TEST(options_are_read_in_every_way_to_write_them)
{
	assert_parsed("-vp2025", "team", "-fjson", "team_a");
	ck_assert(values.is_verbose);
	ck_assert_str_eq(values.period, "2025");
	ck_assert_str_eq(values.format, "json");
	assert_parsed("team", "team_a", "-p", "2025", "--format=table");
	ck_assert_str_eq(values.period, "2025");
	ck_assert_str_eq(values.format, "table");
	assert_parsed("--per", "2024", "org");
	ck_assert_str_eq(values.period, "2024");
}
END_TEST

START_TEST(the_last_of_several_counts)
{
	assert_parsed("org", "--json", "--format", "table", "-p", "2024", "-p", "2025");
	ck_assert_str_eq(values.format, "table");
	ck_assert_str_eq(values.period, "2025");
}
END_TEST

START_TEST(arguments_stand_behind_the_verb_in_their_order)
{
	assert_parsed("team", "team_a", "-v", "team_b", "-");
	ck_assert_str_eq(call.verb->name, "team");
	ck_assert_uint_eq(call.argument_count, 3);
	ck_assert_str_eq(call.arguments[0], "team_a");
	ck_assert_str_eq(call.arguments[1], "team_b");
	ck_assert_str_eq(call.arguments[2], "-");
	assert_parsed("team", "--", "-v", "--help");
	ck_assert(!values.is_verbose);
	ck_assert_uint_eq(call.argument_count, 2);
	ck_assert_str_eq(call.arguments[0], "-v");
	ck_assert_str_eq(call.arguments[1], "--help");
	assert_parsed("org");
	ck_assert_uint_eq(call.argument_count, 0);
}
END_TEST

START_TEST(what_is_wrong_with_an_option_is_said)
{
	assert_refused("unknown or ambiguous option \"--colours\"; see lm-test --help", "models", "--colours");
	assert_refused("unknown option \"-x\"; see lm-test --help", "team", "-x", "team_a");
	assert_refused("unknown option \"-x\"; see lm-test --help", "-vx", "team", "team_a");
	assert_refused("unknown or ambiguous option \"--t-\"; see lm-test --help", "--t-");
	assert_refused("--period: expected PERIOD; see lm-test --help", "team", "team_a", "--period");
	assert_refused("--period: expected PERIOD; see lm-test --help", "team", "team_a", "-p");
	assert_refused("--timeout: expected TIME; see lm-test --help", "org", "--timeout");
	assert_refused("--verbose takes no argument; see lm-test --help", "--verbose=yes", "org");
	assert_refused("--help takes no argument; see lm-test --help", "--help=all");
	assert_refused("--format: expected one of table, json, not \"xml\"", "org", "--format", "xml");
	assert_refused("--timeout: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"soon\"", "org",
	               "--timeout", "soon");
	assert_refused("--period: expected PERIOD, not an empty word", "org", "--period", "");
	assert_refused("--format: expected one of table, json, not \"\"", "org", "--format=");
}
END_TEST

START_TEST(an_unknown_option_is_named_without_its_argument)
{
	assert_refused("unknown or ambiguous option \"--dns\"; see lm-test --help", "org",
	               "--dns=postgresql://lm:pw-7f3@db/saas");
}
END_TEST

START_TEST(an_option_of_another_verb_is_refused)
{
	assert_refused("--period does not go with check; see lm-test --help", "check", "-p", "2025");
	assert_refused("--models does not go with team; see lm-test --help", "-m", "team", "team_a");
	assert_refused("--colour does not go with org; see lm-test --help", "org", "-p", "2025", "--colour", "red");
}
END_TEST

START_TEST(what_is_wrong_with_a_verb_is_said)
{
	assert_refused("expected a verb: team, org, models, check; see lm-test --help", "-v");
	assert_refused("unknown verb \"teams\": expected team, org, models, check; see lm-test --help", "teams");
	assert_refused("unknown verb \"\": expected team, org, models, check; see lm-test --help", "");
	assert_refused("team: expected the id of a team", "team");
	assert_refused("check takes no argument, but there is \"now\"", "check", "now", "then");
	ck_assert(!parse(&WORDS("")[1]));
	ck_assert_str_eq(error.message, "expected a verb: team, org, models, check; see lm-test --help");
}
END_TEST

START_TEST(an_answer_needs_no_verb)
{
	assert_parsed("--help");
	ck_assert_str_eq(call.answer, "help");
	assert_parsed("-h");
	ck_assert_str_eq(call.answer, "help");
	assert_parsed("-V");
	ck_assert_str_eq(call.answer, "version");
	assert_parsed("--completion");
	ck_assert_str_eq(call.answer, "completion");
	assert_parsed("--show-config", "-f", "json");
	ck_assert_str_eq(call.answer, "show-config");
	ck_assert_str_eq(values.format, "json");
	assert_refused("--format: expected one of table, json, not \"xml\"", "--show-config", "--format", "xml");
}
END_TEST

START_TEST(help_is_given_whatever_else_stands_there)
{
	assert_parsed("nonsense", "--help", "--nonsense");
	ck_assert_str_eq(call.answer, "help");
	assert_parsed("team", "--version");
	ck_assert_str_eq(call.answer, "version");
	assert_refused("unknown or ambiguous option \"--nonsense\"; see lm-test --help", "--nonsense", "--help");
}
END_TEST

START_TEST(help_names_all_there_is)
{
	struct text answer = {0};

	cli_answer(&cli, "help", &answer);
	suite_assert_text(&answer, "Usage: lm-test VERB [OPTION]... [ARGUMENT]...\n"
	                           "\n"
	                           "Says what tests say.\n"
	                           "\n"
	                           "Verbs:\n"
	                           "  team TEAM...              what teams used\n"
	                           "  org [ORG]...              what organizations used\n"
	                           "  models                    what there is\n"
	                           "  check                     whether all is well\n"
	                           "\n"
	                           "Options of team, org:\n"
	                           "  -p, --period PERIOD       what to look at\n"
	                           "\n"
	                           "Options of models:\n"
	                           "      --colour A-NAME-THAT-LEAVES-NO-ROOM\n"
	                           "                            how it looks\n"
	                           "  -m, --models              by model\n"
	                           "\n"
	                           "Options of every verb:\n"
	                           "  -v, --verbose             say more\n"
	                           "  -f, --format FORMAT       table or json\n"
	                           "      --json                the same as --format json\n"
	                           "      --timeout TIME        bound on a whole run, connection included, in words\n"
	                           "                            that are so many that they do not fit on one line\n"
	                           "      --show-config         print the configuration\n"
	                           "  -h, --help                print this help\n"
	                           "  -V, --version             print the version\n"
	                           "      --completion          print the verbs and options, for a shell's\n"
	                           "                            completion\n"
	                           "\n"
	                           "Exit status: 0 fine, 1 a warning was found, 2 something critical was found,\n"
	                           "3 it could not find out or could not do all of it. More: man lm-test\n");
}
END_TEST

START_TEST(version_is_that_of_the_build)
{
	struct text answer = {0};

	cli_answer(&cli, "version", &answer);
	suite_assert_text(&answer, "lm-test " LM_VERSION "\n");
}
END_TEST

START_TEST(completion_has_every_word_once)
{
	struct text answer = {0};

	cli_answer(&cli, "completion", &answer);
	suite_assert_text(&answer,
	                  "team\twhat teams used\n"
	                  "org\twhat organizations used\n"
	                  "models\twhat there is\n"
	                  "check\twhether all is well\n"
	                  "--help\tprint this help\n"
	                  "--version\tprint the version\n"
	                  "--completion\tprint the verbs and options, for a shell's completion\n"
	                  "--verbose\tsay more\n"
	                  "--format\ttable or json\n"
	                  "--json\tthe same as --format json\n"
	                  "--timeout\tbound on a whole run, connection included, in words that are so many that they "
	                  "do not fit on one line\n"
	                  "--show-config\tprint the configuration\n"
	                  "--period\twhat to look at\n"
	                  "--colour\thow it looks\n"
	                  "--models\tby model\n");
}
END_TEST

SUITE("cli", what_is_not_given_stays_as_it_was, options_of_every_type_are_read,
      options_are_read_in_every_way_to_write_them, the_last_of_several_counts,
      arguments_stand_behind_the_verb_in_their_order, what_is_wrong_with_an_option_is_said,
      an_unknown_option_is_named_without_its_argument, an_option_of_another_verb_is_refused,
      what_is_wrong_with_a_verb_is_said, an_answer_needs_no_verb, help_is_given_whatever_else_stands_there,
      help_names_all_there_is, version_is_that_of_the_build, completion_has_every_word_once)
