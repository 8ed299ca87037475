/*
 * What is read strictly is read by cJSON as well, with the same values; what cJSON writes is read. Which texts are JSON
 * is held against the grammar, written down once more and slowly: cJSON is no judge of that, as it takes 01, tabs in
 * strings, and any control byte for white space. And the bytes as a log are counted without a sign of trouble.
 */
#include "scan.h"
#include "uptime.h"

#include "fuzz.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* The grammar of RFC 8259. Each returns what follows, or NULL. */
static const char *value_end(const char *at, const char *end, unsigned depth);

static const char *space_end(const char *at, const char *end)
{
	while (at < end && memchr(" \t\n\r", *at, 4) != NULL)
		at++;
	return at;
}

/* \uNNNN, or -1. */
static long unit(const char *at, const char *end)
{
	char digits[5] = {0};

	if (end - at < 6 || memcmp(at, "\\u", 2) != 0)
		return -1;
	memcpy(digits, at + 2, 4);
	return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

static const char *string_end(const char *at, const char *end)
{
	long value;

	for (at++; at < end && *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\')
			continue;
		if (end - at >= 2 && memchr("\"\\/bfnrt", at[1], 8) != NULL) {
			at++;
			continue;
		}
		value = unit(at, end);
		if (value < 0 || (value & 0xfc00) == 0xdc00)
			return NULL;
		at += 5;
		if ((value & 0xfc00) != 0xd800)
			continue;
		value = unit(at + 1, end);
		if (value < 0 || (value & 0xfc00) != 0xdc00)
			return NULL;
		at += 6;
	}
	return at < end ? at + 1 : NULL;
}

static const char *digits_end(const char *at, const char *end)
{
	const char *start = at;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at > start ? at : NULL;
}

static const char *number_end(const char *at, const char *end)
{
	if (at < end && *at == '-')
		at++;
	at = at < end && *at == '0' ? at + 1 : digits_end(at, end);
	if (at != NULL && at < end && *at == '.')
		at = digits_end(at + 1, end);
	if (at == NULL || at == end || (*at != 'e' && *at != 'E'))
		return at;
	at++;
	return digits_end(at < end && (*at == '+' || *at == '-') ? at + 1 : at, end);
}

static const char *list_end(const char *at, const char *end, unsigned depth)
{
	char closing = *at == '{' ? '}' : ']';

	if (depth == SCAN_DEPTH_MAX)
		return NULL;
	at = space_end(at + 1, end);
	if (at < end && *at == closing)
		return at + 1;
	for (;; at++) {
		if (closing == '}') {
			at = space_end(at, end);
			at = at < end && *at == '"' ? string_end(at, end) : NULL;
			at = at != NULL ? space_end(at, end) : end;
			if (at == end || *at++ != ':')
				return NULL;
		}
		at = value_end(at, end, depth + 1);
		if (at == NULL || at == end || (*at != ',' && *at != closing))
			return NULL;
		if (*at == closing)
			return at + 1;
	}
}

static const char *value_end(const char *at, const char *end, unsigned depth)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t i;

	at = space_end(at, end);
	if (at == end)
		return NULL;
	for (i = 0; i < 3; i++)
		if ((size_t)(end - at) >= strlen(words[i]) && memcmp(at, words[i], strlen(words[i])) == 0)
			return space_end(at + strlen(words[i]), end);
	at = *at == '"' ? string_end(at, end) : *at == '{' || *at == '[' ? list_end(at, end, depth) : number_end(at, end);
	return at != NULL ? space_end(at, end) : NULL;
}

static bool is_json(const char *bytes, size_t length)
{
	struct scan scan = scan_start(bytes, length);

	scan_skip(&scan);
	return scan_end(&scan);
}

static void require_string(const struct scan_slice *slice, const char *expected)
{
	char *decoded = malloc(slice->length + 1), *cut = malloc(slice->length / 2 + 1);
	size_t length, cut_length;

	fuzz_require(decoded != NULL && cut != NULL);
	fuzz_require(scan_decode(slice, decoded, slice->length + 1, &length));
	fuzz_require(length <= slice->length && decoded[length] == '\0');
	/* cJSON's strings end at their first NUL. */
	fuzz_require(strcmp(decoded, expected) == 0);
	fuzz_require(scan_decode(slice, cut, slice->length / 2 + 1, &cut_length) == (length <= slice->length / 2));
	fuzz_require(cut_length <= slice->length / 2 && cut[cut_length] == '\0');
	fuzz_require(memcmp(cut, decoded, cut_length) == 0 && (cut_length == length || cut_length + 4 > slice->length / 2));
	free(cut);
	free(decoded);
}

static void require_number(const struct scan_slice *number, double expected)
{
	int64_t rounded = scan_round(number);

	fuzz_require(rounded <= SCAN_ROUND_MAX && rounded >= -SCAN_ROUND_MAX);
	if (expected > -1e15 && expected < 1e15)
		fuzz_require(expected - (double)rounded <= 0.5 && expected - (double)rounded >= -0.5);
	else
		fuzz_require((expected > 0) == (rounded > 0));
}

