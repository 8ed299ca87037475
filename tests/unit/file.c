#include "file.h"

#include "suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Each test works in a folder of its own, which is gone before anything is asserted. */
struct folder {
	char path[32];
	struct text names;   /* of what was in it at last, in any order: there is one at most */
	struct text content; /* of the file named "file" */
	mode_t mode;         /* of that file */
};

static void enter(struct folder *folder)
{
	*folder = (struct folder){.path = "/tmp/lm-file-XXXXXX"};
	ck_assert_ptr_nonnull(mkdtemp(folder->path));
	ck_assert_int_eq(chdir(folder->path), 0);
}

/* Notes what is in the folder, and removes it. */
static void leave(struct folder *folder)
{
	DIR *directory = opendir(".");
	const struct dirent *entry;
	struct stat status;
	int fd = open("file", O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		folder->mode = status.st_mode & 07777;
		suite_append_file(&folder->content, fd);
	}
	if (fd >= 0)
		close(fd);
	while ((entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		text_append_format(&folder->names, "%s ", entry->d_name);
		if (unlink(entry->d_name) != 0)
			rmdir(entry->d_name);
	}
	closedir(directory);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(folder->path), 0);
}

static void write_old(const char *content)
{
	FILE *file = fopen("file", "we");

	ck_assert_ptr_nonnull(file);
	fputs(content, file);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_new_file_has_the_bytes_and_the_mode)
{
	struct folder folder;
	struct error error = {""};
	bool done;

	enter(&folder);
	done = file_replace("file", 0644, "a\0b\n", 4, &error);
	leave(&folder);
	ck_assert_msg(done, "%s", error.message);
	ck_assert_uint_eq(folder.content.length, 4);
	ck_assert_mem_eq(folder.content.bytes, "a\0b\n", 4);
	ck_assert_uint_eq(folder.mode, 0644);
	text_free(&folder.content);
	suite_assert_text(&folder.names, "file ");
}
END_TEST

START_TEST(the_mode_does_not_depend_on_the_umask)
{
	static const mode_t modes[] = {0600, 0644, 0666, 0640};
	static const mode_t umasks[] = {0, 022, 077, 0777};
	struct folder folder;
	struct error error = {""};
	mode_t before;
	bool done;
	size_t i;

	for (i = 0; i < COUNT(modes); i++) {
		enter(&folder);
		before = umask(umasks[i]);
		done = file_replace("file", modes[i], "x", 1, &error);
		umask(before);
		leave(&folder);
		ck_assert_msg(done, "%s", error.message);
		ck_assert_uint_eq(folder.mode, modes[i]);
		suite_assert_text(&folder.content, "x");
		text_free(&folder.names);
	}
}
END_TEST

START_TEST(an_old_file_is_replaced_whole_and_not_written_over)
{
	struct folder folder;
	struct text old = {0};
	struct error error = {""};
	bool done;
	int fd;

	enter(&folder);
	write_old("what was there before, and longer");
	ck_assert_int_eq(chmod("file", 0600), 0);
	fd = open("file", O_RDONLY | O_CLOEXEC);
	done = file_replace("file", 0644, "new", 3, &error);
	/* Whoever has it open goes on to read the old one. */
	suite_append_file(&old, fd);
	close(fd);
	leave(&folder);
	ck_assert_msg(done, "%s", error.message);
	suite_assert_text(&old, "what was there before, and longer");
	suite_assert_text(&folder.content, "new");
	ck_assert_uint_eq(folder.mode, 0644);
	suite_assert_text(&folder.names, "file ");
}
END_TEST

START_TEST(a_file_may_become_empty)
{
	struct folder folder;
	struct error error = {""};
	bool done;

	enter(&folder);
	write_old("old");
	done = file_replace("file", 0644, NULL, 0, &error);
	leave(&folder);
	ck_assert_msg(done, "%s", error.message);
	suite_assert_text(&folder.names, "file ");
	suite_assert_text(&folder.content, "");
}
END_TEST

START_TEST(a_path_may_have_a_folder)
{
	struct folder folder;
	struct text path = {0};
	struct error error = {""};
	bool done;

	enter(&folder);
	text_append_format(&path, "%s/file", folder.path);
	ck_assert_int_eq(chdir("/"), 0);
	done = file_replace(text_string(&path), 0644, "new", 3, &error);
	ck_assert_int_eq(chdir(folder.path), 0);
	leave(&folder);
	ck_assert_msg(done, "%s", error.message);
	suite_assert_text(&folder.content, "new");
	suite_assert_text(&folder.names, "file ");
	text_free(&path);
}
END_TEST

/* As on a disk with room for so many bytes of a file; then as before. */
static bool replace_limited(rlim_t room, const char *bytes, size_t length, struct error *error)
{
	struct rlimit before, limit;
	bool done;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){room, before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	done = file_replace("file", 0644, bytes, length, error);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	return done;
}

