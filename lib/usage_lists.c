/* The lists of lm-usage: rows of jobs and of calls. */
#include "sql.h"
#include "usage.h"
#include "usage_columns.h"

static const struct column teams_columns[] = {
	COLUMN_TEAM,
	COLUMN_ORGANIZATION,
	COLUMN_ORGANIZATION_NAME,
	DETAIL("status", "Status", COLUMN_TEXT, "active, suspended or paused; null without credits"),
	COLUMN_TOTAL_JOBS,
	DETAIL_COMPLETED_JOBS,
	COLUMN_FAILED_JOBS,
	DETAIL_CANCELLED_JOBS,
	DETAIL_OPEN_JOBS,
	COLUMN_SUCCESS,
	DETAIL("total_api_calls", "Calls", COLUMN_COUNT, "calls of these jobs, whenever they were made"),
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "tokens of the calls, as their total_tokens says"),
	COLUMN_TOTAL_COST,
	BAR("share_percent", "Share", COLUMN_PERCENT, "its part of the cost of all teams listed; null without cost"),
	DETAIL_PROVIDER_COST,
	DETAIL("avg_latency_ms", "Latency", COLUMN_MS, HELP_LATENCY),
	DETAIL_WITH_LATENCY,
	DETAIL("credits_used", "Credits used", COLUMN_COUNT, HELP_CREDITS_SPENT),
	DETAIL("credits_remaining", "Credits left", COLUMN_COUNT,
           "credits that the team has left now; null without credits"),
	DETAIL("last_job_at", "Last job", COLUMN_TIME, "when the newest of the jobs was created"),
	{"daily_jobs", "14 days", COLUMN_SERIES,
     "jobs of each of the 14 days up to the period's end, or to now, oldest first; also of days before the period"},
	{0},
};

static const struct column jobs_columns[] = {
	COLUMN_JOB_TYPE,
	LABEL("status", "Status", "pending, in_progress, completed, failed or cancelled"),
	{"job_count", "Jobs", COLUMN_COUNT, "jobs of the type and status created in the period"},
	BAR("share_percent", "Share", COLUMN_PERCENT, "their part of all jobs listed"),
	{"avg_duration_seconds", "Duration", COLUMN_SECONDS,
     "mean time from creation to completion, of the jobs with both; null without any"},
	DETAIL("jobs_with_duration", "With duration", COLUMN_COUNT, "jobs that avg_duration_seconds is of"),
	DETAIL("avg_wait_seconds", "Waiting", COLUMN_SECONDS, "mean time from creation to start, of the jobs with both"),
	DETAIL("jobs_with_wait", "With waiting", COLUMN_COUNT, "jobs that avg_wait_seconds is of"),
	DETAIL("avg_run_seconds", "Running", COLUMN_SECONDS, "mean time from start to completion, of the jobs with both"),
	DETAIL("jobs_with_run", "With running", COLUMN_COUNT, "jobs that avg_run_seconds is of"),
	DETAIL("total_api_calls", "Calls", COLUMN_COUNT, "calls of these jobs, whenever they were made"),
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "tokens of the calls, as their total_tokens says"),
	COLUMN_TOTAL_COST,
	{0},
};

static const struct column models_columns[] = {
	COLUMN_MODEL_GROUP,
	COLUMN_MODEL,
	COLUMN_CALL_COUNT,
	BAR("share_percent", "Share", COLUMN_PERCENT, "their part of all calls listed"),
	DETAIL_FAILED_CALLS,
	{"error_rate_percent", "Errors", COLUMN_PERCENT, "failed_calls out of call_count"},
	DETAIL("prompt_tokens", "Prompt tokens", COLUMN_COUNT,
           "tokens of the prompts, where they are stored; null in a database without llm_calls.prompt_tokens"),
	DETAIL("completion_tokens", "Completion tokens", COLUMN_COUNT,
           "tokens of the answers, where they are stored; null in one without llm_calls.completion_tokens"),
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "tokens of the calls, as their total_tokens says"),
	{"total_cost_usd", "Cost", COLUMN_USD, HELP_REVENUE},
	DETAIL_PROVIDER_COST,
	DETAIL("margin_usd", "Margin", COLUMN_USD, HELP_MARGIN),
	COLUMN_MARGIN_CALLS,
	DETAIL_FALLBACK,
	COLUMN_AVG_LATENCY,
	DETAIL("calls_without_latency", "No latency", COLUMN_COUNT, "calls without a latency, as failed ones often are"),
	{0},
};

