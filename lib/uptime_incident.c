#include "uptime_tally.h"

#include <stdlib.h>

void uptime_incident_begin(struct uptime_row *row, int64_t at_us, char **message)
{
	if (row->is_down)
		return;
	row->is_down = true;
	row->is_incident = false;
	row->from_us = at_us;
	row->known_us = 0;
	row->message = *message;
	*message = NULL;
}

static int compare(const void *one, const void *other)
{
	const struct uptime_incident *left = one, *right = other;

	if (left->from_us != right->from_us)
		return left->from_us < right->from_us ? -1 : 1;
	if (left->component != right->component)
		return left->component < right->component ? -1 : 1;
	return 0;
}

void uptime_incident_sort(struct uptime_tally *tally)
{
	size_t max = tally->options.incidents_max, excess, i;

	if (tally->incident_count == 0)
		return;
	qsort(tally->incidents, tally->incident_count, sizeof *tally->incidents, compare);
	if (max == 0 || tally->incident_count <= max)
		return;
	excess = tally->incident_count - max;
	for (i = 0; i < excess; i++)
		free(tally->incidents[i].message);
	memmove(tally->incidents, tally->incidents + excess, max * sizeof *tally->incidents);
	tally->incident_count = max;
}

/* Makes room for one more: a bounded list is let grow to twice its bound before the oldest are dropped, for speed. */
static bool reserve(struct uptime_tally *tally)
{
	size_t capacity = tally->incident_capacity, max = tally->options.incidents_max;
	struct uptime_incident *incidents;

	if (tally->incident_count < capacity)
		return true;
	if (max > 0 && capacity / 2 >= max) {
		uptime_incident_sort(tally);
		return true;
	}
	capacity = capacity * 2 + 16;
	incidents = reallocarray(tally->incidents, capacity, sizeof *incidents);
	if (incidents == NULL)
		return false;
	tally->incidents = incidents;
	tally->incident_capacity = capacity;
	return true;
}

void uptime_incident_end(struct uptime_tally *tally, size_t index, bool has_to, int64_t to_us)
{
	struct uptime_row *row = &tally->rows[index];
	char *message = row->message;

	if (!row->is_down)
		return;
	row->is_down = false;
	row->message = NULL;
	if (!row->is_incident) {
		free(message);
		return;
	}
	row->component.incidents++;
	if (row->known_us > row->component.longest_us)
		row->component.longest_us = row->known_us;
	if (message == NULL)
		message = strdup("");
	if (message == NULL || !reserve(tally)) {
		free(message);
		tally->failed = true;
		return;
	}
	tally->incidents[tally->incident_count++] = (struct uptime_incident){
		.component = index,
		.from_us = row->from_us,
		.has_to = has_to,
		.to_us = has_to ? to_us : 0,
		.down_us = row->known_us,
		.message = message,
	};
}
