/* A period is not empty, and its name means the same period at the same time. */
#include "period.h"

#include "calendar.h"
#include "fuzz.h"

/* From 1000 to 9000, so that a span of 100 years stays within the calendar. */
#define FIRST_US (INT64_C(-30610224000) * CALENDAR_SECOND_US)
#define SPAN_US (UINT64_C(252460800000) * (uint64_t)CALENDAR_SECOND_US)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t now_us = FIRST_US + (int64_t)(fuzz_number(&data, &size) % SPAN_US);
	struct period period = {.name = ""}, again = {.name = ""};
	struct error error = {""};
	char *word = fuzz_string(data, size);

	if (!period_parse(word, now_us, &period, &error)) {
		fuzz_require(error.message[0] == '"');
		fuzz_require(strlen(word) > 900 || strstr(error.message, "\" is not a period: ") != NULL);
	} else {
		fuzz_require(period.from_us < period.to_us);
		fuzz_require(period.partial == (period.to_us > now_us));
		fuzz_require(period_parse(period.name, now_us, &again, &error));
		fuzz_require(strcmp(again.name, period.name) == 0);
		fuzz_require(again.from_us == period.from_us && again.to_us == period.to_us && again.partial == period.partial);
	}
	free(word);
	return 0;
}
