/* config: keys below a level that has any name, their built-in values, and numbers and flags. */
#include "config_file.h"

#define COMPONENTS "health.components"

/* Asserts which names stand in a mapping, in their order and each followed by a space. */
static void assert_names(const struct config *config, const char *mapping, const char *expected)
{
	struct text names = {0}, name = {0};
	size_t i;

	for (i = 0; config_name(config, mapping, i, &name); i++)
		text_append_format(&names, "%s ", text_string(&name));
	ck_assert(!config_name(config, mapping, i + 1, &name));
	suite_assert_text(&names, expected);
	text_free(&name);
}

static void assert_names_of(const char *yaml, const char *expected)
{
	struct config *config = load(yaml);

	assert_names(config, COMPONENTS, expected);
	config_free(config);
}

static int64_t count_of(const struct config *config, const char *key)
{
	struct error error = {""};
	int64_t count = -1;

	ck_assert_msg(config_count(config, key, &count, &error), "%s", error.message);
	return count;
}

static bool flag_of(const struct config *config, const char *key)
{
	struct error error = {""};
	bool flag = false;

	ck_assert_msg(config_flag(config, key, &flag, &error), "%s", error.message);
	return flag;
}

START_TEST(without_names_in_the_file_the_built_in_ones_stand)
{
	static const char *const files[] = {"",
	                                    "health:\n",
	                                    "health: {}\n",
	                                    "health: {components: }\n",
	                                    "health: {components: {}}\n",
	                                    "health: {components: null, retries: 2}\n"};
	size_t i;

	for (i = 0; i < COUNT(files); i++)
		assert_names_of(files[i], "saas_api litellm_proxy database ");
}
END_TEST

START_TEST(names_of_the_file_stand_in_its_order_and_without_the_built_in_ones)
{
	assert_names_of("health:\n  components:\n    queue: {url: 'http://q/', expect: {http_status: 204}}\n"
	                "    database: {latency_warn_ms: 5}\n    cache: {required: false, url: 'http://c/'}\n",
	                "queue database cache ");
	assert_names_of("health: {components: {database: {timeout: 1s}, saas_api: {key: x}}}\n", "database saas_api ");
}
END_TEST

START_TEST(an_empty_mapping_is_a_name_too)
{
	assert_names_of("health:\n  components:\n    database:\n", "database ");
	assert_names_of("health: {components: {database: {}}}\n", "database ");
	assert_names_of("health: {components: {database: ~, queue: null, saas_api: }}\n", "database queue saas_api ");
	assert_names_of("health:\n  components:\n    saas_api: {url: }\n    litellm_proxy: {expect: {json: }}\n",
	                "saas_api litellm_proxy ");
}
END_TEST

START_TEST(a_name_is_told_from_one_that_starts_like_it)
{
	assert_names_of("health: {components: {a: {url: 'http://a/'}, ab: {url: 'http://b/'}, abc: , ac: , A: }}\n",
	                "a ab abc ac A ");
}
END_TEST

START_TEST(a_name_may_have_a_line_break_in_it)
{
	assert_names_of("health: {components: {a: , \"a\\nb\": , \"b\": }}\n", "a a\nb b ");
}
END_TEST

START_TEST(a_name_is_not_given_twice_by_a_longer_one)
{
	assert_names_of("health: {components: {\"a\\nb\": , a: }}\n", "a\nb a ");
}
END_TEST

START_TEST(the_members_of_an_answer_are_names_of_their_own)
{
	struct config *config =
		load("health:\n  components:\n    queue:\n      expect:\n        json: {state: ok, depth: 0}\n");

	assert_names(config, COMPONENTS ".queue.expect.json", "state depth ");
	ck_assert_str_eq(value_of(config, COMPONENTS ".queue.expect.json.state"), "ok");
	ck_assert_str_eq(value_of(config, COMPONENTS ".queue.expect.json.depth"), "0");
	assert_names(config, COMPONENTS ".cache.expect.json", "");
	config_free(config);
}
END_TEST

