/* The audit of lm-credits, and the exit statuses of low and audit. */
#include "credits.h"
#include "report_columns.h"
#include "sql.h"

#include <string.h>

#define MILLIONTHS CREDITS_MILLIONTHS
#define AMOUNT_MAX (INT64_C(100000000000) * MILLIONTHS)

#define HELP_KIND \
	"balance_drift (credits_used is not the ledger's), chain_break (balances that don't follow each other), " \
	"double_deduction, unbilled_job (completed, not credited), missing_client_cost (calls without one, as streamed " \
	"ones " \
	"are), wrong_amount (no budget mode explains it), orphan_team (no credits record) or negative_balance"

const char *const credits_audit_kinds[] = {
	"balance_drift", "chain_break", "double_deduction", "unbilled_job", "missing_client_cost",
	"wrong_amount",  "orphan_team", "negative_balance", NULL,
};

static const struct column totals_columns[] = {
	LABEL("kind", "Kind", HELP_KIND),
	{"findings", "Findings", COLUMN_COUNT, "how many were found, listed or not"},
	{"teams", "Teams", COLUMN_COUNT, "how many teams they are of"},
	{"amount_credits", "Credits", COLUMN_COUNT, "credits in question, whichever way they went; null for none"},
	{"amount_usd", "Dollars", COLUMN_USD, "client cost in question; null for none"},
	{0},
};

static const struct column findings_columns[] = {
	LABEL("kind", "Kind", "which of the kinds above"),
	COLUMN_TEAM,
	{"job_id", "Job", COLUMN_TEXT, "the job; null where it is about none", .is_label = true, .is_detail = true},
	{"transaction_id", "Transaction", COLUMN_TEXT,
     "the row of the ledger, of a chain_break; null where that is at its end", .is_label = true, .is_detail = true},
	DETAIL("created_at", "Created", COLUMN_TIME, "when the job or the row was made; of an orphan_team, its first job"),
	DETAIL("expected_credits", "Expected", COLUMN_COUNT, "the credits that would be right; null where nobody can say"),
	DETAIL("found_credits", "Found", COLUMN_COUNT, "the credits that are stored"),
	{"amount_credits", "Credits", COLUMN_COUNT,
     "what they differ by; of an unbilled_job what it would have cost, of an orphan_team what it used"},
	{"amount_usd", "Dollars", COLUMN_USD, "client cost of an unbilled_job, or of the calls that lack it"},
	{0},
};

static const struct section audit_sections[] = {
	{"totals", SECTION_ROWS, totals_columns},
	{"findings", SECTION_ROWS, findings_columns},
	{0},
};

static const char *const audit_statement[] = {sql_facts_raw, sql_credits_raw, sql_credits_audit, NULL};

const struct report credits_audit = {
	.name = "audit",
	.title = "Audit",
	.metrics = "lm_credits_audit",
	.head = report_list_head,
	.basis = "job, ledger",
	.has_team_filters = true,
	.statement = audit_statement,
	.sections = audit_sections,
};

static size_t find_column(const struct column *columns, const char *name)
{
	size_t i;

	for (i = 0; columns[i].name != NULL && strcmp(columns[i].name, name) != 0; i++)
		;
	return i;
}

/* Reads a decimal number as PostgreSQL writes one, cut to millionths; far too large ones are AMOUNT_MAX. False for
 * others. */
static bool read_millionths(const char *digits, size_t length, int64_t *millionths)
{
	bool is_negative = length > 0 && *digits == '-';
	size_t i = is_negative, places = 0;
	bool has_point = false, has_digits = false;

	*millionths = 0;
	for (; i < length; i++) {
		if (digits[i] == '.' && !has_point) {
			has_point = true;
			continue;
		}
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		has_digits = true;
		if ((has_point && places++ >= 6) || *millionths >= AMOUNT_MAX)
			continue;
		*millionths = *millionths * 10 + (digits[i] - '0');
	}
	for (; places < 6 && *millionths < AMOUNT_MAX; places++)
		*millionths *= 10;
	if (*millionths > AMOUNT_MAX)
		*millionths = AMOUNT_MAX;
	if (is_negative)
		*millionths = -*millionths;
	return has_digits;
}

bool credits_parse_amount(const char *word, const char *what, int64_t *millionths, struct error *error)
{
	if (*word == '-' || *word == '.' || !read_millionths(word, strlen(word), millionths) || *millionths >= AMOUNT_MAX)
		return error_set(error, "expected %s such as 12 or 12.50, not \"%s\"", what, word);
	return true;
}

/* Adds what a cell holds, if anything. */
static void add(int64_t *sum, const struct cell *cell)
{
	int64_t millionths;

	if (cell->bytes == NULL || !read_millionths(cell->bytes, cell->length, &millionths))
		return;
	*sum = millionths > AMOUNT_MAX - *sum ? AMOUNT_MAX : *sum + millionths;
}

void credits_low_see(void *context, const struct section *section, const struct cell *cells)
{
	struct credits_low *low = context;
	const struct cell *left = &cells[find_column(credits_low.sections->columns, "credits_remaining")];
	const struct cell *granted = &cells[find_column(credits_low.sections->columns, "credits_allocated")];
	int64_t millionths;

	(void)section;
	if (left->bytes == NULL && granted->bytes != NULL &&
	    read_millionths(granted->bytes, granted->length, &millionths) && millionths > 0) {
		low->unknown++;
		return;
	}
	low->has_low = true;
	/* Who has used some and was granted none has less than nothing, even where the database leaves the rest out. */
	if (left->bytes == NULL || !read_millionths(left->bytes, left->length, &millionths) || millionths <= 0)
		low->has_empty = true;
}

enum exit_status credits_low_status(const void *context)
{
	const struct credits_low *low = context;

	return low->unknown > 0 ? EXIT_UNKNOWN : low->has_empty ? EXIT_CRITICAL : low->has_low ? EXIT_WARNING : EXIT_FINE;
}

static bool is_accepted(const struct credits_found *found, const struct cell *kind)
{
	size_t i;

	for (i = 0; i < found->accepted_count; i++)
		if (kind->bytes != NULL && strcmp(found->accepted[i], kind->bytes) == 0)
			return true;
	return false;
}

void credits_audit_see(void *context, const struct section *section, const struct cell *cells)
{
	struct credits_found *found = context;

	if (section->columns == totals_columns)
		add(&found->listable, &cells[find_column(totals_columns, "findings")]);
	if (section->columns != totals_columns || is_accepted(found, &cells[find_column(totals_columns, "kind")]))
		return;
	add(&found->findings, &cells[find_column(totals_columns, "findings")]);
	add(&found->credits_millionths, &cells[find_column(totals_columns, "amount_credits")]);
	add(&found->usd_millionths, &cells[find_column(totals_columns, "amount_usd")]);
}

enum exit_status credits_audit_status(const void *context)
{
	const struct credits_found *found = context;

	if (found->findings == 0)
		return EXIT_FINE;
	return (found->has_critical_usd && found->usd_millionths > found->critical_usd_millionths) ||
	               (found->has_critical_credits && found->credits_millionths > found->critical_credits_millionths)
	           ? EXIT_CRITICAL
	           : EXIT_WARNING;
}
