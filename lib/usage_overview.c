/* lm-usage overview: one document with the figures of the monitoring dashboards. */
#include "sql.h"
#include "usage.h"
#include "usage_columns.h"

#define AGAINST " against the span compared with; null where that is 0 or unknown"
#define CHANGE(of, figure) TREND(of, figure AGAINST)

static const struct column platform_columns[] = {
	{"saas_api", "SaaS API", COLUMN_FLAG, "whether it was up; null where that was unknown, or it was off"},
	{"litellm_proxy", "LiteLLM proxy", COLUMN_FLAG, "the same of the proxy"},
	{"database", "Database", COLUMN_FLAG, "the same of the database"},
	{"overall", "Overall", COLUMN_TEXT, "healthy, degraded, unhealthy or unknown; null without a log"},
	{"checked_at", "Checked at", COLUMN_TIME, "when lm-health was run last, by the newest line of health.log"},
	{"age_seconds", "Age", COLUMN_SECONDS, "time since then"},
	{0},
};

static const struct column totals_columns[] = {
	COLUMN_TOTAL_JOBS,
	CHANGE("total_jobs", "total_jobs"),
	{"total_jobs_today", "Jobs today", COLUMN_COUNT, "jobs created today, whatever the period"},
	TREND("total_jobs_today", "total_jobs_today against yesterday up to the same time"),
	{"total_jobs_this_month", "Jobs this month", COLUMN_COUNT, "jobs created this month, whatever the period"},
	TREND("total_jobs_this_month", "total_jobs_this_month against as much of last month"),
	COLUMN_COMPLETED_JOBS,
	CHANGE("completed_jobs", "completed_jobs"),
	COLUMN_FAILED_JOBS,
	CHANGE("failed_jobs", "failed_jobs"),
	COLUMN_CANCELLED_JOBS,
	CHANGE("cancelled_jobs", "cancelled_jobs"),
	COLUMN_OPEN_JOBS,
	CHANGE("open_jobs", "open_jobs"),
	{"active_teams", "Active teams", COLUMN_COUNT, "teams that created a job"},
	CHANGE("active_teams", "active_teams"),
	COLUMN_API_CALLS,
	CHANGE("total_api_calls", "total_api_calls"),
	COLUMN_TOTAL_TOKENS,
	CHANGE("total_tokens", "total_tokens"),
	{0},
};

static const struct column financial_columns[] = {
	COLUMN_TOTAL_COST,
	CHANGE("total_cost", "total_cost_usd"),
	{"avg_cost_per_job", "Average cost of a job", COLUMN_USD,
     "total_cost_usd by total_jobs, to 4 digits; 0 without jobs"},
	CHANGE("avg_cost_per_job", "avg_cost_per_job"),
	COLUMN_PROVIDER_COST,
	CHANGE("provider_cost", "provider_cost_usd"),
	{"revenue_usd", "Revenue", COLUMN_USD, "client cost, the same as total_cost_usd"},
	CHANGE("revenue", "revenue_usd"),
	COLUMN_MARGIN,
	CHANGE("margin", "margin_usd"),
	COLUMN_MARGIN_PERCENT,
	COLUMN_MARGIN_CALLS,
	COLUMN_FALLBACK,
	{"credits_allocated", "Credits allocated", COLUMN_COUNT,
     "credits that the teams were ever granted, as of now; null under filters that credits do not know"},
	{"credits_used", "Credits used", COLUMN_COUNT, "credits of these that are used up, as of now"},
	{"credits_remaining", "Credits left", COLUMN_COUNT, "credits that the teams have left now"},
	{"credits_used_percent", "Credits used %", COLUMN_PERCENT,
     "credits_used out of credits_allocated; null without any"},
	{"credits_spent", "Credits for these jobs", COLUMN_COUNT, HELP_CREDITS_SPENT},
	CHANGE("credits_spent", "credits_spent"),
	{"credits_sold", "Credits sold", COLUMN_COUNT, HELP_CREDITS_SOLD},
	CHANGE("credits_sold", "credits_sold"),
	{0},
};

static const struct column performance_columns[] = {
	{"avg_latency_ms", "Average latency", COLUMN_MS, HELP_LATENCY},
	CHANGE("avg_latency", "avg_latency_ms"),
	{"p95_latency_ms", "p95 latency", COLUMN_MS, "latency that 95 % of the calls did not exceed; an observed one"},
	CHANGE("p95_latency", "p95_latency_ms"),
	{"calls_with_latency", "Calls with latency", COLUMN_COUNT, "calls that these two are of"},
	COLUMN_SUCCESS_RATE,
	CHANGE("success_rate", "success_rate_percent, in percent of it,"),
	{"failure_rate_percent", "Failure rate", COLUMN_PERCENT, HELP_FAILURE_RATE},
	CHANGE("failure_rate", "failure_rate_percent, in percent of it,"),
	{"finished_jobs", "Jobs of these rates", COLUMN_COUNT, "completed and failed jobs"},
	{"error_rate_percent", "Error rate", COLUMN_PERCENT, "failed calls out of total_api_calls; null without any"},
	CHANGE("error_rate", "error_rate_percent, in percent of it,"),
	{"failed_calls", "Failed calls", COLUMN_COUNT, HELP_FAILED_CALLS},
	CHANGE("failed_calls", "failed_calls"),
	{"requests_per_minute", "Requests a minute", COLUMN_NUMBER, "total_api_calls by the minutes that have passed"},
	CHANGE("requests_per_minute", "requests_per_minute"),
	{0},
};

