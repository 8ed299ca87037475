#include "config_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

static void assert_refused(const char *yaml, const char *sentence)
{
	struct error error;

	suite_assert_refused(load_bytes(yaml, strlen(yaml), 0600, &error) != NULL, &error, sentence);
}

START_TEST(an_empty_file_gives_every_key_its_fallback)
{
	static const char *const files[] = {"",
	                                    "# nothing\n",
	                                    "---\n",
	                                    "null\n",
	                                    "~",
	                                    "{}\n",
	                                    "database:\nlog:\ntimeout:\n",
	                                    "database:\n  # url: x\nlog: null\ntimeout: ~\n",
	                                    "database:\n  schema:\n",
	                                    "health:\n  retries:\n  log: ~\n  components:\n"};
	struct error error;
	struct config *config;
	int64_t duration_ms, count;
	size_t choice, i;

	for (i = 0; i < COUNT(files); i++) {
		config = load(files[i]);
		ck_assert_ptr_null(value_of(config, "database.url"));
		ck_assert_str_eq(value_of(config, "database.schema"), "public");
		ck_assert(config_duration(config, "database.statement_timeout", &duration_ms, &error));
		ck_assert_int_eq(duration_ms, 20000);
		ck_assert(config_duration(config, "timeout", &duration_ms, &error));
		ck_assert_int_eq(duration_ms, 30000);
		ck_assert(config_duration(config, "health.timeout", &duration_ms, &error));
		ck_assert_int_eq(duration_ms, 5000);
		ck_assert(config_count(config, "health.retries", &count, &error));
		ck_assert_int_eq(count, 0);
		ck_assert_str_eq(value_of(config, "health.log"), "/var/log/lm-monitor/health.jsonl");
		ck_assert_ptr_null(value_of(config, "log.file"));
		ck_assert(config_choice(config, "log.level", &choice, &error));
		ck_assert_uint_eq(choice, 2);
		ck_assert_ptr_null(config_warning(config));
		config_free(config);
	}
	config_free(NULL);
}
END_TEST

START_TEST(every_key_without_a_level_of_any_name_is_read_from_the_file)
{
	struct config *config = load("timeout: 250ms\n"
	                             "log: {file: /var/log/lm.log, level: debug}\n"
	                             "health: {timeout: 2s, retries: 10, log: /var/log/health}\n"
	                             "database:\n"
	                             "  statement_timeout: 5\n"
	                             "  schema: \"saas\"\n"
	                             "  url: 'postgresql+asyncpg://lm@db/saas'\n");
	struct error error;
	int64_t duration_ms, count;
	size_t choice;

	ck_assert_str_eq(value_of(config, "database.url"), "postgresql+asyncpg://lm@db/saas");
	ck_assert_str_eq(value_of(config, "database.schema"), "saas");
	ck_assert(config_duration(config, "database.statement_timeout", &duration_ms, &error));
	ck_assert_int_eq(duration_ms, 5000);
	ck_assert(config_duration(config, "timeout", &duration_ms, &error));
	ck_assert_int_eq(duration_ms, 250);
	ck_assert(config_duration(config, "health.timeout", &duration_ms, &error));
	ck_assert_int_eq(duration_ms, 2000);
	ck_assert(config_count(config, "health.retries", &count, &error));
	ck_assert_int_eq(count, 10);
	ck_assert_str_eq(value_of(config, "health.log"), "/var/log/health");
	ck_assert_str_eq(value_of(config, "log.file"), "/var/log/lm.log");
	ck_assert(config_choice(config, "log.level", &choice, &error));
	ck_assert_uint_eq(choice, 3);
	config_free(config);
}
END_TEST

