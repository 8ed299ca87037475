/* cli: numbers, formats, options whose argument is optional, and a tool that needs no verb. */
#include "cli.h"

#include "suite.h"

#include <stdint.h>

struct values {
	const char *format;
	struct cli_count retries;
	struct cli_duration watch;
	const char *sort;
	struct cli_list only;
};

static const char *const formats[] = {"table", "json", "prom", NULL};
static const char *const orders[] = {"name", "cost", NULL};

static const struct cli_option common[] = {
	{.name = "format",
     .letter = 'f',
     .type = CLI_CHOICE,
     .argument = "FORMAT",
     .offset = offsetof(struct values, format),
     .help = "; table without it"},
	{0},
};

static const struct cli_option of_check[] = {
	{.name = "retries",
     .letter = 'r',
     .type = CLI_COUNT,
     .argument = "N",
     .offset = offsetof(struct values, retries),
     .help = "ask again"},
	{.name = "watch",
     .type = CLI_DURATION,
     .argument = "TIME",
     .constant = "2s",
     .offset = offsetof(struct values, watch),
     .help = "again and again"},
	{.name = "sort",
     .type = CLI_CHOICE,
     .argument = "ORDER",
     .choices = orders,
     .constant = "cost",
     .offset = offsetof(struct values, sort),
     .help = "by name or by cost"},
	{.name = "only",
     .type = CLI_LIST,
     .argument = "NAME",
     .offset = offsetof(struct values, only),
     .help = "nothing else"},
	{0},
};

static const struct cli_verb verbs[] = {
	{.name = "check", .help = "whether all is well", .options = {of_check}},
	{.name = "uptime", .arguments = "[FILE]...", .help = "how long it was"},
	{0},
};

static const struct cli cli = {.program = "lm-test",
                               .summary = "Says what tests say.",
                               .has_default = true,
                               .formats = formats,
                               .options = common,
                               .verbs = verbs};

static const struct cli without_default = {
	.program = "lm-test", .summary = "", .formats = formats, .options = common, .verbs = verbs};

static struct values values;
static struct cli_call call;
static struct error error;

