#include "feed.h"

#include "calendar.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct feed {
	const struct report *report;
	struct render *render;
	size_t rows;
	void (*see)(void *context, const struct cell *cells);
	void *context;
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
};

static bool bind_column(const struct feed *feed, const struct db_row *row, const char *name, size_t *column,
                        struct error *error)
{
	*column = db_find_column(row, name);
	return *column < db_column_count(row) ||
	       error_set(error, "the statement of %s has no column \"%s\"", feed->report->name, name);
}

static bool bind_columns(struct feed *feed, const struct db_row *row, struct error *error)
{
	const struct section *section;
	const struct column *column;
	size_t count = 0, longest = 0;

	for (section = feed->report->sections; section->name != NULL; section++) {
		size_t columns = report_column_count(section->columns);

		count += columns;
		longest = columns > longest ? columns : longest;
	}
	feed->columns = calloc(count, sizeof *feed->columns);
	feed->cells = calloc(longest, sizeof *feed->cells);
	if (feed->columns == NULL || feed->cells == NULL)
		return error_out_of_memory(error);
	if (feed->report->subject.name != NULL &&
	    (!bind_column(feed, row, "section", &feed->section_column, error) ||
	     !bind_column(feed, row, feed->report->subject.name, &feed->subject_column, error)))
		return false;
	count = 0;
	for (section = feed->report->sections; section->name != NULL; section++)
		for (column = section->columns; column->name != NULL; column++)
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
	*section = 0;
	if (feed->report->subject.name == NULL)
		return true;
	*subject = db_value(row, feed->subject_column).bytes;
	*section = report_find_section(feed->report, db_value(row, feed->section_column).bytes);
	if (feed->report->sections[*section].name == NULL || *subject == NULL)
		return error_set(error, "the statement of %s returned a row of no section", feed->report->name);
	mark_found(feed, *subject);
	return true;
}

static bool take_row(void *context, const struct db_row *row, struct error *error)
{
	struct feed *feed = context;
	const struct section *sections = feed->report->sections;
	const char *subject;
	size_t section, offset = 0, i;

	if ((!feed->is_bound && !bind_columns(feed, row, error)) || !place_row(feed, row, &subject, &section, error))
		return false;
	for (i = 0; i < section; i++)
		offset += report_column_count(sections[i].columns);
	for (i = 0; sections[section].columns[i].name != NULL; i++)
		feed->cells[i] = db_value(row, feed->columns[offset + i]);
	feed->rows++;
	if (feed->see != NULL)
		feed->see(feed->context, feed->cells);
	return feed->render == NULL || render_row(feed->render, subject, section, feed->cells, error);
}

/* Asks the statement and frees what was bound. */
static bool run(struct db *db, struct feed *feed, const char *sql, const char *const *parameters, size_t count,
                struct error *error)
{
	bool done = db_query(db, sql, parameters, count, take_row, feed, error);

	free(feed->columns);
	free(feed->cells);
	return done;
}

/* Appends those of the subjects that PostgreSQL can be asked for. */
static bool append_subjects(struct text *array, const char *const *subjects, size_t count, struct error *error)
{
	const char **valid = calloc(count + 1, sizeof *valid);
	size_t valid_count = 0, i;

	if (valid == NULL)
		return error_out_of_memory(error);
	for (i = 0; i < count; i++)
		if (text_is_utf8(subjects[i], strlen(subjects[i])))
			valid[valid_count++] = subjects[i];
	db_append_array(array, valid, valid_count);
	free(valid);
	return !array->failed || error_out_of_memory(error);
}

bool feed_report(struct db *db, const struct report *report, const struct period *period, const char *const *subjects,
                 size_t subject_count, bool *is_found, struct render *render, size_t *rows, struct error *error)
{
	struct feed feed = {
		.report = report, .render = render, .subjects = subjects, .subject_count = subject_count, .is_found = is_found};
	struct text from = {0}, to = {0}, array = {0}, sql = {0};
	const char *parameters[PARAMETER_COUNT] = {NULL};
	const char *const *part;
	bool done;

	memset(is_found, 0, subject_count * sizeof *is_found);
	calendar_append(&from, period->from_us);
	calendar_append(&to, period->to_us);
	for (part = report->statement; *part != NULL; part++)
		text_append_string(&sql, *part);
	done = append_subjects(&array, subjects, subject_count, error);
	if (done && (from.failed || to.failed || sql.failed))
		done = error_out_of_memory(error);
	parameters[PARAMETER_FROM] = text_string(&from);
	parameters[PARAMETER_TO] = text_string(&to);
	parameters[report->asked] = text_string(&array);
	done = done && run(db, &feed, text_string(&sql), parameters, PARAMETER_COUNT, error);
	*rows = feed.rows;
	text_free(&from);
	text_free(&to);
	text_free(&array);
	text_free(&sql);
	return done;
}

bool feed_rows(struct db *db, const struct report *report, const char *sql, const char *const *parameters,
               size_t parameter_count, struct render *render, void (*see)(void *context, const struct cell *cells),
               void *context, struct error *error)
{
	struct feed feed = {.report = report, .render = render, .see = see, .context = context};

	return run(db, &feed, sql, parameters, parameter_count, error);
}
