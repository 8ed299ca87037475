#include "tail_line.h"

#include "tail.h"

#include "suite.h"

#include <locale.h>

#define JOB "7a1c3f0e-0000-4000-8000-000000000001"
#define CALL "7a1c3f0e-0000-4000-8000-000000000002"

static void set(struct cell *cells, size_t column, const char *value)
{
	cells[column] = (struct cell){value, strlen(value)};
}

static void fill_job(struct cell *cells, const char *at, const char *team, const char *status)
{
	memset(cells, 0, TAIL_COLUMN_COUNT * sizeof *cells);
	set(cells, TAIL_KIND, "job");
	set(cells, TAIL_AT, at);
	set(cells, TAIL_JOB_ID, JOB);
	set(cells, TAIL_TEAM, team);
	set(cells, TAIL_JOB_TYPE, "document_analysis");
	set(cells, TAIL_STATUS, status);
}

static void fill_call(struct cell *cells, const char *at, const char *error_class)
{
	fill_job(cells, at, "team_a", "");
	set(cells, TAIL_KIND, "call");
	set(cells, TAIL_CALL_ID, CALL);
	cells[TAIL_STATUS] = (struct cell){NULL, 0};
	set(cells, TAIL_MODEL_GROUP, "smart-chat");
	set(cells, TAIL_TOKENS, "12345");
	set(cells, TAIL_COST, "0.1250");
	set(cells, TAIL_LATENCY, "1500");
	if (error_class != NULL)
		set(cells, TAIL_ERROR_CLASS, error_class);
}

START_TEST(a_row_fits_into_80_columns_with_day_and_titles_in_front_of_the_first_of_a_day)
{
	struct tail_line line = {.width = 80};
	struct cell cells[TAIL_COLUMN_COUNT];
	struct text text = {0};

	setlocale(LC_CTYPE, "C.UTF-8");
	fill_job(cells, "2025-10-15 14:30:05.123456", "team_acme_research", "in_progress");
	tail_line_append(&line, &text, cells);
	suite_assert_text(&text, "2025-10-15\n"
	                         "TIME     KIND TEAM                 TYPE/MODEL  STATUS            TOKENS     COST\n"
	                         "14:30:05 job  team_acme_research   docum\u2026lysis in_progress            -        -\n");
	fill_call(cells, "2025-10-15T23:59:59Z", NULL);
	tail_line_append(&line, &text, cells);
	suite_assert_text(&text, "23:59:59 call team_a               smart-chat  ok                12,345    $0.13\n");
	fill_call(cells, "2025-10-16 00:00:00", "content_filter");
	set(cells, TAIL_MODEL, "openai/gpt-4o");
	tail_line_append(&line, &text, cells);
	suite_assert_text(&text, "2025-10-16\n"
	                         "TIME     KIND TEAM                 TYPE/MODEL  STATUS            TOKENS     COST\n"
	                         "00:00:00 call team_a               opena\u2026pt-4o content_filter    12,345    $0.13\n");
}
END_TEST

START_TEST(a_wider_terminal_shows_more_and_a_file_all)
{
	struct cell cells[TAIL_COLUMN_COUNT];
	struct text text = {0};
	struct tail_line line;
	const char *second;
	unsigned width;

	fill_call(cells, "2025-10-15 14:30:05", NULL);
	set(cells, TAIL_TEAM, "a_team_whose_name_has_just_forty_letters");
	set(cells, TAIL_MODEL, "a_model_whose_name_is_even_longer_than_that");
	for (width = 40; width <= 300; width++) {
		line = (struct tail_line){.width = width, .is_plain = true};
		tail_line_append(&line, &text, cells);
		second = strchr(strchr(text_string(&text), '\n') + 1, '\n') + 1;
		ck_assert_uint_le(strcspn(second, "\n"), width < 80 ? 80 : width);
		ck_assert_int_eq(strstr(second, "1,500 ms") != NULL, width >= 91);
		ck_assert_int_eq(strstr(second, JOB) != NULL, width >= 128);
		text_clear(&text);
	}
	text_free(&text);
	line = (struct tail_line){.width = 0};
	tail_line_append(&line, &text, cells);
	ck_assert_ptr_nonnull(strstr(text_string(&text), " a_team_whose_name_has_just_forty_letters "
	                                                 "a_model_whose_name_is_even_longer_than_that ok "));
	ck_assert_ptr_nonnull(strstr(text_string(&text), " " JOB "\n"));
	text_free(&text);
}
END_TEST

