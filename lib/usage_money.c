/* The lists of lm-usage over time and about money: trend, review, costs. */
#include "sql.h"
#include "usage.h"
#include "usage_columns.h"

static const struct column trend_columns[] = {
	LABEL("period", "Period", "the hour, day, week or month, as a PERIOD"),
	COLUMN_PARTIAL,
	DETAIL("starts_at", "From", COLUMN_TIME, "its first instant"),
	BAR("total_jobs", "Jobs", COLUMN_COUNT, "jobs created in it, whatever became of them"),
	DETAIL_COMPLETED_JOBS,
	COLUMN_FAILED_JOBS,
	DETAIL_CANCELLED_JOBS,
	DETAIL_OPEN_JOBS,
	COLUMN_SUCCESS,
	DETAIL("total_api_calls", "Calls", COLUMN_COUNT, "calls of these jobs, whenever they were made"),
	DETAIL_FAILED_CALLS,
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "tokens of the calls, as their total_tokens says"),
	COLUMN_TOTAL_COST,
	DETAIL_PROVIDER_COST,
	DETAIL("avg_latency_ms", "Latency", COLUMN_MS, HELP_LATENCY),
	DETAIL_WITH_LATENCY,
	DETAIL("active_teams", "Teams", COLUMN_COUNT, "teams that created a job"),
	{0},
};

#define AGAINST " against the row before in time; null where that is 0 or unknown"

static const struct column review_columns[] = {
	LABEL("period", "Period", "the week or month, as a PERIOD"),
	DETAIL("starts_at", "From", COLUMN_TIME, "its first instant"),
	{"total_jobs", "Jobs", COLUMN_COUNT, "jobs created in it, whatever became of them"},
	TREND("total_jobs", "total_jobs" AGAINST),
	DETAIL_COMPLETED_JOBS,
	DETAIL("failed_jobs", "Failed", COLUMN_COUNT, "jobs that failed"),
	COLUMN_SUCCESS,
	TREND("success_rate", "success_rate_percent, in percent of it," AGAINST),
	DETAIL("error_rate_percent", "Error rate", COLUMN_PERCENT, HELP_FAILURE_RATE),
	TREND("error_rate", "error_rate_percent, in percent of it," AGAINST),
	DETAIL("active_teams", "Teams", COLUMN_COUNT, "teams that created a job"),
	TREND("active_teams", "active_teams" AGAINST),
	COLUMN_API_CALLS,
	TREND("total_api_calls", "total_api_calls" AGAINST),
	DETAIL_FAILED_CALLS,
	TREND("failed_calls", "failed_calls" AGAINST),
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "tokens of the calls, as their total_tokens says"),
	TREND("total_tokens", "total_tokens" AGAINST),
	COLUMN_TOTAL_COST,
	TREND("total_cost", "total_cost_usd" AGAINST),
	DETAIL("avg_cost_per_job", "Cost of a job", COLUMN_USD,
           "total_cost_usd by total_jobs, to 4 digits; 0 without jobs"),
	TREND("avg_cost_per_job", "avg_cost_per_job" AGAINST),
	DETAIL_PROVIDER_COST,
	TREND("provider_cost", "provider_cost_usd" AGAINST),
	DETAIL("revenue_usd", "Revenue", COLUMN_USD, "client cost, the same as total_cost_usd"),
	COLUMN_MARGIN,
	TREND("margin", "margin_usd" AGAINST),
	DETAIL("margin_percent", "Margin %", COLUMN_PERCENT, "margin_usd out of the client cost of the same calls"),
	COLUMN_MARGIN_CALLS,
	COLUMN_AVG_LATENCY,
	TREND("avg_latency", "avg_latency_ms" AGAINST),
	{"p95_latency_ms", "p95", COLUMN_MS, "latency that 95 % of the calls did not exceed; an observed one"},
	TREND("p95_latency", "p95_latency_ms" AGAINST),
	DETAIL("calls_with_latency", "With latency", COLUMN_COUNT, "calls that these two are of"),
	{0},
};

/* What each list of costs has behind its first columns. */
#define COLUMNS_COSTS \
	{"provider_cost_usd", "Provider", COLUMN_USD, \
	 "what the providers charge for the calls, where it is stored; null where it never is, as of archived calls"}, \
		{"revenue_usd", "Revenue", COLUMN_USD, HELP_REVENUE}, \
		BAR("share_percent", "Share", COLUMN_PERCENT, "its part of the revenue of all rows; null without revenue"), \
		COLUMN_MARGIN, COLUMN_MARGIN_PERCENT, COLUMN_MARGIN_CALLS, DETAIL_FALLBACK