START_TEST(the_old_file_stays_when_there_is_no_room)
{
	struct folder folder;
	struct error error = {""};
	char bytes[8192];
	bool done;

	memset(bytes, 'n', sizeof bytes);
	enter(&folder);
	write_old("old");
	ck_assert_int_eq(chmod("file", 0640), 0);
	/* Half of it is written, and then no more. */
	done = replace_limited(4096, bytes, sizeof bytes, &error);
	leave(&folder);
	ck_assert(!done);
	ck_assert_str_eq(error.message, "cannot write \"file\": File too large");
	suite_assert_text(&folder.names, "file ");
	suite_assert_text(&folder.content, "old");
	ck_assert_uint_eq(folder.mode, 0640);
}
END_TEST

START_TEST(what_fits_to_the_last_byte_is_written)
{
	struct folder folder;
	struct error error = {""};
	char bytes[4096];
	bool done;

	memset(bytes, 'n', sizeof bytes);
	enter(&folder);
	done = replace_limited(sizeof bytes, bytes, sizeof bytes, &error);
	leave(&folder);
	ck_assert_msg(done, "%s", error.message);
	ck_assert_uint_eq(folder.content.length, sizeof bytes);
	text_free(&folder.content);
	text_free(&folder.names);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_named)
{
	struct error error;

	suite_assert_refused(file_replace("/nonexistent/file", 0644, "x", 1, &error), &error,
	                     "cannot write \"/nonexistent/file\": No such file or directory");
	suite_assert_refused(file_replace("/dev/null/file", 0644, "x", 1, &error), &error,
	                     "cannot write \"/dev/null/file\": Not a directory");
}
END_TEST

START_TEST(a_folder_in_the_place_of_the_file_stays)
{
	struct folder folder;
	struct error error = {""};
	bool done;

	enter(&folder);
	ck_assert_int_eq(mkdir("file", 0700), 0);
	done = file_replace("file", 0644, "x", 1, &error);
	leave(&folder);
	ck_assert(!done);
	ck_assert_str_eq(error.message, "cannot write \"file\": Is a directory");
	suite_assert_text(&folder.names, "file ");
	text_free(&folder.content);
}
END_TEST

START_TEST(a_link_stays_and_its_file_is_replaced)
{
	struct folder folder;
	struct error error = {""};
	struct stat status;
	bool done, is_link;

	enter(&folder);
	write_old("old");
	ck_assert_int_eq(symlink("file", "link"), 0);
	done = file_replace("link", 0644, "new", 3, &error);
	is_link = lstat("link", &status) == 0 && S_ISLNK(status.st_mode);
	unlink("link");
	leave(&folder);
	ck_assert_msg(done, "%s", error.message);
	ck_assert(is_link);
	suite_assert_text(&folder.content, "new");
	suite_assert_text(&folder.names, "file ");
}
END_TEST

START_TEST(what_is_no_regular_file_stays)
{
	struct folder folder;
	struct error pipe_error = {""}, link_error = {""}, dangling_error = {""};
	struct stat status;
	bool done, is_pipe;

	enter(&folder);
	write_old("old");
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	ck_assert_int_eq(symlink("pipe", "link"), 0);
	ck_assert_int_eq(symlink("gone", "dangling"), 0);
	done = file_replace("pipe", 0644, "x", 1, &pipe_error) || file_replace("link", 0644, "x", 1, &link_error) ||
	       file_replace("dangling", 0644, "x", 1, &dangling_error);
	is_pipe = lstat("pipe", &status) == 0 && S_ISFIFO(status.st_mode);
	unlink("pipe");
	unlink("link");
	unlink("dangling");
	leave(&folder);
	ck_assert(!done && is_pipe);
	ck_assert_str_eq(pipe_error.message, "cannot write \"pipe\": it is no regular file");
	ck_assert_str_eq(link_error.message, "cannot write \"link\": it is no regular file");
	ck_assert_str_eq(dangling_error.message,
	                 "cannot write \"dangling\": a link that leads nowhere: No such file or directory");
	suite_assert_text(&folder.names, "file ");
	text_free(&folder.content);
}
END_TEST

SUITE("file", a_new_file_has_the_bytes_and_the_mode, the_mode_does_not_depend_on_the_umask,
      an_old_file_is_replaced_whole_and_not_written_over, a_file_may_become_empty, a_path_may_have_a_folder,
      the_old_file_stays_when_there_is_no_room, what_fits_to_the_last_byte_is_written,
      a_folder_that_is_not_there_is_named, a_folder_in_the_place_of_the_file_stays,
      a_link_stays_and_its_file_is_replaced, what_is_no_regular_file_stays)
