#include "arguments.h"

#include "suite.h"

#include <stdint.h>
#include <stdio.h>

/* A file to read, for "-". */
static FILE *lines(const char *bytes, size_t length)
{
	FILE *input = fdopen(suite_file(bytes, length), "r");

	ck_assert_ptr_nonnull(input);
	return input;
}

/* Asserts the words that come of arguments (ends with NULL) and an input, joined with "|". */
static void assert_words(const char *const *given, const char *input_bytes, const char *expected)
{
	struct arguments arguments = {0};
	struct error error = {""};
	struct text joined = {0};
	FILE *input = lines(input_bytes, strlen(input_bytes));
	char *words[8];
	size_t count, i;

	for (count = 0; given[count] != NULL; count++)
		words[count] = (char *)(uintptr_t)given[count];
	ck_assert_msg(arguments_read(&arguments, words, count, input, &error), "%s", error.message);
	for (i = 0; i < arguments.count; i++)
		text_append_format(&joined, "%s%s", i > 0 ? "|" : "", arguments.words[i]);
	suite_assert_text(&joined, expected);
	arguments_free(&arguments);
	ck_assert_uint_eq(arguments.count, 0);
	fclose(input);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

START_TEST(words_are_taken_in_their_order)
{
	assert_words(WORDS("b", "a", "c"), "unread\n", "b|a|c");
	assert_words(&WORDS("")[1], "unread\n", "");
	assert_words(WORDS("--", " a b ", "-x"), "unread\n", "--| a b |-x");
}
END_TEST

START_TEST(a_word_is_taken_once)
{
	assert_words(WORDS("b", "a", "b", "a", "A"), "", "b|a|A");
	assert_words(WORDS("a", "-", "b"), "b\na\nc\nc\n", "a|b|c");
}
END_TEST

START_TEST(a_dash_stands_for_the_lines_of_the_input)
{
	assert_words(WORDS("-"), "one\ntwo\nlast", "one|two|last");
	assert_words(WORDS("a", "-", "z"), "m\nn\n", "a|m|n|z");
	assert_words(WORDS("-", "-", "a", "-"), "m\n", "m|a");
	assert_words(WORDS("-"), "", "");
	assert_words(WORDS("-"), "-\n--help\n", "-|--help");
	assert_words(WORDS("-"), " a b \n\tc\n", " a b |\tc");
}
END_TEST

START_TEST(a_dash_is_noticed)
{
	struct arguments arguments = {0};
	struct error error;
	char a[] = "a", dash[] = "-";
	FILE *input = lines("", 0);

	ck_assert(arguments_read(&arguments, (char *[]){a}, 1, input, &error));
	ck_assert(!arguments.has_stdin);
	ck_assert(arguments_read(&arguments, (char *[]){dash}, 1, input, &error));
	ck_assert(arguments.has_stdin);
	arguments_free(&arguments);
	fclose(input);
}
END_TEST

START_TEST(blank_lines_and_carriage_returns_are_dropped)
{
	assert_words(WORDS("-"), "one\r\ntwo\r\n", "one|two");
	assert_words(WORDS("-"), "\n\none\n\n\r\n\ntwo\n\n", "one|two");
	assert_words(WORDS("-"), "one\r", "one");
	assert_words(WORDS("-"), "o\rne\r\r\n", "o\rne\r");
	assert_words(WORDS("-"), "one\none\r\n", "one");
}
END_TEST

START_TEST(many_words_are_taken)
{
	struct arguments arguments = {0};
	struct text bytes = {0};
	struct error error;
	char word[16], dash[] = "-";
	FILE *input;
	size_t i;

	for (i = 0; i < 5000; i++)
		text_append_format(&bytes, "team_%zu\nteam_%zu\n", i, i / 2);
	input = lines(bytes.bytes, bytes.length);
	ck_assert(arguments_read(&arguments, (char *[]){dash}, 1, input, &error));
	ck_assert_uint_eq(arguments.count, 5000);
	for (i = 0; i < 5000; i++) {
		snprintf(word, sizeof word, "team_%zu", i);
		ck_assert_str_eq(arguments.words[i], word);
	}
	arguments_free(&arguments);
	fclose(input);
	text_free(&bytes);
}
END_TEST

static void assert_refused(char *word, FILE *input, const char *sentence)
{
	struct arguments arguments = {0};
	struct error error;
	char first[] = "first";

	suite_assert_refused(arguments_read(&arguments, (char *[]){first, word}, 2, input, &error), &error, sentence);
	arguments_free(&arguments);
	fclose(input);
}

START_TEST(an_empty_word_is_refused)
{
	char nothing[] = "";

	assert_refused(nothing, lines("", 0), "argument 2 is empty");
}
END_TEST

START_TEST(a_nul_byte_is_refused_with_the_number_of_its_line)
{
	char dash[] = "-";

	assert_refused(dash, lines("a\0b\n", 4), "line 1 of standard input holds a NUL byte");
	assert_refused(dash, lines("a\n\nb\nc\0\nd\n", 10), "line 4 of standard input holds a NUL byte");
	assert_refused(dash, lines("a\n\0", 3), "line 2 of standard input holds a NUL byte");
}
END_TEST

START_TEST(an_input_that_cannot_be_read_is_a_failure)
{
	char dash[] = "-";

	assert_refused(dash, fopen("/", "r"), "cannot read standard input: Is a directory");
}
END_TEST

SUITE("arguments", words_are_taken_in_their_order, a_word_is_taken_once, a_dash_stands_for_the_lines_of_the_input,
      a_dash_is_noticed, blank_lines_and_carriage_returns_are_dropped, many_words_are_taken, an_empty_word_is_refused,
      a_nul_byte_is_refused_with_the_number_of_its_line, an_input_that_cannot_be_read_is_a_failure)
