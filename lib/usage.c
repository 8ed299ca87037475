#include "usage.h"

#include "sql.h"
#include "usage_columns.h"

static const struct column team_summary[] = {
	COLUMN_TOTAL_JOBS,
	{"successful_jobs", "Completed", COLUMN_COUNT, HELP_COMPLETED},
	COLUMN_FAILED_JOBS,
	COLUMN_CANCELLED_JOBS,
	COLUMN_OPEN_JOBS,
	COLUMN_SUCCESS_RATE,
	COLUMN_TOTAL_COST,
	COLUMN_PROVIDER_COST,
	COLUMN_FALLBACK,
	COLUMN_TOTAL_TOKENS,
	{"avg_cost_per_job", "Average cost of a job", COLUMN_USD,
     "total_cost_usd by total_jobs, to 4 digits; 0 without jobs"},
	{0},
};

static const struct column team_job_types[] = {
	{"job_type", "Job type", COLUMN_TEXT, "type of the jobs; the key of the entry"},
	{"count", "Jobs", COLUMN_COUNT, "jobs of the type created in the period"},
	{"cost_usd", "Cost", COLUMN_USD, "client cost of their calls"},
	{0},
};

static const struct section team_sections[] = {
	{"summary", SECTION_SCALARS, team_summary},
	{"job_types", SECTION_MAP, team_job_types},
	{0},
};

static const char *const team_statement[] = {sql_facts_raw, sql_usage_team, NULL};

const struct report usage_team = {
	.name = "team",
	.metrics = "lm_usage_team",
	.head = report_head,
	.subject = {"team_id", "Team", COLUMN_TEXT, "the team asked for"},
	.subjects = "teams",
	.noun = "team",
	.unknown_because = "it has no credits, jobs, summaries or ledger rows",
	.asked = PARAMETER_TEAMS,
	.default_period = "this-month",
	.basis = "job",
	.statement = team_statement,
	.sections = team_sections,
};

static const struct column org_summary[] = {
	COLUMN_TOTAL_JOBS,
	COLUMN_COMPLETED_JOBS,
	COLUMN_FAILED_JOBS,
	COLUMN_CANCELLED_JOBS,
	COLUMN_OPEN_JOBS,
	COLUMN_SUCCESS_RATE,
	{"credits_used", "Credits used", COLUMN_COUNT, HELP_CREDITS_SPENT},
	COLUMN_TOTAL_COST,
	COLUMN_PROVIDER_COST,
	COLUMN_FALLBACK,
	COLUMN_TOTAL_TOKENS,
	{0},
};

static const struct column org_teams[] = {
	{"team_id", "Team", COLUMN_TEXT, "team with jobs in the period; the key of the entry"},
	{"jobs", "Jobs", COLUMN_COUNT, "jobs of the team created in the period"},
	{"credits_used", "Credits used", COLUMN_COUNT, "credits used by them"},
	{0},
};

static const struct section org_sections[] = {
	{"summary", SECTION_SCALARS, org_summary},
	{"teams", SECTION_MAP, org_teams},
	{0},
};

static const char *const org_statement[] = {sql_facts_raw, sql_usage_org, NULL};

const struct report usage_org = {
	.name = "org",
	.metrics = "lm_usage_org",
	.head = report_head,
	.subject = {"organization_id", "Organization", COLUMN_TEXT, "the organization asked for"},
	.subjects = "organizations",
	.noun = "organization",
	.unknown_because = "it is not in organizations, and no team, job or ledger row names it",
	.asked = PARAMETER_ORGANIZATIONS,
	.default_period = "this-month",
	.basis = "job",
	.statement = org_statement,
	.sections = org_sections,
};

const struct report *const usage_reports[] = {
	&usage_team,      &usage_org,         &usage_overview,  &usage_teams,     &usage_jobs,   &usage_models,
	&usage_latency,   &usage_errors,      &usage_slow,      &usage_trend,     &usage_review, &usage_costs_team,
	&usage_costs_org, &usage_costs_model, &usage_costs_day, &usage_summaries, NULL,
};
