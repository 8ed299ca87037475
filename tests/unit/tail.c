#include "tail.h"

#include "suite.h"

#include <stdio.h>

#define START_US INT64_C(1795528800000000)
#define SECOND_US CALENDAR_SECOND_US

static void advance(struct tail *tail, uint64_t xmin, uint64_t xmax, int64_t at_us)
{
	tail_advance(tail, &(struct tail_snapshot){xmin, xmax, at_us});
}

/* Asserts from when on rows of transactions from first_xid on are read: the margin before a time. */
#define assert_window(tail, first_xid, expected_us) \
	ck_assert_int_eq(tail_window_us((tail), (first_xid)), (expected_us)-TAIL_MARGIN_US)

static const char *make_id(char *id, unsigned number)
{
	sprintf(id, "00000000-0000-4000-8000-%012x", number);
	return id;
}

static enum tail_event see(struct tail *tail, bool is_job, unsigned number, int64_t at_us, const char *status,
                           const char **earlier)
{
	struct error error = {""};
	enum tail_event event;
	char id[64];
	struct tail_row row = {.is_job = is_job, .id = make_id(id, number), .at_us = at_us};

	if (status != NULL)
		row.status = (struct cell){status, strlen(status)};
	ck_assert_msg(tail_see(tail, &row, &event, &error), "%s", error.message);
	if (earlier != NULL)
		*earlier = row.earlier;
	return event;
}

static enum tail_event see_call(struct tail *tail, unsigned number, int64_t at_us)
{
	return see(tail, false, number, at_us, NULL, NULL);
}

START_TEST(what_follows_is_read_from_the_margin_before_the_last_look_on)
{
	struct tail tail;

	tail_init(&tail, START_US - TAIL_MARGIN_US);
	assert_window(&tail, 0, START_US);
	advance(&tail, 100, 100, START_US + SECOND_US);
	assert_window(&tail, 100, START_US + SECOND_US);
	advance(&tail, 105, 105, START_US + 2 * SECOND_US);
	assert_window(&tail, 105, START_US + 2 * SECOND_US);
	assert_window(&tail, 0, START_US + 2 * SECOND_US);
	/* Nobody wrote, and time passed. */
	advance(&tail, 105, 105, START_US + 100 * SECOND_US);
	assert_window(&tail, 105, START_US + 100 * SECOND_US);
	ck_assert_int_eq(tail_backlog_us(&tail), 0);
	tail_free(&tail);
}
END_TEST

START_TEST(a_transaction_that_is_open_is_waited_for)
{
	struct tail tail;

	tail_init(&tail, START_US - TAIL_MARGIN_US);
	advance(&tail, 100, 100, START_US);
	advance(&tail, 100, 101, START_US + SECOND_US); /* 100 has begun to write */
	advance(&tail, 100, 110, START_US + 2 * SECOND_US);
	advance(&tail, 100, 120, START_US + 3 * SECOND_US);
	/* While it goes on, only what is new is read; when it ends, all since it had not begun. */
	assert_window(&tail, 120, START_US + 3 * SECOND_US);
	assert_window(&tail, 115, START_US + 2 * SECOND_US);
	assert_window(&tail, 100, START_US);
	ck_assert_int_eq(tail_backlog_us(&tail), 3 * SECOND_US);
	advance(&tail, 125, 125, START_US + 4 * SECOND_US);
	assert_window(&tail, 0, START_US + 4 * SECOND_US);
	ck_assert_int_eq(tail_backlog_us(&tail), 0);
	tail_free(&tail);
}
END_TEST

START_TEST(one_that_was_open_before_the_first_look_is_read_from_where_that_began)
{
	struct tail tail;

	tail_init(&tail, START_US - 2 * TAIL_MARGIN_US);
	tail_skip(&tail, START_US - TAIL_MARGIN_US);
	advance(&tail, 50, 100, START_US + SECOND_US);
	advance(&tail, 50, 110, START_US + 2 * SECOND_US);
	assert_window(&tail, 50, START_US);
	assert_window(&tail, 110, START_US + 2 * SECOND_US);
	tail_free(&tail);
}
END_TEST

START_TEST(marks_stay_few_however_long_a_transaction_is_open)
{
	struct tail tail;
	uint64_t i;

	tail_init(&tail, START_US - TAIL_MARGIN_US);
	for (i = 1; i <= 100000; i++) {
		advance(&tail, 1000, 1000 + i, START_US + (int64_t)i * SECOND_US);
		ck_assert_uint_le(tail.mark_count, TAIL_MARK_COUNT);
		/* The newest is exact. */
		assert_window(&tail, 1000 + i, START_US + (int64_t)i * SECOND_US);
	}
	assert_window(&tail, 1000, START_US);
	/* An older one is never too new, and too old by less than the margin. */
	for (i = 1; i <= 100000; i += 997) {
		int64_t late_us = START_US + (int64_t)i * SECOND_US - TAIL_MARGIN_US - tail_window_us(&tail, 1000 + i);

		ck_assert_int_ge(late_us, 0);
		ck_assert_int_le(late_us, TAIL_MARGIN_US);
	}
	ck_assert_int_eq(tail_backlog_us(&tail), 100000 * SECOND_US);
	tail_free(&tail);
}
END_TEST

