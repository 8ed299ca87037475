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
static char watch_line[1024];
static size_t watch_length;

int64_t deadline_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct deadline deadline_after(int64_t timeout_ms)
{
	return (struct deadline){timeout_ms, deadline_clock_us() / 1000 + timeout_ms};
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
	ssize_t written = write(STDERR_FILENO, watch_line, watch_length);

	(void)signal_number;
	(void)written;
	_exit(EXIT_UNKNOWN);
}

static void set_line(const char *line)
{
	struct text safe = {0};

	text_append_terminal(&safe, line, strlen(line));
	watch_length = safe.length < sizeof watch_line - 1 ? safe.length : sizeof watch_line - 1;
	memcpy(watch_line, text_string(&safe), watch_length);
	watch_line[watch_length++] = '\n';
	text_free(&safe);
}

void deadline_watch(const struct deadline *deadline, const char *line)
{
	struct sigaction action = {.sa_handler = end_process};
	int64_t left_ms = (int64_t)deadline_left_ms(deadline) + GRACE_MS;
	struct itimerval timer = {.it_value = {left_ms / 1000, left_ms % 1000 * 1000}};
	sigset_t alarm, previous;

	if (deadline->timeout_ms == 0) {
		deadline_unwatch();
		return;
	}
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm, &previous);
	set_line(line);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	/* A parent may have left it blocked. */
	sigdelset(&previous, SIGALRM);
	sigprocmask(SIG_SETMASK, &previous, NULL);
}

void deadline_unwatch(void)
{
	setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}
