/* The reports of lm-credits but the audit. */
#include "credits.h"

#include "report_columns.h"
#include "sql.h"

#define HELP_ORGANIZATION "organization of the team"
#define HELP_ALLOCATED "credits that the team was ever granted"
#define HELP_USED "credits that it used of them"
#define HELP_LEFT "credits that it has left now"
#define HELP_USED_PERCENT "credits_used out of credits_allocated; null where none were ever allocated"
#define HELP_LEFT_PERCENT "credits_remaining out of credits_allocated; null where none were ever allocated"
#define HELP_STATUS "active, suspended or paused; null where the database doesn't say"
#define HELP_BURN " d, in credits a day: deductions less refunds; null with under three days of ledger"
#define HELP_EMPTY \
	"how long until none are left at the rate of the last 7 days, the next refill counted where refills happen; null " \
	"where the " \
	"rate is none or unknown"

#define COLUMN_TEAM_ORGANIZATION DETAIL("organization_id", "Organization", COLUMN_TEXT, HELP_ORGANIZATION)
#define COLUMN_TEAM_ORGANIZATION_NAME \
	DETAIL("organization_name", "Organization's name", COLUMN_TEXT, "its name, or Unknown without one")
#define COLUMN_TEAM_STATUS \
	{ \
		"status", "Status", COLUMN_TEXT, HELP_STATUS, .is_status = true \
	}
#define COLUMN_LEFT \
	{ \
		"credits_remaining", "Left", COLUMN_COUNT, HELP_LEFT \
	}
#define COLUMN_DAYS_TO_EMPTY \
	{ \
		"days_to_empty", "Days left", COLUMN_NUMBER, HELP_EMPTY \
	}

static const struct column balance_columns[] = {
	{"organization_id", "Organization", COLUMN_TEXT, HELP_ORGANIZATION},
	{"credits_allocated", "Credits allocated", COLUMN_COUNT, HELP_ALLOCATED},
	{"credits_used", "Credits used", COLUMN_COUNT, HELP_USED},
	{"credits_remaining", "Credits left", COLUMN_COUNT, HELP_LEFT},
	{"credit_limit", "Credit limit", COLUMN_COUNT, "credits that it may use; null for no limit"},
	{"auto_refill", "Auto refill", COLUMN_FLAG, "whether refills are configured"},
	{"refill_amount", "Refill amount", COLUMN_COUNT, "credits of a refill"},
	{"refill_period", "Refill period", COLUMN_TEXT, "daily, weekly or monthly"},
	{"created_at", "Created", COLUMN_TIME, "when the team got its credits record"},
	{"updated_at", "Updated", COLUMN_TIME, "when the record last changed, in the database's own time zone"},
	{0},
};

static const struct column transactions_totals_columns[] = {
	{"total", "Matching", COLUMN_COUNT, "rows of the ledger that match"},
	{"returned", "Listed", COLUMN_COUNT, "how many of them are listed"},
	{0},
};

static const struct column transactions_columns[] = {
	{"transaction_id", "Transaction", COLUMN_TEXT, "the row of the ledger", .is_label = true, .is_detail = true},
	{"team_id", "Team", COLUMN_TEXT, "the team", .is_detail = true},
	{"organization_id", "Organization", COLUMN_TEXT, "organization as the row has it", .is_detail = true},
	{"job_id", "Job", COLUMN_TEXT, "the job that it is for; null for others", .is_detail = true},
	{"transaction_type", "Type", COLUMN_TEXT,
     "deduction, allocation, refund, adjustment, subscription_payment or one_time_payment"},
	{"credits_amount", "Credits", COLUMN_COUNT, "what it did to the balance: less than 0 for a deduction"},
	{"credits_before", "Before", COLUMN_COUNT, "the balance before it; of a payment, the credits allocated before it"},
	{"credits_after", "After", COLUMN_COUNT, "the balance after it; of a payment, the credits allocated after it"},
	{"reason", "Reason", COLUMN_TEXT, "why, in the platform's words", .is_detail = true},
	{"created_at", "Created", COLUMN_TIME, "when it was stored"},
	{0},
};

static const struct column daily_columns[] = {
	LABEL("date", "Date", "the day, UTC"),
	BAR("credits_used", "Used", COLUMN_COUNT, "credits of its deductions"),
	{"credits_added", "Added", COLUMN_COUNT, "credits of its allocations and payments"},
	{"credits_refunded", "Refunded", COLUMN_COUNT, "credits of its refunds"},
	{"credits_adjusted", "Adjusted", COLUMN_COUNT, "credits of its adjustments, less than 0 where they took some",
     .is_detail = true},
	{"credits_net", "Net", COLUMN_COUNT, "what it did to the balance in all"},
	{"balance", "Balance", COLUMN_COUNT,
     "credits left at its end: those left now, without what came after the day; null where no team asked for has any "
     "record"},
	{0},
};

