#include "feed.h"

#include "calendar.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct feed {
	const struct report *report;
	const struct report *shown; /* with the columns that are rendered */
	struct render *render;
	size_t rows;
	int64_t last_rows;    /* of the last section */
	int64_t rendered_max; /* so many of them are rendered; 0 = all */
	void (*see)(void *context, const struct section *section, const struct cell *cells);
	void *context;
	const struct section *only; /* the section of all rows; NULL = the rows say */
	/* Of a report with subjects. */
	const char *const *subjects;
	size_t subject_count;
	bool *is_found;
	size_t next; /* the first subject behind the one whose rows are coming */
	/* Where the statement's columns are; read off the first row. */
	bool is_bound;
	size_t section_column;
	size_t subject_column;
	size_t *columns;    /* of all sections, one after another */
	struct cell *cells; /* as many as the longest section has columns */
	struct cell *shown_cells;
};

static bool bind_column(const struct feed *feed, const struct db_row *row, const char *name, size_t *column,
                        struct error *error)
{
	*column = db_find_column(row, name);
	return *column < db_column_count(row) ||
	       error_set(error, "the statement of %s has no column \"%s\"", feed->report->name, name);
}

/* Whether the statement has rows of a section. */
static bool has_rows(const struct feed *feed, const struct section *section)
{
	return feed->only != NULL ? section == feed->only : section->statement == NULL && !section->is_given;
}

static bool bind_columns(struct feed *feed, const struct db_row *row, struct error *error)
{
	const struct section *section;
	const struct column *column;
	size_t count = 0, longest = 0;

	for (section = feed->report->sections; section->name != NULL; section++) {
		size_t columns = has_rows(feed, section) ? report_column_count(section->columns) : 0;

		count += columns;
		longest = columns > longest ? columns : longest;
	}
	feed->columns = calloc(count, sizeof *feed->columns);
	feed->cells = calloc(longest, sizeof *feed->cells);
	feed->shown_cells = calloc(longest, sizeof *feed->shown_cells);
	if (feed->columns == NULL || feed->cells == NULL || feed->shown_cells == NULL)
		return error_out_of_memory(error);
	if ((feed->only == NULL && !bind_column(feed, row, "section", &feed->section_column, error)) ||
	    (feed->only == NULL && feed->report->subject.name != NULL &&
	     !bind_column(feed, row, feed->report->subject.name, &feed->subject_column, error)))
		return false;
	count = 0;
	for (section = feed->report->sections; section->name != NULL; section++)
		for (column = section->columns; has_rows(feed, section) && column->name != NULL; column++)
			if (!bind_column(feed, row, column->name, &feed->columns[count++], error))
				return false;
	feed->is_bound = true;
	return true;
}

/* Marks the subject of a row as found; they come in the order in which they were asked for. */
static void mark_found(struct feed *feed, const char *subject)
{
	size_t i;

	if (feed->next > 0 && strcmp(feed->subjects[feed->next - 1], subject) == 0)
		return;
	for (i = feed->next; i < feed->subject_count && strcmp(feed->subjects[i], subject) != 0; i++)
		;
	if (i == feed->subject_count)
		return;
	feed->is_found[i] = true;
	feed->next = i + 1;
}

/* Reads which document and section a row belongs to. */
static bool place_row(struct feed *feed, const struct db_row *row, const char **subject, size_t *section,
                      struct error *error)
{
	*subject = "";
	if (feed->report->subject.name != NULL)
		*subject = feed->only != NULL ? feed->subjects[0] : db_value(row, feed->subject_column).bytes;
	*section = feed->only != NULL ? (size_t)(feed->only - feed->report->sections)
	                              : report_find_section(feed->report, db_value(row, feed->section_column).bytes);
	if (feed->report->sections[*section].name == NULL || *subject == NULL)
		return error_set(error, "the statement of %s returned a row of no section", feed->report->name);
	if (feed->report->subject.name != NULL)
		mark_found(feed, *subject);
	return true;
}

/* The section to render a row in; as many as there are for none. Puts its cells where that is not all of them. */
static size_t choose_cells(struct feed *feed, const struct section *section, const struct cell **cells)
{
	size_t shown, i, j;

	*cells = feed->cells;
	if (feed->shown == feed->report)
		return (size_t)(section - feed->report->sections);
	shown = report_find_section(feed->shown, section->name);
	for (i = 0; feed->shown->sections[shown].name != NULL && feed->shown->sections[shown].columns[i].name != NULL; i++)
		for (j = 0; section->columns[j].name != NULL; j++)
			if (strcmp(section->columns[j].name, feed->shown->sections[shown].columns[i].name) == 0)
				feed->shown_cells[i] = feed->cells[j];
	*cells = feed->shown_cells;
	return shown;
}