static const struct column latency_columns[] = {
	COLUMN_MODEL_GROUP,
	{"call_count", "Calls", COLUMN_COUNT, "calls with a latency: those that the other figures are of"},
	{"avg_latency_ms", "Mean", COLUMN_MS, HELP_LATENCY},
	DETAIL("min_latency_ms", "Min", COLUMN_MS, "shortest latency"),
	{"max_latency_ms", "Max", COLUMN_MS, "longest latency"},
	{"p50_latency_ms", "p50", COLUMN_MS, "latency that half of the calls did not exceed; an observed one"},
	{"p95_latency_ms", "p95", COLUMN_MS, "latency that 95 % of the calls did not exceed"},
	DETAIL("p99_latency_ms", "p99", COLUMN_MS, "latency that 99 % of the calls did not exceed"),
	COLUMN_FAILED_CALLS,
	COLUMN_WITHOUT_LATENCY,
	{0},
};

static const struct column errors_jobs_columns[] = {
	COLUMN_JOB_TYPE,
	COLUMN_TOTAL_JOBS,
	COLUMN_COMPLETED_JOBS,
	COLUMN_FAILED_JOBS,
	DETAIL_CANCELLED_JOBS,
	DETAIL_OPEN_JOBS,
	BAR("error_rate_percent", "Error rate", COLUMN_PERCENT, HELP_FAILURE_RATE),
	{0},
};

static const struct column errors_calls_columns[] = {
	COLUMN_ERROR_CLASS,
	{"failed_calls", "Failed", COLUMN_COUNT, "calls made in the period that failed with such an error"},
	BAR("share_percent", "Share", COLUMN_PERCENT, "their part of all failed calls"),
	DETAIL("call_count", "Calls", COLUMN_COUNT, "all calls made in the period"),
	{"error_rate_percent", "Error rate", COLUMN_PERCENT, "failed_calls out of call_count"},
	DETAIL("affected_jobs", "Jobs", COLUMN_COUNT, "jobs with such a call"),
	{"affected_teams", "Teams", COLUMN_COUNT, "teams with such a call"},
	{"last_at", "Last", COLUMN_TIME, "when the newest of them was made"},
	{0},
};

#define CALL_COLUMNS \
	LABEL("call_id", "Call", "the call"), {"job_id", "Job", COLUMN_TEXT, "its job", .is_detail = true}, \
		{"team_id", "Team", COLUMN_TEXT, "team of the job"}, \
		{"job_type", "Job type", COLUMN_TEXT, "type of the job", .is_detail = true}, \
		{"model_group_used", "Model group", COLUMN_TEXT, "group that was asked for", .is_detail = true}, \
	{ \
		"resolved_model", "Model", COLUMN_TEXT, "model that ran", .is_detail = true \
	}

static const struct column slow_columns[] = {
	CALL_COLUMNS,
	{"latency_ms", "Latency", COLUMN_MS, "how long it took"},
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "its tokens"),
	DETAIL("error_class", "Error class", COLUMN_TEXT, "class of its error; null when it did not fail"),
	{"created_at", "Created", COLUMN_TIME, "when it was made"},
	{0},
};

static const struct column slow_failed_columns[] = {
	CALL_COLUMNS,
	DETAIL("total_tokens", "Tokens", COLUMN_COUNT, "its tokens"),
	{"error_class", "Error class", COLUMN_TEXT, "class of its error"},
	{"created_at", "Created", COLUMN_TIME, "when it was made"},
	{0},
};

