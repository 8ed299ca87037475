/*
 * tail: the bookkeeping of lm-usage tail: which rows were seen, and from when on rows have to be read again so that
 *none is lost that was committed late.
 *
 * Does not ask the database anything and does not print. The clocks and snapshots are arguments.
 *
 * A row's created_at is taken when its transaction begins or before, and others see the row when it ends, however much
 * later. A look at the database knows by its snapshot (PostgreSQL manual, 9.26.4) which transactions had ended, and
 *that those from the snapshot's xmax on had not written anything. So each look leaves a mark, its xmax with the time:
 *what a transaction from that xmax on writes was created after that time, but for a margin of ten minutes between its
 *beginning and its first write. The next look is told which is the oldest transaction that may have come to light
 *since, and has to read from the mark of that one on. Marks and rows that are older than every transaction still
 *running are forgotten.
 *
 *	struct tail tail;
 *	tail_init(&tail, from_us);
 *	... rows created since tail_window_us(&tail, first_xid): tail_see(&tail, &row, error) ...
 *	tail_advance(&tail, &snapshot);
 *	tail_free(&tail);
 */
#ifndef LM_TAIL_H
#define LM_TAIL_H

#include "calendar.h"
#include "error.h"
#include "report.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long after a transaction began it may make its first write, and how far the clocks of two machines may differ. */
#define TAIL_MARGIN_US (600 * CALENDAR_SECOND_US)

/* The columns of tail_report, in their order. */
enum tail_column {
	TAIL_KIND,
	TAIL_AT,
	TAIL_JOB_ID,
	TAIL_CALL_ID,
	TAIL_TEAM,
	TAIL_ORGANIZATION,
	TAIL_USER,
	TAIL_JOB_TYPE,
	TAIL_STATUS,
	TAIL_PREVIOUS_STATUS,
	TAIL_MODEL_GROUP,
	TAIL_MODEL,
	TAIL_TOKENS,
	TAIL_COST,
	TAIL_LATENCY,
	TAIL_ERROR_CLASS,
	TAIL_COLUMN_COUNT
};

/* What is printed, a list; and the parts of its statement and of that for the jobs that are open at the start. */
extern const struct report tail_report;
extern const char *const tail_open_statement[];

/* How many marks are kept; where that is too few, half of them are dropped. */
#define TAIL_MARK_COUNT ((size_t)1024)

struct tail_mark {
	uint64_t xid;  /* transactions from this one on (0 in the oldest mark: all) ... */
	int64_t at_us; /* ... wrote nothing that was created earlier than the margin before this time */
};

struct tail_entry;

struct tail {
	struct tail_mark marks[TAIL_MARK_COUNT]; /* oldest first; at least one */
	size_t mark_count;
	struct tail_entry *entries; /* a hash table; owned */
	size_t capacity;            /* of it, a power of two, or 0 */
	size_t count;               /* of its used entries */
	size_t swept_count;         /* as many were left when it was last made anew */
	char **statuses;            /* each once; owned */
	size_t status_count;
};

/* A look at the database. */
struct tail_snapshot {
	uint64_t xmin; /* transactions before this one had ended */
	uint64_t xmax; /* those from this one on had not written anything */
	int64_t at_us; /* when they had not */
};

enum tail_event {
	TAIL_KNOWN,   /* it was seen before, just so */
	TAIL_LANDED,  /* it was not seen before */
	TAIL_CHANGED, /* a job whose status is another one than before */
};

struct tail_row {
	bool is_job;         /* else it is a call */
	const char *id;      /* as PostgreSQL writes a uuid */
	int64_t at_us;       /* it is remembered while rows of this time may be read again, and open jobs until they end */
	struct cell status;  /* of a job */
	const char *earlier; /* set by tail_see when the status changed: the one before; lives as long as the tail */
};

/* Begins with nothing seen, and rows that are read from from_us on. */
void tail_init(struct tail *tail, int64_t from_us);

/* Before the first look: what was created before from_us will not be read again. */
void tail_skip(struct tail *tail, int64_t from_us);

void tail_free(struct tail *tail);

/* The time from which on rows have to be read, when those of transactions from first_xid on may be new; 0 = of any. */
int64_t tail_window_us(const struct tail *tail, uint64_t first_xid);

/* How far the present is from the oldest time that may have to be read again, beyond the margin. */
int64_t tail_backlog_us(const struct tail *tail);

/* Ends a look, in which all rows of the window were seen. */
void tail_advance(struct tail *tail, const struct tail_snapshot *snapshot);

/* Remembers a row, and sets *event to what it is. Fails when memory runs out, or the id is no uuid. */
bool tail_see(struct tail *tail, struct tail_row *row, enum tail_event *event, struct error *error);

/*
 * Forgets a job that is no more, once the window has gone by: until then it may be that the server is now another one,
 * which does not have it yet.
 */
void tail_forget_job(struct tail *tail, const char *id);

/* Whether a job of this status can still change. */
bool tail_is_open(const struct cell *status);

/* Appends the ids of all open jobs as PostgreSQL's array literal. Returns how many there are. */
size_t tail_append_open(const struct tail *tail, struct text *array);

#endif