static const struct column top_columns[] = {
	COLUMN_TEAM,
	COLUMN_TEAM_ORGANIZATION,
	DETAIL("credits_allocated", "Allocated", COLUMN_COUNT, HELP_ALLOCATED),
	{"credits_used", "Used", COLUMN_COUNT, HELP_USED},
	COLUMN_LEFT,
	BAR("usage_percentage", "Used %", COLUMN_PERCENT, HELP_USED_PERCENT ", and of an unlimited team"),
	COLUMN_TEAM_ORGANIZATION_NAME,
	DETAIL("budget_mode", "Budget mode", COLUMN_TEXT,
           "job_based, consumption_usd, consumption_tokens or unlimited, which has no end"),
	COLUMN_TEAM_STATUS,
	{0},
};

static const struct column low_columns[] = {
	COLUMN_TEAM,
	COLUMN_TEAM_ORGANIZATION,
	COLUMN_TEAM_ORGANIZATION_NAME,
	COLUMN_LEFT,
	DETAIL("credits_allocated", "Allocated", COLUMN_COUNT, HELP_ALLOCATED),
	DETAIL("usage_percent", "Used %", COLUMN_PERCENT, HELP_USED_PERCENT),
	BAR("remaining_percent", "Left %", COLUMN_PERCENT, HELP_LEFT_PERCENT),
	COLUMN_TEAM_STATUS,
	COLUMN_DAYS_TO_EMPTY,
	DETAIL("burn_7d", "Burn, 7 d", COLUMN_NUMBER, "rate over the last 7" HELP_BURN),
	DETAIL("credit_limit", "Limit", COLUMN_COUNT, "credits that it may use; null for no limit"),
	DETAIL("auto_refill", "Refill", COLUMN_FLAG, "whether refills are configured"),
	{0},
};

static const struct column forecast_columns[] = {
	COLUMN_TEAM,
	COLUMN_TEAM_ORGANIZATION,
	COLUMN_TEAM_ORGANIZATION_NAME,
	{"status", "Status", COLUMN_TEXT, HELP_STATUS, .is_detail = true, .is_status = true},
	{"state", "State", COLUMN_TEXT,
     "ok, idle (nothing used in 7 days), empty, insufficient_history (under three days of ledger), no_credits (never "
     "granted any), unlimited, or unknown"},
	COLUMN_LEFT,
	BAR("remaining_percent", "Left %", COLUMN_PERCENT, HELP_LEFT_PERCENT),
	DETAIL("burn_1d", "Burn, 1 d", COLUMN_NUMBER, "rate over the last 1" HELP_BURN),
	{"burn_7d", "Burn, 7 d", COLUMN_NUMBER, "rate over the last 7" HELP_BURN, .is_detail = true},
	DETAIL("burn_28d", "Burn, 28 d", COLUMN_NUMBER, "rate over the last 28" HELP_BURN),
	COLUMN_DAYS_TO_EMPTY,
	DETAIL("empty_at", "Empty", COLUMN_TIME,
           "when none are left at that rate; null for none, or in over a hundred years"),
	DETAIL("acceleration_percent", "Change", COLUMN_PERCENT, "change of burn_1d against burn_7d; null without a base"),
	DETAIL("next_refill_at", "Refill", COLUMN_TIME, "when the next refill is due, where refills really happen"),
	DETAIL("refill_amount", "Refill credits", COLUMN_COUNT, "credits of that refill"),
	{0},
};

static const struct column refills_columns[] = {
	COLUMN_TEAM,
	COLUMN_TEAM_ORGANIZATION,
	COLUMN_TEAM_ORGANIZATION_NAME,
	{"status", "Status", COLUMN_TEXT, HELP_STATUS, .is_detail = true, .is_status = true},
	{"state", "State", COLUMN_TEXT,
     "overdue, never (not one has happened), unscheduled (no period or amount), or unknown where the database keeps no "
     "time of the last"},
	DETAIL("refill_period", "Period", COLUMN_TEXT, "daily, weekly or monthly"),
	DETAIL("refill_amount", "Amount", COLUMN_COUNT, "credits of a refill"),
	DETAIL("last_refill_at", "Last", COLUMN_TIME, "when the last one happened"),
	{"due_at", "Due", COLUMN_TIME, "since when the next one is due"},
	DETAIL("overdue_days", "Days over", COLUMN_NUMBER, "for how many days"),
	{"missed_refills", "Missed", COLUMN_COUNT, "how many should have happened since the last one"},
	{"missed_credits", "Credits", COLUMN_COUNT, "credits of those"},
	DETAIL("credits_remaining", "Left", COLUMN_COUNT, HELP_LEFT),
	{0},
};