START_TEST(the_built_in_components_have_values_of_their_own)
{
	static const char *const files[] = {"", "health: {components: {saas_api: , litellm_proxy: {}, database: }}\n"};
	struct config *config;
	size_t i;

	for (i = 0; i < COUNT(files); i++) {
		config = load(files[i]);
		ck_assert_str_eq(value_of(config, COMPONENTS ".saas_api.url"), "http://localhost:8003/health");
		assert_names(config, COMPONENTS ".saas_api.expect.json", "status ");
		ck_assert_str_eq(value_of(config, COMPONENTS ".saas_api.expect.json.status"), "healthy");
		ck_assert_int_eq(count_of(config, COMPONENTS ".saas_api.latency_warn_ms"), 1000);
		ck_assert_str_eq(value_of(config, COMPONENTS ".litellm_proxy.url"), "http://localhost:8002/health/readiness");
		assert_names(config, COMPONENTS ".litellm_proxy.expect.json", "db ");
		ck_assert_str_eq(value_of(config, COMPONENTS ".litellm_proxy.expect.json.db"), "connected");
		ck_assert_int_eq(count_of(config, COMPONENTS ".database.latency_warn_ms"), 500);
		ck_assert_int_eq(count_of(config, COMPONENTS ".database.latency_crit_ms"), 5000);
		ck_assert(flag_of(config, COMPONENTS ".database.required"));
		config_free(config);
	}
}
END_TEST

START_TEST(another_component_has_the_fallbacks_alone)
{
	struct config *config = load("health: {components: {queue: }}\n");
	struct error error;
	int64_t duration_ms = -1;

	ck_assert_ptr_null(value_of(config, COMPONENTS ".queue.url"));
	ck_assert_ptr_null(value_of(config, COMPONENTS ".queue.key"));
	assert_names(config, COMPONENTS ".queue.expect.json", "");
	ck_assert_int_eq(count_of(config, COMPONENTS ".queue.expect.http_status"), 200);
	ck_assert_int_eq(count_of(config, COMPONENTS ".queue.latency_warn_ms"), 1000);
	ck_assert_int_eq(count_of(config, COMPONENTS ".queue.latency_crit_ms"), 5000);
	ck_assert(flag_of(config, COMPONENTS ".queue.required"));
	ck_assert(config_duration(config, COMPONENTS ".queue.timeout", &duration_ms, &error));
	ck_assert_int_eq(duration_ms, 0);
	config_free(config);
}
END_TEST

START_TEST(values_of_the_file_stand_over_the_built_in_ones)
{
	struct config *config = load("health:\n"
	                             "  retries: 3\n"
	                             "  timeout: 2s\n"
	                             "  components:\n"
	                             "    saas_api: {url: 'https://saas/health', required: false}\n"
	                             "    database: {latency_warn_ms: 7, latency_crit_ms: 3600000, timeout: 100ms}\n");
	struct error error;
	int64_t duration_ms;

	ck_assert_int_eq(count_of(config, "health.retries"), 3);
	ck_assert(config_duration(config, "health.timeout", &duration_ms, &error));
	ck_assert_int_eq(duration_ms, 2000);
	ck_assert_str_eq(value_of(config, COMPONENTS ".saas_api.url"), "https://saas/health");
	ck_assert(!flag_of(config, COMPONENTS ".saas_api.required"));
	ck_assert_int_eq(count_of(config, COMPONENTS ".database.latency_warn_ms"), 7);
	ck_assert_int_eq(count_of(config, COMPONENTS ".database.latency_crit_ms"), 3600000);
	ck_assert(config_duration(config, COMPONENTS ".database.timeout", &duration_ms, &error));
	ck_assert_int_eq(duration_ms, 100);
	/* What the file leaves out of a component is as without it. */
	ck_assert_str_eq(value_of(config, COMPONENTS ".saas_api.expect.json.status"), "healthy");
	config_free(config);
}
END_TEST

