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

bool file_replace(const char *path, mode_t mode, const char *bytes, size_t length, struct error *error)
{
	struct text beside = {0};
	bool done;
	int fd, reason;

	text_append_format(&beside, "%s.XXXXXX", path);
	if (beside.failed)
		return error_out_of_memory(error);
	fd = mkostemp(beside.bytes, O_CLOEXEC);
	done = fd >= 0 && write_all(fd, bytes, length) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
	reason = errno;
	if (fd >= 0 && close(fd) != 0 && done) {
		done = false;
		reason = errno;
	}
	if (done && rename(beside.bytes, path) != 0) {
		done = false;
		reason = errno;
	}
	if (done)
		sync_folder(path);
	else {
		if (fd >= 0)
			unlink(beside.bytes);
		error_set(error, "cannot write \"%s\": %s", path, strerror(reason));
	}
	text_free(&beside);
	return done;
}
