/*
 * usage_columns: columns that several reports of lm-usage have, so that a name means the same everywhere. Private to
 * usage*.c.
 */
#ifndef LM_USAGE_COLUMNS_H
#define LM_USAGE_COLUMNS_H

#include "report_columns.h"

/* What names a row. */
#define COLUMN_JOB_TYPE LABEL("job_type", "Job type", "type of the jobs")
#define COLUMN_MODEL_GROUP \
	LABEL("model_group_used", "Model group", "group that was asked for; null where none is stored")
#define COLUMN_MODEL LABEL("resolved_model", "Model", "model that ran; null where none is stored")
#define COLUMN_ERROR_CLASS \
	LABEL("error_class", "Error class", "rate_limit, authentication, timeout, server, content_filter or other")
#define COLUMN_ORGANIZATION \
	{ \
		"organization_id", "Organization", COLUMN_TEXT, "that of the jobs; of jobs of several, the team's", \
			.is_detail = true \
	}

/* Behind what names a bucket of time, and in each table: a part of a day is no day to compare with others. */
#define HELP_PARTIAL "whether a part of it lies outside of the period, or is still to come"
#define COLUMN_PARTIAL \
	{ \
		"partial", "Part", COLUMN_FLAG, HELP_PARTIAL \
	}

/* Jobs. */
#define HELP_COMPLETED "jobs that are completed"
#define HELP_TOTAL_JOBS "jobs created in the period, whatever became of them"
#define COLUMN_TOTAL_JOBS \
	{ \
		"total_jobs", "Jobs", COLUMN_COUNT, HELP_TOTAL_JOBS \
	}
#define COLUMN_COMPLETED_JOBS \
	{ \
		"completed_jobs", "Completed", COLUMN_COUNT, HELP_COMPLETED \
	}
#define COLUMN_FAILED_JOBS \
	{ \
		"failed_jobs", "Failed", COLUMN_COUNT, "jobs that failed" \
	}
#define COLUMN_CANCELLED_JOBS \
	{ \
		"cancelled_jobs", "Cancelled", COLUMN_COUNT, "jobs that were cancelled" \
	}
#define COLUMN_OPEN_JOBS \
	{ \
		"open_jobs", "Open", COLUMN_COUNT, "all other jobs: pending or in progress" \
	}
#define DETAIL_COMPLETED_JOBS DETAIL("completed_jobs", "Completed", COLUMN_COUNT, HELP_COMPLETED)
#define DETAIL_CANCELLED_JOBS DETAIL("cancelled_jobs", "Cancelled", COLUMN_COUNT, "jobs that were cancelled")
#define DETAIL_OPEN_JOBS DETAIL("open_jobs", "Open", COLUMN_COUNT, "all other jobs: pending or in progress")
#define HELP_SUCCESS_RATE "completed out of completed and failed; null without either"
#define HELP_FAILURE_RATE "failed out of completed and failed jobs; null without either"
#define COLUMN_SUCCESS_RATE \
	{ \
		"success_rate_percent", "Success rate", COLUMN_PERCENT, HELP_SUCCESS_RATE \
	}
#define COLUMN_SUCCESS \
	{ \
		"success_rate_percent", "Success", COLUMN_PERCENT, HELP_SUCCESS_RATE \
	}
#define COLUMN_ERROR_RATE \
	{ \
		"error_rate_percent", "Error rate", COLUMN_PERCENT, HELP_FAILURE_RATE \
	}

/* Calls. */
#define COLUMN_API_CALLS \
	{ \
		"total_api_calls", "Calls", COLUMN_COUNT, "calls of these jobs, whenever they were made" \
	}
#define COLUMN_CALL_COUNT \
	{ \
		"call_count", "Calls", COLUMN_COUNT, "calls made in the period" \
	}
#define HELP_FAILED_CALLS "calls that failed: those with an error; null in a database without llm_calls.error"
#define COLUMN_FAILED_CALLS \
	{ \
		"failed_calls", "Failed", COLUMN_COUNT, HELP_FAILED_CALLS \
	}
#define DETAIL_FAILED_CALLS DETAIL("failed_calls", "Failed calls", COLUMN_COUNT, HELP_FAILED_CALLS)
#define COLUMN_TOTAL_TOKENS \
	{ \
		"total_tokens", "Tokens", COLUMN_COUNT, "tokens of the calls, as their total_tokens says" \
	}
#define HELP_LATENCY "mean over the calls that have a latency, not over jobs; null without any"
#define COLUMN_AVG_LATENCY \
	{ \
		"avg_latency_ms", "Latency", COLUMN_MS, HELP_LATENCY \
	}
#define DETAIL_WITH_LATENCY \
	DETAIL("calls_with_latency", "With latency", COLUMN_COUNT, "calls that have a latency: those of the mean")
#define COLUMN_WITHOUT_LATENCY \
	{ \
		"calls_without_latency", "No latency", COLUMN_COUNT, "calls without a latency, as failed ones often are" \
	}

/* Money. */
#define HELP_TOTAL_COST "client cost: what the teams are billed for the calls of these jobs"
#define HELP_PROVIDER_COST \
	"what the providers charge for the same calls, where it is stored; null where it never is, as of archived calls"
#define HELP_REVENUE "client cost: what the teams are billed for the calls"
#define HELP_FALLBACK "calls without a stored client cost, priced as provider cost and the team's markup of today"
#define HELP_MARGIN "client cost less provider cost, of the calls whose provider cost is known; null without any"
#define COLUMN_TOTAL_COST \
	{ \
		"total_cost_usd", "Cost", COLUMN_USD, HELP_TOTAL_COST \
	}
#define COLUMN_PROVIDER_COST \
	{ \
		"provider_cost_usd", "Provider cost", COLUMN_USD, HELP_PROVIDER_COST \
	}
#define DETAIL_PROVIDER_COST DETAIL("provider_cost_usd", "Provider cost", COLUMN_USD, HELP_PROVIDER_COST)
#define COLUMN_FALLBACK \
	{ \
		"fallback_cost_calls", "Calls priced by fallback", COLUMN_COUNT, HELP_FALLBACK \
	}
#define DETAIL_FALLBACK DETAIL("fallback_cost_calls", "Fallback", COLUMN_COUNT, HELP_FALLBACK)
#define COLUMN_MARGIN \
	{ \
		"margin_usd", "Margin", COLUMN_USD, HELP_MARGIN \
	}
#define COLUMN_MARGIN_PERCENT \
	{ \
		"margin_percent", "Margin %", COLUMN_PERCENT, \
			"margin_usd out of the client cost of the same calls; null without any" \
	}
#define COLUMN_MARGIN_CALLS \
	DETAIL("margin_calls", "Margin calls", COLUMN_COUNT, "calls whose provider cost is known: those of the margin")
#define HELP_CREDITS_SPENT "deductions less refunds for these jobs; 1 for a credited job without a ledger row"
#define HELP_CREDITS_SOLD \
	"credits of the payments in the period, which are no dollars; null under filters that credits do not know"

/* The change of a figure. */
#define TREND(of, help) DETAIL(of "_trend_percent", "Change", COLUMN_PERCENT, "change of " help)

#endif