START_TEST(numbers_that_are_given_again_after_a_failover_are_not_taken_for_the_old_ones)
{
	struct tail tail;

	tail_init(&tail, START_US - TAIL_MARGIN_US);
	advance(&tail, 1000, 1000, START_US);
	/* The new server had only seen 900; 890 is open on it. */
	advance(&tail, 890, 900, START_US + SECOND_US);
	assert_window(&tail, 890, START_US);
	assert_window(&tail, 900, START_US + SECOND_US);
	advance(&tail, 890, 1000, START_US + 2 * SECOND_US);
	assert_window(&tail, 890, START_US);
	assert_window(&tail, 0, START_US);
	advance(&tail, 1000, 1000, START_US + 3 * SECOND_US);
	assert_window(&tail, 0, START_US + 3 * SECOND_US);
	tail_free(&tail);
}
END_TEST

START_TEST(a_clock_that_is_set_back_moves_nothing_back)
{
	struct tail tail;

	tail_init(&tail, START_US - TAIL_MARGIN_US);
	advance(&tail, 100, 100, START_US);
	advance(&tail, 200, 200, START_US - 60 * SECOND_US);
	assert_window(&tail, 200, START_US);
	advance(&tail, 300, 300, START_US + SECOND_US);
	assert_window(&tail, 300, START_US + SECOND_US);
	tail_free(&tail);
}
END_TEST

START_TEST(a_row_lands_once)
{
	struct tail tail;
	const char *earlier;

	tail_init(&tail, START_US);
	ck_assert_int_eq(see_call(&tail, 1, START_US), TAIL_LANDED);
	ck_assert_int_eq(see_call(&tail, 1, START_US), TAIL_KNOWN);
	/* A job may have the number of a call. */
	ck_assert_int_eq(see(&tail, true, 1, START_US, "pending", &earlier), TAIL_LANDED);
	ck_assert_ptr_null(earlier);
	ck_assert_int_eq(see(&tail, true, 1, START_US, "pending", &earlier), TAIL_KNOWN);
	ck_assert_ptr_null(earlier);
	tail_free(&tail);
}
END_TEST

START_TEST(a_status_that_changes_is_told_with_the_one_before)
{
	struct tail tail;
	const char *earlier;

	tail_init(&tail, START_US);
	see(&tail, true, 1, START_US, "pending", NULL);
	ck_assert_int_eq(see(&tail, true, 1, START_US, "in_progress", &earlier), TAIL_CHANGED);
	ck_assert_str_eq(earlier, "pending");
	ck_assert_int_eq(see(&tail, true, 1, START_US, "in_progress", &earlier), TAIL_KNOWN);
	ck_assert_int_eq(see(&tail, true, 1, START_US, "failed", &earlier), TAIL_CHANGED);
	ck_assert_str_eq(earlier, "in_progress");
	/* Tried again. */
	ck_assert_int_eq(see(&tail, true, 1, START_US, "pending", &earlier), TAIL_CHANGED);
	ck_assert_str_eq(earlier, "failed");
	tail_free(&tail);
}
END_TEST

START_TEST(jobs_are_asked_for_until_they_end_or_are_no_more)
{
	struct tail tail;
	struct text array = {0};

	tail_init(&tail, START_US);
	ck_assert_uint_eq(tail_append_open(&tail, &array), 0);
	suite_assert_text(&array, "{}");
	tail_forget_job(&tail, "00000000-0000-4000-8000-000000000001"); /* nothing yet */
	see(&tail, true, 1, START_US, "pending", NULL);
	see(&tail, true, 2, START_US, "completed", NULL);
	see(&tail, true, 3, START_US, "on hold", NULL);
	see_call(&tail, 4, START_US);
	ck_assert_uint_eq(tail_append_open(&tail, &array), 2);
	ck_assert_ptr_nonnull(strstr(text_string(&array), "00000000000040008000000000000001"));
	ck_assert_ptr_nonnull(strstr(text_string(&array), "00000000000040008000000000000003"));
	text_free(&array);
	see(&tail, true, 1, START_US, "cancelled", NULL);
	tail_forget_job(&tail, "00000000-0000-4000-8000-000000000001"); /* has ended */
	tail_forget_job(&tail, "00000000-0000-4000-8000-000000000003");
	tail_forget_job(&tail, "00000000-0000-4000-8000-000000000009"); /* never seen */
	/* It may come back, if the server is another one that lags behind: for as long as the margin. */
	advance(&tail, 10, 10, START_US + TAIL_MARGIN_US);
	ck_assert_uint_eq(tail_append_open(&tail, &array), 1);
	text_free(&array);
	ck_assert_int_eq(see(&tail, true, 3, START_US, "on hold", NULL), TAIL_KNOWN);
	tail_forget_job(&tail, "00000000-0000-4000-8000-000000000003");
	advance(&tail, 20, 20, START_US + 2 * TAIL_MARGIN_US + 1);
	ck_assert_uint_eq(tail_append_open(&tail, &array), 0);
	suite_assert_text(&array, "{}");
	tail_free(&tail);
}
END_TEST

