/* config: what is shown of it, and what is warned of. */
#include "config_file.h"

/* Asserts what config_show prints of a file, and that this is read as the same. */
static void assert_shown(const char *yaml, const char *expected)
{
	struct config *config = load(yaml);
	struct text shown = {0}, again = {0};
	struct error error;

	ck_assert(config_show(config, &shown, &error));
	config_free(config);
	ck_assert_str_eq(text_string(&shown), expected);
	config = load(text_string(&shown));
	ck_assert(config_show(config, &again, &error));
	config_free(config);
	ck_assert_str_eq(text_string(&again), expected);
	text_free(&shown);
	text_free(&again);
}

START_TEST(the_configuration_is_shown_as_it_can_be_read_again)
{
	assert_shown("", "database:\n"
	                 "  url: null\n"
	                 "  schema: public\n"
	                 "  statement_timeout: 20s\n"
	                 "timeout: 30s\n"
	                 "log:\n"
	                 "  file: null\n"
	                 "  level: info\n");
	assert_shown("log:\n"
	             "  level: debug\n"
	             "  file: 'a: #b'\n"
	             "timeout: 1h\n"
	             "database: {url: os.environ/LM_TEST_URL, schema: \"two\\nlines\"}\n",
	             "database:\n"
	             "  url: os.environ/LM_TEST_URL\n"
	             "  schema: 'two\n"
	             "\n"
	             "    lines'\n"
	             "  statement_timeout: 20s\n"
	             "timeout: 1h\n"
	             "log:\n"
	             "  file: 'a: #b'\n"
	             "  level: debug\n");
}
END_TEST

/* Asserts that texts are the same after they were shown and read again. */
static void assert_kept(const char *const *texts, size_t count)
{
	struct config *config;
	struct text shown = {0};
	struct error error;
	size_t i;

	for (i = 0; i < count; i++) {
		config = load("");
		ck_assert(config_set(config, "log.file", texts[i], "--log-file", &error));
		ck_assert(config_show(config, &shown, &error));
		config_free(config);
		config = load(text_string(&shown));
		ck_assert_pstr_eq(value_of(config, "log.file"), texts[i]);
		config_free(config);
		text_free(&shown);
	}
}

START_TEST(what_is_read_again_has_the_same_values)
{
	/* Most would be something else if they stood without quotes. */
	static const char *const texts[] = {"a: b",
	                                    "- a",
	                                    "#a",
	                                    "'a'",
	                                    "\"a\"",
	                                    "*a",
	                                    "&a",
	                                    "!a",
	                                    "%a",
	                                    "@a",
	                                    "`a",
	                                    "[a",
	                                    "{a",
	                                    " a ",
	                                    "a\nb",
	                                    "a\tb",
	                                    "a\n",
	                                    "\na",
	                                    "---",
	                                    "...",
	                                    "caf\xc3\xa9",
	                                    "\xc2\x85",
	                                    "a\\b",
	                                    "?",
	                                    ":",
	                                    "|",
	                                    ">",
	                                    "\x1b[31m",
	                                    "\xef\xbb\xbf"
	                                    "a",
	                                    "\xe2\x80\xae"};

	assert_kept(texts, COUNT(texts));
}
END_TEST

START_TEST(a_text_that_looks_like_null_is_still_a_text_when_read_again)
{
	static const char *const texts[] = {"null", "~"};

	assert_kept(texts, COUNT(texts));
}
END_TEST

START_TEST(a_password_is_not_shown)
{
	static const char *const urls[] = {"postgresql://lm:" SECRET "@db/saas", "postgresql://lm@db/saas?password=" SECRET,
	                                   "postgresql+asyncpg://lm:" SECRET "@db/saas",
	                                   "user=lm password=" SECRET " host=db dbname=saas"};
	struct config *config;
	struct text shown = {0};
	struct error error;
	size_t i;

	for (i = 0; i < COUNT(urls); i++) {
		config = load("");
		ck_assert(config_set(config, "database.url", urls[i], "--dsn", &error));
		ck_assert(config_show(config, &shown, &error));
		ck_assert_ptr_nonnull(strstr(text_string(&shown), "\n  url: postgresql://lm@db/saas\n"));
		ck_assert_ptr_null(strstr(text_string(&shown), SECRET));
		ck_assert_str_eq(value_of(config, "database.url"), urls[i]);
		config_free(config);
		text_free(&shown);
	}
}
END_TEST

START_TEST(a_password_that_everybody_can_read_is_warned_of)
{
	static const struct {
		const char *yaml;
		mode_t mode;
		bool has_warning;
	} cases[] = {
		{"database:\n  url: postgresql://lm:" SECRET "@db/saas\n", 0644, true},
		{"database:\n  url: host=db password=" SECRET "\n", 0604, true},
		{"database:\n  url: postgresql://lm:" SECRET "@db/saas\n", 0600, false},
		{"database:\n  url: postgresql://lm:" SECRET "@db/saas\n", 0640, false},
		{"database:\n  url: postgresql://lm@db/saas\n", 0644, false},
		{"database:\n  url: os.environ/LM_TEST_URL\n", 0644, false},
		{"timeout: 5s\n", 0644, false},
	};
	struct error error = {""};
	struct config *config;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		config = load_bytes(cases[i].yaml, strlen(cases[i].yaml), cases[i].mode, &error);
		ck_assert_msg(config != NULL, "%s", error.message);
		ck_assert_pstr_eq(config_warning(config), cases[i].has_warning ? PATH
		                                              " holds a password and everybody can read it: chmod o-r it"
		                                                               : NULL);
		config_free(config);
	}
}
END_TEST

SUITE("config_show", the_configuration_is_shown_as_it_can_be_read_again, what_is_read_again_has_the_same_values,
      a_text_that_looks_like_null_is_still_a_text_when_read_again, a_password_is_not_shown,
      a_password_that_everybody_can_read_is_warned_of)
