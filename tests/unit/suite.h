/*
 * suite: what every file of unit tests has around its tests: the main function, and files that exist in memory only, so
 * that a test that fails leaves none behind.
 *
 *	START_TEST(two_and_two_are_four)
 *	{
 *		ck_assert_int_eq(2 + 2, 4);
 *	}
 *	END_TEST
 *
 *	SUITE("sums", two_and_two_are_four)
 */
#ifndef LM_SUITE_H
#define LM_SUITE_H

#include "text.h"

#include <check.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Bound on one test, for runs under valgrind on a busy machine; none comes near. */
#define SUITE_TIMEOUT_SECONDS 60

/* Defines main: runs the tests and returns nonzero when one fails. */
#define SUITE(name, ...) \
	int main(void) \
	{ \
		const TTest *const tests[] = {__VA_ARGS__}; \
\
		return suite_run((name), tests, COUNT(tests)); \
	}

static inline int suite_run(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner;
	size_t i;
	int failed;

	tcase_set_timeout(tcase, SUITE_TIMEOUT_SECONDS);
	for (i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Asserts that a call fails, and what it says. */
#define suite_assert_refused(call, error, sentence) \
	do { \
		(error)->message[0] = '\0'; \
		ck_assert_msg(!(call), "not refused, though: %s", (sentence)); \
		ck_assert_str_eq((error)->message, (sentence)); \
	} while (0)

/* Asserts what a text holds, and empties it. */
#define suite_assert_text(text, expected) \
	do { \
		ck_assert(!(text)->failed); \
		ck_assert_str_eq(text_string(text), (expected)); \
		ck_assert_uint_eq((text)->length, strlen(expected)); \
		text_free(text); \
	} while (0)

/* A file without a name that holds these bytes, at its start. Close it. */
static inline int suite_file(const char *bytes, size_t length)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, length), (ssize_t)length);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Appends all that a file holds, wherever it stands. */
static inline void suite_append_file(struct text *text, int fd)
{
	char bytes[4096];
	off_t at = 0;
	ssize_t length;

	while ((length = pread(fd, bytes, sizeof bytes, at)) > 0) {
		text_append(text, bytes, (size_t)length);
		at += length;
	}
	ck_assert_int_eq(length, 0);
}

#endif
