#include "tool_question.h"

#include "calendar.h"
#include "parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OVER_MS_DEFAULT 5000
#define THRESHOLD_DEFAULT "20"

const struct cli_option tool_period_options[] = {
	{.name = "period",
     .letter = 'p',
     .type = CLI_TEXT,
     .argument = "PERIOD",
     .offset = offsetof(struct tool_report_options, list.period),
     .help = PERIOD_HELP},
	{0},
};

#define FILTER(option, word, parameter, words) \
	{ \
		.name = option, .type = CLI_LIST, .argument = word, \
		.offset = offsetof(struct tool_report_options, list.filters[parameter]), .help = words \
	}

#define TEAM \
	FILTER("team", "TEAM", PARAMETER_TEAMS, "of this team only; as other filters, it may be given several times")
#define ORGANIZATION FILTER("org", "ORG", PARAMETER_ORGANIZATIONS, "of this organization only")

const struct cli_option tool_team_options[] = {TEAM, ORGANIZATION, {0}};

const struct cli_option tool_filter_options[] = {
	TEAM,
	ORGANIZATION,
	FILTER("job-type", "TYPE", PARAMETER_JOB_TYPES, "of jobs of this type only"),
	FILTER("model-group", "GROUP", PARAMETER_MODEL_GROUPS,
           "of calls to this model group, and of jobs with such a call"),
	FILTER("user", "USER", PARAMETER_USERS, "of jobs of this user only"),
	{0},
};

const struct cli_option tool_list_options[] = {
	{.name = "sort",
     .type = CLI_TEXT,
     .argument = "COLUMN",
     .offset = offsetof(struct tool_report_options, list.sort),
     .help = "sort by this column: texts from A, all else from the largest; :asc or :desc behind it says which"},
	{.name = "limit",
     .type = CLI_COUNT,
     .argument = "N",
     .offset = offsetof(struct tool_report_options, list.limit),
     .help = "print so many rows, 0 for all"},
	{.name = "columns",
     .type = CLI_TEXT,
     .argument = "COLUMNS",
     .offset = offsetof(struct tool_report_options, list.columns),
     .help = "print these columns, names with commas between them, in this order"},
	{0},
};

/* Whether a word is among those that stand between spaces. */
static bool is_among(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (; *words != '\0'; words += strcspn(words, " "), words += *words == ' ')
		if (length > 0 && strcspn(words, " ") == length && strncmp(words, word, length) == 0)
			return true;
	return false;
}

static bool refuse_by(const char *words, const char *word, struct error *error)
{
	struct text list = {0};

	for (; *words != '\0'; words++)
		text_append_format(&list, "%s%c", *words == ' ' ? "," : "", *words);
	error_set(error, "--by: expected one of %s, not \"%s\"", text_string(&list), word);
	text_free(&list);
	return false;
}

bool tool_question_begin(struct tool_question *question, const struct report *report, const struct tool_list *asked,
                         bool keep_labels, struct error *error)
{
	size_t i;

	*question =
		(struct tool_question){.report = report, .shown_report = *report, .feed = {.limit = report->default_limit}};
	question->feed.shown = &question->shown_report;
	if (asked->limit.has_value)
		question->feed.limit = asked->limit.value;
	for (i = 0; i < PARAMETER_COUNT; i++) {
		question->feed.filters[i].words = asked->filters[i].words;
		question->feed.filters[i].count = asked->filters[i].count;
		question->feed.filters[i].is_given = asked->filters[i].count > 0;
		if (report->has_team_filters && i > PARAMETER_ORGANIZATIONS && asked->filters[i].count > 0)
			return error_set(error, "%s has no job types, model groups and users to filter by: use --team or --org",
			                 report->name);
	}
	if (asked->by != NULL && !is_among(report->by, asked->by))
		return refuse_by(report->by, asked->by, error);
	return (asked->sort == NULL || tool_question_sort(question, asked->sort, error)) &&
	       (asked->columns == NULL || tool_question_choose(question, asked->columns, keep_labels, error));
}

static enum period_unit unit_of(const struct tool_list *asked, const struct report *report)
{
	if (report->by == NULL)
		return PERIOD_MONTH;
	return strcmp(asked->by != NULL ? asked->by : "week", "month") == 0 ? PERIOD_MONTH : PERIOD_WEEK;
}

/* The period of a report of whole weeks or months: those that are over, unless its rows are stored ones. */
static bool set_whole(struct tool_question *question, const struct tool_list *asked, int64_t now_us,
                      struct error *error)
{
	enum period_unit unit = unit_of(asked, question->report);
	int64_t present_us = period_unit_start(unit, now_us);
	bool is_stored = question->report->by == NULL;
	struct period *shown = &question->shown;

	if (asked->period != NULL) {
		if (!period_parse(asked->period, now_us, shown, error))
			return false;
		if (is_stored)
			return true;
		shown->from_us = period_unit_start(unit, shown->from_us);
		shown->to_us = period_unit_add(unit, period_unit_start(unit, shown->to_us - 1), 1);
		shown->to_us = shown->to_us > present_us ? present_us : shown->to_us;
	} else {
		shown->from_us = period_unit_add(unit, present_us, -(int)question->report->default_units);
		shown->to_us = is_stored ? period_unit_add(unit, present_us, 1) : present_us;
	}
	if (shown->from_us >= shown->to_us)
		return error_set(error, "--period: no %s of \"%.60s\" is over yet, and %s shows whole ones; see lm-usage trend",
		                 unit == PERIOD_WEEK ? "week" : "month", asked->period, question->report->name);
	shown->partial = shown->to_us > now_us;
	snprintf(shown->name, sizeof shown->name, "%u %ss", question->report->default_units,
	         unit == PERIOD_WEEK ? "week" : "month");
	return true;
}

