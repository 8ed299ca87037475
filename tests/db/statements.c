/* Every statement of lm-usage and lm-credits on tables of every shape: it can be prepared, and has the columns
 * declared. */
#include "credits.h"
#include "text.h"
#include "usage.h"

#include "suite.h"

#include <libpq-fe.h>

/* Of pg_type.dat; they never change. */
enum {
	OID_BOOL = 16,
	OID_INT8 = 20,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_INT4_ARRAY = 1007,
	OID_INT8_ARRAY = 1016,
	OID_VARCHAR = 1043,
	OID_TIMESTAMP = 1114,
	OID_NUMERIC = 1700,
	OID_UUID = 2950,
};

static const char *const shapes[] = {"shape_migrations", "shape_orm", "shape_bare"};

static const char *const secrets[] = {
	"request_data", "response_data", "job_metadata", "error_message", "virtual_key", "litellm_request_id",
};

/* The types whose text a column of a type may be; floating point is never among them. */
static const Oid types[][4] = {
	[COLUMN_TEXT] = {OID_TEXT, OID_VARCHAR, OID_UUID},
	[COLUMN_COUNT] = {OID_INT4, OID_INT8, OID_NUMERIC},
	[COLUMN_NUMBER] = {OID_NUMERIC},
	[COLUMN_USD] = {OID_NUMERIC},
	[COLUMN_PERCENT] = {OID_NUMERIC},
	[COLUMN_MS] = {OID_INT4, OID_NUMERIC},
	[COLUMN_SECONDS] = {OID_NUMERIC},
	[COLUMN_FLAG] = {OID_BOOL},
	[COLUMN_TIME] = {OID_TIMESTAMP},
	[COLUMN_SERIES] = {OID_INT4_ARRAY, OID_INT8_ARRAY},
};

static const Oid own_types[] = {
	[OWN_BY] = OID_TEXT,
	[OWN_OVER_MS] = OID_INT4,
	[OWN_NOW] = OID_TIMESTAMP,
	[OWN_SHOWN_FROM] = OID_TIMESTAMP,
	[OWN_COMPARED_TO] = OID_TIMESTAMP,
	[OWN_TYPE] = OID_TEXT,
	[OWN_THRESHOLD] = OID_NUMERIC,
};

/* Calls a function with each report there is. */
static void for_each_report(void (*take)(void *context, const struct report *report), void *context)
{
	const struct report *const *report;

	for (report = usage_reports; *report != NULL; report++)
		take(context, *report);
	for (report = credits_reports; *report != NULL; report++)
		take(context, *report);
}

/* A statement as it is run: one with a limit, unless its rows say which section they are of. */
struct statement {
	const struct report *report;
	const struct section *section; /* the only one; NULL = all of the report */
	const char *const *parts;
	struct text sql;
};

static void build(struct statement *statement, bool is_limited)
{
	const char *const *part;

	text_append_string(&statement->sql, is_limited ? "SELECT * FROM (" : "");
	for (part = statement->parts; *part != NULL; part++)
		text_append_string(&statement->sql, *part);
	if (is_limited) {
		ck_assert_ptr_nonnull(strrchr(statement->sql.bytes, ';'));
		*strrchr(statement->sql.bytes, ';') = ' ';
		text_append_string(&statement->sql, ") AS report LIMIT $8::bigint");
	}
}

static bool has_type(enum column_type type, Oid oid)
{
	size_t i;

	for (i = 0; i < COUNT(types[type]) && types[type][i] != 0; i++)
		if (types[type][i] == oid)
			return true;
	return false;
}

static void check_column(const char *shape, const struct statement *statement, const struct column *column,
                         const PGresult *result, int index)
{
	int at;

	for (at = 0; at < PQnfields(result) && strcmp(PQfname(result, at), column->name) != 0; at++)
		;
	ck_assert_msg(at < PQnfields(result), "%s, %s: no column %s", shape, statement->report->name, column->name);
	ck_assert_msg(has_type(column->type, PQftype(result, at)), "%s, %s: %s is of type %u", shape,
	              statement->report->name, column->name, PQftype(result, at));
	ck_assert_msg(index < 0 || at == index, "%s, %s: %s is column %d and not %d", shape, statement->report->name,
	              column->name, at, index);
}

/* A list has just the columns that are declared, in their order. */
static void check_columns(const char *shape, const struct statement *statement, const PGresult *result)
{
	const struct section *section;
	int i;

	if (statement->section != NULL) {
		for (i = 0; statement->section->columns[i].name != NULL; i++)
			check_column(shape, statement, &statement->section->columns[i], result, i);
		ck_assert_msg(PQnfields(result) == i, "%s, %s: %d columns, %d declared", shape, statement->report->name,
		              PQnfields(result), i);
		return;
	}
	ck_assert_str_eq(PQfname(result, 0), "section");
	for (section = statement->report->sections; section->name != NULL; section++)
		for (i = 0; !section->is_given && section->columns[i].name != NULL; i++)
			check_column(shape, statement, &section->columns[i], result, -1);
}