static bool take_row(void *context, const struct db_row *row, struct error *error)
{
	struct feed *feed = context;
	const struct section *sections = feed->report->sections;
	const struct cell *cells;
	const char *subject;
	size_t section, offset = 0, i;

	if ((!feed->is_bound && !bind_columns(feed, row, error)) || !place_row(feed, row, &subject, &section, error))
		return false;
	for (i = 0; i < section; i++)
		offset += has_rows(feed, &sections[i]) ? report_column_count(sections[i].columns) : 0;
	for (i = 0; sections[section].columns[i].name != NULL; i++)
		feed->cells[i] = db_value(row, feed->columns[offset + i]);
	feed->rows++;
	if (feed->see != NULL)
		feed->see(feed->context, &sections[section], feed->cells);
	if (sections[section + 1].name == NULL && feed->rendered_max > 0 && ++feed->last_rows > feed->rendered_max)
		return true;
	section = choose_cells(feed, &sections[section], &cells);
	return feed->render == NULL || feed->shown->sections[section].name == NULL ||
	       render_row(feed->render, subject, section, cells, error);
}

/* Asks the statement and frees what was bound. */
static bool run(struct db *db, struct feed *feed, const char *sql, const char *const *parameters, size_t count,
                struct error *error)
{
	bool done = db_query(db, sql, parameters, count, take_row, feed, error);

	free(feed->columns);
	free(feed->cells);
	free(feed->shown_cells);
	feed->columns = NULL;
	feed->cells = feed->shown_cells = NULL;
	feed->is_bound = false;
	return done;
}

bool feed_append_words(struct text *array, const char *const *words, size_t count, struct error *error)
{
	const char **valid = calloc(count + 1, sizeof *valid);
	size_t valid_count = 0, i;

	if (valid == NULL)
		return error_out_of_memory(error);
	for (i = 0; i < count; i++)
		if (text_is_utf8(words[i], strlen(words[i])))
			valid[valid_count++] = words[i];
	db_append_array(array, valid, valid_count);
	free(valid);
	return !array->failed || error_out_of_memory(error);
}

/* The highest n of the $n in a statement: as many parameters as that PostgreSQL wants. */
static size_t count_parameters(const char *sql)
{
	size_t highest = 0, number;

	for (sql = strchr(sql, '$'); sql != NULL; sql = strchr(sql + 1, '$')) {
		number = strtoul(sql + 1, NULL, 10);
		highest = number > highest ? number : highest;
	}
	return highest;
}

/* Appends the order that was asked for: by the column, what is unknown last, and then by what tells rows apart. */
static void append_order(struct text *sql, const struct section *section, const struct feed_question *question)
{
	const struct column *column;

	text_append_format(sql, " ORDER BY report.%s%s NULLS LAST", question->sort, question->is_descending ? " DESC" : "");
	for (column = section->columns; column->name != NULL; column++)
		if (column->is_label && strcmp(column->name, question->sort) != 0)
			text_append_format(sql, ", report.%s", column->name);
}

/* The same for the rows of several sections, one section after the other. */
static void append_parts_order(struct text *sql, const struct report *report, const struct feed_question *question)
{
	const struct section *section;

	text_append_string(sql, " ORDER BY CASE report.section");
	for (section = report->sections; section->name != NULL; section++)
		text_append_format(sql, " WHEN '%s' THEN %d", section->name, (int)(section - report->sections));
	text_append_format(sql, " END, report.%s%s NULLS LAST", question->sort, question->is_descending ? " DESC" : "");
	for (section--; section >= report->sections; section--) {
		const struct column *column;

		for (column = section->columns; column->name != NULL; column++)
			if (column->is_label)
				text_append_format(sql, ", report.%s", column->name);
	}
}

/* Appends the statement of a report or of one of its sections, a list with what limits and sorts it. */
static void append_statement(struct text *sql, const struct feed *feed, const struct feed_question *question)
{
	const char *const *part =
		feed->only != NULL && feed->only->statement != NULL ? feed->only->statement : feed->report->statement;
	bool is_list = feed->only != NULL && feed->only->shape == SECTION_ROWS;
	bool is_sorted = !is_list && feed->report->subject.name == NULL && question->sort != NULL;

	text_append_string(sql, is_list || is_sorted ? "SELECT * FROM (" : "");
	for (; *part != NULL; part++)
		text_append_string(sql, *part);
	if ((!is_list && !is_sorted) || sql->failed)
		return;
	while (sql->bytes[sql->length - 1] == '\n' || sql->bytes[sql->length - 1] == ';')
		sql->length--;
	text_append_string(sql, ") AS report");
	if (is_sorted) {
		append_parts_order(sql, feed->report, question);
		return;
	}
	if (question->sort != NULL && report_find_column(feed->only->columns, question->sort) != NULL)
		append_order(sql, feed->only, question);
	text_append_string(sql, " LIMIT $8::bigint");
}