START_TEST(what_ends_a_job)
{
	static const char *const ended[] = {"completed", "failed", "cancelled"};
	static const char *const open[] = {"pending", "in_progress", "complete", "FAILED", ""};
	size_t i;

	for (i = 0; i < COUNT(ended); i++)
		ck_assert(!tail_is_open(&(struct cell){ended[i], strlen(ended[i])}));
	for (i = 0; i < COUNT(open); i++)
		ck_assert(tail_is_open(&(struct cell){open[i], strlen(open[i])}));
	ck_assert(tail_is_open(&(struct cell){NULL, 0}));
}
END_TEST

START_TEST(what_cannot_be_read_again_is_forgotten_but_for_open_jobs)
{
	struct tail tail;
	unsigned second, i;
	size_t largest = 0;

	tail_init(&tail, START_US);
	see(&tail, true, 1, START_US, "pending", NULL);
	/* Twenty calls a second for two hours: those of ten minutes have to be known, 12,000. */
	for (second = 0; second < 2 * 3600; second++) {
		int64_t at_us = START_US + second * SECOND_US;

		for (i = 0; i < 20; i++)
			ck_assert_int_eq(see_call(&tail, 20 * second + i, at_us), TAIL_LANDED);
		advance(&tail, second + 1, second + 1, at_us);
		if (second >= 600 && second % 100 == 0)
			ck_assert_int_eq(see_call(&tail, 20 * (second - 600), at_us - 600 * SECOND_US), TAIL_KNOWN);
		largest = tail.count > largest ? tail.count : largest;
	}
	ck_assert_uint_lt(largest, 40000);
	ck_assert_uint_le(tail.capacity, 1 << 17);
	ck_assert_int_eq(see(&tail, true, 1, START_US, "completed", NULL), TAIL_CHANGED);
	tail_free(&tail);
}
END_TEST

START_TEST(an_id_that_is_no_uuid_is_refused)
{
	static const char *const bad[] = {"", "1", "00000000-0000-4000-8000-00000000000g",
	                                  "00000000-0000-4000-8000-0000000000011", "00000000-0000-4000-8000-00000000000"};
	struct error error = {""};
	enum tail_event event;
	struct text sentence = {0};
	struct tail tail;
	size_t i;

	tail_init(&tail, START_US);
	for (i = 0; i < COUNT(bad); i++) {
		struct tail_row row = {.id = bad[i]};

		text_append_format(&sentence, "\"%s\" is no uuid", bad[i]);
		suite_assert_refused(tail_see(&tail, &row, &event, &error), &error, text_string(&sentence));
		text_clear(&sentence);
	}
	text_free(&sentence);
	tail_free(&tail);
}
END_TEST

START_TEST(more_statuses_than_anybody_has_are_not_all_told_by_name)
{
	struct tail tail;
	const char *earlier;
	char status[32];
	unsigned i;

	tail_init(&tail, START_US);
	for (i = 0; i < 300; i++) {
		sprintf(status, "status %u", i);
		see(&tail, true, i, START_US, status, NULL);
	}
	ck_assert_int_eq(see(&tail, true, 7, START_US, "failed", &earlier), TAIL_CHANGED);
	ck_assert_str_eq(earlier, "status 7");
	ck_assert_int_eq(see(&tail, true, 8, START_US, "status 9", &earlier), TAIL_CHANGED);
	ck_assert_str_eq(earlier, "status 8");
	ck_assert_int_eq(see(&tail, true, 299, START_US, "status 1", &earlier), TAIL_CHANGED);
	ck_assert_ptr_null(earlier);
	tail_free(&tail);
}
END_TEST

/*
 * A server with transactions that begin, write a row and end at random, and looks at it at random times, as
 * sql/usage_tail*.sql look: every row has to land just once. Times are seconds.
 */
#define TRANSACTIONS 4000

struct transaction {
	int begin, write, end; /* its row is created as of its begin */
	uint64_t xid;
	int landed;
};

