#include "deadline.h"

#include "error.h"
#include "suite.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/time.h>
#include <sys/wait.h>

START_TEST(the_clock_does_not_go_back)
{
	int64_t first = deadline_clock_us(), second = deadline_clock_us();

	ck_assert_int_gt(first, 0);
	ck_assert_int_ge(second, first);
}
END_TEST

START_TEST(a_deadline_lies_as_far_ahead_as_asked)
{
	int64_t before_ms = deadline_clock_us() / 1000;
	struct deadline deadline = deadline_after(30000);
	int64_t after_ms = deadline_clock_us() / 1000;
	int left;

	ck_assert_int_eq(deadline.timeout_ms, 30000);
	ck_assert_int_ge(deadline.end_ms, before_ms + 30000);
	ck_assert_int_le(deadline.end_ms, after_ms + 30000);
	left = deadline_left_ms(&deadline);
	ck_assert_int_le(left, 30000);
	ck_assert_int_ge(left, deadline.end_ms - deadline_clock_us() / 1000);
}
END_TEST

START_TEST(what_is_left_is_what_poll_takes)
{
	struct deadline deadline = deadline_after(1000);

	deadline.end_ms -= 60000;
	ck_assert_int_eq(deadline_left_ms(&deadline), 0);
	deadline = deadline_after(INT64_C(10000) * 24 * 3600 * 1000);
	ck_assert_int_eq(deadline_left_ms(&deadline), INT_MAX);
	deadline = deadline_after(0);
	ck_assert_int_eq(deadline_left_ms(&deadline), -1);
}
END_TEST

/* Where the watchdog speaks: stderr alone. */
static const struct log talk = {.program = "lm-test", .fd = -1};

/* Runs block in a process that the watchdog has to end; its stderr is appended. Returns its exit status. */
static int watch(const char *line, void (*block)(void), struct text *said)
{
	int file = suite_file("", 0), status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct deadline deadline = deadline_after(1);

		dup2(file, STDERR_FILENO);
		deadline_watch(&deadline, &talk, line);
		block();
		_exit(77);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	suite_append_file(said, file);
	close(file);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void block_in_a_call(void)
{
	char byte;
	int ends[2];
	ssize_t length;

	if (pipe(ends) == 0)
		length = read(ends[0], &byte, 1);
	(void)length;
}

static void block_in_a_loop(void)
{
	volatile bool forever = true;

	while (forever)
		;
}

START_TEST(a_process_that_blocks_is_ended_with_its_line)
{
	struct text said = {0};
	int64_t start_us = deadline_clock_us();

	ck_assert_int_eq(watch("timeout after 1 ms", block_in_a_call, &said), EXIT_UNKNOWN);
	/* The timer's clock and this one may differ by a little. */
	ck_assert_int_ge(deadline_clock_us() - start_us, 490000);
	suite_assert_text(&said, "lm-test: timeout after 1 ms\n");
}
END_TEST

START_TEST(a_process_that_never_returns_is_ended_too)
{
	struct text said = {0};

	ck_assert_int_eq(watch("a\nb\x1b[31m\xe2\x80\xae", block_in_a_loop, &said), 3);
	suite_assert_text(&said, "lm-test: a\\nb\\x1b[31m\\u202e\n");
}
END_TEST

static void raise_alarm(void)
{
	raise(SIGALRM);
}

START_TEST(a_long_line_is_cut)
{
	struct text said = {0};
	char line[3001];

	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	ck_assert_int_eq(watch(line, raise_alarm, &said), 3);
	ck_assert_uint_eq(said.length, 1200);
	ck_assert_int_eq(said.bytes[1199], '\n');
	text_free(&said);
}
END_TEST

static void watch_again(void)
{
	struct deadline deadline = deadline_after(60000);
	struct itimerval timer;

	deadline_watch(&deadline, &talk, "the second line");
	getitimer(ITIMER_REAL, &timer);
	/* Half a second after the deadline, up to what has passed since. */
	if (timer.it_value.tv_sec < 50 || timer.it_value.tv_sec > 60 || timer.it_interval.tv_sec != 0)
		_exit(78);
	raise(SIGALRM);
}

START_TEST(another_watch_takes_the_place_of_the_first)
{
	struct text said = {0};

	ck_assert_int_eq(watch("the first line", watch_again, &said), 3);
	suite_assert_text(&said, "lm-test: the second line\n");
}
END_TEST

static void unwatch(void)
{
	struct itimerval timer;

	getitimer(ITIMER_REAL, &timer);
	if (timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0)
		_exit(78);
	deadline_unwatch();
	getitimer(ITIMER_REAL, &timer);
	if (timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0)
		_exit(79);
}

START_TEST(the_watch_can_be_ended)
{
	struct text said = {0};

	ck_assert_int_eq(watch("never said", unwatch, &said), 77);
	suite_assert_text(&said, "");
}
END_TEST

START_TEST(a_blocked_alarm_is_unblocked)
{
	struct text said = {0};
	sigset_t alarm, previous;
	int status;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, &alarm, &previous), 0);
	status = watch("ended all the same", block_in_a_call, &said);
	sigprocmask(SIG_SETMASK, &previous, NULL);
	ck_assert_int_eq(status, 3);
	suite_assert_text(&said, "lm-test: ended all the same\n");
}
END_TEST

START_TEST(time_that_the_reader_takes_does_not_count)
{
	struct deadline deadline = deadline_after(60000);
	int64_t end_ms = deadline.end_ms;

	/* As if the pause had begun five seconds ago. */
	deadline_resume(&deadline, deadline_pause() - 5000000);
	deadline_unwatch();
	ck_assert_int_ge(deadline.end_ms - end_ms, 5000);
	ck_assert_int_lt(deadline.end_ms - end_ms, 50000);
	deadline = deadline_after(0);
	deadline_resume(&deadline, deadline_pause() - 5000000);
	ck_assert_int_eq(deadline_left_ms(&deadline), -1);
}
END_TEST

START_TEST(the_log_file_has_the_line_too)
{
	struct log log = {.program = "lm-test", .fd = suite_file("", 0)};
	struct text said = {0};
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct deadline deadline = deadline_after(1);

		close(STDERR_FILENO);
		deadline_watch(&deadline, &log, "timeout after 1 ms");
		block_in_a_call();
		_exit(77);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	suite_append_file(&said, log.fd);
	close(log.fd);
	ck_assert_ptr_nonnull(strstr(text_string(&said), "] error: timeout after 1 ms\n"));
	ck_assert_ptr_nonnull(strstr(text_string(&said), "Z lm-test["));
	text_free(&said);
}
END_TEST

SUITE("deadline", time_that_the_reader_takes_does_not_count, the_log_file_has_the_line_too, the_clock_does_not_go_back,
      a_deadline_lies_as_far_ahead_as_asked, what_is_left_is_what_poll_takes,
      a_process_that_blocks_is_ended_with_its_line, a_process_that_never_returns_is_ended_too, a_long_line_is_cut,
      another_watch_takes_the_place_of_the_first, the_watch_can_be_ended, a_blocked_alarm_is_unblocked)