static const char *const balance_statement[] = {sql_facts_raw, sql_credits_raw, sql_credits_balance, NULL};
static const char *const transactions_totals_statement[] = {sql_facts_raw, sql_credits_raw,
                                                            sql_credits_transactions_totals, NULL};
static const char *const transactions_statement[] = {sql_facts_raw, sql_credits_raw, sql_credits_transactions, NULL};
static const char *const daily_statement[] = {sql_facts_raw, sql_credits_raw, sql_credits_daily, NULL};
static const char *const top_statement[] = {sql_facts_raw, sql_credits_raw, sql_credits_top, NULL};
static const char *const low_statement[] = {sql_facts_raw, sql_credits_raw, sql_credits_outlook, sql_credits_low, NULL};
static const char *const forecast_statement[] = {sql_facts_raw, sql_credits_raw, sql_credits_outlook,
                                                 sql_credits_forecast, NULL};
static const char *const refills_statement[] = {sql_facts_raw, sql_credits_raw, sql_credits_refills, NULL};

static const struct section balance_sections[] = {{"balance", SECTION_MEMBERS, balance_columns}, {0}};
static const struct section transactions_sections[] = {
	{"totals", SECTION_MEMBERS, transactions_totals_columns, transactions_totals_statement},
	{"transactions", SECTION_ROWS, transactions_columns, transactions_statement},
	{0},
};
LIST_SECTIONS(transaction_rows, transactions_columns);
LIST_SECTIONS(daily, daily_columns);
LIST_SECTIONS(top, top_columns);
LIST_SECTIONS(low, low_columns);
LIST_SECTIONS(forecast, forecast_columns);
LIST_SECTIONS(refills, refills_columns);

#define SUBJECT_TEAM \
	.head = report_no_head, .subject = {"team_id", "Team", COLUMN_TEXT, "the team asked for"}, .subjects = "teams", \
	.noun = "team", .unknown_because = "it has no credits, jobs, summaries or ledger rows", .asked = PARAMETER_TEAMS

const struct report credits_balance = {
	.name = "balance",
	.metrics = "lm_credits",
	SUBJECT_TEAM,
	.statement = balance_statement,
	.sections = balance_sections,
};

const struct report credits_transactions = {
	.name = "transactions",
	.title = "Transactions",
	.metrics = "lm_credits",
	SUBJECT_TEAM,
	.basis = "ledger",
	.own = {OWN_TYPE},
	.default_limit = 50,
	.sections = transactions_sections,
};

const struct report credits_transaction_rows = {
	.name = "transactions",
	.title = "Transactions",
	.metrics = "lm_credits_transaction",
	.head = report_list_head,
	.basis = "ledger",
	.own = {OWN_TYPE},
	.default_limit = 50,
	.has_team_filters = true,
	.statement = transactions_statement,
	.sections = transaction_rows_sections,
};

const struct report credits_daily = {
	.name = "daily",
	.title = "Credits by day",
	.metrics = "lm_credits_daily",
	.head = report_list_head,
	.basis = "ledger",
	.own = {OWN_NOW},
	.has_team_filters = true,
	.statement = daily_statement,
	.sections = daily_sections,
};

const struct report credits_top = {
	.name = "top",
	.title = "Credits used",
	.metrics = "lm_credits_top",
	.head = report_list_head,
	.basis = "balance",
	.default_limit = 20,
	.has_team_filters = true,
	.statement = top_statement,
	.sections = top_sections,
};

const struct report credits_low = {
	.name = "low",
	.title = "Teams with few credits left",
	.metrics = "lm_credits_low",
	.head = report_list_head,
	.basis = "balance",
	.own = {OWN_NOW, OWN_THRESHOLD},
	.has_team_filters = true,
	.statement = low_statement,
	.sections = low_sections,
};

const struct report credits_forecast = {
	.name = "forecast",
	.title = "Days of credits left",
	.metrics = "lm_credits_forecast",
	.head = report_list_head,
	.basis = "balance, ledger",
	.own = {OWN_NOW},
	.has_team_filters = true,
	.statement = forecast_statement,
	.sections = forecast_sections,
};

const struct report credits_refills = {
	.name = "refills",
	.title = "Refills overdue",
	.metrics = "lm_credits_refill",
	.head = report_list_head,
	.basis = "balance",
	.own = {OWN_NOW},
	.has_team_filters = true,
	.statement = refills_statement,
	.sections = refills_sections,
};

const char *const credits_transaction_types[] = {
	"deduction", "allocation", "refund", "adjustment", "subscription_payment", "one_time_payment", NULL,
};

const struct report *const credits_reports[] = {
	&credits_balance, &credits_transactions, &credits_transaction_rows, &credits_daily, &credits_top,
	&credits_low,     &credits_forecast,     &credits_refills,          &credits_audit, NULL,
};
