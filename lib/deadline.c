#include "deadline.h"

#include "error.h"
#include "text.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define GRACE_MS 500

/* What the signal handler writes; replaced only while the signal is blocked. */
struct line {
	char bytes[1200];
	size_t length;
};

static struct line stderr_line, file_line;
static int file_descriptor = -1;

int64_t deadline_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct deadline deadline_after(int64_t timeout_ms)
{
	return (struct deadline){.timeout_ms = timeout_ms, .end_ms = deadline_clock_us() / 1000 + timeout_ms};
}

int deadline_left_ms(const struct deadline *deadline)
{
	int64_t left = deadline->end_ms - deadline_clock_us() / 1000;

	if (deadline->timeout_ms == 0)
		return -1;
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void end_process(int signal_number)
{
	ssize_t written = write(STDERR_FILENO, stderr_line.bytes, stderr_line.length);

	if (file_descriptor >= 0)
		written = write(file_descriptor, file_line.bytes, file_line.length);
	(void)signal_number;
	(void)written;
	_exit(EXIT_UNKNOWN);
}

static void copy_line(struct line *line, struct text *text)
{
	line->length = text->length < sizeof line->bytes ? text->length : sizeof line->bytes;
	memcpy(line->bytes, text_string(text), line->length);
	if (line->length > 0)
		line->bytes[line->length - 1] = '\n';
	text_free(text);
}

/* Makes both lines; that of the file has the time at which it will be written. */
static void set_lines(const struct log *log, const char *message, int64_t left_ms)
{
	struct text text = {0};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	text_append_format(&text, "%s: ", log->program);
	text_append_terminal(&text, message, strlen(message));
	text_append_byte(&text, '\n');
	copy_line(&stderr_line, &text);
	log_format(&text, ((int64_t)now.tv_sec + left_ms / 1000) * 1000000, log->program, (long)getpid(), LOG_LEVEL_ERROR,
	           message);
	copy_line(&file_line, &text);
	file_descriptor = log->fd;
}

static void set_timer(int64_t left_ms)
{
	struct itimerval timer = {.it_value = {left_ms / 1000, left_ms % 1000 * 1000}};

	setitimer(ITIMER_REAL, &timer, NULL);
}

void deadline_watch(const struct deadline *deadline, const struct log *log, const char *message)
{
	struct sigaction action = {.sa_handler = end_process};
	int64_t left_ms = (int64_t)deadline_left_ms(deadline) + GRACE_MS;
	sigset_t alarm, previous;

	if (deadline->timeout_ms == 0 || deadline->is_unwatched) {
		deadline_unwatch();
		return;
	}
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm, &previous);
	set_lines(log, message, left_ms);
	sigaction(SIGALRM, &action, NULL);
	set_timer(left_ms);
	/* A parent may have left it blocked. */
	sigdelset(&previous, SIGALRM);
	sigprocmask(SIG_SETMASK, &previous, NULL);
}

void deadline_unwatch(void)
{
	set_timer(0);
}

int64_t deadline_pause(void)
{
	deadline_unwatch();
	return deadline_clock_us();
}

void deadline_resume(struct deadline *deadline, int64_t paused_at_us)
{
	if (deadline->timeout_ms == 0)
		return;
	deadline->end_ms += (deadline_clock_us() - paused_at_us) / 1000;
	if (!deadline->is_unwatched)
		set_timer((int64_t)deadline_left_ms(deadline) + GRACE_MS);
}
