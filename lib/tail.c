#include "tail.h"

#include "sql.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ID_LENGTH ((size_t)16)
#define CAPACITY_MIN ((size_t)1024)
/* More statuses than anybody has; those beyond are no longer told by name when they are over. */
#define STATUS_COUNT_MAX ((size_t)250)

static const struct column columns[] = {
	[TAIL_KIND] = {"kind", "Kind", COLUMN_TEXT, "job or call", .is_label = true},
	[TAIL_AT] =
		{"at", "At", COLUMN_TIME,
         "when it was created; of a status that changed, when the platform says that it did, else when it was seen"},
	[TAIL_JOB_ID] = {"job_id", "Job", COLUMN_TEXT, "the job, or that of the call", .is_detail = true, .is_label = true},
	[TAIL_CALL_ID] = {"call_id", "Call", COLUMN_TEXT, "the call; null for a job", .is_detail = true, .is_label = true},
	[TAIL_TEAM] = {"team_id", "Team", COLUMN_TEXT, "team of the job"},
	[TAIL_ORGANIZATION] = {"organization_id", "Organization", COLUMN_TEXT, "that of the job, else its team's",
                           .is_detail = true},
	[TAIL_USER] = {"user_id", "User", COLUMN_TEXT, "user of the job", .is_detail = true},
	[TAIL_JOB_TYPE] = {"job_type", "Job type", COLUMN_TEXT, "type of the job"},
	[TAIL_STATUS] = {"status", "Status", COLUMN_TEXT, "status of a job", .is_status = true},
	[TAIL_PREVIOUS_STATUS] = {"previous_status", "Before", COLUMN_TEXT,
                              "status that the job was seen with before; null when it was not", .is_detail = true},
	[TAIL_MODEL_GROUP] = {"model_group_used", "Model group", COLUMN_TEXT, "group that a call asked for",
                          .is_detail = true},
	[TAIL_MODEL] = {"resolved_model", "Model", COLUMN_TEXT, "model that ran a call"},
	[TAIL_TOKENS] = {"total_tokens", "Tokens", COLUMN_COUNT, "tokens of a call, or of the job's calls so far"},
	[TAIL_COST] = {"total_cost_usd", "Cost", COLUMN_USD, "client cost of a call, or of the job's calls so far"},
	[TAIL_LATENCY] = {"latency_ms", "Latency", COLUMN_MS, "how long a call took", .is_detail = true},
	[TAIL_ERROR_CLASS] = {"error_class", "Error class", COLUMN_TEXT,
                          "of a failed call: rate_limit, authentication, timeout, server, content_filter or other"},
	[TAIL_COLUMN_COUNT] = {0},
};

static const struct section sections[] = {{"rows", SECTION_ROWS, columns}, {0}};

static const char *const statement[] = {sql_facts_raw, sql_usage_tail, NULL};
const char *const tail_open_statement[] = {sql_facts_raw, sql_usage_tail_open, NULL};

const struct report tail_report = {
	.name = "tail",
	.title = "Jobs and calls as they land",
	.head = report_list_head,
	.basis = "job, call",
	.statement = statement,
	.sections = sections,
};

enum entry_state {
	ENTRY_FREE,
	ENTRY_SEEN, /* a call, or a job that has ended */
	ENTRY_OPEN, /* a job that has not */
	ENTRY_GONE, /* a job that had not, and was not there when it was asked for */
};

struct tail_entry {
	unsigned char id[ID_LENGTH];
	int64_t until_us; /* it is remembered while the window may reach back so far */
	unsigned char state;
	bool is_job;
	unsigned char status; /* of a job, the index among the statuses + 1; 0 = not told */
};

void tail_init(struct tail *tail, int64_t from_us)
{
	*tail = (struct tail){.mark_count = 1};
	tail_skip(tail, from_us);
}

void tail_skip(struct tail *tail, int64_t from_us)
{
	tail->marks[0] = (struct tail_mark){0, from_us + TAIL_MARGIN_US};
}

void tail_free(struct tail *tail)
{
	size_t i;

	for (i = 0; i < tail->status_count; i++)
		free(tail->statuses[i]);
	free(tail->statuses);
	free(tail->entries);
	tail_init(tail, 0);
}

/* The index of the newest mark that holds for transactions from first_xid on. */
static size_t find_mark(const struct tail *tail, uint64_t first_xid)
{
	size_t i = tail->mark_count - 1;

	while (i > 0 && tail->marks[i].xid > first_xid)
		i--;
	return i;
}