static const struct column summaries_columns[] = {
	COLUMN_TEAM,
	LABEL("period", "Period", "the month or day"),
	DETAIL("period_type", "Type", COLUMN_TEXT, "monthly or daily"),
	{"total_jobs", "Jobs", COLUMN_COUNT, "jobs as stored"},
	{"successful_jobs", "Completed", COLUMN_COUNT, "completed jobs as stored"},
	{"failed_jobs", "Failed", COLUMN_COUNT, "failed jobs as stored"},
	DETAIL("cancelled_jobs", "Cancelled", COLUMN_COUNT, "cancelled jobs as stored"),
	{"total_cost_usd", "Cost", COLUMN_USD, "cost as stored"},
	{"total_tokens", "Tokens", COLUMN_COUNT, "tokens as stored"},
	DETAIL("job_type_breakdown", "Job types", COLUMN_TEXT, "count and cost of each job type as stored, JSON"),
	DETAIL("calculated_at", "Calculated", COLUMN_TIME, "when the row was stored"),
	{0},
};

LIST_SECTIONS(teams, teams_columns);
LIST_SECTIONS(jobs, jobs_columns);
LIST_SECTIONS(models, models_columns);
LIST_SECTIONS(latency, latency_columns);
LIST_SECTIONS(summaries, summaries_columns);

static const char *const teams_statement[] = {sql_facts_raw, sql_usage_teams, NULL};
static const char *const jobs_statement[] = {sql_facts_raw, sql_usage_jobs, NULL};
static const char *const models_statement[] = {sql_facts_raw, sql_usage_models, NULL};
static const char *const latency_statement[] = {sql_facts_raw, sql_usage_latency, NULL};
static const char *const errors_jobs_statement[] = {sql_facts_raw, sql_usage_errors_jobs, NULL};
static const char *const errors_calls_statement[] = {sql_facts_raw, sql_usage_errors_calls, NULL};
static const char *const slow_statement[] = {sql_facts_raw, sql_usage_slow, NULL};
static const char *const slow_failed_statement[] = {sql_facts_raw, sql_usage_slow_failed, NULL};
static const char *const summaries_statement[] = {sql_facts_raw, sql_usage_summaries, NULL};

static const struct section errors_sections[] = {
	{"job_types", SECTION_ROWS, errors_jobs_columns, errors_jobs_statement},
	{"error_classes", SECTION_ROWS, errors_calls_columns, errors_calls_statement},
	{0},
};

static const struct section slow_sections[] = {
	{"slow_calls", SECTION_ROWS, slow_columns, slow_statement},
	{"failed_without_latency", SECTION_ROWS, slow_failed_columns, slow_failed_statement},
	{0},
};

const struct report usage_teams = {
	.name = "teams",
	.metrics = "lm_usage_teams",
	.title = "Teams",
	.head = report_list_head,
	.default_period = "30d",
	.basis = "job",
	.own = {OWN_NOW},
	.statement = teams_statement,
	.sections = teams_sections,
};

const struct report usage_jobs = {
	.name = "jobs",
	.metrics = "lm_usage_jobs",
	.title = "Jobs by type and status",
	.head = report_list_head,
	.default_period = "this-month",
	.basis = "job",
	.statement = jobs_statement,
	.sections = jobs_sections,
};

const struct report usage_models = {
	.name = "models",
	.metrics = "lm_usage_models",
	.title = "Calls by model",
	.head = report_list_head,
	.default_period = "7d",
	.basis = "call",
	.statement = models_statement,
	.sections = models_sections,
};

const struct report usage_latency = {
	.name = "latency",
	.metrics = "lm_usage_latency",
	.title = "Latency by model group",
	.head = report_list_head,
	.default_period = "24h",
	.basis = "call",
	.statement = latency_statement,
	.sections = latency_sections,
};

const struct report usage_errors = {
	.name = "errors",
	.metrics = "lm_usage_errors",
	.title = "Errors",
	.head = report_list_head,
	.default_period = "7d",
	.basis = "job, call",
	.sections = errors_sections,
};

const struct report usage_slow = {
	.name = "slow",
	.metrics = "lm_usage_slow",
	.title = "Slow calls",
	.head = report_list_head,
	.default_period = "24h",
	.basis = "call",
	.own = {OWN_OVER_MS},
	.default_limit = 50,
	.sections = slow_sections,
};

const struct report usage_summaries = {
	.name = "summaries",
	.metrics = "lm_usage_summaries",
	.title = "Stored summaries",
	.head = report_list_head,
	.default_units = 6,
	.basis = "job",
	.has_team_filters = true,
	.statement = summaries_statement,
	.sections = summaries_sections,
};
