/* A DSN that is taken is one that libpq reads; no password of it is in a description, and none of a refused one said.
 */
#include "dsn.h"

#include "fuzz.h"

#include <libpq-fe.h>

/* What stands for each byte 1 of the input, so that it is found again wherever it went. */
#define SECRET "Qz7xQz7x"

static char *insert_secret(const uint8_t *data, size_t size)
{
	struct text text = {0};

	text_append(&text, "", 0);
	for (; size > 0; data++, size--)
		if (*data == 1)
			text_append_string(&text, SECRET);
		else
			text_append_byte(&text, (char)*data);
	return text.bytes;
}

/* Whether the secret stands in a place other than a password. */
static int is_shown(const PQconninfoOption *options)
{
	static const char *const keywords[] = {
		"user",    "host",        "hostaddr",       "port", "dbname", "service", "target_session_attrs",
		"sslmode", "sslrootcert", "connect_timeout"};
	size_t i;

	for (; options->keyword != NULL; options++)
		for (i = 0; options->val != NULL && i < sizeof keywords / sizeof keywords[0]; i++)
			if (strcmp(options->keyword, keywords[i]) == 0 && strstr(options->val, SECRET) != NULL)
				return 1;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text conninfo = {0}, description = {0};
	struct error error = {""};
	PQconninfoOption *options;
	char *dsn = insert_secret(data, size);
	int is_bare;

	if (!dsn_normalise(dsn, &conninfo, &error)) {
		fuzz_require(strstr(error.message, SECRET) == NULL);
		fuzz_require(strncmp(error.message, "expected ", 9) == 0);
		fuzz_require(!dsn_describe(dsn, &description));
		fuzz_require(!dsn_has_secret(dsn));
		fuzz_require(description.length == 0);
	} else {
		fuzz_require(dsn_describe(dsn, &description));
		fuzz_require(strncmp(description.bytes, "postgresql://", 13) == 0);
		is_bare = strstr(conninfo.bytes, "://") == NULL && strchr(conninfo.bytes, '=') == NULL;
		/* What looks like a URL that lost something may hold a password. */
		fuzz_require(!is_bare || strpbrk(conninfo.bytes, ":/@") == NULL);
		options = is_bare ? NULL : PQconninfoParse(conninfo.bytes, NULL);
		fuzz_require(is_bare || options != NULL);
		fuzz_require(is_bare || is_shown(options) || strstr(description.bytes, SECRET) == NULL);
		PQconninfoFree(options);
	}
	text_free(&conninfo);
	text_free(&description);
	free(dsn);
	return 0;
}