int64_t tail_window_us(const struct tail *tail, uint64_t first_xid)
{
	return tail->marks[find_mark(tail, first_xid)].at_us - TAIL_MARGIN_US;
}

int64_t tail_backlog_us(const struct tail *tail)
{
	return tail->marks[tail->mark_count - 1].at_us - tail->marks[0].at_us;
}

/* Leaves half of the marks, at even distances: what is read is then more than had to be, never less. */
static void thin_marks(struct tail *tail)
{
	int64_t distance_us = tail_backlog_us(tail) / (int64_t)(TAIL_MARK_COUNT / 2);
	size_t kept = 1, i;

	for (i = 1; i < tail->mark_count; i++)
		if (tail->marks[i].at_us - tail->marks[kept - 1].at_us > distance_us || i + 1 == tail->mark_count)
			tail->marks[kept++] = tail->marks[i];
	tail->mark_count = kept;
}

void tail_advance(struct tail *tail, const struct tail_snapshot *snapshot)
{
	struct tail_mark *last;
	size_t first;

	/* After a failover, numbers are given again. */
	while (tail->marks[tail->mark_count - 1].xid > snapshot->xmax)
		tail->mark_count--;
	last = &tail->marks[tail->mark_count - 1];
	/* Not after a clock was set back, or when a standby lags behind the server before: older marks hold all the same.
	 */
	if (snapshot->at_us >= last->at_us) {
		if (last->xid == snapshot->xmax)
			last->at_us = snapshot->at_us; /* nobody wrote in between */
		else {
			if (tail->mark_count == TAIL_MARK_COUNT)
				thin_marks(tail);
			tail->marks[tail->mark_count++] = (struct tail_mark){snapshot->xmax, snapshot->at_us};
		}
	}
	first = find_mark(tail, snapshot->xmin);
	tail->mark_count -= first;
	memmove(tail->marks, tail->marks + first, tail->mark_count * sizeof *tail->marks);
	tail->marks[0].xid = 0;
}

static size_t hash(bool is_job, const unsigned char *id)
{
	uint64_t halves[2], mixed;

	memcpy(halves, id, sizeof halves);
	/* The finalizer of MurmurHash3: ids may be numbered. */
	mixed = halves[0] * UINT64_C(0x9E3779B97F4A7C15) + halves[1] + is_job;
	mixed = (mixed ^ (mixed >> 33)) * UINT64_C(0xFF51AFD7ED558CCD);
	mixed = (mixed ^ (mixed >> 33)) * UINT64_C(0xC4CEB9FE1A85EC53);
	return (size_t)(mixed ^ (mixed >> 33));
}

/* The entry of an id, or the free one where it belongs; the table has room. */
static struct tail_entry *find_entry(const struct tail *tail, bool is_job, const unsigned char *id)
{
	size_t at = hash(is_job, id);

	for (;; at++) {
		struct tail_entry *entry = &tail->entries[at & (tail->capacity - 1)];

		if (entry->state == ENTRY_FREE || (entry->is_job == is_job && memcmp(entry->id, id, ID_LENGTH) == 0))
			return entry;
	}
}

/* Whether an entry may still be asked for. */
static bool is_needed(const struct tail *tail, const struct tail_entry *entry)
{
	return entry->state == ENTRY_OPEN ||
	       (entry->state != ENTRY_FREE && entry->until_us >= tail->marks[0].at_us - TAIL_MARGIN_US);
}

/* Makes the table anew, without what is no longer needed, and with room for as much again. */
static bool sweep(struct tail *tail, struct error *error)
{
	struct tail old = *tail;
	size_t kept = 0, i;

	for (i = 0; i < old.capacity; i++)
		kept += is_needed(tail, &old.entries[i]);
	tail->capacity = CAPACITY_MIN;
	while (tail->capacity / 4 < kept)
		tail->capacity *= 2;
	tail->entries = calloc(tail->capacity, sizeof *tail->entries);
	if (tail->entries == NULL) {
		*tail = old;
		return error_out_of_memory(error);
	}
	for (i = 0; i < old.capacity; i++)
		if (is_needed(tail, &old.entries[i]))
			*find_entry(tail, old.entries[i].is_job, old.entries[i].id) = old.entries[i];
	tail->count = kept;
	tail->swept_count = kept;
	free(old.entries);
	return true;
}

