#include "uptime_tally.h"

#include "calendar.h"

#include <stdlib.h>

/* The time that a line holds, and how much of it is in the window. */
struct span {
	int64_t at_us;
	int64_t length_us;
	bool is_hole;
	bool has_line; /* the line itself is in the window */
};

void uptime_tally_start(struct uptime_tally *tally, const struct uptime_options *options,
                        const struct uptime_names *names)
{
	/* The limits of what calendar_parse reads: with them no difference of two times overflows. */
	int64_t first_us = calendar_days((struct calendar_date){1, 1, 1}) * CALENDAR_DAY_US;
	int64_t end_us = calendar_days((struct calendar_date){10000, 1, 1}) * CALENDAR_DAY_US;
	int64_t *bounds[] = {&tally->options.from_us, &tally->options.to_us};
	size_t i;

	tally->options = *options;
	tally->names = names;
	if (!options->has_window) {
		tally->options.from_us = first_us;
		tally->options.to_us = end_us;
	}
	for (i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
		if (*bounds[i] < first_us || *bounds[i] > end_us)
			*bounds[i] = *bounds[i] < first_us ? first_us : end_us;
}

/* How much of a time is in the window. */
static int64_t clip(const struct uptime_tally *tally, int64_t from_us, int64_t to_us)
{
	if (from_us < tally->options.from_us)
		from_us = tally->options.from_us;
	if (to_us > tally->options.to_us)
		to_us = tally->options.to_us;
	return to_us > from_us ? to_us - from_us : 0;
}

/* The first place among sorted times whose time is not less. */
static size_t find_place(const int64_t *sorted_us, size_t count, int64_t time_us)
{
	size_t low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (sorted_us[middle] < time_us)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_gap(struct uptime_gaps *gaps, int64_t gap_us)
{
	int64_t *sorted_us = gaps->sorted_us;
	size_t at = gaps->count;

	/* It takes the oldest one's place, and moves to its own from there: not far, as gaps are much alike. */
	if (gaps->count == UPTIME_GAPS)
		at = find_place(sorted_us, gaps->count, gaps->latest_us[gaps->next]);
	else
		gaps->count++;
	gaps->latest_us[gaps->next] = gap_us;
	gaps->next = (gaps->next + 1) % UPTIME_GAPS;
	for (; at > 0 && sorted_us[at - 1] > gap_us; at--)
		sorted_us[at] = sorted_us[at - 1];
	for (; at + 1 < gaps->count && sorted_us[at + 1] < gap_us; at++)
		sorted_us[at] = sorted_us[at + 1];
	sorted_us[at] = gap_us;
}

static bool is_hole(const struct uptime_gaps *gaps, int64_t gap_us)
{
	return gaps->count == 0 || gap_us > 2 * gaps->sorted_us[(gaps->count - 1) / 2];
}

static void count_check(struct uptime_tally *tally, struct uptime_row *row, const struct uptime_held *line,
                        size_t index)
{
	struct uptime_component *component = &row->component;
	int64_t latency_ms = line->readings[index].latency_ms;

	row->is_seen |= line->readings[index].status != UPTIME_ABSENT;
	if (line->readings[index].status <= UPTIME_OFF || !line->readings[index].has_latency)
		return;
	if (row->latencies == NULL)
		row->latencies = calloc(UPTIME_LATENCY_MAX_MS + 1, sizeof *row->latencies);
	if (row->latencies == NULL) {
		tally->failed = true;
		return;
	}
	component->latency_count++;
	component->latency_sum_ms += latency_ms;
	row->latencies[latency_ms < UPTIME_LATENCY_MAX_MS ? latency_ms : UPTIME_LATENCY_MAX_MS]++;
}

static void count_time(struct uptime_row *row, enum uptime_status status, const struct span *span)
{
	struct uptime_component *component = &row->component;

	if (status <= UPTIME_OFF || span->length_us == 0)
		return;
	row->is_seen = true;
	if (span->is_hole || status == UPTIME_UNKNOWN)
		component->unknown_us += span->length_us;
	else if (status == UPTIME_DOWN)
		component->down_us += span->length_us;
	else
		component->up_us += span->length_us;
	if (!span->is_hole && status == UPTIME_SLOW)
		component->degraded_us += span->length_us;
}

static void follow_incident(struct uptime_tally *tally, size_t index, struct uptime_held *line, const struct span *span)
{
	enum uptime_status status = line->readings[index].status;
	struct uptime_row *row = &tally->rows[index];

	if (span->at_us >= tally->options.to_us)
		return;
	if (status == UPTIME_DOWN)
		uptime_incident_begin(row, span->at_us, &line->readings[index].message);
	else if (status == UPTIME_UP || status == UPTIME_SLOW)
		uptime_incident_end(tally, index, true, span->at_us);
	if (!row->is_down || status <= UPTIME_OFF)
		return;
	/* A log without a window ends with a line, not with time. */
	row->is_incident |= span->length_us > 0 || !tally->options.has_window;
	if (status == UPTIME_DOWN && !span->is_hole)
		row->known_us += span->length_us;
}

/* Time before the first line is unknown, for what that line names. */
static void begin(struct uptime_tally *tally, const struct uptime_held *line)
{
	struct span span = {.length_us = clip(tally, tally->options.from_us, line->at_us), .is_hole = true};
	size_t i;

	tally->has_begun = true;
	if (tally->options.has_window)
		for (i = 0; i < line->count; i++)
			count_time(&tally->rows[i], line->readings[i].status, &span);
	else
		tally->log.from_us = line->at_us;
}

static void forget(struct uptime_held *line)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		free(line->readings[i].message);
	line->count = 0;
}

/* Counts a line, which holds until a time, and forgets it. */
static void count_line(struct uptime_tally *tally, struct uptime_held *line, int64_t until_us)
{
	const struct uptime_options *options = &tally->options;
	struct span span = {
		.at_us = line->at_us,
		.length_us = clip(tally, line->at_us, until_us),
		.is_hole = is_hole(&tally->gaps, until_us - line->at_us),
		.has_line = line->at_us >= options->from_us && line->at_us < options->to_us,
	};
	size_t i;

	if (!tally->has_begun)
		begin(tally, line);
	tally->log.holes += span.is_hole && span.length_us > 0;
	tally->log.lines += span.has_line;
	for (i = 0; i < line->count; i++) {
		if (span.has_line)
			count_check(tally, &tally->rows[i], line, i);
		count_time(&tally->rows[i], line->readings[i].status, &span);
		follow_incident(tally, i, line, &span);
	}
	forget(line);
}

/* Counts the lines whose end is known. */
static void count_held(struct uptime_tally *tally)
{
	struct uptime_held *line;

	for (; tally->held_count > 1; tally->held_count--) {
		line = &tally->held[tally->held_first];
		tally->held_first = (tally->held_first + 1) % (UPTIME_GAPS + 1);
		count_line(tally, line, tally->held[tally->held_first].at_us);
	}
}

/* The last line held; there is one from the first line on. */
static size_t newest(const struct uptime_tally *tally)
{
	return (tally->held_first + tally->held_count - 1) % (UPTIME_GAPS + 1);
}

/* A copy of a message, which has only its line's buffer; NULL for none, and for no memory. */
static char *copy_message(struct uptime_tally *tally, const struct scan_slice *message)
{
	char decoded[UPTIME_MESSAGE_MAX + 1], *copy;
	size_t length;

	if (message->length == 0)
		return NULL;
	scan_decode(message, decoded, sizeof decoded, &length);
	copy = strdup(decoded);
	if (copy == NULL)
		tally->failed = true;
	return copy;
}

/* Holds a line. One that was down in the line before goes on with that one's message. */
static void hold(struct uptime_tally *tally, struct uptime_held *held, const struct uptime_line *line,
                 const struct uptime_held *before)
{
	const struct uptime_reading *reading;
	bool was_down;
	size_t i;

	held->at_us = line->at_us;
	held->count = line->count;
	for (i = 0; i < line->count; i++) {
		reading = &line->readings[i];
		was_down = before != NULL && i < before->count && before->readings[i].status == UPTIME_DOWN;
		held->readings[i].status = reading->status;
		held->readings[i].has_latency = reading->has_latency;
		held->readings[i].latency_ms = reading->latency_ms;
		held->readings[i].message =
			reading->status == UPTIME_DOWN && !was_down ? copy_message(tally, &reading->message) : NULL;
	}
}

bool uptime_tally_is_late(const struct uptime_tally *tally, const struct uptime_line *line)
{
	return tally->held_count > 0 && line->at_us < tally->held[newest(tally)].at_us;
}

void uptime_tally_add(struct uptime_tally *tally, const struct uptime_line *line)
{
	struct uptime_held *before = tally->held_count > 0 ? &tally->held[newest(tally)] : NULL;

	if (before != NULL && before->at_us == line->at_us) {
		forget(before);
		hold(tally, before, line, NULL);
		return;
	}
	tally->held_count++;
	hold(tally, &tally->held[newest(tally)], line, before);
	if (before != NULL)
		add_gap(&tally->gaps, line->at_us - before->at_us);
	if (tally->gaps.count == UPTIME_GAPS)
		count_held(tally);
}

static void finish_row(struct uptime_row *row)
{
	struct uptime_component *component = &row->component;
	int64_t rest = component->up_us, known_us = component->up_us + component->down_us, rank, seen = 0;
	int digits;

	/* By long division: a million times the time does not fit. */
	component->has_uptime = known_us > 0;
	if (component->has_uptime) {
		component->uptime_ppm = rest / known_us;
		rest %= known_us;
		for (digits = 0; digits < 6; digits++, rest %= known_us) {
			rest *= 10;
			component->uptime_ppm = component->uptime_ppm * 10 + rest / known_us;
		}
	}
	rank = component->latency_count - component->latency_count / 20;
	for (; seen < rank; component->latency_p95_ms++)
		seen += (int64_t)row->latencies[component->latency_p95_ms];
	if (rank > 0)
		component->latency_p95_ms--;
}

/* What follows the last line: nothing, or the rest of the window. Without any line, all of the window. */
static void finish_time(struct uptime_tally *tally)
{
	const struct uptime_options *options = &tally->options;
	struct uptime_log *log = &tally->log;
	struct uptime_held *last;

	if (options->has_window) {
		log->from_us = options->from_us;
		log->to_us = options->to_us;
	}
	count_held(tally);
	if (tally->held_count > 0) {
		last = &tally->held[newest(tally)];
		if (!options->has_window)
			log->to_us = last->at_us;
		count_line(tally, last, log->to_us > last->at_us ? log->to_us : last->at_us);
		tally->held_count = 0;
	} else
		tally->rows[0].component.unknown_us = clip(tally, log->from_us, log->to_us);
	log->has_interval = tally->gaps.count > 0;
	if (log->has_interval)
		log->interval_us = tally->gaps.sorted_us[(tally->gaps.count - 1) / 2];
}

void uptime_tally_finish(struct uptime_tally *tally)
{
	size_t place[UPTIME_ROWS_MAX] = {0}, i;

	finish_time(tally);
	tally->rows[0].is_seen = true;
	for (i = 0; i < tally->names->count; i++) {
		uptime_incident_end(tally, i, false, 0);
		finish_row(&tally->rows[i]);
		tally->rows[i].component.name = tally->names->names[i].bytes;
		place[i] = tally->shown_count;
		if (tally->rows[i].is_seen)
			tally->shown[tally->shown_count++] = i;
	}
	uptime_incident_sort(tally);
	for (i = 0; i < tally->incident_count; i++)
		tally->incidents[i].component = place[tally->incidents[i].component];
}

void uptime_tally_free(struct uptime_tally *tally)
{
	size_t i;

	for (i = 0; i <= UPTIME_GAPS; i++)
		forget(&tally->held[i]);
	for (i = 0; i < UPTIME_ROWS_MAX; i++) {
		free(tally->rows[i].latencies);
		free(tally->rows[i].message);
	}
	for (i = 0; i < tally->incident_count; i++)
		free(tally->incidents[i].message);
	free(tally->incidents);
}
