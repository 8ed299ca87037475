/* What lm-recalc can do with a month or a day: statements and what they print. Constant tables. */
#include "recalc.h"
#include "sql.h"

#define COLUMN_PERIOD \
	{ \
		"period", "Period", COLUMN_TEXT, "the month or the day", .is_label = true \
	}
#define COLUMN_PERIOD_TYPE \
	{ \
		"period_type", "Type", COLUMN_TEXT, "monthly or daily", .is_label = true \
	}
#define COLUMN_TEAM \
	{ \
		"team_id", "Team", COLUMN_TEXT, "the team", .is_label = true \
	}
#define COLUMN_CHANGE \
	{ \
		"change", "Change", COLUMN_TEXT, "insert, update, or overflow: it does not fit into the table", \
			.is_label = true \
	}
#define COLUMNS_DONE \
	{"inserted", "Inserted", COLUMN_COUNT, "rows that were missing"}, \
		{"updated", "Updated", COLUMN_COUNT, "rows that were wrong"}, \
		{"unchanged", "Unchanged", COLUMN_COUNT, "rows that were right, and were not written"}, \
		{"archived", "Archived", COLUMN_COUNT, "rows left alone, because what they sum up was archived"}, \
		{"failed", "Failed", COLUMN_COUNT, "rows that do not fit into the table; standard error names them"}, \
	{ \
		0 \
	}
#define COLUMNS_CHANGED \
	{"old_cost_usd", "Old cost", COLUMN_USD, "cost as stored; null where there is no row"}, \
		{"new_cost_usd", "New cost", COLUMN_USD, "cost as it should be"}, \
		{"old_tokens", "Old tokens", COLUMN_COUNT, "tokens as stored", .is_detail = true}, \
		{"new_tokens", "New tokens", COLUMN_COUNT, "tokens as they should be", .is_detail = true}, \
	{ \
		0 \
	}

static const struct column summaries_columns[] = {COLUMN_PERIOD,
                                                  COLUMN_PERIOD_TYPE,
                                                  {"teams", "Teams", COLUMN_COUNT, "teams with jobs, credits or a row"},
                                                  COLUMNS_DONE};

static const struct column summaries_dry_columns[] = {
	COLUMN_PERIOD,
	COLUMN_PERIOD_TYPE,
	COLUMN_TEAM,
	COLUMN_CHANGE,
	{"old_jobs", "Old jobs", COLUMN_COUNT, "jobs as stored", .is_detail = true},
	{"new_jobs", "New jobs", COLUMN_COUNT, "jobs as they should be", .is_detail = true},
	COLUMNS_CHANGED};

static const struct column jobs_columns[] = {
	COLUMN_PERIOD,
	{"jobs", "Jobs", COLUMN_COUNT, "jobs that ended an hour ago or more, with calls or a row"},
	COLUMNS_DONE};

static const struct column jobs_dry_columns[] = {COLUMN_PERIOD,
                                                 COLUMN_TEAM,
                                                 {"job_id", "Job", COLUMN_TEXT, "the job", .is_label = true},
                                                 COLUMN_CHANGE,
                                                 COLUMNS_CHANGED};

static const struct column verify_columns[] = {
	{"table_name", "Table", COLUMN_TEXT, "team_usage_summaries or job_cost_summaries", .is_label = true},
	{"class", "Class", COLUMN_TEXT,
     "drift: wrong; missing: no row; basis: the cost is that of another basis; unfilled: tokens were never filled in; "
     "archived: what the row sums up was archived",
     .is_label = true},
	COLUMN_PERIOD,
	COLUMN_TEAM,
	{"rows", "Rows", COLUMN_COUNT, "rows of that class"},
	{"stored_jobs", "Stored jobs", COLUMN_COUNT, "jobs as stored", .is_detail = true},
	{"true_jobs", "True jobs", COLUMN_COUNT, "jobs as they should be", .is_detail = true},
	{"stored_cost_usd", "Stored cost", COLUMN_USD, "cost as stored"},
	{"true_cost_usd", "True cost", COLUMN_USD, "cost as it should be; null where it cannot be known any more"},
	{"stored_tokens", "Stored tokens", COLUMN_COUNT, "tokens as stored", .is_detail = true},
	{"true_tokens", "True tokens", COLUMN_COUNT, "tokens as they should be", .is_detail = true},
	{0},
};

#define LIST(variable, report_name, report_title, report_columns) \
	static const struct section variable##_sections[] = {{"rows", SECTION_ROWS, report_columns}, {0}}; \
	static const struct report variable##_report = {.name = report_name, \
	                                                .title = report_title, \
	                                                .metrics = "lm_recalc_" report_name, \
	                                                .head = report_list_head, \
	                                                .sections = variable##_sections}

LIST(summaries, "summaries", "Rows stored in team_usage_summaries", summaries_columns);
LIST(summaries_dry, "summaries", "Rows that would be stored in team_usage_summaries", summaries_dry_columns);
LIST(jobs, "jobs", "Rows stored in job_cost_summaries", jobs_columns);
LIST(jobs_dry, "jobs", "Rows that would be stored in job_cost_summaries", jobs_dry_columns);
LIST(verify, "verify", "Stored rows that differ", verify_columns);

static const char *const summaries_write[] = {sql_facts_raw, sql_recalc_summaries, sql_recalc_summaries_write, NULL};
static const char *const summaries_changes[] = {sql_facts_raw, sql_recalc_summaries, sql_recalc_summaries_changes,
                                                NULL};
static const char *const summaries_verify[] = {sql_facts_raw, sql_recalc_summaries, sql_recalc_summaries_verify, NULL};
static const char *const jobs_write[] = {sql_facts_raw, sql_recalc_jobs, sql_recalc_jobs_write, NULL};
static const char *const jobs_days[] = {sql_facts_raw, sql_recalc_jobs, sql_recalc_jobs_days, NULL};
static const char *const jobs_changes[] = {sql_facts_raw, sql_recalc_jobs, sql_recalc_jobs_changes, NULL};
static const char *const jobs_verify[] = {sql_facts_raw, sql_recalc_jobs, sql_recalc_jobs_verify, NULL};

const struct recalc_task recalc_summaries = {
	.report = &summaries_report, .is_writer = true, .summaries = summaries_write, .changes = summaries_changes};
const struct recalc_task recalc_summaries_dry = {.report = &summaries_dry_report, .summaries = summaries_changes};
const struct recalc_task recalc_jobs = {.report = &jobs_report,
                                        .is_writer = true,
                                        .wants_open = true,
                                        .jobs = jobs_write,
                                        .days = jobs_days,
                                        .changes = jobs_changes};
const struct recalc_task recalc_jobs_dry = {.report = &jobs_dry_report, .wants_open = true, .jobs = jobs_changes};
const struct recalc_task recalc_verify = {
	.report = &verify_report, .wants_open = true, .summaries = summaries_verify, .jobs = jobs_verify};
