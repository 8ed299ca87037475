#include "report.h"

#include <string.h>

const struct column report_head[] = {
	{"period", "Period", COLUMN_TEXT, "the period asked for, with calendar words resolved"},
	{"from", "From", COLUMN_TIME, "first instant that belongs to it"},
	{"to", "To", COLUMN_TIME, "first instant that no longer belongs to it"},
	{"partial", "Partial", COLUMN_FLAG, "whether it is still open"},
	{0},
};

const struct column report_list_head[] = {
	{"report", "Report", COLUMN_TEXT, "the verb"},
	{"from", "From", COLUMN_TIME, "first instant of what was asked for"},
	{"to", "To", COLUMN_TIME, "first instant that no longer belongs to it"},
	{"partial", "Partial", COLUMN_FLAG, "whether it is still open"},
	{"basis", "Basis", COLUMN_TEXT, "whose time counts: the job's creation, or the call's"},
	{"as_of", "As of", COLUMN_TIME, "the present, as the figures have it"},
	{0},
};

const struct column report_no_head[] = {{0}};

size_t report_column_count(const struct column *columns)
{
	size_t count;

	for (count = 0; columns[count].name != NULL; count++)
		;
	return count;
}

size_t report_section_count(const struct report *report)
{
	size_t count;

	for (count = 0; report->sections[count].name != NULL; count++)
		;
	return count;
}

const struct column *report_find_column(const struct column *columns, const char *name)
{
	for (; columns->name != NULL; columns++)
		if (strcmp(columns->name, name) == 0)
			return columns;
	return NULL;
}

bool report_is_single_row(const struct section *section)
{
	return section->shape == SECTION_SCALARS || section->shape == SECTION_MEMBERS;
}

size_t report_find_section(const struct report *report, const char *name)
{
	size_t i;

	for (i = 0; report->sections[i].name != NULL && strcmp(report->sections[i].name, name) != 0; i++)
		;
	return i;
}