static const struct column cost_per_team_columns[] = {
	LABEL("team_id", "Team", "one of the ten teams with the highest cost"),
	COLUMN_TOTAL_COST,
	BAR("share_percent", "Share", COLUMN_PERCENT, "its part of the cost of all teams; null without cost"),
	{0},
};

static const struct column model_distribution_columns[] = {
	COLUMN_MODEL_GROUP,
	{"call_count", "Calls", COLUMN_COUNT, "calls of these jobs, whenever they were made"},
	BAR("share_percent", "Share", COLUMN_PERCENT, "their part of all calls"),
	{"failed_calls", "Failed", COLUMN_COUNT, HELP_FAILED_CALLS},
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "tokens of the calls, as their total_tokens says"),
	COLUMN_TOTAL_COST,
	COLUMN_AVG_LATENCY,
	DETAIL_WITH_LATENCY,
	{0},
};

static const struct column errors_by_type_columns[] = {
	COLUMN_JOB_TYPE,
	COLUMN_TOTAL_JOBS,
	COLUMN_COMPLETED_JOBS,
	COLUMN_FAILED_JOBS,
	BAR("error_rate_percent", "Error rate", COLUMN_PERCENT, HELP_FAILURE_RATE),
	{0},
};

static const struct column error_classes_columns[] = {
	LABEL("error_class", "Error class",
          "rate_limit, authentication, timeout, server, content_filter or other; null of archived calls"),
	{"failed_calls", "Failed", COLUMN_COUNT, "calls of these jobs that failed with such an error"},
	BAR("share_percent", "Share", COLUMN_PERCENT, "their part of all failed calls"),
	{0},
};

static const struct column job_types_columns[] = {
	COLUMN_JOB_TYPE,
	{"count", "Jobs", COLUMN_COUNT, "jobs of the type created in the period"},
	BAR("share_percent", "Share", COLUMN_PERCENT, "their part of all jobs"),
	{0},
};

static const struct column daily_usage_columns[] = {
	LABEL("date", "Date", "each day of the period, up to now"),
	/* The name partial is that of the document's own column, which CSV has beside this one. */
	{"partial_day", "Part", COLUMN_FLAG, HELP_PARTIAL},
	BAR("jobs", "Jobs", COLUMN_COUNT, "jobs created on it"),
	{"completed_jobs", "Completed", COLUMN_COUNT, HELP_COMPLETED},
	COLUMN_FAILED_JOBS,
	COLUMN_TOTAL_COST,
	{0},
};

static const struct column team_columns[] = {
	COLUMN_TEAM,
	COLUMN_ORGANIZATION,
	COLUMN_ORGANIZATION_NAME,
	COLUMN_TOTAL_JOBS,
	DETAIL_COMPLETED_JOBS,
	COLUMN_FAILED_JOBS,
	COLUMN_SUCCESS,
	COLUMN_API_CALLS,
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "tokens of the calls, as their total_tokens says"),
	COLUMN_TOTAL_COST,
	DETAIL("avg_latency_ms", "Latency", COLUMN_MS, HELP_LATENCY),
	DETAIL_WITH_LATENCY,
	{0},
};

static const struct section sections[] = {
	{"platform", SECTION_SCALARS, platform_columns, .is_given = true},
	{"usage", SECTION_SCALARS, totals_columns},
	{"financial", SECTION_SCALARS, financial_columns},
	{"performance", SECTION_SCALARS, performance_columns},
	{"cost_per_team", SECTION_ROWS, cost_per_team_columns},
	{"model_distribution", SECTION_ROWS, model_distribution_columns},
	{"errors_by_type", SECTION_ROWS, errors_by_type_columns},
	{"error_classes", SECTION_ROWS, error_classes_columns},
	{"job_types", SECTION_ROWS, job_types_columns},
	{"daily_usage", SECTION_ROWS, daily_usage_columns},
	{"teams", SECTION_ROWS, team_columns},
	{0},
};

static const char *const statement[] = {sql_facts_raw, sql_usage_overview, NULL};

const struct report usage_overview = {
	.name = "overview",
	.metrics = "lm_usage_overview",
	.title = "Overview",
	.head = report_list_head,
	.default_period = "this-month",
	.basis = "job",
	.own = {OWN_SHOWN_FROM, OWN_COMPARED_TO, OWN_NOW},
	.statement = statement,
	.sections = sections,
};
