#include "log.h"

#include "calendar.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *const log_level_names[] = {"error", "warning", "info", "debug", NULL};

bool log_open(struct log *log, const char *path, struct error *error)
{
	log->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
	if (log->fd < 0)
		return error_set(error, "cannot write the log file \"%s\": %s", path, strerror(errno));
	return true;
}

void log_format(struct text *line, int64_t now_us, const char *program, long pid, enum log_level level,
                const char *message)
{
	calendar_append(line, now_us - now_us % CALENDAR_SECOND_US);
	text_append_format(line, " %s[%ld] %s: ", program, pid, log_level_names[level]);
	text_append_terminal(line, message, strlen(message));
	text_append_byte(line, '\n');
}

static void write_text(int fd, const struct text *line)
{
	ssize_t written = write(fd, text_string(line), line->length);

	(void)written;
}

void log_line(const struct log *log, enum log_level level, const char *message)
{
	struct text line = {0};
	struct timespec now;

	if (level <= log->stderr_max) {
		text_append_format(&line, "%s: ", log->program);
		text_append_terminal(&line, message, strlen(message));
		text_append_byte(&line, '\n');
		write_text(STDERR_FILENO, &line);
	}
	if (log->fd >= 0 && level <= log->file_max) {
		text_clear(&line);
		clock_gettime(CLOCK_REALTIME, &now);
		log_format(&line, (int64_t)now.tv_sec * CALENDAR_SECOND_US, log->program, (long)getpid(), level, message);
		write_text(log->fd, &line);
	}
	text_free(&line);
}

void log_close(struct log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}
