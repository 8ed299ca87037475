#include "parse.h"

#include "text.h"

#include <ctype.h>
#include <string.h>

#define LONGEST_DURATION_MS (INT64_C(10000) * 24 * 3600 * 1000)

bool parse_duration(const char *word, int64_t *duration_ms, struct error *error)
{
	static const struct {
		const char *suffix;
		int64_t unit_ms;
	} units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
	const char *at = word;
	int64_t count = 0;
	size_t i;

	for (; isdigit((unsigned char)*at) && count <= LONGEST_DURATION_MS; at++)
		count = count * 10 + (*at - '0');
	for (i = 0; at > word && i < sizeof units / sizeof units[0]; i++)
		if (strcmp(at, units[i].suffix) == 0 && count > 0 && count <= LONGEST_DURATION_MS / units[i].unit_ms) {
			*duration_ms = count * units[i].unit_ms;
			return true;
		}
	return error_set(error, "expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"%s\"", word);
}

bool parse_count(const char *word, int64_t min, int64_t max, int64_t *count, struct error *error)
{
	const char *at = word;
	int64_t value = 0;

	for (; isdigit((unsigned char)*at) && value <= max; at++)
		value = value <= (INT64_MAX - 9) / 10 ? value * 10 + (*at - '0') : INT64_MAX;
	if (at == word || *at != '\0' || value < min || value > max)
		return error_set(error, "expected a whole number from %lld to %lld, not \"%s\"", (long long)min, (long long)max,
		                 word);
	*count = value;
	return true;
}

bool parse_flag(const char *word, bool *flag, struct error *error)
{
	*flag = strcmp(word, "true") == 0;
	return *flag || strcmp(word, "false") == 0 || error_set(error, "expected true or false, not \"%s\"", word);
}

bool parse_choice(const char *word, const char *const *choices, size_t *index, struct error *error)
{
	struct text list = {0};
	size_t i;

	for (i = 0; choices[i] != NULL; i++) {
		if (strcmp(word, choices[i]) == 0) {
			*index = i;
			text_free(&list);
			return true;
		}
		text_append_format(&list, "%s%s", i > 0 ? ", " : "", choices[i]);
	}
	error_set(error, "expected one of %s, not \"%s\"", text_string(&list), word);
	text_free(&list);
	return false;
}