/* Parses words as they stand behind the program's name; they end with NULL. */
static bool parse_as(const struct cli *tool, const char *const *words)
{
	static char *argv[16];
	int argc;

	memset(&values, 0, sizeof values);
	memset(&call, 0x55, sizeof call);
	argv[0] = (char *)(uintptr_t) "lm-test";
	for (argc = 1; words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	argv[argc] = NULL;
	return cli_parse(tool, argc, argv, &values, &call, &error);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define assert_parsed(...) ck_assert_msg(parse_as(&cli, WORDS(__VA_ARGS__)), "%s", error.message)
#define assert_refused(sentence, ...) suite_assert_refused(parse_as(&cli, WORDS(__VA_ARGS__)), &error, sentence)

START_TEST(without_a_verb_the_first_one_is_done)
{
	static const char *const nothing[] = {NULL};

	ck_assert_msg(parse_as(&cli, nothing), "%s", error.message);
	ck_assert_ptr_eq(call.verb, &verbs[0]);
	ck_assert_ptr_null(call.answer);
	ck_assert_uint_eq(call.argument_count, 0);
	assert_parsed("--retries", "3", "-f", "json");
	ck_assert_ptr_eq(call.verb, &verbs[0]);
	ck_assert_int_eq(values.retries.value, 3);
	assert_parsed("uptime");
	ck_assert_ptr_eq(call.verb, &verbs[1]);
	suite_assert_refused(parse_as(&without_default, nothing), &error,
	                     "expected a verb: check, uptime; see lm-test --help");
}
END_TEST

START_TEST(a_word_is_a_verb_where_none_is_needed_too)
{
	assert_refused("unknown verb \"now\": expected check, uptime; see lm-test --help", "now");
	assert_refused("unknown verb \"\": expected check, uptime; see lm-test --help", "");
	assert_refused("--retries does not go with uptime; see lm-test --help", "uptime", "--retries", "1");
	assert_parsed("uptime", "a.log");
	ck_assert_uint_eq(call.argument_count, 1);
	ck_assert_str_eq(call.arguments[0], "a.log");
}
END_TEST

START_TEST(a_number_is_read_and_stays_absent_without_its_option)
{
	assert_parsed("check");
	ck_assert(!values.retries.has_value);
	assert_parsed("--retries=0");
	ck_assert(values.retries.has_value);
	ck_assert_int_eq(values.retries.value, 0);
	assert_parsed("-r", "1000000000");
	ck_assert_int_eq(values.retries.value, CLI_COUNT_MAX);
	assert_parsed("-r7", "check");
	ck_assert_int_eq(values.retries.value, 7);
}
END_TEST

START_TEST(what_is_no_number_is_refused)
{
	assert_refused("--retries: expected a whole number from 0 to 1000000000, not \"-1\"", "--retries", "-1");
	assert_refused("--retries: expected a whole number from 0 to 1000000000, not \"many\"", "--retries", "many");
	assert_refused("--retries: expected a whole number from 0 to 1000000000, not \"\"", "--retries=");
	assert_refused("--retries: expected a whole number from 0 to 1000000000, not \"1000000001\"", "-r", "1000000001");
	assert_refused("--retries: expected N; see lm-test --help", "--retries");
}
END_TEST

START_TEST(an_option_may_stand_without_its_optional_argument)
{
	assert_parsed("check");
	ck_assert(!values.watch.has_value);
	ck_assert_ptr_null(values.sort);
	assert_parsed("--watch");
	ck_assert(values.watch.has_value);
	ck_assert_int_eq(values.watch.ms, 2000);
	assert_parsed("check", "--watch=5s");
	ck_assert_int_eq(values.watch.ms, 5000);
	assert_parsed("--watch=5s", "--watch");
	ck_assert_int_eq(values.watch.ms, 2000);
	assert_parsed("--sort");
	ck_assert_str_eq(values.sort, "cost");
	assert_parsed("--sort=name");
	ck_assert_str_eq(values.sort, "name");
}
END_TEST

START_TEST(a_following_word_is_no_optional_argument)
{
	assert_parsed("--watch", "check");
	ck_assert_ptr_eq(call.verb, &verbs[0]);
	ck_assert_int_eq(values.watch.ms, 2000);
	assert_refused("unknown verb \"5s\": expected check, uptime; see lm-test --help", "--watch", "5s");
	assert_refused("check takes no argument, but there is \"5s\"", "check", "--watch", "5s");
}
END_TEST

START_TEST(an_optional_argument_is_checked_like_any_other)
{
	assert_refused("--watch: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"soon\"",
	               "--watch=soon");
	assert_refused("--watch: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"\"", "--watch=");
	assert_refused("--sort: expected one of name, cost, not \"size\"", "--sort=size");
	assert_refused("--watch does not go with uptime; see lm-test --help", "uptime", "--watch");
}
END_TEST

START_TEST(a_list_keeps_its_words_in_their_order)
{
	assert_parsed("check");
	ck_assert_uint_eq(values.only.count, 0);
	assert_parsed("--only", "b", "check", "--only=a", "--only", "b");
	ck_assert_uint_eq(values.only.count, 3);
	ck_assert_str_eq(values.only.words[0], "b");
	ck_assert_str_eq(values.only.words[1], "a");
	ck_assert_str_eq(values.only.words[2], "b");
	free(values.only.words);
	assert_refused("--only: expected NAME, not an empty word", "--only=");
	assert_refused("--only: expected NAME; see lm-test --help", "--only");
}
END_TEST

START_TEST(a_choice_without_choices_is_among_the_formats_of_the_tool)
{
	assert_parsed("--format", "prom");
	ck_assert_str_eq(values.format, "prom");
	assert_refused("--format: expected one of table, json, prom, not \"name\"", "-fname");
}
END_TEST

START_TEST(help_shows_what_may_be_left_out_and_lists_the_formats)
{
	struct text answer = {0};

	cli_answer(&cli, "help", &answer);
	suite_assert_text(&answer, "Usage: lm-test [VERB] [OPTION]... [ARGUMENT]...\n"
	                           "\n"
	                           "Says what tests say.\n"
	                           "\n"
	                           "Verbs, the first of which is done without one:\n"
	                           "  check                     whether all is well\n"
	                           "  uptime [FILE]...          how long it was\n"
	                           "\n"
	                           "Options of check:\n"
	                           "  -r, --retries N           ask again\n"
	                           "      --watch[=TIME]        again and again\n"
	                           "      --sort[=ORDER]        by name or by cost\n"
	                           "      --only NAME           nothing else\n"
	                           "\n"
	                           "Options of every verb:\n"
	                           "  -f, --format FORMAT       table, json or prom; table without it\n"
	                           "  -h, --help                print this help\n"
	                           "  -V, --version             print the version\n"
	                           "      --completion          print the verbs and options, for a shell's\n"
	                           "                            completion\n"
	                           "\n"
	                           "Exit status: 0 fine, 1 a warning was found, 2 something critical was found,\n"
	                           "3 it could not find out or could not do all of it. More: man lm-test\n");
}
END_TEST

START_TEST(completion_lists_the_formats_too)
{
	struct text answer = {0};

	cli_answer(&cli, "completion", &answer);
	ck_assert_ptr_nonnull(strstr(text_string(&answer), "\n--format\ttable, json or prom; table without it\n"));
	ck_assert_ptr_nonnull(strstr(text_string(&answer), "\n--watch\tagain and again\n"));
	ck_assert_ptr_nonnull(strstr(text_string(&answer), "\n--sort\tby name or by cost\n"));
	text_free(&answer);
}
END_TEST

SUITE("cli_values", without_a_verb_the_first_one_is_done, a_word_is_a_verb_where_none_is_needed_too,
      a_number_is_read_and_stays_absent_without_its_option, what_is_no_number_is_refused,
      an_option_may_stand_without_its_optional_argument, a_following_word_is_no_optional_argument,
      an_optional_argument_is_checked_like_any_other, a_list_keeps_its_words_in_their_order,
      a_choice_without_choices_is_among_the_formats_of_the_tool, help_shows_what_may_be_left_out_and_lists_the_formats,
      completion_lists_the_formats_too)
