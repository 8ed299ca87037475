#include "output.h"

#include "suite.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define LARGE 65536

START_TEST(a_flush_writes_all_and_empties_the_buffer)
{
	struct output output = {0};
	struct error error;
	char got[16] = "";
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	output.fd = ends[1];
	ck_assert(output_flush(&output, &error));
	text_append(&output.buffer, "one\0\ntwo\n", 9);
	ck_assert(output_flush(&output, &error));
	ck_assert_uint_eq(output.buffer.length, 0);
	text_append_string(&output.buffer, "three\n");
	ck_assert(output_flush(&output, &error));
	ck_assert_int_eq(read(ends[0], got, sizeof got), 15);
	ck_assert_mem_eq(got, "one\0\ntwo\nthree\n", 15);
	output_free(&output);
	ck_assert_str_eq(text_string(&output.buffer), "");
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(rows_are_held_back_until_they_are_many)
{
	struct output output = {.fd = suite_file("", 0)};
	struct text written = {0};
	struct error error;

	text_append_repeated(&output.buffer, 'x', LARGE - 2);
	text_append_byte(&output.buffer, '\n');
	ck_assert(output_end_row(&output, &error));
	suite_append_file(&written, output.fd);
	ck_assert_uint_eq(written.length, 0);
	text_append_byte(&output.buffer, '\n');
	ck_assert(output_end_row(&output, &error));
	suite_append_file(&written, output.fd);
	ck_assert_uint_eq(written.length, LARGE);
	ck_assert_uint_eq(output.buffer.length, 0);
	text_free(&written);
	close(output.fd);
	output_free(&output);
}
END_TEST

START_TEST(a_buffer_is_written_through_a_pipe_that_is_smaller)
{
	struct output output = {0};
	struct error error;
	char bytes[4096];
	ssize_t length;
	size_t total = 0;
	int ends[2];
	pid_t reader;
	int status;

	ck_assert_int_eq(pipe(ends), 0);
	reader = fork();
	if (reader == 0) {
		close(ends[1]);
		while ((length = read(ends[0], bytes, sizeof bytes)) > 0)
			total += (size_t)length;
		_exit(total == 1000000 ? 0 : 1);
	}
	close(ends[0]);
	output.fd = ends[1];
	text_append_repeated(&output.buffer, 'x', 1000000);
	ck_assert(output_flush(&output, &error));
	close(ends[1]);
	ck_assert_int_eq(waitpid(reader, &status, 0), reader);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	output_free(&output);
}
END_TEST

START_TEST(a_full_disk_is_a_failure)
{
	struct output output = {.fd = open("/dev/full", O_WRONLY | O_CLOEXEC)};
	struct error error;

	text_append_string(&output.buffer, "a row\n");
	ck_assert(output_end_row(&output, &error));
	suite_assert_refused(output_flush(&output, &error), &error,
	                     "cannot write to standard output: No space left on device");
	text_append_repeated(&output.buffer, 'x', LARGE);
	suite_assert_refused(output_end_row(&output, &error), &error,
	                     "cannot write to standard output: No space left on device");
	close(output.fd);
	output_free(&output);
}
END_TEST

START_TEST(a_closed_pipe_and_a_closed_file_are_failures)
{
	struct output output = {0};
	struct error error;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	output.fd = ends[1];
	text_append_string(&output.buffer, "a row\n");
	suite_assert_refused(output_flush(&output, &error), &error, "cannot write to standard output: Broken pipe");
	close(ends[1]);
	suite_assert_refused(output_flush(&output, &error), &error, "cannot write to standard output: Bad file descriptor");
	signal(SIGPIPE, SIG_DFL);
	output_free(&output);
}
END_TEST

START_TEST(a_row_that_memory_ran_out_for_is_not_written)
{
	struct output output = {.fd = suite_file("", 0)};
	struct text written = {0};
	struct error error;

	text_append_string(&output.buffer, "half a row");
	output.buffer.failed = true;
	suite_assert_refused(output_flush(&output, &error), &error, "out of memory");
	suite_append_file(&written, output.fd);
	suite_assert_text(&written, "");
	close(output.fd);
	output_free(&output);
}
END_TEST

START_TEST(without_a_file_all_stays_in_the_buffer)
{
	struct output output = {.fd = -1};
	struct error error = {""};

	text_append_repeated(&output.buffer, 'x', LARGE);
	ck_assert_msg(output_end_row(&output, &error), "%s", error.message);
	text_append_repeated(&output.buffer, 'y', LARGE);
	ck_assert_msg(output_flush(&output, &error), "%s", error.message);
	ck_assert_uint_eq(output.buffer.length, 2 * LARGE);
	ck_assert_int_eq(output.buffer.bytes[LARGE - 1], 'x');
	ck_assert_int_eq(output.buffer.bytes[2 * LARGE - 1], 'y');
	output.buffer.failed = true;
	suite_assert_refused(output_flush(&output, &error), &error, "out of memory");
	output_free(&output);
}
END_TEST

SUITE("output", a_flush_writes_all_and_empties_the_buffer, rows_are_held_back_until_they_are_many,
      a_buffer_is_written_through_a_pipe_that_is_smaller, a_full_disk_is_a_failure,
      a_closed_pipe_and_a_closed_file_are_failures, a_row_that_memory_ran_out_for_is_not_written,
      without_a_file_all_stays_in_the_buffer)
