#include "uptime_line.h"

#include "calendar.h"

/* Nothing sensible is slower. With it, sums of latencies fit for longer logs than disks hold. */
#define LATENCY_MAX_MS INT64_C(86400000)

struct word {
	const char *word;
	enum uptime_status status;
};

static const struct word component_words[] = {{"up", UPTIME_UP},     {"slow", UPTIME_SLOW},
                                              {"down", UPTIME_DOWN}, {"unknown", UPTIME_UNKNOWN},
                                              {"off", UPTIME_OFF},   {NULL, UPTIME_ABSENT}};
static const struct word overall_words[] = {{"healthy", UPTIME_UP},
                                            {"degraded", UPTIME_SLOW},
                                            {"unhealthy", UPTIME_DOWN},
                                            {"unknown", UPTIME_UNKNOWN},
                                            {NULL, UPTIME_ABSENT}};

/* Reads a status; another word makes the line broken. */
static void read_status(struct scan *scan, const struct word *words, enum uptime_status *status)
{
	struct scan_slice string;

	if (!scan_string(scan, &string))
		return;
	while (words->word != NULL && !scan_is(&string, words->word))
		words++;
	if (words->word == NULL)
		scan_refuse(scan);
	*status = words->status;
}

static void read_time(struct scan *scan, int64_t *at_us, bool *has_time)
{
	struct scan_slice string;
	char decoded[64];
	size_t length;

	if (!scan_string(scan, &string))
		return;
	*has_time = scan_decode(&string, decoded, sizeof decoded, &length) && strlen(decoded) == length &&
	            calendar_parse(decoded, at_us);
	if (!*has_time)
		scan_refuse(scan);
}

static void read_latency(struct scan *scan, struct uptime_reading *reading)
{
	struct scan_slice number;

	reading->has_latency = false;
	if (scan_null(scan) || !scan_number(scan, &number))
		return;
	reading->has_latency = true;
	reading->latency_ms = scan_round(&number);
	if (reading->latency_ms < 0)
		scan_refuse(scan);
	else if (reading->latency_ms > LATENCY_MAX_MS)
		reading->latency_ms = LATENCY_MAX_MS;
}

static void read_component(struct scan *scan, struct uptime_reading *reading)
{
	struct scan_slice key;

	*reading = (struct uptime_reading){.status = UPTIME_ABSENT};
	if (!scan_object(scan))
		return;
	while (scan_member(scan, &key)) {
		if (scan_is(&key, "status"))
			read_status(scan, component_words, &reading->status);
		else if (scan_is(&key, "latency_ms"))
			read_latency(scan, reading);
		else if (!scan_is(&key, "message"))
			scan_skip(scan);
		else if (scan_null(scan))
			reading->message.length = 0;
		else
			scan_string(scan, &reading->message);
	}
	if (reading->status == UPTIME_ABSENT)
		scan_refuse(scan);
}

static bool is_name(const struct uptime_names *names, size_t index, const char *name, size_t length)
{
	return names->names[index].length == length && memcmp(names->names[index].bytes, name, length) == 0;
}

/* The index of a name, which is added if it is new; names->count when there is no place for it. */
static size_t find_name(struct uptime_names *names, const char *name, size_t length)
{
	size_t index;

	for (index = 1; index < names->count; index++)
		if (is_name(names, index, name, length))
			return index;
	if (index < UPTIME_ROWS_MAX) {
		memcpy(names->names[index].bytes, name, length);
		names->names[index].bytes[length] = '\0';
		names->names[index].length = length;
		names->count++;
	}
	return index;
}

/* The reading for a component, the n-th in its line. Returns NULL when it has no place, or no name to be used. */
static struct uptime_reading *find_reading(struct scan *scan, struct uptime_names *names, struct uptime_line *line,
                                           const struct scan_slice *key, size_t n)
{
	size_t guess = n < UPTIME_ROWS_MAX ? names->guesses[n] : 0, index, length;
	char decoded[UPTIME_NAME_MAX + 1];

	/* In most logs each line names the same components in the same order. */
	if (guess > 0 && guess < names->count && !key->has_escapes && is_name(names, guess, key->bytes, key->length))
		return &line->readings[guess];
	if (!scan_decode(key, decoded, sizeof decoded, &length) || strlen(decoded) != length) {
		scan_refuse(scan);
		return NULL;
	}
	index = find_name(names, decoded, length);
	if (index < UPTIME_ROWS_MAX && n < UPTIME_ROWS_MAX)
		names->guesses[n] = index;
	for (; line->count < names->count; line->count++)
		line->readings[line->count].status = UPTIME_ABSENT;
	return index < UPTIME_ROWS_MAX ? &line->readings[index] : NULL;
}

static void read_components(struct scan *scan, struct uptime_names *names, struct uptime_line *line)
{
	struct uptime_reading *reading, unused;
	struct scan_slice key;
	size_t n;

	if (!scan_object(scan))
		return;
	for (n = 0; scan_member(scan, &key); n++) {
		reading = find_reading(scan, names, line, &key, n);
		if (reading == NULL) {
			reading = &unused;
			line->ignored++;
		}
		read_component(scan, reading);
	}
}

void uptime_names_start(struct uptime_names *names)
{
	strcpy(names->names[0].bytes, "overall");
	names->names[0].length = strlen("overall");
	names->count = 1;
}

bool uptime_line_read(struct uptime_names *names, const char *bytes, size_t length, struct uptime_line *line)
{
	struct scan scan = scan_start(bytes, length);
	bool has_time = false, has_components = false;
	struct scan_slice key;

	line->ignored = 0;
	for (line->count = 0; line->count < names->count; line->count++)
		line->readings[line->count] = (struct uptime_reading){.status = UPTIME_ABSENT};
	if (!scan_object(&scan))
		return false;
	while (scan_member(&scan, &key)) {
		if (scan_is(&key, "checked_at"))
			read_time(&scan, &line->at_us, &has_time);
		else if (scan_is(&key, "overall"))
			read_status(&scan, overall_words, &line->readings[0].status);
		else if (scan_is(&key, "components")) {
			read_components(&scan, names, line);
			has_components = true;
		} else
			scan_skip(&scan);
	}
	return scan_end(&scan) && has_time && has_components && line->readings[0].status != UPTIME_ABSENT;
}