START_TEST(foreign_text_is_escaped_and_cut_by_the_cells_that_it_takes)
{
	struct tail_line line = {.width = 80, .day = "2025-10-15"};
	struct cell cells[TAIL_COLUMN_COUNT];
	struct text text = {0};

	setlocale(LC_CTYPE, "C.UTF-8");
	fill_job(cells, "2025-10-15 14:30:05", "a\033[2J\n\xff of a name", "odd\tstatus");
	tail_line_append(&line, &text, cells);
	suite_assert_text(
		&text, "14:30:05 job  a\\x1b[2J\\n\u2026of a name docum\u2026lysis odd\\tstatus            -        -\n");
	/* Twelve characters of two cells each, and a combining one. */
	fill_job(cells, "2025-10-15 14:30:05", "\u30c1\u30fc\u30e0\u30c1\u30fc\u30e0\u30c1\u30fc\u30e0\u30c1\u30fc\u30e0",
	         "e\u0301");
	tail_line_append(&line, &text, cells);
	suite_assert_text(&text,
	                  "14:30:05 job  \u30c1\u30fc\u30e0\u30c1\u30fc\u2026\u30e0\u30c1\u30fc\u30e0  docum\u2026lysis "
	                  "e\u0301                      -        -\n");
	/* A team is told from another by its end. */
	fill_job(cells, "2025-10-15 14:30:05", "7a1c3f0e-0000-4000-8000-000000000001", "failed");
	tail_line_append(&line, &text, cells);
	suite_assert_text(&text,
	                  "14:30:05 job  7a1c3f0e-0\u2026000000001 docum\u2026lysis failed                 -        -\n");
	/* Where it is asked for, all is ASCII that is not the team's own. */
	line.is_plain = true;
	tail_line_append(&line, &text, cells);
	suite_assert_text(&text, "14:30:05 job  7a1c3f0e-0~000000001 docum~lysis failed                 -        -\n");
}
END_TEST

START_TEST(of_a_figure_that_does_not_fit_no_digit_is_shown)
{
	struct tail_line line = {.width = 80, .is_plain = true, .day = "2025-10-15"}, file = {.day = "2025-10-15"};
	struct cell cells[TAIL_COLUMN_COUNT];
	struct text text = {0};

	fill_job(cells, "2025-10-15 14:30:05", "t", "completed");
	set(cells, TAIL_TOKENS, "99999999");
	set(cells, TAIL_COST, "12345.67");
	tail_line_append(&line, &text, cells);
	suite_assert_text(&text, "14:30:05 job  t                    docum~lysis completed      ######### ########\n");
	tail_line_append(&file, &text, cells);
	ck_assert_ptr_nonnull(strstr(text_string(&text), " 99,999,999 $12,345.67 "));
	text_free(&text);
}
END_TEST

START_TEST(what_ended_or_failed_has_a_colour_where_there_are_colours)
{
	static const char *const colours[][2] = {{"completed", "\033[32mcompleted\033[0m"},
	                                         {"failed", "\033[31mfailed\033[0m"},
	                                         {"cancelled", "\033[33mcancelled\033[0m"}};
	struct tail_line line = {.width = 80, .has_colour = true};
	struct cell cells[TAIL_COLUMN_COUNT];
	struct text text = {0};
	size_t i;

	fill_call(cells, "2025-10-15 14:30:05", "timeout");
	tail_line_append(&line, &text, cells);
	ck_assert_ptr_nonnull(strstr(text_string(&text), "\033[1m2025-10-15\nTIME "));
	ck_assert_ptr_nonnull(strstr(text_string(&text), "COST\033[0m\n14:30:05 "));
	ck_assert_ptr_nonnull(strstr(text_string(&text), " \033[31mtimeout\033[0m         "));
	text_free(&text);
	for (i = 0; i < COUNT(colours); i++) {
		fill_job(cells, "2025-10-15 14:30:05", "t", colours[i][0]);
		tail_line_append(&line, &text, cells);
		ck_assert_ptr_nonnull(strstr(text_string(&text), colours[i][1]));
		text_free(&text);
	}
	fill_job(cells, "2025-10-15 14:30:05", "t", "pending");
	tail_line_append(&line, &text, cells);
	ck_assert_ptr_null(strchr(text_string(&text), '\033'));
	text_free(&text);
}
END_TEST

START_TEST(times_that_no_calendar_has_are_shown_as_they_are)
{
	struct tail_line line = {.width = 80};
	struct cell cells[TAIL_COLUMN_COUNT];
	struct text text = {0};

	fill_job(cells, "infinity", "t", "failed");
	tail_line_append(&line, &text, cells);
	ck_assert_ptr_nonnull(strstr(text_string(&text), "\ninfinity job  t  "));
	text_free(&text);
}
END_TEST

SUITE("tail_line", a_row_fits_into_80_columns_with_day_and_titles_in_front_of_the_first_of_a_day,
      a_wider_terminal_shows_more_and_a_file_all, foreign_text_is_escaped_and_cut_by_the_cells_that_it_takes,
      of_a_figure_that_does_not_fit_no_digit_is_shown, what_ended_or_failed_has_a_colour_where_there_are_colours,
      times_that_no_calendar_has_are_shown_as_they_are)