static void check_parameters(const char *shape, const struct statement *statement, const PGresult *result)
{
	int count, given = PQnparams(result);

	for (count = 0; statement->report->own[count] != OWN_NONE; count++)
		if (PARAMETER_COUNT + 1 + count < given)
			ck_assert_msg(PQparamtype(result, PARAMETER_COUNT + 1 + count) == own_types[statement->report->own[count]],
			              "%s, %s: $%d is not of the type of its kind", shape, statement->report->name,
			              PARAMETER_COUNT + 2 + count);
	/* The second list of slow has no threshold. */
	ck_assert_msg(given <= PARAMETER_COUNT + 1 + count, "%s, %s: %d parameters", shape, statement->report->name, given);
}

static void check_statement(PGconn *connection, const char *shape, struct statement *statement)
{
	PGresult *result;

	build(statement, statement->section != NULL);
	result = PQprepare(connection, "", statement->sql.bytes, 0, NULL);
	ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s, %s: %s", shape, statement->report->name,
	              PQerrorMessage(connection));
	PQclear(result);
	result = PQdescribePrepared(connection, "");
	ck_assert_int_eq(PQresultStatus(result), PGRES_COMMAND_OK);
	check_columns(shape, statement, result);
	check_parameters(shape, statement, result);
	PQclear(result);
	text_free(&statement->sql);
}

/* Calls a function with each statement of a report. */
static void for_each_statement(const struct report *report, void (*take)(void *context, struct statement *statement),
                               void *context)
{
	struct statement statement = {.report = report, .parts = report->statement};
	const struct section *section;

	if (report->statement != NULL && (report->subject.name != NULL || report_section_count(report) > 1)) {
		take(context, &statement);
		return;
	}
	for (section = report->sections; section->name != NULL; section++) {
		statement = (struct statement){.report = report,
		                               .section = section,
		                               .parts = section->statement != NULL ? section->statement : report->statement};
		ck_assert_ptr_nonnull(statement.parts);
		take(context, &statement);
	}
}

struct shape {
	PGconn *connection;
	const char *name;
	size_t statements;
};

static void take_statement(void *context, struct statement *statement)
{
	struct shape *shape = context;

	check_statement(shape->connection, shape->name, statement);
	shape->statements++;
}

static void take_report(void *context, const struct report *report)
{
	for_each_statement(report, take_statement, context);
}

START_TEST(every_statement_has_the_declared_columns_in_tables_of_every_shape)
{
	size_t i;

	for (i = 0; i < COUNT(shapes); i++) {
		const char *const keywords[] = {"dbname", NULL}, *const values[] = {shapes[i], NULL};
		struct shape shape = {.connection = PQconnectdbParams(keywords, values, 0), .name = shapes[i]};

		ck_assert_msg(PQstatus(shape.connection) == CONNECTION_OK, "%s", PQerrorMessage(shape.connection));
		for_each_report(take_report, &shape);
		ck_assert_uint_eq(shape.statements, 28);
		PQfinish(shape.connection);
	}
}
END_TEST

static void take_text(void *context, struct statement *statement)
{
	const char *const *part;
	size_t i;

	(void)context;
	for (part = statement->parts; *part != NULL; part++)
		for (i = 0; i < COUNT(secrets); i++)
			ck_assert_msg(strstr(*part, secrets[i]) == NULL, "%s names %s", statement->report->name, secrets[i]);
}

static void take_report_text(void *context, const struct report *report)
{
	for_each_statement(report, take_text, context);
}

START_TEST(no_statement_names_what_can_hold_prompts_or_keys)
{
	for_each_report(take_report_text, NULL);
}
END_TEST

static void check_names(void *context, const struct report *report)
{
	const struct section *section;
	const struct column *column, *other;

	(void)context;
	for (section = report->sections; section->name != NULL; section++)
		for (column = section->columns; column->name != NULL; column++) {
			ck_assert_msg(column->title != NULL && column->help != NULL && *column->help != '\0', "%s", column->name);
			for (other = section->columns; other < column; other++)
				ck_assert_str_ne(other->name, column->name);
		}
}

START_TEST(no_two_columns_of_a_section_have_one_name)
{
	for_each_report(check_names, NULL);
}
END_TEST

SUITE("statements", every_statement_has_the_declared_columns_in_tables_of_every_shape,
      no_statement_names_what_can_hold_prompts_or_keys, no_two_columns_of_a_section_have_one_name)
