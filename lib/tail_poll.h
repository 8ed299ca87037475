/*
 * tail_poll: one look of lm-usage tail at the database: what landed or changed since the look before.
 *
 * Does not connect and does not print: a row that is to be shown is handed on.
 *
 *	struct tail_poll poll = {.parameters = {...}, .show = print_row, .context = &run};
 *	db = db_open(...);
 *	tail_poll_look(&poll, db, &has_more, error);
 *	db_pause(db, error);
 *	... a second later: db_resume(db, error), and so on ...
 *	tail_poll_free(&poll);
 */
#ifndef LM_TAIL_POLL_H
#define LM_TAIL_POLL_H

#include "db.h"
#include "error.h"
#include "report.h"
#include "tail.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tail_poll {
	/* What is asked for; set by the caller, and borrowed. */
	const char *filters[PARAMETER_COUNT]; /* from PARAMETER_TEAMS on: arrays, NULL = all */
	bool has_since, is_ago;
	int64_t since_us; /* if has_since: show what landed since then first; with is_ago, so long before the first look */
	bool (*show)(void *context, const struct cell *cells, struct error *error); /* cells of tail_report */
	void *context;
	/* Of the last look. */
	size_t rows, shown;
	bool is_history; /* its rows are read again where it failed, and so are not to be shown then */
	struct tail_snapshot snapshot;
	/* Private. */
	struct tail tail;
	struct text snapshot_text; /* of the last look on this connection; "" = none */
	uint64_t first_xid;        /* no older transaction can have written what is new; 0 = any may have */
	int64_t now_us;            /* the database's clock */
	int64_t begin_us;          /* of what is shown first, or of what is only remembered */
	int64_t history_us;        /* up to there, what landed before the window was read */
	int64_t slice_us;          /* how much of it is read at once */
	bool has_begun, has_opened, has_looked;
	bool is_opening; /* what is read is which jobs are open */
	struct error fault;
};

/*
 * Looks, in the transaction that was begun. The first looks read what landed since since_us, oldest first and piece by
 * piece, and set *has_more until it is at the present; without a since, the first one only remembers what is there.
 * Fails when the database does, or show; the next look, on another connection, misses nothing.
 */
bool tail_poll_look(struct tail_poll *poll, struct db *db, bool *has_more, struct error *error);

/* Has to be called before the first look on another connection. */
void tail_poll_reconnected(struct tail_poll *poll);

/* How long transactions have been running that are waited for, in microseconds: what landed since is remembered. */
int64_t tail_poll_backlog_us(const struct tail_poll *poll);

void tail_poll_free(struct tail_poll *poll);

#endif
