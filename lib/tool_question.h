/*
 * tool_question: from the options of a report to what its statements are asked. Private to tool*.c.
 */
#ifndef LM_TOOL_QUESTION_H
#define LM_TOOL_QUESTION_H

#include "feed.h"
#include "tool.h"

struct tool_question {
	const struct report *report;
	struct report shown_report; /* with the columns chosen */
	struct period shown;        /* what the head says, where there is such an end */
	struct period span;         /* what the statements are asked for: with what it is compared with */
	struct feed_question feed;
	struct section *sections; /* owned, NULL = the report's own */
	struct text own[REPORT_OWN_MAX];
};

/*
 * Checks the options and fills in what does not depend on the present. With keep_labels, whatever columns are chosen,
 * those that tell rows apart are among them.
 */
bool tool_question_begin(struct tool_question *question, const struct report *report, const struct tool_list *asked,
                         bool keep_labels, struct error *error);

/* Fills in the period and what depends on it; may be called again for another present. */
bool tool_question_set_now(struct tool_question *question, const struct tool_list *asked, int64_t now_us,
                           struct error *error);

/* Sorts by "COLUMN", "COLUMN:asc" or "COLUMN:desc". */
bool tool_question_sort(struct tool_question *question, const char *sort, struct error *error);

/* Puts the columns chosen in the place of all; a section without any of them is not printed. */
bool tool_question_choose(struct tool_question *question, const char *names, bool keep_labels, struct error *error);

void tool_question_free(struct tool_question *question);

#endif