static bool read_id(const char *text, unsigned char *id)
{
	static const char digits[] = "0123456789abcdef";
	size_t count;

	for (count = 0; *text != '\0' && count < 2 * ID_LENGTH; text++) {
		const char *digit = memchr(digits, tolower((unsigned char)*text), 16);

		if (*text == '-')
			continue;
		if (digit == NULL)
			return false;
		id[count / 2] = (unsigned char)((count % 2 == 0 ? 0 : id[count / 2] << 4) | (digit - digits));
		count++;
	}
	return count == 2 * ID_LENGTH && *text == '\0';
}

/* Finds a status among those known, or adds it. */
static bool find_status(struct tail *tail, const struct cell *status, unsigned char *index, struct error *error)
{
	char **statuses;
	size_t i;

	*index = 0;
	if (status->bytes == NULL)
		return true;
	for (i = 0; i < tail->status_count && strcmp(tail->statuses[i], status->bytes) != 0; i++)
		;
	if (i == STATUS_COUNT_MAX)
		return true;
	if (i == tail->status_count) {
		statuses = realloc(tail->statuses, (i + 1) * sizeof *statuses);
		if (statuses == NULL)
			return error_out_of_memory(error);
		tail->statuses = statuses;
		statuses[i] = strdup(status->bytes);
		if (statuses[i] == NULL)
			return error_out_of_memory(error);
		tail->status_count++;
	}
	*index = (unsigned char)(i + 1);
	return true;
}

bool tail_see(struct tail *tail, struct tail_row *row, enum tail_event *event, struct error *error)
{
	struct tail_entry seen = {.is_job = row->is_job, .until_us = row->at_us};
	struct tail_entry *entry;

	row->earlier = NULL;
	if (!read_id(row->id, seen.id))
		return error_set(error, "\"%s\" is no uuid", row->id);
	if (!find_status(tail, &row->status, &seen.status, error))
		return false;
	/* Half full at most; and after as much again as was worth keeping, some of it may no longer be. */
	if (2 * (tail->count + 1) > tail->capacity || tail->count > 2 * tail->swept_count + CAPACITY_MIN / 4)
		if (!sweep(tail, error))
			return false;
	seen.state = row->is_job && tail_is_open(&row->status) ? ENTRY_OPEN : ENTRY_SEEN;
	entry = find_entry(tail, row->is_job, seen.id);
	if (entry->state == ENTRY_FREE) {
		tail->count++;
		*event = TAIL_LANDED;
	} else if (row->is_job && entry->status != seen.status) {
		row->earlier = entry->status > 0 ? tail->statuses[entry->status - 1] : NULL;
		*event = TAIL_CHANGED;
	} else {
		*event = TAIL_KNOWN;
		if (entry->state == ENTRY_GONE)
			entry->state = seen.state;
		return true;
	}
	if (*event == TAIL_CHANGED && entry->until_us > seen.until_us)
		seen.until_us = entry->until_us;
	*entry = seen;
	return true;
}

void tail_forget_job(struct tail *tail, const char *id)
{
	unsigned char bytes[ID_LENGTH];
	struct tail_entry *entry;

	if (tail->capacity == 0 || !read_id(id, bytes))
		return;
	entry = find_entry(tail, true, bytes);
	if (entry->state != ENTRY_OPEN)
		return;
	entry->state = ENTRY_GONE;
	entry->until_us = tail->marks[tail->mark_count - 1].at_us;
}

bool tail_is_open(const struct cell *status)
{
	static const char *const ended[] = {"completed", "failed", "cancelled"};
	size_t i;

	for (i = 0; status->bytes != NULL && i < sizeof ended / sizeof ended[0]; i++)
		if (strcmp(status->bytes, ended[i]) == 0)
			return false;
	return true;
}

size_t tail_append_open(const struct tail *tail, struct text *array)
{
	size_t count = 0, i, j;

	text_append_byte(array, '{');
	for (i = 0; i < tail->capacity; i++) {
		const struct tail_entry *entry = &tail->entries[i];

		if (entry->state != ENTRY_OPEN && (entry->state != ENTRY_GONE || !is_needed(tail, entry)))
			continue;
		text_append_string(array, count++ > 0 ? "," : "");
		for (j = 0; j < ID_LENGTH; j++)
			text_append_format(array, "%02x", entry->id[j]);
	}
	text_append_byte(array, '}');
	return count;
}