/* Reads a value step by step, beside cJSON's. */
static void require_value(struct scan *scan, const cJSON *item)
{
	enum scan_kind kind = scan_peek(scan);
	struct scan_slice slice;
	const cJSON *child = item->child;

	fuzz_require((kind == SCAN_OBJECT) == cJSON_IsObject(item) && (kind == SCAN_ARRAY) == cJSON_IsArray(item));
	fuzz_require((kind == SCAN_STRING) == cJSON_IsString(item) && (kind == SCAN_NUMBER) == cJSON_IsNumber(item));
	fuzz_require((kind == SCAN_TRUE) == cJSON_IsTrue(item) && (kind == SCAN_FALSE) == cJSON_IsFalse(item));
	fuzz_require((kind == SCAN_NULL) == cJSON_IsNull(item) && (kind == SCAN_NULL || !scan_null(scan)));
	if (kind == SCAN_OBJECT) {
		fuzz_require(scan_object(scan));
		for (; scan_member(scan, &slice); child = child->next) {
			fuzz_require(child != NULL);
			require_string(&slice, child->string);
			require_value(scan, child);
		}
		fuzz_require(child == NULL);
	} else if (kind == SCAN_ARRAY) {
		fuzz_require(scan_array(scan));
		for (; scan_element(scan); child = child->next) {
			fuzz_require(child != NULL);
			require_value(scan, child);
		}
		fuzz_require(child == NULL);
	} else if (kind == SCAN_STRING) {
		fuzz_require(scan_string(scan, &slice));
		require_string(&slice, item->valuestring);
	} else if (kind == SCAN_NUMBER) {
		fuzz_require(scan_number(scan, &slice));
		require_number(&slice, item->valuedouble);
	} else
		fuzz_require(kind == SCAN_NULL ? scan_null(scan) : scan_skip(scan));
}

/* cJSON 1.7 reads 63 bytes of a number. */
static bool has_long_number(const char *bytes, size_t length)
{
	size_t run = 0, i;

	for (i = 0; i < length && run < 63; i++)
		run = bytes[i] != '\0' && strchr("0123456789+-.eE", bytes[i]) != NULL ? run + 1 : 0;
	return run == 63;
}

static void check_text(const char *bytes, size_t length)
{
	cJSON *document = cJSON_ParseWithLength(bytes, length);
	struct scan scan = scan_start(bytes, length);
	bool is_good = is_json(bytes, length);
	char *printed;

	fuzz_require(is_good == (value_end(bytes, bytes + length, 0) == bytes + length));
	if (is_good && !has_long_number(bytes, length)) {
		fuzz_require(document != NULL);
		require_value(&scan, document);
		fuzz_require(scan_end(&scan));
		printed = cJSON_PrintUnformatted(document);
		fuzz_require(printed != NULL && is_json(printed, strlen(printed)));
		cJSON_free(printed);
	}
	cJSON_Delete(document);
}

static void check_log(const uint8_t *data, size_t size, bool has_window)
{
	struct uptime_options options = {
		.has_window = has_window, .from_us = INT64_MIN, .to_us = INT64_MAX, .incidents_max = 2};
	const struct uptime_component *component;
	const struct uptime_incident *incidents;
	struct error error;
	struct uptime *uptime = uptime_open(&options, &error);
	int fd = memfd_create("log", MFD_CLOEXEC);
	size_t count, i;
	int64_t at_us, span_us;

	fuzz_require(uptime != NULL && fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	uptime_first(fd, &options, &at_us);
	fuzz_require(uptime_read(uptime, fd, "log", &error) && uptime_finish(uptime, &error));
	span_us = uptime_log(uptime)->to_us - uptime_log(uptime)->from_us;
	for (i = 0; i < uptime_component_count(uptime); i++) {
		component = uptime_component(uptime, i);
		fuzz_require(component->degraded_us >= 0 && component->up_us >= component->degraded_us);
		fuzz_require(component->down_us >= component->longest_us && component->unknown_us >= 0);
		fuzz_require(component->up_us + component->down_us + component->unknown_us <= span_us);
		fuzz_require(component->uptime_ppm >= 0 && component->uptime_ppm <= 1000000);
		fuzz_require(component->latency_count <= uptime_log(uptime)->lines);
	}
	incidents = uptime_incidents(uptime, &count);
	fuzz_require(count <= 2);
	for (i = 0; i < count; i++)
		fuzz_require(strlen(incidents[i].message) <= UPTIME_MESSAGE_MAX &&
		             incidents[i].component < uptime_component_count(uptime));
	close(fd);
	uptime_free(uptime);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of just this size, so that a byte read too far is noticed. */
	char *bytes = malloc(size > 0 ? size : 1);

	fuzz_require(bytes != NULL);
	if (size > 0)
		memcpy(bytes, data, size);
	check_text(bytes, size);
	free(bytes);
	check_log(data, size, false);
	check_log(data, size, true);
	return 0;
}
