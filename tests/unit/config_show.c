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

#define DATABASE \
	"database:\n" \
	"  url: null\n" \
	"  schema: public\n" \
	"  statement_timeout: 20s\n"

/* What is shown of a component behind its url and what is expected of it. */
#define PROBE(warn) \
	"      latency_warn_ms: " warn "\n" \
	"      latency_crit_ms: 5000\n" \
	"      timeout: null\n"

START_TEST(the_configuration_is_shown_as_it_can_be_read_again)
{
	assert_shown("", DATABASE "timeout: 30s\n"
	                          "health:\n"
	                          "  timeout: 5s\n"
	                          "  retries: 0\n"
	                          "  log: /var/log/lm-monitor/health.jsonl\n"
	                          "  components:\n"
	                          "    saas_api:\n"
	                          "      url: http://localhost:8003/health\n"
	                          "      expect:\n"
	                          "        http_status: 200\n"
	                          "        json:\n"
	                          "          status: healthy\n" PROBE(
								  "1000") "      key: null\n"
	                                      "      required: true\n"
	                                      "    litellm_proxy:\n"
	                                      "      url: http://localhost:8002/health/readiness\n"
	                                      "      expect:\n"
	                                      "        http_status: 200\n"
	                                      "        json:\n"
	                                      "          db: connected\n" PROBE("1000") "      key: null\n"
	                                                                                "      required: true\n"
	                                                                                "    database:\n" PROBE(
																						"500") "      required: true\n"
	                                                                                           "log:\n"
	                                                                                           "  file: null\n"
	                                                                                           "  level: info\n");
	assert_shown("log:\n"
	             "  level: debug\n"
	             "  file: 'a: #b'\n"
	             "health:\n"
	             "  log: ~\n"
	             "  retries: 03\n"
	             "  timeout: 250ms\n"
	             "  components:\n"
	             "    queue: {url: 'https://queue/', required: false, expect: {http_status: 204}, timeout: 1s}\n"
	             "    database:\n"
	             "timeout: 1h\n"
	             "database: {url: os.environ/LM_TEST_URL, schema: \"two\\nlines\"}\n",
	             "database:\n"
	             "  url: os.environ/LM_TEST_URL\n"
	             "  schema: 'two\n"
	             "\n"
	             "    lines'\n"
	             "  statement_timeout: 20s\n"
	             "timeout: 1h\n"
	             "health:\n"
	             "  timeout: 250ms\n"
	             "  retries: 03\n"
	             "  log: /var/log/lm-monitor/health.jsonl\n"
	             "  components:\n"
	             "    queue:\n"
	             "      url: https://queue/\n"
	             "      expect:\n"
	             "        http_status: 204\n"
	             "      latency_warn_ms: 1000\n"
	             "      latency_crit_ms: 5000\n"
	             "      timeout: 1s\n"
	             "      key: null\n"
	             "      required: false\n"
	             "    database:\n" PROBE("500") "      required: true\n"
	                                            "log:\n"
	                                            "  file: 'a: #b'\n"
	                                            "  level: debug\n");
}
END_TEST

/* What is shown of a configuration. */
static void show(const char *yaml, struct text *shown)
{
	struct config *config = load(yaml);
	struct error error = {""};

	ck_assert_msg(config_show(config, shown, &error), "%s", error.message);
	config_free(config);
}

/* Appends a name or a value as YAML has it in any case: in double quotes, with escapes. */
static void append_quoted(struct text *yaml, const char *string)
{
	text_append_byte(yaml, '"');
	for (; *string != '\0'; string++)
		if ((unsigned char)*string < 0x20 || *string == '"' || *string == '\\' || *string == 0x7f)
			text_append_format(yaml, "\\x%02x", (unsigned)*string);
		else
			text_append_byte(yaml, *string);
	text_append_byte(yaml, '"');
}