/* Reads a time, or a span that ends now, of an option. */
static bool read_time(const char *option, const char *word, int64_t now_us, int64_t *at_us, struct error *error)
{
	struct period span;

	if (calendar_parse(word, at_us))
		return true;
	if (strchr(word, '.') == NULL && period_parse(word, now_us, &span, error)) {
		*at_us = span.from_us;
		return true;
	}
	return error_set(error,
	                 "%s: expected a time such as 2025-10-15 or 2025-10-15T14:30:00Z, or a span such as 7d, not \"%s\"",
	                 option, word);
}

/* The span of a report without a period: so many days, today among them, or from and to the times that options say. */
static bool set_open(struct tool_question *question, const struct tool_list *asked, int64_t now_us, struct error *error)
{
	struct period *shown = &question->shown;

	*shown = (struct period){.name = "all"};
	question->feed.has_no_from = !asked->days.has_value && asked->since == NULL;
	question->feed.has_no_to = !asked->days.has_value && asked->until == NULL;
	if (asked->days.has_value) {
		if (asked->days.value < 1 || asked->days.value > 36500)
			return error_set(error, "--days: expected a whole number from 1 to 36500");
		shown->to_us = (now_us / CALENDAR_DAY_US + 1) * CALENDAR_DAY_US;
		shown->from_us = shown->to_us - asked->days.value * CALENDAR_DAY_US;
		shown->partial = true;
		return true;
	}
	if (asked->since != NULL && !read_time("--since", asked->since, now_us, &shown->from_us, error))
		return false;
	if (asked->until != NULL && !read_time("--until", asked->until, now_us, &shown->to_us, error))
		return false;
	if (asked->since != NULL && asked->until != NULL && shown->from_us > shown->to_us)
		return error_set(error, "--until: \"%.60s\" is before --since \"%.60s\"", asked->until, asked->since);
	shown->partial = asked->until == NULL || shown->to_us > now_us;
	return true;
}

/* Reads the period, and makes the span that the statements are asked for: with what it is compared with. */
static bool set_period(struct tool_question *question, const struct tool_list *asked, int64_t now_us,
                       int64_t *compared_to_us, struct error *error)
{
	const struct report *report = question->report;
	const char *word = asked->period != NULL ? asked->period : report->default_period;
	bool is_compared = false;
	size_t i;

	if (report->default_units > 0        ? !set_whole(question, asked, now_us, error)
	    : report->default_period == NULL ? !set_open(question, asked, now_us, error)
	                                     : !period_parse(word, now_us, &question->shown, error))
		return false;
	question->span = question->shown;
	for (i = 0; report->own[i] != OWN_NONE; i++)
		is_compared |= report->own[i] == OWN_COMPARED_TO;
	if (is_compared) {
		period_previous(&question->shown, now_us, &question->span.from_us, compared_to_us);
		if (question->shown.partial)
			question->span.to_us = now_us > question->shown.from_us ? now_us : question->shown.from_us;
	} else if (report->own[0] == OWN_BY && report->own[1] == OWN_SHOWN_FROM)
		question->span.from_us = period_unit_add(unit_of(asked, report), question->shown.from_us, -1);
	question->feed.period = &question->span;
	return true;
}

bool tool_question_set_now(struct tool_question *question, const struct tool_list *asked, int64_t now_us,
                           struct error *error)
{
	const struct report *report = question->report;
	int64_t compared_to_us = 0;
	bool failed = false;
	size_t i;

	if (!set_period(question, asked, now_us, &compared_to_us, error))
		return false;
	for (i = 0; i < REPORT_OWN_MAX && report->own[i] != OWN_NONE; i++) {
		struct text *own = &question->own[i];

		text_clear(own);
		switch (report->own[i]) {
		case OWN_NONE:
			break;
		case OWN_BY:
			if (asked->by != NULL)
				text_append_string(own, asked->by);
			else
				text_append(own, report->by, strcspn(report->by, " "));
			break;
		case OWN_OVER_MS:
			text_append_format(own, "%lld",
			                   (long long)(asked->over_ms.has_value ? asked->over_ms.value : OVER_MS_DEFAULT));
			break;
		case OWN_NOW:
			calendar_append(own, now_us);
			break;
		case OWN_SHOWN_FROM:
			calendar_append(own, question->shown.from_us);
			break;
		case OWN_COMPARED_TO:
			calendar_append(own, compared_to_us);
			break;
		case OWN_TYPE:
			text_append_string(own, asked->type != NULL ? asked->type : "");
			break;
		case OWN_THRESHOLD:
			text_append_string(own, asked->threshold != NULL ? asked->threshold : THRESHOLD_DEFAULT);
			break;
		}
		failed |= own->failed;
		question->feed.own[i] = own->length > 0 ? own->bytes : NULL;
	}
	return !failed || error_out_of_memory(error);
}

void tool_question_free(struct tool_question *question)
{
	size_t i;

	for (i = 0; question->sections != NULL && question->sections[i].name != NULL; i++)
		free((void *)(uintptr_t)question->sections[i].columns);
	free(question->sections);
	for (i = 0; i < REPORT_OWN_MAX; i++)
		text_free(&question->own[i]);
}