#define COLUMN_CREDITS_SOLD DETAIL("credits_sold", "Credits sold", COLUMN_COUNT, HELP_CREDITS_SOLD)
#define COLUMN_JOB_CALLS \
	DETAIL("total_api_calls", "Calls", COLUMN_COUNT, "calls of the jobs created in the period, whenever they were made")

static const struct column costs_team_columns[] = {
	COLUMN_TEAM, COLUMN_ORGANIZATION, COLUMN_JOB_CALLS, COLUMNS_COSTS, COLUMN_CREDITS_SOLD, {0},
};

static const struct column costs_org_columns[] = {
	LABEL("organization_id", "Organization", "organization of the jobs; null for those of none"),
	DETAIL("organization_name", "Name", COLUMN_TEXT, "name of the organization"),
	COLUMN_JOB_CALLS,
	COLUMNS_COSTS,
	COLUMN_CREDITS_SOLD,
	{0},
};

static const struct column costs_model_columns[] = {
	LABEL("model_group_used", "Model group",
          "group that was asked for; null where none is stored, as of archived calls"),
	LABEL("resolved_model", "Model", "model that ran; null where none is stored, as of archived calls"),
	DETAIL("call_count", "Calls", COLUMN_COUNT,
           "calls made in the period, and archived ones of the jobs created in it"),
	COLUMNS_COSTS,
	{0},
};

static const struct column costs_day_columns[] = {
	LABEL("date", "Date", "day with calls, jobs whose calls were archived, or payments"),
	COLUMN_PARTIAL,
	DETAIL("call_count", "Calls", COLUMN_COUNT, "calls made on it, and archived ones of the jobs created on it"),
	COLUMNS_COSTS,
	COLUMN_CREDITS_SOLD,
	{0},
};

LIST_SECTIONS(trend, trend_columns);
LIST_SECTIONS(review, review_columns);
LIST_SECTIONS(costs_team, costs_team_columns);
LIST_SECTIONS(costs_org, costs_org_columns);
LIST_SECTIONS(costs_model, costs_model_columns);
LIST_SECTIONS(costs_day, costs_day_columns);

static const char *const trend_statement[] = {sql_facts_raw, sql_usage_trend, NULL};
static const char *const review_statement[] = {sql_facts_raw, sql_usage_review, NULL};
static const char *const costs_team_statement[] = {sql_facts_raw, sql_usage_costs_team, NULL};
static const char *const costs_org_statement[] = {sql_facts_raw, sql_usage_costs_org, NULL};
static const char *const costs_model_statement[] = {sql_facts_raw, sql_usage_costs_model, NULL};
static const char *const costs_day_statement[] = {sql_facts_raw, sql_usage_costs_day, NULL};

const struct report usage_trend = {
	.name = "trend",
	.metrics = "lm_usage_trend",
	.title = "Trend",
	.head = report_list_head,
	.default_period = "30d",
	.basis = "job",
	.by = "day hour week month",
	.own = {OWN_BY, OWN_NOW},
	.statement = trend_statement,
	.sections = trend_sections,
};

const struct report usage_review = {
	.name = "review",
	.metrics = "lm_usage_review",
	.title = "Review",
	.head = report_list_head,
	.default_units = 12,
	.basis = "job",
	.by = "week month",
	.own = {OWN_BY, OWN_SHOWN_FROM},
	.statement = review_statement,
	.sections = review_sections,
};

#define COSTS(word, report_title, report_basis, report_own) \
	const struct report usage_costs_##word = { \
		.name = "costs", \
		.metrics = "lm_usage_costs_" #word, \
		.title = report_title, \
		.head = report_list_head, \
		.default_period = "this-month", \
		.basis = report_basis, \
		.by = #word, \
		.own = {report_own}, \
		.statement = costs_##word##_statement, \
		.sections = costs_##word##_sections, \
	}

COSTS(team, "Costs by team", "job", OWN_NONE);
COSTS(org, "Costs by organization", "job", OWN_NONE);
COSTS(model, "Costs by model", "call", OWN_NONE);
COSTS(day, "Costs by day", "call", OWN_NOW);