START_TEST(every_mistake_is_named_with_its_line_and_key)
{
	static const struct {
		const char *yaml, *sentence;
	} cases[] = {
		/* values */
		{"timeout: 5x\n",
	     PATH ":1: timeout: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"5x\""},
		{"database:\n  statement_timeout: 0\n",
	     PATH ":2: database.statement_timeout: expected a duration from 1ms to 10000d, "
	          "such as 30s, 5m or 2h, not \"0\""},
		{"log:\n\n  level: loud\n", PATH ":3: log.level: expected one of error, warning, info, debug, not \"loud\""},
		{"database:\n  schema: ''\n", PATH ":2: database.schema: expected a text, not an empty one"},
		{"log:\n  file: \"\"\n", PATH ":2: log.file: expected a text, not an empty one"},
		{"database:\n  url: mysql://lm:" SECRET "@db/saas\n",
	     PATH ":2: database.url: expected a URL that starts with postgresql://"},
		{"database:\n  url: host=db " SECRET "\n",
	     PATH ":2: database.url: expected postgresql://USER@HOST:PORT/DATABASE or "
	          "\"host=HOST dbname=DATABASE\""},
		{"timeout: \"5s\\0\"\n", PATH ":1: timeout: expected a text without NUL"},
		/* keys */
		{"colour: red\n", PATH ":1: unknown key \"colour\""},
		{"timeout: 1s\ndatabase:\n  port: 1\n", PATH ":3: unknown key \"database.port\""},
		{"Timeout: 1s\n", PATH ":1: unknown key \"Timeout\""},
		{"\"\": 1s\n", PATH ":1: unknown key \"\""},
		{"data: 1s\n", PATH ":1: unknown key \"data\""},
		{"timeout: 1s\n<<: {timeout: 2s}\n", PATH ":2: unknown key \"<<\""},
		{"timeout: 1s\n\ntimeout: 2s\n", PATH ":3: timeout: given twice"},
		{"database: {}\ndatabase: {}\n", PATH ":2: database: given twice"},
		{"database:\n  schema: a\n  schema: b\n", PATH ":3: database.schema: given twice"},
		{"timeout:\ntimeout: 2s\n", PATH ":2: timeout: given twice"},
		{"? [a]\n: b\n", PATH ":1: expected the name of a key"},
		{"database:\n  {a: b}: c\n", PATH ":2: database: expected the name of a key"},
		/* the wrong kind of value */
		{"timeout:\n  seconds: 5\n", PATH ":2: timeout: expected a single value"},
		{"timeout: [1s]\n", PATH ":1: timeout: expected a single value"},
		{"timeout: {}\n", PATH ":1: timeout: expected a single value"},
		{"database: saas\n", PATH ":1: database: expected a mapping"},
		{"database: ''\n", PATH ":1: database: expected a mapping"},
		{"database:\n- url\n", PATH ":2: database: expected a mapping"},
		{"- timeout\n", PATH ":1: expected a mapping at the top"},
		{"\n\nhello\n", PATH ":3: expected a mapping at the top"},
		/* what the configuration does without */
		{"database: &all\n  schema: a\nlog: *all\n", PATH ":3: log: expected a value, not an alias"},
		{"timeout: &t 1s\ndatabase:\n  statement_timeout: *t\n",
	     PATH ":3: database.statement_timeout: expected a value, not an alias"},
		{"timeout: 1s\n---\ntimeout: 2s\n", PATH ":2: expected one document, not several"},
		{"---\n---\n", PATH ":2: expected one document, not several"},
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		assert_refused(cases[i].yaml, cases[i].sentence);
}
END_TEST

START_TEST(what_is_not_yaml_is_named_with_its_line)
{
	assert_refused("timeout: 1s\nlog: {level: info\n", PATH ":3: not YAML: did not find expected ',' or '}'");
	assert_refused("timeout: 1s\n\tlog: x\n", PATH ":2: not YAML: found a tab character that violates indentation");
	assert_refused("timeout: @x\n", PATH ":1: not YAML: found character that cannot start any token");
	assert_refused("timeout: *none\n", PATH ":1: timeout: expected a value, not an alias");
}
END_TEST

START_TEST(bytes_that_are_not_utf8_are_named_with_their_line)
{
	assert_refused("timeout: 1s\n\nlog: \xff\n", PATH ":3: not YAML: invalid leading UTF-8 octet");
	assert_refused("timeout: 1s\nlog: \x07\n", PATH ":2: not YAML: control characters are not allowed");
}
END_TEST

START_TEST(a_key_with_a_dot_in_it_is_unknown)
{
	assert_refused("database.url: a\n", PATH ":1: unknown key \"database.url\"");
	assert_refused("database:\n  schema: a\ndatabase.schema: b\n", PATH ":3: unknown key \"database.schema\"");
}
END_TEST

START_TEST(a_key_with_a_nul_in_it_is_refused)
{
	static const char yaml[] = "\"timeout\\0x\": 5s\n";
	struct error error = {""};
	struct config *config = load_bytes(yaml, strlen(yaml), 0600, &error);

	ck_assert_ptr_null(config);
	ck_assert_int_eq(strncmp(error.message, PATH ":1: ", strlen(PATH ":1: ")), 0);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_named)
{
	struct error error;

	suite_assert_refused(config_load("/nonexistent/monitor.yaml", &error) != NULL, &error,
	                     "cannot read the configuration \"/nonexistent/monitor.yaml\": No such file or directory");
	suite_assert_refused(config_load("/dev/null/monitor.yaml", &error) != NULL, &error,
	                     "cannot read the configuration \"/dev/null/monitor.yaml\": Not a directory");
}
END_TEST

START_TEST(a_directory_is_no_configuration)
{
	struct error error;

	suite_assert_refused(config_load("/", &error) != NULL, &error,
	                     "cannot read the configuration \"/\": Is a directory");
}
END_TEST

START_TEST(a_value_may_stand_in_the_environment)
{
	struct config *config = load("database:\n  url: os.environ/LM_TEST_URL\n"
	                             "timeout: os.environ/LM_TEST_TIMEOUT\n"
	                             "log: {level: os.environ/LM_TEST_LEVEL}\n");
	struct error error = {""};
	const char *value;
	int64_t duration_ms;
	size_t choice;

	setenv("LM_TEST_URL", "postgresql://lm@db/saas", 1);
	setenv("LM_TEST_TIMEOUT", "5s", 1);
	setenv("LM_TEST_LEVEL", "error", 1);
	ck_assert_str_eq(value_of(config, "database.url"), "postgresql://lm@db/saas");
	ck_assert(config_duration(config, "timeout", &duration_ms, &error));
	ck_assert_int_eq(duration_ms, 5000);
	ck_assert(config_choice(config, "log.level", &choice, &error));
	ck_assert_uint_eq(choice, 0);

	setenv("LM_TEST_URL", "mysql://lm:" SECRET "@db/saas", 1);
	setenv("LM_TEST_TIMEOUT", "soon", 1);
	setenv("LM_TEST_LEVEL", "", 1);
	suite_assert_refused(config_text(config, "database.url", &value, &error), &error,
	                     PATH ":2: database.url: expected a URL that starts with postgresql://");
	suite_assert_refused(config_duration(config, "timeout", &duration_ms, &error), &error,
	                     PATH
	                     ":3: timeout: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"soon\"");
	suite_assert_refused(config_choice(config, "log.level", &choice, &error), &error,
	                     PATH ":4: log.level: expected one of error, warning, info, debug, not \"\"");
	config_free(config);
}
END_TEST

START_TEST(a_value_missing_from_the_environment_fails_only_where_it_is_needed)
{
	struct config *config;
	struct error error;
	const char *value;
	int64_t duration_ms;

	unsetenv("LM_TEST_URL");
	unsetenv("LM_TEST_TIMEOUT");
	config = load("database:\n  url: os.environ/LM_TEST_URL\ntimeout: os.environ/LM_TEST_TIMEOUT\n");
	ck_assert_str_eq(value_of(config, "database.schema"), "public");
	suite_assert_refused(config_text(config, "database.url", &value, &error), &error,
	                     PATH ":2: database.url: the environment variable LM_TEST_URL is not set");
	suite_assert_refused(config_duration(config, "timeout", &duration_ms, &error), &error,
	                     PATH ":3: timeout: the environment variable LM_TEST_TIMEOUT is not set");
	config_free(config);
}
END_TEST

START_TEST(an_option_stands_over_the_file)
{
	struct config *config = load("timeout: 1m\ndatabase:\n  url: a\n");
	struct error error;
	const char *value;
	int64_t duration_ms;

	ck_assert(config_set(config, "timeout", "7s", "--timeout", &error));
	ck_assert(config_duration(config, "timeout", &duration_ms, &error));
	ck_assert_int_eq(duration_ms, 7000);
	suite_assert_refused(config_set(config, "timeout", "x", "--timeout", &error), &error,
	                     "--timeout: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"x\"");
	suite_assert_refused(config_set(config, "database.url", "mysql://x:" SECRET "@y/z", "DATABASE_URL", &error), &error,
	                     "DATABASE_URL: expected a URL that starts with postgresql://");
	unsetenv("LM_TEST_URL");
	ck_assert(config_set(config, "database.url", "os.environ/LM_TEST_URL", "--dsn", &error));
	suite_assert_refused(config_text(config, "database.url", &value, &error), &error,
	                     "--dsn: the environment variable LM_TEST_URL is not set");
	config_free(config);
}
END_TEST

static void write_schema(const char *path, const char *schema)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fprintf(file, "database: {schema: %s}\n", schema);
	ck_assert_int_eq(fclose(file), 0);
}