START_TEST(what_is_expected_replaces_all_that_is_built_in)
{
	static const struct {
		const char *expect, *names;
	} cases[] = {
		{"{http_status: 204}", ""},  {"{json: {}}", ""}, {"{json: }", ""},
		{"{json: {db: up}}", "db "}, {"{}", "status "},  {"", "status "},
	};
	struct text yaml = {0};
	struct config *config;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		text_append_format(&yaml, "health: {components: {saas_api: {expect: %s}}}\n", cases[i].expect);
		config = load(text_string(&yaml));
		assert_names(config, COMPONENTS ".saas_api.expect.json", cases[i].names);
		assert_names(config, COMPONENTS ".litellm_proxy.expect.json", "db ");
		config_free(config);
		text_free(&yaml);
	}
}
END_TEST

START_TEST(flags_and_counts_may_stand_in_the_environment)
{
	struct config *config = load("health:\n  retries: os.environ/LM_TEST_COUNT\n"
	                             "  components:\n    queue:\n      required: os.environ/LM_TEST_FLAG\n"
	                             "      key: os.environ/LM_TEST_KEY\n");
	struct error error = {""};
	const char *value;
	int64_t count;
	bool flag;

	setenv("LM_TEST_COUNT", "10", 1);
	setenv("LM_TEST_FLAG", "false", 1);
	setenv("LM_TEST_KEY", SECRET, 1);
	ck_assert_int_eq(count_of(config, "health.retries"), 10);
	ck_assert(!flag_of(config, COMPONENTS ".queue.required"));
	ck_assert_str_eq(value_of(config, COMPONENTS ".queue.key"), SECRET);
	setenv("LM_TEST_COUNT", "11", 1);
	setenv("LM_TEST_FLAG", "no", 1);
	setenv("LM_TEST_KEY", "", 1);
	suite_assert_refused(config_count(config, "health.retries", &count, &error), &error,
	                     PATH ":2: health.retries: expected a whole number from 0 to 10, not \"11\"");
	suite_assert_refused(config_flag(config, COMPONENTS ".queue.required", &flag, &error), &error,
	                     PATH ":5: health.components.queue.required: expected true or false, not \"no\"");
	suite_assert_refused(config_text(config, COMPONENTS ".queue.key", &value, &error), &error,
	                     PATH ":6: health.components.queue.key: expected a text, not an empty one");
	unsetenv("LM_TEST_FLAG");
	suite_assert_refused(config_flag(config, COMPONENTS ".queue.required", &flag, &error), &error,
	                     PATH ":5: health.components.queue.required: the environment variable LM_TEST_FLAG is not set");
	config_free(config);
}
END_TEST

