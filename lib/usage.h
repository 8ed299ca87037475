/*
 * usage: the reports of lm-usage. Constant tables; feed runs them.
 */
#ifndef LM_USAGE_H
#define LM_USAGE_H

#include "report.h"

/* Documents about a subject. */
extern const struct report usage_team, usage_org;

/* Lists, but that errors and slow have two sections, each with a statement of its own. */
extern const struct report usage_teams, usage_jobs, usage_models, usage_latency, usage_errors, usage_slow, usage_trend,
	usage_review, usage_summaries;

/* The reports of costs; --by chooses one. */
extern const struct report usage_costs_team, usage_costs_org, usage_costs_model, usage_costs_day;

/* One document of many sections. The caller appends the platform's health. */
extern const struct report usage_overview;

/* All of them, ends with NULL. */
extern const struct report *const usage_reports[];

#endif