/* Loads from the usual places: the schema says from which; else the start of the error. */
static void search(char schema[32])
{
	struct error error = {""};
	struct config *config = config_load(NULL, &error);
	const char *value = config != NULL ? value_of(config, "database.schema") : error.message;

	snprintf(schema, 32, "%.31s", value);
	config_free(config);
}

START_TEST(the_file_is_searched_where_it_is_promised)
{
	static const char *const directories[] = {"xdg", "xdg/lm-monitor", ".config", ".config/lm-monitor"};
	static const char *const files[] = {"given.yaml", "xdg/lm-monitor/monitor.yaml", ".config/lm-monitor/monitor.yaml"};
	static const char *const schemas[] = {"by_variable", "by_xdg", "by_home"};
	char base[] = "/tmp/lm-config-XXXXXX";
	char found[6][32];
	int start = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t i;

	ck_assert_int_ge(start, 0);
	ck_assert_ptr_nonnull(mkdtemp(base));
	ck_assert_int_eq(chdir(base), 0);
	for (i = 0; i < COUNT(directories); i++)
		mkdir(directories[i], 0700);
	for (i = 0; i < COUNT(files); i++)
		write_schema(files[i], schemas[i]);

	setenv("LM_CONFIG", files[0], 1);
	setenv("XDG_CONFIG_HOME", "xdg", 1);
	setenv("HOME", base, 1);
	search(found[0]);
	setenv("LM_CONFIG", "", 1);
	search(found[1]);
	unsetenv("LM_CONFIG");
	search(found[2]);
	setenv("XDG_CONFIG_HOME", "", 1);
	search(found[3]);
	unsetenv("XDG_CONFIG_HOME");
	search(found[4]);
	setenv("LM_CONFIG", "nonexistent.yaml", 1);
	search(found[5]);

	/* All is gone before anything is asserted, so that a failure leaves nothing behind. */
	for (i = 0; i < COUNT(files); i++)
		unlink(files[i]);
	for (i = COUNT(directories); i > 0; i--)
		rmdir(directories[i - 1]);
	ck_assert_int_eq(fchdir(start), 0);
	close(start);
	ck_assert_int_eq(rmdir(base), 0);
	ck_assert_str_eq(found[0], "by_variable");
	ck_assert_str_eq(found[1], "by_xdg");
	ck_assert_str_eq(found[2], "by_xdg");
	ck_assert_str_eq(found[3], "by_home");
	ck_assert_str_eq(found[4], "by_home");
	ck_assert_str_eq(found[5], "cannot read the configuration \"");
}
END_TEST

SUITE("config", an_empty_file_gives_every_key_its_fallback, every_key_without_a_level_of_any_name_is_read_from_the_file,
      every_mistake_is_named_with_its_line_and_key, what_is_not_yaml_is_named_with_its_line,
      bytes_that_are_not_utf8_are_named_with_their_line, a_key_with_a_dot_in_it_is_unknown,
      a_key_with_a_nul_in_it_is_refused, a_file_that_cannot_be_read_is_named, a_directory_is_no_configuration,
      a_value_may_stand_in_the_environment, a_value_missing_from_the_environment_fails_only_where_it_is_needed,
      an_option_stands_over_the_file, the_file_is_searched_where_it_is_promised)