START_TEST(mistakes_below_a_component_are_named_with_their_line)
{
#define BELOW "health:\n  components:\n    queue:\n"
#define QUEUE "health.components.queue"
	static const struct {
		const char *yaml, *sentence;
	} cases[] = {
		/* keys */
		{BELOW "      colour: red\n", PATH ":4: unknown key \"" QUEUE ".colour\""},
		{BELOW "      url:\n      latency_warn: 5\n", PATH ":5: unknown key \"" QUEUE ".latency_warn\""},
		{BELOW "      expect: {status: 200}\n", PATH ":4: unknown key \"" QUEUE ".expect.status\""},
		{"health:\n  component: {}\n", PATH ":2: unknown key \"health.component\""},
		{"health: {components: {\"\": {url: 'http://a/'}}}\n", PATH ":1: unknown key \"health.components.\""},
		{"health: {components: {a.b: {url: 'http://a/'}}}\n",
	     PATH ":1: health.components: expected a name without a dot, not \"a.b\""},
		{BELOW "      expect: {json: {a.b: c}}\n",
	     PATH ":4: " QUEUE ".expect.json: expected a name without a dot, not \"a.b\""},
		{BELOW "      url: 'http://a/'\n      url: 'http://b/'\n", PATH ":5: " QUEUE ".url: given twice"},
		{BELOW "    queue: {}\n", PATH ":4: " QUEUE ": given twice"},
		/* what the database has none of */
		{"health:\n  components:\n    database:\n      url: 'http://a/'\n",
	     PATH ":4: unknown key \"health.components.database.url\""},
		{"health: {components: {database: {expect: {http_status: 200}}}}\n",
	     PATH ":1: unknown key \"health.components.database.expect\""},
		{"health: {components: {database: {key: x}}}\n", PATH ":1: unknown key \"health.components.database.key\""},
		/* the wrong kind of value */
		{"health: 5s\n", PATH ":1: health: expected a mapping"},
		{"health:\n  components: [queue]\n", PATH ":2: health.components: expected a mapping"},
		{"health:\n  components: {queue: 'http://q/'}\n", PATH ":2: " QUEUE ": expected a mapping"},
		{BELOW "      expect: 200\n", PATH ":4: " QUEUE ".expect: expected a mapping"},
		{BELOW "      expect: {json: ok}\n", PATH ":4: " QUEUE ".expect.json: expected a mapping"},
		{BELOW "      expect: {json: {a: {b: c}}}\n", PATH ":4: " QUEUE ".expect.json.a: expected a single value"},
		{BELOW "      url: [http://q/]\n", PATH ":4: " QUEUE ".url: expected a single value"},
		{BELOW "      required: yes\n", PATH ":4: " QUEUE ".required: expected true or false, not \"yes\""},
		{BELOW "      required: True\n", PATH ":4: " QUEUE ".required: expected true or false, not \"True\""},
		{BELOW "      latency_warn_ms: 5ms\n",
	     PATH ":4: " QUEUE ".latency_warn_ms: expected a whole number from 1 to 3600000, not \"5ms\""},
		{BELOW "      timeout: 0\n", PATH ":4: " QUEUE ".timeout: expected a duration from 1ms to 10000d, such as 30s, "
	                                      "5m or 2h, not \"0\""},
		{BELOW "      url: ''\n", PATH ":4: " QUEUE ".url: expected a text, not an empty one"},
		{BELOW "      key: ''\n", PATH ":4: " QUEUE ".key: expected a text, not an empty one"},
		{BELOW "      expect: {json: {a: ''}}\n",
	     PATH ":4: " QUEUE ".expect.json.a: expected a text, not an empty one"},
		/* numbers out of bounds */
		{"health:\n  retries: 11\n", PATH ":2: health.retries: expected a whole number from 0 to 10, not \"11\""},
		{"health:\n  retries: -1\n", PATH ":2: health.retries: expected a whole number from 0 to 10, not \"-1\""},
		{BELOW "      expect:\n        http_status: 99\n",
	     PATH ":5: " QUEUE ".expect.http_status: expected a whole number from 100 to 599, not \"99\""},
		{BELOW "      expect: {http_status: 600}\n",
	     PATH ":4: " QUEUE ".expect.http_status: expected a whole number from 100 to 599, not \"600\""},
		{BELOW "      latency_crit_ms: 0\n",
	     PATH ":4: " QUEUE ".latency_crit_ms: expected a whole number from 1 to 3600000, not \"0\""},
		{BELOW "      latency_crit_ms: 3600001\n",
	     PATH ":4: " QUEUE ".latency_crit_ms: expected a whole number from 1 to 3600000, not \"3600001\""},
	};
	struct error error;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		suite_assert_refused(load_bytes(cases[i].yaml, strlen(cases[i].yaml), 0600, &error) != NULL, &error,
		                     cases[i].sentence);
}
END_TEST

SUITE("config_names", without_names_in_the_file_the_built_in_ones_stand,
      names_of_the_file_stand_in_its_order_and_without_the_built_in_ones, an_empty_mapping_is_a_name_too,
      a_name_is_told_from_one_that_starts_like_it, a_name_may_have_a_line_break_in_it,
      a_name_is_not_given_twice_by_a_longer_one, the_members_of_an_answer_are_names_of_their_own,
      the_built_in_components_have_values_of_their_own, another_component_has_the_fallbacks_alone,
      values_of_the_file_stand_over_the_built_in_ones, what_is_expected_replaces_all_that_is_built_in,
      flags_and_counts_may_stand_in_the_environment, mistakes_below_a_component_are_named_with_their_line)