START_TEST(components_of_any_name_are_shown_as_they_can_be_read_again)
{
	static const char *const names[] = {"null",
	                                    "~",
	                                    "true",
	                                    "12",
	                                    "*",
	                                    "<<",
	                                    "a b",
	                                    " a ",
	                                    "a: b",
	                                    "- a",
	                                    "#a",
	                                    "'a'",
	                                    "\"a\"",
	                                    "[a",
	                                    "{a",
	                                    "&a",
	                                    "!a",
	                                    "%a",
	                                    "@a",
	                                    "`a",
	                                    "?",
	                                    "|",
	                                    ">",
	                                    "---",
	                                    "a\nb",
	                                    "\n",
	                                    "\t",
	                                    "a\\b",
	                                    "\x1b[31m",
	                                    "caf\xc3\xa9",
	                                    "\xe2\x80\xae",
	                                    "saas_api",
	                                    "a-name-of-more-than-128-characters-is-no-simple-key-in-yaml-"
	                                    "and-so-stands-behind-a-question-mark-"
	                                    "0123456789012345678901234567890123456789012345678901234567890123456789"};
	struct text yaml = {0}, shown = {0}, again = {0}, name = {0};
	struct config *config;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		text_append_string(&yaml, "health: {components: {");
		append_quoted(&yaml, names[i]);
		text_append_string(&yaml, ": {url: 'http://a/', expect: {json: {");
		append_quoted(&yaml, names[i]);
		text_append_string(&yaml, ": ");
		append_quoted(&yaml, names[i]);
		text_append_string(&yaml, "}}}}}\n");
		show(text_string(&yaml), &shown);
		show(text_string(&shown), &again);
		ck_assert_str_eq(text_string(&again), text_string(&shown));
		config = load(text_string(&again));
		ck_assert(config_name(config, "health.components", 0, &name));
		ck_assert_str_eq(text_string(&name), names[i]);
		ck_assert(!config_name(config, "health.components", 1, &name));
		text_clear(&yaml);
		text_append_format(&yaml, "health.components.%s.expect.json.%s", names[i], names[i]);
		ck_assert_str_eq(value_of(config, text_string(&yaml)), names[i]);
		config_free(config);
		text_free(&yaml);
		text_free(&shown);
		text_free(&again);
	}
	text_free(&name);
}
END_TEST

START_TEST(a_url_is_shown_without_user_query_and_fragment)
{
	static const struct {
		const char *url, *shown;
	} cases[] = {
		{"http://queue:9000/health", "http://queue:9000/health"},
		{"http://lm:" SECRET "@queue:9000/health", "http://queue:9000/health"},
		{"https://" SECRET "@queue/", "https://queue/"},
		{"http://lm:p@" SECRET "@queue/", "http://queue/"},
		{"http://queue/health?key=" SECRET, "http://queue/health"},
		{"http://queue/health#" SECRET, "http://queue/health"},
		{"http://queue?key=" SECRET, "http://queue"},
		{"http://lm:" SECRET "@[::1]:80/a@b?c@d#e@f", "http://[::1]:80/a@b"},
		{"http://queue/a@b", "http://queue/a@b"},
		{"http://queue:80/a@b", "http://queue:80/a@b"},
	};
	struct text yaml = {0}, shown = {0}, expected = {0};
	struct config *config;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		text_append_format(&yaml, "health: {components: {queue: {url: '%s'}}}\n", cases[i].url);
		show(text_string(&yaml), &shown);
		text_append_format(&expected, "\n      url: %s\n", cases[i].shown);
		if (strchr(cases[i].shown, '[') == NULL)
			ck_assert_msg(strstr(text_string(&shown), expected.bytes) != NULL, "%s", shown.bytes);
		else
			ck_assert_msg(strstr(text_string(&shown), cases[i].shown) != NULL, "%s", shown.bytes);
		ck_assert_ptr_null(strstr(text_string(&shown), SECRET));
		config = load(text_string(&yaml));
		ck_assert_str_eq(value_of(config, "health.components.queue.url"), cases[i].url);
		config_free(config);
		text_free(&yaml);
		text_free(&shown);
		text_free(&expected);
	}
}
END_TEST

