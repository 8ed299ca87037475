/*
 * report: how a report is declared: its statement, its columns, its sections. Constant tables, nothing else.
 *
 * Does not run or print anything: feed runs a report, render prints it.
 *
 * A report with a subject answers one document for each of them (a team, an organization) that was asked for. Its
 * statement returns rows with the columns "section", the subject's column, and those of all sections; rows of one
 * document stand together, in the order of the subjects asked for, and within one in the order of the sections.
 *
 * A report without a subject is a list, one section of rows, whose columns are those of its statement. Or it is one
 * document of several sections, with a head of its own or a list's: of one statement, whose column "section" tells
 * their rows apart, or each of its own.
 */
#ifndef LM_REPORT_H
#define LM_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* What a value is, and so how each format writes it. In the statement's result it is PostgreSQL's text. */
enum column_type {
	COLUMN_TEXT,
	COLUMN_COUNT,   /* whole number */
	COLUMN_NUMBER,  /* decimal without a unit */
	COLUMN_USD,     /* decimal, US dollars */
	COLUMN_PERCENT, /* decimal, 0 to 100; of a change also beyond */
	COLUMN_MS,      /* decimal, milliseconds; the name ends in _ms */
	COLUMN_SECONDS, /* decimal; the name ends in _seconds */
	COLUMN_FLAG,    /* boolean */
	COLUMN_TIME,    /* timestamp without time zone, UTC */
	COLUMN_SERIES,  /* array of whole numbers, oldest first: a sparkline in tables */
};

struct column {
	const char *name;  /* in SQL, JSON and CSV alike: snake_case, with the unit */
	const char *title; /* in tables */
	enum column_type type;
	const char *help; /* one sentence, for the manual */
	bool is_detail;   /* left out of the table on a terminal that is too narrow for all columns */
	bool is_label;    /* names the row: a label of its samples in Prometheus' format */
	bool is_status;   /* coloured in tables: up, slow, down and the like */
	bool is_bar;      /* in tables, a bar beside the figure: of 100 for a percentage, else of the largest */
};

/* One value of a column. */
struct cell {
	const char *bytes; /* as PostgreSQL's text, without NUL; NULL = null; borrowed */
	size_t length;
};

enum section_shape {
	SECTION_SCALARS, /* an object of the columns, from exactly one row */
	SECTION_MEMBERS, /* the same, but the columns are members of the document itself */
	SECTION_MAP,     /* an object of rows, keyed by the first column */
	SECTION_ROWS,    /* an array of rows */
};

struct section {
	const char *name; /* the JSON key, and the value of the column "section" */
	enum section_shape shape;
	const struct column *columns; /* ends with an empty row */
	/* The statement of this section alone, as struct report has one; NULL = its rows come from the report's. */
	const char *const *statement;
	bool is_given; /* its rows come from elsewhere, and not from a statement */
};

/* The parameters of every report's statement, as $1 to $7; see sql/facts_raw.sql. A report's own follow them. */
enum report_parameter {
	PARAMETER_FROM,
	PARAMETER_TO,
	PARAMETER_TEAMS, /* this and the following are arrays, NULL = all */
	PARAMETER_ORGANIZATIONS,
	PARAMETER_JOB_TYPES,
	PARAMETER_MODEL_GROUPS,
	PARAMETER_USERS,
	PARAMETER_COUNT
};

/*
 * What a report's own parameters are. They are $9 and those behind it: a list's statement is wrapped,
 * "SELECT * FROM (statement without its semicolon) AS report LIMIT $8::bigint", NULL = all. A statement of several
 * sections is not; it names $8 itself.
 */
enum report_own {
	OWN_NONE,
	OWN_BY,          /* text, the word of --by */
	OWN_OVER_MS,     /* integer */
	OWN_NOW,         /* timestamp, as the two below */
	OWN_SHOWN_FROM,  /* what lies between $1 and this is there to compare with */
	OWN_COMPARED_TO, /* end of the span, from $1, that is compared with the one shown */
	OWN_TYPE,        /* text, NULL = all */
	OWN_THRESHOLD,   /* numeric */
};

#define REPORT_OWN_MAX 3

struct report {
	const char *name;            /* the verb */
	const char *title;           /* of the table of a list or of a single document */
	const char *metrics;         /* what the names of its metrics start with: "lm_health" */
	const struct column *head;   /* what stands in front of the sections: one of those below, or its own */
	struct column subject;       /* the column that says whose document it is; without a name for a list */
	const char *subjects;        /* the JSON key of the list when several were asked for */
	const char *noun;            /* what a subject is, in the error about an unknown one */
	const char *unknown_because; /* what makes one unknown, a clause */
	enum report_parameter asked; /* the parameter that takes the subjects asked for */
	const char *default_period;  /* a PERIOD; NULL = that of default_units */
	unsigned default_units;      /* so many whole weeks or months, as --by says */
	const char *basis; /* whose time counts: "job" (created), "call", "ledger", or several, as sections follow */
	const char *by;    /* words of --by, between spaces; the first without one; NULL = no --by */
	enum report_own own[REPORT_OWN_MAX + 1]; /* ends with OWN_NONE */
	unsigned default_limit;                  /* rows of a section; 0 = all */
	bool has_team_filters; /* rows tell no job types, model groups and users apart: filters on them are refused */
	const char *const *statement;   /* the parts of the SQL text, ends with NULL */
	const struct section *sections; /* ends with an empty row */
	bool has_parts;                 /* it has several sections, though only one may be shown */
};

/* The columns that every document has behind its subject: period, from, to, partial. Ends with an empty row. */
extern const struct column report_head[];

/* Those of a list: report, from, to, partial, basis, as_of. */
extern const struct column report_list_head[];

/* Of documents that have nothing in front of their sections. */
extern const struct column report_no_head[];

/* A section has fewer columns than this. */
#define REPORT_COLUMN_MAX 64

/* How many values the longest head takes. */
#define REPORT_HEAD_COUNT ((size_t)6)

/* How many rows a table of columns or of sections has. */
size_t report_column_count(const struct column *columns);
size_t report_section_count(const struct report *report);

/* The column of a name; NULL for none. */
const struct column *report_find_column(const struct column *columns, const char *name);

/* Whether a section has exactly one row, whose columns are shown one below the other. */
bool report_is_single_row(const struct section *section);

/* The index of the section of a name; the number of sections for none. */
size_t report_find_section(const struct report *report, const char *name);

#endif
