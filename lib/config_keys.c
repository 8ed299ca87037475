#include "config_keys.h"

#include "dsn.h"
#include "log.h"

#include <string.h>

const struct config_key config_keys[] = {
	{"database.url", CONFIG_DSN, NULL, NULL, "where the platform's PostgreSQL is: a URL or a libpq connection string"},
	{"database.schema", CONFIG_TEXT, "public", NULL, "the schema that holds the platform's tables"},
	{"database.statement_timeout", CONFIG_DURATION, "20s", NULL, "the server ends a statement after this time"},
	{"timeout", CONFIG_DURATION, "30s", NULL, "bound on a whole run, connection included"},
	{"health.timeout", CONFIG_DURATION, "5s", NULL, "bound on the probe of each component"},
	{"health.retries", CONFIG_COUNT, "0", NULL, "how often a component that is down is asked again", 0, 10},
	{"health.log", CONFIG_TEXT, "/var/log/lm-monitor/health.jsonl", NULL, "what cron appends lm-health's lines to"},
	{"health.components.*.url", CONFIG_URL, NULL, NULL, "what is asked for with GET", .not_for = "database"},
	{"health.components.*.expect.http_status", CONFIG_COUNT, "200", NULL, "the HTTP status of the answer", 100, 599,
     "database"},
	{"health.components.*.expect.json.*", CONFIG_TEXT, NULL, NULL, "the value of a member of the JSON answer",
     .not_for = "database"},
	{"health.components.*.latency_warn_ms", CONFIG_COUNT, "1000", NULL, "slower answers get a message", 1, 3600000},
	{"health.components.*.latency_crit_ms", CONFIG_COUNT, "5000", NULL, "slower answers make the component slow", 1,
     3600000},
	{"health.components.*.timeout", CONFIG_DURATION, NULL, NULL, "bound on this probe; without it health.timeout"},
	{"health.components.*.key", CONFIG_SECRET, NULL, NULL, "the LiteLLM proxy's master key, for --models",
     .not_for = "database"},
	{"health.components.*.required", CONFIG_FLAG, "true", NULL, "whether the component counts for the whole"},
	{"log.file", CONFIG_TEXT, NULL, NULL, "where what is said on stderr is appended, with time stamps"},
	{"log.level", CONFIG_CHOICE, "info", log_level_names, "the least important lines that go into log.file"},
	{0},
};

const struct config_default config_defaults[CONFIG_DEFAULT_COUNT] = {
	{"health.components.saas_api.url", "http://localhost:8003/health", NULL},
	{"health.components.saas_api.expect.json.status", "healthy", "health.components.saas_api.expect"},
	{"health.components.litellm_proxy.url", "http://localhost:8002/health/readiness", NULL},
	{"health.components.litellm_proxy.expect.json.db", "connected", "health.components.litellm_proxy.expect"},
	{"health.components.database.latency_warn_ms", "500", NULL},
};

enum config_match config_key_match(const struct config_key *row, const char *key)
{
	const char *pattern = row->name;

	for (;;) {
		size_t wanted = strcspn(pattern, "."), length = strcspn(key, ".");
		bool is_any =
			wanted == 1 && *pattern == '*' && length > 0 &&
			(row->not_for == NULL || strlen(row->not_for) != length || strncmp(key, row->not_for, length) != 0);

		if (!is_any && (wanted != length || strncmp(pattern, key, length) != 0))
			return CONFIG_MATCH_NONE;
		pattern += wanted;
		key += length;
		if (*key == '\0')
			return *pattern == '\0' ? CONFIG_MATCH_WHOLE : CONFIG_MATCH_ABOVE;
		if (*pattern++ == '\0')
			return CONFIG_MATCH_NONE;
		key++;
	}
}

const struct config_key *config_key_find(const char *key)
{
	const struct config_key *row;

	for (row = config_keys; row->name != NULL; row++)
		if (config_key_match(row, key) == CONFIG_MATCH_WHOLE)
			return row;
	return NULL;
}

/* Where the user and password in a URL end, behind the @; its authority's start where there are none (RFC 3986, 3.2).
 */
const char *config_url_host(const char *url)
{
	size_t scheme = strspn(url, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
	bool is_url = scheme > 0 && strncmp(url + scheme, "://", 3) == 0;
	const char *start = is_url ? url + scheme + strlen("://") : url, *end = start + strcspn(start, "/?#"), *at;

	if ((!is_url || start == end) && strchr(url, '@') != NULL)
		return NULL;
	for (at = end; at > start; at--)
		if (at[-1] == '@')
			return at;
	/* A port is a number: what else stands there is a password with a slash in it, whose @ comes later. */
	for (at = end; at > start && at[-1] != ':' && at[-1] != ']'; at--)
		if (at[-1] < '0' || at[-1] > '9')
			break;
	if (memchr(start, ':', (size_t)(end - start)) != NULL && *start != '[' && (at == start || at[-1] != ':') &&
	    strchr(end, '@') != NULL)
		return NULL;
	return start;
}

bool config_is_reference(const char *string)
{
	return strncmp(string, CONFIG_ENVIRONMENT, strlen(CONFIG_ENVIRONMENT)) == 0;
}

bool config_is_secret(const struct config_key *row, const char *string)
{
	const char *start;

	if (string == NULL || config_is_reference(string))
		return false;
	if (row->type == CONFIG_DSN)
		return dsn_has_secret(string);
	start = config_url_host(string);
	return row->type == CONFIG_SECRET ||
	       (row->type == CONFIG_URL && (start == NULL || (start > string && start[-1] == '@')));
}
