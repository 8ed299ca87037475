#include "log.h"

#include "calendar.h"
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

START_TEST(the_levels_have_names_in_their_order)
{
	ck_assert_str_eq(log_level_names[LOG_LEVEL_ERROR], "error");
	ck_assert_str_eq(log_level_names[LOG_LEVEL_WARNING], "warning");
	ck_assert_str_eq(log_level_names[LOG_LEVEL_INFO], "info");
	ck_assert_str_eq(log_level_names[LOG_LEVEL_DEBUG], "debug");
	ck_assert_ptr_null(log_level_names[LOG_LEVEL_DEBUG + 1]);
}
END_TEST

START_TEST(a_line_of_the_log_file_says_when_who_and_how_bad)
{
	struct text line = {0};
	int64_t now_us;

	ck_assert(calendar_parse("2025-10-15T14:30:00.999999Z", &now_us));
	log_format(&line, now_us, "lm-usage", 123, LOG_LEVEL_ERROR, "it failed");
	suite_assert_text(&line, "2025-10-15T14:30:00Z lm-usage[123] error: it failed\n");
	log_format(&line, now_us, "lm", 7, LOG_LEVEL_WARNING, "");
	suite_assert_text(&line, "2025-10-15T14:30:00Z lm[7] warning: \n");
	log_format(&line, now_us, "lm", 7, LOG_LEVEL_INFO, "one\ntwo\x1b[2J\xe2\x80\xae\xff caf\xc3\xa9");
	suite_assert_text(&line, "2025-10-15T14:30:00Z lm[7] info: one\\ntwo\\x1b[2J\\u202e\\xff caf\xc3\xa9\n");
	log_format(&line, now_us, "lm", 7, LOG_LEVEL_DEBUG, "x");
	suite_assert_text(&line, "2025-10-15T14:30:00Z lm[7] debug: x\n");
}
END_TEST

/* What log_line says on stderr. Said is appended, and nothing is asserted while stderr is not what it was. */
static void catch_line(const struct log *log, enum log_level level, const char *message, struct text *said)
{
	int file = suite_file("", 0), previous = dup(STDERR_FILENO);

	ck_assert_int_ge(previous, 0);
	dup2(file, STDERR_FILENO);
	log_line(log, level, message);
	dup2(previous, STDERR_FILENO);
	close(previous);
	suite_append_file(said, file);
	close(file);
}

START_TEST(stderr_gets_the_program_and_the_message_escaped)
{
	const struct log log = {.program = "lm-usage", .stderr_max = LOG_LEVEL_DEBUG, .fd = -1};
	struct text said = {0};

	catch_line(&log, LOG_LEVEL_ERROR, "cannot do it", &said);
	suite_assert_text(&said, "lm-usage: cannot do it\n");
	catch_line(&log, LOG_LEVEL_DEBUG, "a\nb\r\x1b]0;title\x07\xe2\x81\xa6", &said);
	suite_assert_text(&said, "lm-usage: a\\nb\\r\\x1b]0;title\\x07\\u2066\n");
}
END_TEST

START_TEST(stderr_and_file_each_get_what_is_important_enough)
{
	static const struct {
		enum log_level stderr_max, file_max;
		const char *said;
		size_t lines;
	} cases[] = {
		{LOG_LEVEL_ERROR, LOG_LEVEL_DEBUG, "lm: 0\n", 4},
		{LOG_LEVEL_WARNING, LOG_LEVEL_INFO, "lm: 0\nlm: 1\n", 3},
		{LOG_LEVEL_DEBUG, LOG_LEVEL_ERROR, "lm: 0\nlm: 1\nlm: 2\nlm: 3\n", 1},
	};
	struct text said = {0}, written = {0};
	char message[] = "0";
	size_t i, at, lines;

	for (i = 0; i < COUNT(cases); i++) {
		struct log log = {"lm", cases[i].stderr_max, cases[i].file_max, suite_file("", 0)};

		for (message[0] = '0'; message[0] <= '3'; message[0]++)
			catch_line(&log, (enum log_level)(message[0] - '0'), message, &said);
		suite_assert_text(&said, cases[i].said);
		suite_append_file(&written, log.fd);
		for (at = 0, lines = 0; at < written.length; at++)
			lines += written.bytes[at] == '\n';
		ck_assert_uint_eq(lines, cases[i].lines);
		text_free(&written);
		log_close(&log);
		ck_assert_int_eq(log.fd, -1);
		log_close(&log);
	}
}
END_TEST

START_TEST(the_log_file_is_made_for_owner_and_group_and_appended_to)
{
	struct log log = {.program = "lm", .stderr_max = LOG_LEVEL_ERROR, .file_max = LOG_LEVEL_DEBUG, .fd = -1};
	char directory[] = "/tmp/lm-log-XXXXXX", path[64], expected[64];
	struct text written = {0};
	struct stat status = {0};
	struct error error = {""};
	size_t at;
	int fd, i;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/lm.log", directory);
	umask(0);
	for (i = 0; i < 2 && log_open(&log, path, &error); i++) {
		log_line(&log, LOG_LEVEL_WARNING, i == 0 ? "first" : "second");
		log_close(&log);
	}
	stat(path, &status);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* All is gone before anything is asserted, so that a failure leaves nothing behind. */
	unlink(path);
	ck_assert_int_eq(rmdir(directory), 0);
	ck_assert_str_eq(error.message, "");
	ck_assert_uint_eq(status.st_mode & 07777, 0640);
	suite_append_file(&written, fd);
	close(fd);
	snprintf(expected, sizeof expected, " lm[%ld] warning: first\n", (long)getpid());
	ck_assert_uint_ge(written.length, 20);
	ck_assert_int_eq(strncmp(written.bytes + 20, expected, strlen(expected)), 0);
	at = 20 + strlen(expected) + 20;
	snprintf(expected, sizeof expected, " lm[%ld] warning: second\n", (long)getpid());
	ck_assert_uint_ge(written.length, at);
	ck_assert_str_eq(written.bytes + at, expected);
	text_free(&written);
}
END_TEST

START_TEST(a_log_file_that_cannot_be_written_is_named)
{
	struct log log = {.program = "lm", .fd = -1};
	struct error error;

	suite_assert_refused(log_open(&log, "/nonexistent/lm.log", &error), &error,
	                     "cannot write the log file \"/nonexistent/lm.log\": No such file or directory");
	ck_assert_int_eq(log.fd, -1);
	suite_assert_refused(log_open(&log, "/", &error), &error, "cannot write the log file \"/\": Is a directory");
}
END_TEST

START_TEST(a_log_that_cannot_be_written_to_hurts_nobody)
{
	struct log log = {.program = "lm", .stderr_max = LOG_LEVEL_ERROR, .file_max = LOG_LEVEL_DEBUG, .fd = -1};
	struct error error;
	struct text said = {0};

	ck_assert(log_open(&log, "/dev/full", &error));
	catch_line(&log, LOG_LEVEL_ERROR, "still said", &said);
	suite_assert_text(&said, "lm: still said\n");
	log_close(&log);
}
END_TEST

SUITE("log", the_levels_have_names_in_their_order, a_line_of_the_log_file_says_when_who_and_how_bad,
      stderr_gets_the_program_and_the_message_escaped, stderr_and_file_each_get_what_is_important_enough,
      the_log_file_is_made_for_owner_and_group_and_appended_to, a_log_file_that_cannot_be_written_is_named,
      a_log_that_cannot_be_written_to_hurts_nobody)
