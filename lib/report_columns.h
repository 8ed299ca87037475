/*
 * report_columns: how tables of columns are written, and columns that reports of several tools have, so that a name
 * means the same everywhere. Private to the tables of reports.
 */
#ifndef LM_REPORT_COLUMNS_H
#define LM_REPORT_COLUMNS_H

#include "report.h"

/* What names a row. */
#define LABEL(name, title, help) \
	{ \
		name, title, COLUMN_TEXT, help, .is_label = true \
	}
#define DETAIL(name, title, type, help) \
	{ \
		name, title, type, help, .is_detail = true \
	}
#define BAR(name, title, type, help) \
	{ \
		name, title, type, help, .is_bar = true \
	}
#define COLUMN_TEAM LABEL("team_id", "Team", "the team")
#define COLUMN_ORGANIZATION_NAME \
	{ \
		"organization_name", "Organization's name", COLUMN_TEXT, "name of the organization", .is_detail = true \
	}

/* A list: one section of rows. */
#define LIST_SECTIONS(variable, columns) \
	static const struct section variable##_sections[] = {{"rows", SECTION_ROWS, columns}, {0}}

#endif
