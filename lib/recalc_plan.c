/* The months and days of a period. */
#include "calendar.h"
#include "recalc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool add_unit(struct recalc_plan *plan, int64_t from_day, int64_t to_day, bool is_month, struct error *error)
{
	struct calendar_date date = calendar_date(from_day * CALENDAR_DAY_US);
	struct recalc_unit unit = {
		.is_month = is_month, .from_us = from_day * CALENDAR_DAY_US, .to_us = to_day * CALENDAR_DAY_US};
	struct recalc_unit *units = plan->units;
	size_t i;

	snprintf(unit.name, sizeof unit.name, is_month ? "%04d-%02d" : "%04d-%02d-%02d", date.year, date.month, date.day);
	for (i = 0; i < plan->count; i++)
		if (strcmp(units[i].name, unit.name) == 0)
			return true;
	if (plan->count == plan->capacity) {
		plan->capacity = plan->capacity * 2 + 32;
		units = realloc(units, plan->capacity * sizeof *units);
		if (units == NULL)
			return error_out_of_memory(error);
		plan->units = units;
	}
	units[plan->count++] = unit;
	return true;
}

bool recalc_plan_add(struct recalc_plan *plan, const struct period *period, bool months, bool days, struct error *error)
{
	int64_t day = period->from_us / CALENDAR_DAY_US, end = period->to_us / CALENDAR_DAY_US;
	bool has_month = false;

	if (period->from_us % CALENDAR_DAY_US != 0 || period->to_us % CALENDAR_DAY_US != 0)
		return error_set(error, "\"%s\" is not made of whole days, as stored rows are", period->name);
	for (; day < end; day++) {
		struct calendar_date date = calendar_date(day * CALENDAR_DAY_US);
		int64_t month_end = day + calendar_days_in_month(date.year, date.month);

		if (date.day == 1 && month_end <= end) {
			has_month = true;
			if (months && !add_unit(plan, day, month_end, true, error))
				return false;
		}
		if (days && !add_unit(plan, day, day + 1, false, error))
			return false;
	}
	return has_month || days || error_set(error, "\"%s\" holds no whole month", period->name);
}
