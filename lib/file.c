#include "file.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const char *bytes, size_t length)
{
	ssize_t written;

	for (; length > 0; bytes += written, length -= (size_t)written) {
		written = write(fd, bytes, length);
		if (written < 0 && errno != EINTR)
			return false;
		written = written < 0 ? 0 : written;
	}
	return true;
}

/* Makes the name of a file in its folder last. A folder that cannot be opened for it is no failure: the file is there.
 */
static void sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct text folder = {0};
	int fd;

	text_append(&folder, slash != NULL ? path : ".", slash != NULL ? (size_t)(slash - path) + 1 : 1);
	fd = folder.failed ? -1 : open(folder.bytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	text_free(&folder);
}

/*
 * The path of the file itself, behind links, which stay. NULL for what must not make way for a file: a device, a pipe,
 * a link that leads nowhere. Free it.
 */
static char *find_file(const char *path, struct error *error)
{
	char *found = realpath(path, NULL);
	int reason = errno;
	struct stat status;

	if (found == NULL && lstat(path, &status) != 0)
		found = strdup(path); /* there is nothing yet */
	else if (found == NULL) {
		error_set(error, "cannot write \"%s\": a link that leads nowhere: %s", path, strerror(reason));
		return NULL;
	} else if (stat(found, &status) == 0 && !S_ISREG(status.st_mode)) {
		error_set(error, "cannot write \"%s\": %s", path,
		          S_ISDIR(status.st_mode) ? strerror(EISDIR) : "it is no regular file");
		free(found);
		return NULL;
	}
	if (found == NULL)
		error_out_of_memory(error);
	return found;
}

/* Replaces what is no link; path is what errors name. */
static bool replace(const char *file, const char *path, mode_t mode, const char *bytes, size_t length,
                    struct error *error)
{
	struct text beside = {0};
	bool done;
	int fd, reason;

	text_append_format(&beside, "%s.XXXXXX", file);
	if (beside.failed)
		return error_out_of_memory(error);
	fd = mkostemp(beside.bytes, O_CLOEXEC);
	done = fd >= 0 && write_all(fd, bytes, length) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
	reason = errno;
	if (fd >= 0 && close(fd) != 0 && done) {
		done = false;
		reason = errno;
	}
	if (done && rename(beside.bytes, file) != 0) {
		done = false;
		reason = errno;
	}
	if (done)
		sync_folder(file);
	else {
		if (fd >= 0)
			unlink(beside.bytes);
		error_set(error, "cannot write \"%s\": %s", path, strerror(reason));
	}
	text_free(&beside);
	return done;
}

bool file_replace(const char *path, mode_t mode, const char *bytes, size_t length, struct error *error)
{
	char *file = find_file(path, error);
	bool done = file != NULL && replace(file, path, mode, bytes, length, error);

	free(file);
	return done;
}