#define PARAMETER_MAX (PARAMETER_COUNT + 1 + REPORT_OWN_MAX)

/* The parameters of a question, and the texts behind them. */
struct parameters {
	const char *values[PARAMETER_MAX];
	struct text from, to, filters[PARAMETER_COUNT];
	char limit[32];
};

static bool fill_parameters(struct parameters *parameters, const struct feed_question *question, struct error *error)
{
	bool done = true;
	size_t i;

	*parameters = (struct parameters){.limit = ""};
	if (question->has_no_from)
		text_append_string(&parameters->from, "-infinity");
	else
		calendar_append(&parameters->from, question->period->from_us);
	if (question->has_no_to)
		text_append_string(&parameters->to, "infinity");
	else
		calendar_append(&parameters->to, question->period->to_us);
	parameters->values[PARAMETER_FROM] = text_string(&parameters->from);
	parameters->values[PARAMETER_TO] = text_string(&parameters->to);
	for (i = PARAMETER_TEAMS; done && i < PARAMETER_COUNT; i++) {
		if (!question->filters[i].is_given)
			continue;
		done =
			feed_append_words(&parameters->filters[i], question->filters[i].words, question->filters[i].count, error);
		parameters->values[i] = text_string(&parameters->filters[i]);
	}
	snprintf(parameters->limit, sizeof parameters->limit, "%lld", (long long)question->limit);
	parameters->values[PARAMETER_COUNT] = question->limit > 0 ? parameters->limit : NULL;
	for (i = 0; i < REPORT_OWN_MAX; i++)
		parameters->values[PARAMETER_COUNT + 1 + i] = question->own[i];
	return done && ((!parameters->from.failed && !parameters->to.failed) || error_out_of_memory(error));
}

static void free_parameters(struct parameters *parameters)
{
	size_t i;

	text_free(&parameters->from);
	text_free(&parameters->to);
	for (i = 0; i < PARAMETER_COUNT; i++)
		text_free(&parameters->filters[i]);
}

/* Runs the statement of one section, or with NULL that of the report. */
static bool run_statement(struct db *db, struct feed *feed, const struct section *only,
                          const struct feed_question *question, const struct parameters *parameters,
                          struct error *error)
{
	struct text sql = {0};
	bool done;

	feed->only = only;
	append_statement(&sql, feed, question);
	done = sql.failed ? error_out_of_memory(error)
	                  : run(db, feed, sql.bytes, parameters->values, count_parameters(sql.bytes), error);
	text_free(&sql);
	return done;
}

bool feed_report(struct db *db, const struct report *report, const struct feed_question *question, bool *is_found,
                 struct render *render, size_t *rows, struct error *error)
{
	struct feed feed = {.report = report,
	                    .shown = question->shown != NULL ? question->shown : report,
	                    .render = render,
	                    .is_found = is_found,
	                    .see = question->see,
	                    .context = question->context};
	bool is_list = report->subject.name == NULL && report_section_count(report) == 1, done;
	const struct section *section;
	struct parameters parameters;

	if (report->subject.name != NULL) {
		feed.subjects = question->filters[report->asked].words;
		feed.subject_count = question->filters[report->asked].count;
		memset(is_found, 0, feed.subject_count * sizeof *is_found);
	}
	done = fill_parameters(&parameters, question, error);
	if (report->statement != NULL && report->subject.name == NULL &&
	    (is_list ? question->see != NULL : question->sort != NULL)) {
		/* Who looks at the rows sees all of them; and rows are sorted before they are cut. */
		feed.rendered_max = question->limit;
		parameters.values[PARAMETER_COUNT] = NULL;
	}
	if (done && report->statement != NULL)
		done = run_statement(db, &feed, is_list ? report->sections : NULL, question, &parameters, error);
	for (section = report->sections; done && section->name != NULL; section++)
		if (section->statement != NULL && (report->subject.name == NULL || section == report->sections || is_found[0]))
			done = run_statement(db, &feed, section, question, &parameters, error);
	*rows = feed.rows;
	free_parameters(&parameters);
	return done;
}

bool feed_rows(struct db *db, const struct report *report, const char *sql, const char *const *parameters,
               size_t parameter_count, struct render *render,
               void (*see)(void *context, const struct section *section, const struct cell *cells), void *context,
               struct error *error)
{
	struct feed feed = {
		.report = report, .shown = report, .only = report->sections, .render = render, .see = see, .context = context};

	return run(db, &feed, sql, parameters, parameter_count, error);
}
