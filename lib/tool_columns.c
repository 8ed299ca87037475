/* The columns of a report that options name: to sort by, and to print. */
#include "tool_question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_order(const struct column *column)
{
	return column->type != COLUMN_SERIES;
}

/* Appends the names of all columns of a report's lists, or of those with an order, each once. */
static void append_names(struct text *names, const struct report *report, bool is_sort)
{
	const struct section *section, *before;
	const struct column *column;

	for (section = report->sections; section->name != NULL; section++)
		for (column = section->columns; column->name != NULL; column++) {
			for (before = report->sections; before < section; before++)
				if (report_find_column(before->columns, column->name) != NULL)
					break;
			if (before == section && (!is_sort || has_order(column)))
				text_append_format(names, "%s%s", names->length > 0 ? ", " : "", column->name);
		}
}

/* Fails for a name that is no column's, or one without an order to sort by, and says which there are. */
static bool refuse_column(const struct report *report, const char *name, bool is_sort, const struct column *found,
                          struct error *error)
{
	struct text names = {0};

	append_names(&names, report, is_sort);
	if (found != NULL)
		error_set(error, "--sort: \"%s\" is a series and has no order; there are %s", name, text_string(&names));
	else
		error_set(error, "%s: there is no column \"%.60s\"; there are %s", is_sort ? "--sort" : "--columns", name,
		          text_string(&names));
	text_free(&names);
	return false;
}

static const struct column *find_any_column(const struct report *report, const char *name)
{
	const struct column *found = NULL;
	const struct section *section;

	for (section = report->sections; found == NULL && section->name != NULL; section++)
		found = report_find_column(section->columns, name);
	return found;
}

bool tool_question_sort(struct tool_question *question, const char *sort, struct error *error)
{
	const char *colon = strchr(sort, ':');
	char name[64];
	const struct column *column;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(sort, ":"), sort);
	column = find_any_column(question->report, name);
	if (column == NULL || !has_order(column))
		return refuse_column(question->report, name, true, column, error);
	if (colon != NULL && strcmp(colon, ":asc") != 0 && strcmp(colon, ":desc") != 0)
		return error_set(error, "--sort: expected %s:asc or %s:desc, not \"%s\"", name, name, sort);
	question->feed.sort = column->name;
	question->feed.is_descending = colon != NULL ? strcmp(colon, ":desc") == 0 : column->type != COLUMN_TEXT;
	return true;
}

static bool is_copied(const struct column *copies, size_t count, const struct column *column)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(copies[i].name, column->name) == 0)
			return true;
	return false;
}

/*
 * Copies those of a section's columns that a list of names has, in its order, and with keep_labels behind them those
 * that tell rows apart, if there are any. NULL when memory runs out.
 */
static struct column *copy_columns(const struct column *columns, const char *names, bool keep_labels)
{
	size_t count = report_column_count(columns), length;
	const struct column *column;
	struct column *copy;
	const char *at;

	copy = calloc(count + 1, sizeof *copy);
	count = 0;
	for (at = names; copy != NULL && *at != '\0'; at += length + (at[length] == ',')) {
		length = strcspn(at, ",");
		for (column = columns; column->name != NULL; column++)
			if (strlen(column->name) == length && strncmp(column->name, at, length) == 0)
				break;
		if (column->name == NULL)
			continue;
		copy[count] = *column;
		copy[count++].is_detail = false; /* it was asked for */
	}
	for (column = columns; copy != NULL && count > 0 && keep_labels && column->name != NULL; column++)
		if (column->is_label && !is_copied(copy, count, column))
			copy[count++] = *column;
	return copy;
}

/* Whether each name of a list is a column's, and stands in it once. */
static bool check_columns(const struct report *report, const char *names, struct error *error)
{
	char name[64], others[64];
	const char *at, *other;
	size_t length;

	for (at = names; *at != '\0'; at += length + (at[length] == ',')) {
		length = strcspn(at, ",");
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		if (find_any_column(report, name) == NULL)
			return refuse_column(report, name, false, NULL, error);
		for (other = names; other < at; other += strcspn(other, ",") + 1) {
			snprintf(others, sizeof others, "%.*s", (int)strcspn(other, ","), other);
			if (strcmp(name, others) == 0)
				return error_set(error, "--columns: \"%s\" stands there twice", name);
		}
	}
	if (names[strlen(names) - 1] == ',')
		return error_set(error, "--columns: expected a name behind the last comma");
	return true;
}

bool tool_question_choose(struct tool_question *question, const char *names, bool keep_labels, struct error *error)
{
	size_t count = report_section_count(question->report), kept = 0, i;

	if (!check_columns(question->report, names, error))
		return false;
	question->sections = calloc(count + 1, sizeof *question->sections);
	if (question->sections == NULL)
		return error_out_of_memory(error);
	for (i = 0; i < count; i++) {
		struct column *columns = copy_columns(question->report->sections[i].columns, names, keep_labels);

		if (columns == NULL)
			return error_out_of_memory(error);
		if (columns[0].name == NULL) {
			free(columns);
			continue;
		}
		question->sections[kept] = question->report->sections[i];
		question->sections[kept++].columns = columns;
	}
	question->shown_report.sections = question->sections;
	question->shown_report.has_parts = count > 1;
	return true;
}
