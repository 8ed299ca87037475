/* The run of lm-recalc: from periods to months and days, each worked through, printed and counted. */
#include "calendar.h"
#include "progress.h"
#include "recalc.h"
#include "render.h"
#include "tool.h"

#include <string.h>

/* What is open by its end in the printed document's head. */
struct head {
	struct text from, to, as_of;
	struct cell cells[REPORT_HEAD_COUNT];
};

static void make_head(struct head *head, const struct recalc *recalc)
{
	const struct recalc_plan *plan = &recalc->plan;
	int64_t from_us = plan->units[0].from_us, to_us = plan->units[0].to_us;
	const char *name = recalc->task->report->name;
	size_t i;

	for (i = 1; i < plan->count; i++) {
		from_us = plan->units[i].from_us < from_us ? plan->units[i].from_us : from_us;
		to_us = plan->units[i].to_us > to_us ? plan->units[i].to_us : to_us;
	}
	calendar_append(&head->from, from_us);
	calendar_append(&head->to, to_us);
	calendar_append(&head->as_of, recalc->now_us);
	head->cells[0] = (struct cell){name, strlen(name)};
	head->cells[1] = (struct cell){text_string(&head->from), head->from.length};
	head->cells[2] = (struct cell){text_string(&head->to), head->to.length};
	head->cells[3] = (struct cell){to_us > recalc->now_us ? "t" : "f", 1};
	head->cells[4] = (struct cell){"job", 3};
	head->cells[5] = (struct cell){text_string(&head->as_of), head->as_of.length};
}

static void free_head(struct head *head)
{
	text_free(&head->from);
	text_free(&head->to);
	text_free(&head->as_of);
}

/* Reads the periods into a plan, as the calendar has it at now_us. */
static bool make_plan(const struct tool *tool, const struct tool_recalc *asked, int64_t now_us,
                      struct recalc_plan *plan, struct error *error)
{
	bool has_months = asked->task->summaries != NULL;
	bool both = !asked->months && !asked->days;
	struct period period;
	size_t i;

	plan->count = 0;
	for (i = 0; i < tool->call.argument_count; i++)
		if (!period_parse(tool->call.arguments[i], now_us, &period, error) ||
		    !recalc_plan_add(plan, &period, has_months && (both || asked->months), both || asked->days, error))
			return false;
	return true;
}

/*
 * Takes what lies in the future out of the plan. Refuses what is still open, unless it is allowed: the platform answers
 * for ever with a row that is there once.
 */
static bool settle_open(const struct tool *tool, const struct tool_recalc *asked, int64_t now_us,
                        struct recalc_plan *plan, struct error *error)
{
	size_t i, kept = 0;

	for (i = 0; i < plan->count; i++) {
		const struct recalc_unit *unit = &plan->units[i];

		if (unit->to_us > now_us && !asked->task->wants_open && !asked->allow_open)
			return error_set(
				error,
				"%s is still open, and the platform would show its row for ever once it is stored; ask for "
				"periods that are over, or give --allow-open",
				unit->name);
		if (unit->from_us >= now_us)
			continue;
		if (unit->to_us > now_us && !asked->task->wants_open && asked->task->is_writer)
			tool_say(
				tool, LOG_LEVEL_WARNING,
				"%s is still open: the platform shows its row, as it is now, until this is run again after its end",
				unit->name);
		plan->units[kept++] = *unit;
	}
	plan->count = kept;
	return kept > 0 || error_set(error, "nothing of the periods asked for has begun");
}

/* Says the rows that do not fit, a line each. */
static void say_failures(const struct tool *tool, struct text *failures)
{
	char *line = failures->bytes, *end;

	for (; line != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1)
		tool_say(tool, LOG_LEVEL_ERROR, "%.*s", (int)(end - line), line);
	text_clear(failures);
}

/* Whether the second of two units is the day after the first, in the same month. */
static bool is_same_month(const struct recalc_unit *first, const struct recalc_unit *second)
{
	return !first->is_month && !second->is_month && first->to_us == second->from_us &&
	       strncmp(first->name, second->name, strlen("2025-10")) == 0;
}

/* How many days of one month follow each other from a unit on. */
static size_t count_days(const struct recalc_plan *plan, size_t from)
{
	size_t count;

	for (count = 1; from + count < plan->count; count++)
		if (!is_same_month(&plan->units[from + count - 1], &plan->units[from + count]))
			break;
	return count;
}

static bool run_units(const struct tool *tool, struct recalc *recalc, struct error *error)
{
	struct progress progress = progress_start(recalc->plan.count, "months and days");
	bool done = true;
	size_t i;

	for (i = 0; done && i < recalc->plan.count; i++) {
		struct recalc_unit *unit = &recalc->plan.units[i];

		progress_show(&progress, i, unit->name, recalc->totals.rows);
		if (!unit->is_month && (i == 0 || !is_same_month(unit - 1, unit)))
			done = recalc_settle(recalc, unit, count_days(&recalc->plan, i), error);
		done = done && recalc_unit(recalc, unit, error);
		if (recalc->failures.length > 0)
			progress_end(&progress);
		say_failures(tool, &recalc->failures);
	}
	progress_end(&progress);
	return done;
}

/* Works through the plan and prints it; what was committed before a failure is printed too. */
static bool run(struct tool *tool, struct recalc *recalc, struct error *error)
{
	struct render_options options = tool_render_options(tool);
	struct head head = {.cells = {{NULL, 0}}};
	struct error closing;
	bool done;

	make_head(&head, recalc);
	recalc->render = render_open(&options, recalc->task->report, head.cells, false, &tool->output, error);
	done = recalc->render != NULL && recalc_prepare(recalc, error) && run_units(tool, recalc, error);
	if (done)
		done = render_close(recalc->render, error);
	else if (recalc->render != NULL && recalc->printed > 0)
		render_close(recalc->render, &closing);
	render_free(recalc->render);
	free_head(&head);
	return done;
}

enum exit_status tool_run_recalc(struct tool *tool, const struct tool_recalc *asked, struct error *error)
{
	struct recalc recalc = {.task = asked->task, .team = asked->team};
	const char *writes = asked->task->is_writer ? RECALC_TABLES : NULL;
	enum exit_status status = EXIT_UNKNOWN;
	struct db *lock = NULL;

	if (!make_plan(tool, asked, tool_now_us(tool, NULL), &recalc.plan, error))
		goto out;
	/* The lock is held by a transaction of its own: those of the work end, and a pooler may give a session away. */
	if (writes != NULL) {
		lock = tool_open_db(tool, writes, error);
		if (lock == NULL || !recalc_lock(lock, error))
			goto out;
	}
	recalc.db = tool_open_db(tool, writes, error);
	if (recalc.db == NULL)
		goto out;
	recalc.now_us = tool_now_us(tool, recalc.db);
	if (!make_plan(tool, asked, recalc.now_us, &recalc.plan, error) ||
	    !settle_open(tool, asked, recalc.now_us, &recalc.plan, error) || !run(tool, &recalc, error))
		goto out;
	tool_say(tool, LOG_LEVEL_DEBUG, "%s: %lld rows, %lld written", asked->task->report->name,
	         (long long)recalc.totals.rows, (long long)recalc.totals.written);
	status = recalc.totals.failed > 0 ? EXIT_UNKNOWN : recalc.totals.drift > 0 ? EXIT_WARNING : EXIT_FINE;
out:
	db_close(recalc.db);
	db_close(lock);
	recalc_free(&recalc);
	return status;
}
