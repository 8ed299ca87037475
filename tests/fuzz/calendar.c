/* Points in time and dates survive the way to text and back, and follow each other as the C library has them. */
#include "calendar.h"

#include "fuzz.h"

#include <time.h>

/* From 0001-01-01 to the end of 9999. */
#define FIRST_US (INT64_C(-62135596800) * CALENDAR_SECOND_US)
#define SPAN_US (UINT64_C(315537897600) * (uint64_t)CALENDAR_SECOND_US)

static void require_round_trip(int64_t at_us)
{
	struct text text = {0};
	int64_t again_us;

	calendar_append(&text, at_us);
	fuzz_require(calendar_parse(text_string(&text), &again_us));
	fuzz_require(again_us == at_us);
	text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t at_us = FIRST_US + (int64_t)(fuzz_number(&data, &size) % SPAN_US), parsed_us;
	struct calendar_date date = calendar_date(at_us);
	int64_t days = calendar_days(date), first = calendar_first_week(date.year);
	time_t seconds = (time_t)((at_us - FIRST_US) / CALENDAR_SECOND_US + FIRST_US / CALENDAR_SECOND_US);
	struct tm library;
	char *string = fuzz_string(data, size);

	fuzz_require(gmtime_r(&seconds, &library) != NULL);
	fuzz_require(date.year == library.tm_year + 1900 && date.month == library.tm_mon + 1 &&
	             date.day == library.tm_mday);
	fuzz_require(days * CALENDAR_DAY_US <= at_us && at_us < (days + 1) * CALENDAR_DAY_US);
	fuzz_require(calendar_weekday(days) % 7 == library.tm_wday);
	fuzz_require(calendar_weekday(first) == 1);
	require_round_trip(at_us);
	if (calendar_parse(string, &parsed_us)) {
		fuzz_require(parsed_us >= FIRST_US && parsed_us - FIRST_US < (int64_t)SPAN_US);
		require_round_trip(parsed_us);
	}
	free(string);
	return 0;
}