static struct transaction transactions[TRANSACTIONS];

static unsigned draw(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 8) % below;
}

static int compare_writes(const void *left, const void *right)
{
	return ((const struct transaction *)left)->write - ((const struct transaction *)right)->write;
}

static void make_transactions(unsigned *seed)
{
	int i;

	for (i = 0; i < TRANSACTIONS; i++) {
		struct transaction *it = &transactions[i];

		it->begin = 1000 + (int)draw(seed, 8000);
		it->write = it->begin + (draw(seed, 4) == 0 ? (int)draw(seed, 600) : 0);
		it->end = it->write + 1 + (draw(seed, 20) == 0 ? (int)draw(seed, 5000) : (int)draw(seed, 5));
		it->landed = 0;
	}
	qsort(transactions, TRANSACTIONS, sizeof *transactions, compare_writes);
	for (i = 0; i < TRANSACTIONS; i++)
		transactions[i].xid = 700 + (uint64_t)i;
}

/* Whether a transaction is among those that a look at a time saw as ended, or as running. */
static bool has_ended(const struct transaction *it, int at)
{
	return it->end <= at;
}

static bool is_running(const struct transaction *it, int at)
{
	return it->write <= at && it->end > at;
}

/* What sql/usage_tail_snapshot.sql answers at a time, when it was last asked at another; -1 = never. */
static struct tail_snapshot snapshot_at(int at, int last, uint64_t *first_xid)
{
	struct tail_snapshot snapshot = {.xmin = 0, .xmax = 700, .at_us = START_US + at * SECOND_US};
	uint64_t last_xmax = 700, first = UINT64_MAX;
	int i;

	for (i = 0; i < TRANSACTIONS; i++) {
		const struct transaction *it = &transactions[i];

		if (it->write <= at && it->xid >= snapshot.xmax)
			snapshot.xmax = it->xid + 1;
		if (it->write <= last && it->xid >= last_xmax)
			last_xmax = it->xid + 1;
		if (is_running(it, last) && has_ended(it, at) && it->xid < first)
			first = it->xid;
	}
	snapshot.xmin = snapshot.xmax;
	for (i = 0; i < TRANSACTIONS; i++)
		if (is_running(&transactions[i], at) && transactions[i].xid < snapshot.xmin)
			snapshot.xmin = transactions[i].xid;
	*first_xid = last < 0 ? 0 : first < last_xmax ? first : last_xmax;
	return snapshot;
}

/* Looks from before the first transaction until behind the last. */
static void look_all_along(unsigned seed)
{
	struct tail tail;
	int at, last = -1, i;
	uint64_t first_xid;

	make_transactions(&seed);
	tail_init(&tail, START_US - TAIL_MARGIN_US);
	for (at = 0; at < 16000; at += 1 + (int)draw(&seed, 40)) {
		/* Now and then the connection was another one. */
		struct tail_snapshot snapshot = snapshot_at(at, draw(&seed, 50) == 0 ? -1 : last, &first_xid);
		int64_t from_us = tail_window_us(&tail, first_xid);

		for (i = 0; i < TRANSACTIONS; i++) {
			const struct transaction *it = &transactions[i];
			int64_t created_us = START_US + it->begin * SECOND_US;

			if (has_ended(it, at) && created_us >= from_us && it->xid >= first_xid)
				transactions[i].landed += see_call(&tail, (unsigned)i, created_us) == TAIL_LANDED;
		}
		tail_advance(&tail, &snapshot);
		last = at;
	}
	for (i = 0; i < TRANSACTIONS; i++)
		ck_assert_msg(transactions[i].landed == 1, "transaction %d landed %d times", i, transactions[i].landed);
	tail_free(&tail);
}

START_TEST(none_is_lost_and_none_lands_twice_whenever_it_is_committed)
{
	unsigned seed;

	for (seed = 1; seed <= 8; seed++)
		look_all_along(seed * 7919);
}
END_TEST

SUITE("tail", what_follows_is_read_from_the_margin_before_the_last_look_on, a_transaction_that_is_open_is_waited_for,
      one_that_was_open_before_the_first_look_is_read_from_where_that_began,
      marks_stay_few_however_long_a_transaction_is_open,
      numbers_that_are_given_again_after_a_failover_are_not_taken_for_the_old_ones,
      a_clock_that_is_set_back_moves_nothing_back, a_row_lands_once, a_status_that_changes_is_told_with_the_one_before,
      jobs_are_asked_for_until_they_end_or_are_no_more, what_ends_a_job,
      what_cannot_be_read_again_is_forgotten_but_for_open_jobs, an_id_that_is_no_uuid_is_refused,
      more_statuses_than_anybody_has_are_not_all_told_by_name,
      none_is_lost_and_none_lands_twice_whenever_it_is_committed)