START_TEST(what_is_no_url_and_may_hold_a_password_is_shown_as_stars)
{
	static const char *const urls[] = {"lm:" SECRET "@queue/health",    "http:/lm:" SECRET "@queue/",
	                                   "http:///lm:" SECRET "@queue/",  "//lm:" SECRET "@queue/",
	                                   "http://lm:p/" SECRET "@queue/", "http://lm:" SECRET "?@queue/"};
	struct error error = {""};
	struct text yaml = {0}, shown = {0};
	struct config *config;
	size_t i;

	for (i = 0; i < COUNT(urls); i++) {
		text_append_format(&yaml, "health: {components: {queue: {url: '%s'}}}\n", urls[i]);
		show(text_string(&yaml), &shown);
		ck_assert_msg(strstr(text_string(&shown), SECRET) == NULL, "%s is shown", urls[i]);
		ck_assert_ptr_nonnull(strstr(text_string(&shown), "\n      url: '********'\n"));
		config = load_bytes(yaml.bytes, yaml.length, 0644, &error);
		ck_assert_ptr_nonnull(config_warning(config));
		config_free(config);
		text_free(&yaml);
		text_free(&shown);
	}
	show("health: {components: {queue: {url: 'queue:9000/health?a=b'}}}\n", &shown);
	ck_assert_ptr_nonnull(strstr(text_string(&shown), "\n      url: queue:9000/health\n"));
	text_free(&shown);
}
END_TEST

START_TEST(a_key_is_shown_as_stars)
{
	struct text shown = {0};

	show("health: {components: {litellm_proxy: {key: " SECRET "}}}\n", &shown);
	ck_assert_ptr_nonnull(strstr(text_string(&shown), "\n      key: '********'\n"));
	ck_assert_ptr_null(strstr(text_string(&shown), SECRET));
	text_free(&shown);
}
END_TEST

START_TEST(what_stands_in_the_environment_is_shown_as_written)
{
	struct text shown = {0};

	setenv("LM_TEST_URL", "http://lm:" SECRET "@queue/", 1);
	setenv("LM_TEST_KEY", SECRET, 1);
	show("health: {components: {queue: {url: os.environ/LM_TEST_URL, key: os.environ/LM_TEST_KEY,\n"
	     "  required: os.environ/LM_TEST_FLAG, latency_warn_ms: os.environ/LM_TEST_COUNT}}}\n",
	     &shown);
	ck_assert_ptr_nonnull(strstr(text_string(&shown), "\n      url: os.environ/LM_TEST_URL\n"));
	ck_assert_ptr_nonnull(strstr(text_string(&shown), "\n      key: os.environ/LM_TEST_KEY\n"));
	ck_assert_ptr_nonnull(strstr(text_string(&shown), "\n      required: os.environ/LM_TEST_FLAG\n"));
	ck_assert_ptr_nonnull(strstr(text_string(&shown), "\n      latency_warn_ms: os.environ/LM_TEST_COUNT\n"));
	ck_assert_ptr_null(strstr(text_string(&shown), SECRET));
	text_free(&shown);
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
		{"health: {components: {queue: {url: 'http://lm:" SECRET "@queue/'}}}\n", 0644, true},
		{"health: {components: {queue: {url: 'http://" SECRET "@queue/'}}}\n", 0604, true},
		{"health: {components: {queue: {url: 'http://lm:" SECRET "@queue/'}}}\n", 0640, false},
		{"health: {components: {queue: {url: 'http://queue/a@b?c@d'}}}\n", 0644, false},
		{"health: {components: {queue: {url: os.environ/LM_TEST_URL}}}\n", 0644, false},
		{"health: {components: {litellm_proxy: {key: " SECRET "}}}\n", 0644, true},
		{"health: {components: {litellm_proxy: {key: " SECRET "}}}\n", 0600, false},
		{"health: {components: {litellm_proxy: {key: os.environ/LM_TEST_KEY}}}\n", 0644, false},
		{"health: {components: {litellm_proxy: {key: }}}\n", 0644, false},
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

SUITE("config_show", the_configuration_is_shown_as_it_can_be_read_again,
      components_of_any_name_are_shown_as_they_can_be_read_again, a_url_is_shown_without_user_query_and_fragment,
      what_is_no_url_and_may_hold_a_password_is_shown_as_stars, a_key_is_shown_as_stars,
      what_stands_in_the_environment_is_shown_as_written, what_is_read_again_has_the_same_values,
      a_text_that_looks_like_null_is_still_a_text_when_read_again, a_password_is_not_shown,
      a_password_that_everybody_can_read_is_warned_of)
