/* render: tables on terminals of several widths. */
#include "render_layout.h"

#include "render_report.h"

#include <locale.h>

static const struct column list_columns[] = {
	{"team_id", "Team", COLUMN_TEXT, "", .is_label = true},
	{"job_id", "Job", COLUMN_TEXT, "", .is_label = true, .is_detail = true},
	{"state", "State", COLUMN_TEXT, ""},
	{"total_jobs", "Jobs", COLUMN_COUNT, ""},
	{"total_jobs_trend_percent", "Change", COLUMN_PERCENT, "", .is_detail = true},
	{"total_tokens", "Total tokens", COLUMN_COUNT, "", .is_detail = true},
	{"total_tokens_trend_percent", "Change", COLUMN_PERCENT, "", .is_detail = true},
	{"share_percent", "Share", COLUMN_PERCENT, "", .is_bar = true},
	{"daily_jobs", "Days", COLUMN_SERIES, ""},
	{0},
};
static const struct section list_sections[] = {{"rows", SECTION_ROWS, list_columns}, {0}};
static const struct report list_report = {
	.name = "list", .title = "List", .head = report_no_head, .sections = list_sections};

#define LONG "7a1c3f0e-0000-4000-8000-00000000000"

static const struct row ids[] = {
	{"", 0, {LONG "a", LONG "1", "insufficient_history", "1234", "12.3", "1000", "-3", "60", "{1,2,3,4}"}},
	{"", 0, {LONG "b", LONG "2", "ok", "5", "0", "20", NULL, "40", "{1,2}"}},
};
static const struct row words[] = {
	{"", 0, {"team_acme", "job_1", "ok", "1234", "12.3", "1000", "-3", "60", "{1,2,3,4}"}},
	{"", 0, {"team_beta", NULL, "idle", "5", "0", "20", NULL, "40", "{1,2}"}},
};

static void assert_list(unsigned width, bool is_plain, const struct row *rows, const char *expected)
{
	struct text printed = {0};

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	print_report(&(struct render_options){.format = "table", .width = width, .is_plain = is_plain}, &list_report, head,
	             false, rows, 2, &printed);
	suite_assert_text(&printed, expected);
}

START_TEST(a_terminal_shows_what_it_has_room_for)
{
	assert_list(40, false, words,
	            "List\n"
	            "\n"
	            "Team       State   Jobs   Share  Days\n"
	            "team_acme  ok     1,234  60.00%  ▄▅▇█\n"
	            "team_beta  idle       5  40.00%  ▅█\n");
	assert_list(60, false, words,
	            "List\n"
	            "\n"
	            "Team       Job    State   Jobs   Share          Days\n"
	            "team_acme  job_1  ok     1,234  60.00%  ██████  ▄▅▇█\n"
	            "team_beta  -      idle       5  40.00%  ████    ▅█\n");
	assert_list(80, false, words,
	            "List\n"
	            "\n"
	            "Team       Job    State   Jobs   Change  Total tokens   Share          Days\n"
	            "team_acme  job_1  ok     1,234  +12.30%         1,000  60.00%  ██████  ▄▅▇█\n"
	            "team_beta  -      idle       5   +0.00%            20  40.00%  ████    ▅█\n");
	assert_list(100, false, words,
	            "List\n"
	            "\n"
	            "Team       Job    State   Jobs   Change  Total tokens  Change   Share          Days\n"
	            "team_acme  job_1  ok     1,234  +12.30%         1,000  -3.00%  60.00%  ██████  ▄▅▇█\n"
	            "team_beta  -      idle       5   +0.00%            20       -  40.00%  ████    ▅█\n");
	assert_list(120, false, words,
	            "List\n"
	            "\n"
	            "Team       Job    State   Jobs   Change  Total tokens  Change   Share          Days\n"
	            "team_acme  job_1  ok     1,234  +12.30%         1,000  -3.00%  60.00%  ██████  ▄▅▇█\n"
	            "team_beta  -      idle       5   +0.00%            20       -  40.00%  ████    ▅█\n");
	assert_list(200, false, words,
	            "List\n"
	            "\n"
	            "Team       Job    State   Jobs   Change  Total tokens  Change   Share          Days\n"
	            "team_acme  job_1  ok     1,234  +12.30%         1,000  -3.00%  60.00%  ██████  ▄▅▇█\n"
	            "team_beta  -      idle       5   +0.00%            20       -  40.00%  ████    ▅█\n");
}
END_TEST

START_TEST(texts_are_cut_where_a_terminal_has_no_room_for_them)
{
	assert_list(20, false, ids,
	            "List\n"
	            "\n"
	            "Team         State      Jobs   Share\n"
	            "7a1c3…0000a  insuffi…  1,234  60.00%\n"
	            "7a1c3…0000b  ok            5  40.00%\n");
	assert_list(40, false, ids,
	            "List\n"
	            "\n"
	            "Team             State      Jobs   Share\n"
	            "7a1c3f0…000000a  insuffi…  1,234  60.00%\n"
	            "7a1c3f0…000000b  ok            5  40.00%\n");
	assert_list(60, false, ids,
	            "List\n"
	            "\n"
	            "Team                                 State      Jobs   Share\n"
	            "7a1c3f0e-0000-400…8000-00000000000a  insuffi…  1,234  60.00%\n"
	            "7a1c3f0e-0000-400…8000-00000000000b  ok            5  40.00%\n");
	assert_list(80, false, ids,
	            "List\n"
	            "\n"
	            "Team                                  State                  Jobs   Share  Days\n"
	            "7a1c3f0e-0000-4000-8000-00000000000a  insufficient_history  1,234  60.00%  ▄▅▇█\n"
	            "7a1c3f0e-0000-4000-8000-00000000000b  ok                        5  40.00%  ▅█\n");
	assert_list(100, false, ids,
	            "List\n"
	            "\n"
	            "Team                                  Job          State                  Jobs   Share          Days\n"
	            "7a1c3f0e-0000-4000-8000-00000000000a  7a1c3…00001  insufficient_history  1,234  60.00%  ██████  ▄▅▇█\n"
	            "7a1c3f0e-0000-4000-8000-00000000000b  7a1c3…00002  ok                        5  40.00%  ████    ▅█\n");
	assert_list(120, false, ids,
	            "List\n"
	            "\n"
	            "Team                                  Job                     State                  Jobs   Change   "
	            "Share          Days\n"
	            "7a1c3f0e-0000-4000-8000-00000000000a  7a1c3f0e-00…0000000001  insufficient_history  1,234  +12.30%  "
	            "60.00%  ██████  ▄▅▇█\n"
	            "7a1c3f0e-0000-4000-8000-00000000000b  7a1c3f0e-00…0000000002  ok                        5   +0.00%  "
	            "40.00%  ████    ▅█\n");
	assert_list(200, false, ids,
	            "List\n"
	            "\n"
	            "Team                                  Job                                   State                  "
	            "Jobs   Change  Total tokens  Change   Share          Days\n"
	            "7a1c3f0e-0000-4000-8000-00000000000a  7a1c3f0e-0000-4000-8000-000000000001  insufficient_history  "
	            "1,234  +12.30%         1,000  -3.00%  60.00%  ██████  ▄▅▇█\n"
	            "7a1c3f0e-0000-4000-8000-00000000000b  7a1c3f0e-0000-4000-8000-000000000002  ok                        "
	            "5   +0.00%            20       -  40.00%  ████    ▅█\n");
}
END_TEST

START_TEST(a_cut_in_ascii_is_a_tilde)
{
	assert_list(60, true, ids,
	            "List\n"
	            "\n"
	            "Team                                 State      Jobs   Share\n"
	            "7a1c3f0e-0000-400~8000-00000000000a  insuffi~  1,234  60.00%\n"
	            "7a1c3f0e-0000-400~8000-00000000000b  ok            5  40.00%\n");
}
END_TEST

START_TEST(elsewhere_than_on_a_terminal_nothing_is_left_out)
{
	assert_list(0, false, ids,
	            "List\n"
	            "\n"
	            "Team                                  Job                                   State                  "
	            "Jobs   Change  Total tokens  Change   Share          Days\n"
	            "7a1c3f0e-0000-4000-8000-00000000000a  7a1c3f0e-0000-4000-8000-000000000001  insufficient_history  "
	            "1,234  +12.30%         1,000  -3.00%  60.00%  ██████  ▄▅▇█\n"
	            "7a1c3f0e-0000-4000-8000-00000000000b  7a1c3f0e-0000-4000-8000-000000000002  ok                        "
	            "5   +0.00%            20       -  40.00%  ████    ▅█\n");
	assert_list(0, true, words,
	            "List\n"
	            "\n"
	            "Team       Job    State   Jobs   Change  Total tokens  Change   Share          Days\n"
	            "team_acme  job_1  ok     1,234  +12.30%         1,000  -3.00%  60.00%  ######  -=*#\n"
	            "team_beta  -      idle       5   +0.00%            20       -  40.00%  ####    =#\n");
}
END_TEST

/* An id of wide characters, and texts that are escaped; they differ in their last characters. */
static const struct row foreign[] = {
	{"", 0, {"日本語日本語日本語一", NULL, "a\x1b[31mred", "1", NULL, NULL, NULL, "1", "{}"}},
	{"", 0, {"日本語日本語日本語二", NULL, "b\u202etxt", "5", NULL, NULL, NULL, "2", "{}"}},
};

START_TEST(foreign_text_is_cut_by_the_cells_that_it_takes)
{
	assert_list(80, false, foreign,
	            "List\n"
	            "\n"
	            "Team                  Job  State         Jobs  Change  Share     Days\n"
	            "日本語日本語日本語一  -    a\\x1b[31mred     1       -  1.00%  ▏  \n"
	            "日本語日本語日本語二  -    b\\u202etxt       5       -  2.00%  ▎  \n");
	assert_list(41, false, foreign,
	            "List\n"
	            "\n"
	            "Team               State     Jobs  Share\n"
	            "日本語日…日本語一  a\\x1b[3…     1  1.00%\n"
	            "日本語日…日本語二  b\\u202e…     5  2.00%\n");
	assert_list(37, false, foreign,
	            "List\n"
	            "\n"
	            "Team           State     Jobs  Share\n"
	            "日本語…本語一  a\\x1b[3…     1  1.00%\n"
	            "日本語…本語二  b\\u202e…     5  2.00%\n");
	assert_list(33, false, foreign,
	            "List\n"
	            "\n"
	            "Team       State     Jobs  Share\n"
	            "日本…語一  a\\x1b[3…     1  1.00%\n"
	            "日本…語二  b\\u202e…     5  2.00%\n");
}
END_TEST

START_TEST(a_detail_that_does_not_fit_keeps_no_other_one_out)
{
	static const struct column columns[] = {
		{"jobs", "Jobs", COLUMN_COUNT, ""},
		{"reason", "Reason", COLUMN_TEXT, "", .is_detail = true},
		{"up", "Up", COLUMN_FLAG, "", .is_detail = true},
		{0},
	};
	struct render_layout layout = {.widths = {10, 20, 3}};

	render_layout_fit(&layout, columns, 34);
	ck_assert_uint_eq(layout.widths[0], 10);
	ck_assert_uint_eq(layout.widths[1], 20);
	ck_assert_uint_eq(layout.widths[2], 0);
	layout = (struct render_layout){.widths = {10, 20, 3}};
	render_layout_fit(&layout, columns, 31);
	ck_assert_uint_eq(layout.widths[1], 0);
	ck_assert_uint_eq(layout.widths[2], 3);
}
END_TEST

START_TEST(a_name_is_cut_a_little_to_keep_a_series_and_a_bar_goes_first)
{
	static const struct column columns[] = {
		{"team_id", "Team", COLUMN_TEXT, "", .is_label = true},
		{"jobs", "Jobs", COLUMN_COUNT, "", .is_bar = true},
		{"daily_jobs", "14 days", COLUMN_SERIES, ""},
		{0},
	};
	const struct render_layout whole = {.widths = {25, 10, 14}, .bars = {0, 10, 0}};
	struct render_layout layout = whole;

	render_layout_fit(&layout, columns, 65);
	ck_assert_mem_eq(&layout, &whole, sizeof whole);
	render_layout_fit(&layout, columns, 50);
	ck_assert_mem_eq(&layout, &((const struct render_layout){.widths = {22, 10, 14}}), sizeof layout);
	/* Where that would be too much, the name is whole, and the bar is there again. */
	layout = whole;
	render_layout_fit(&layout, columns, 47);
	ck_assert_mem_eq(&layout, &((const struct render_layout){.widths = {25, 10, 0}}), sizeof layout);
	layout = (struct render_layout){.widths = {25, 10, 24}, .bars = {0, 10, 0}};
	render_layout_fit(&layout, columns, 50);
	ck_assert_mem_eq(&layout, &((const struct render_layout){.widths = {25, 10, 0}, .bars = {0, 10, 0}}),
	                 sizeof layout);
}
END_TEST

START_TEST(a_text_of_any_length_is_cut_at_once)
{
	static const struct column columns[] = {
		{"jobs", "Jobs", COLUMN_COUNT, ""},
		{"reason", "Reason", COLUMN_TEXT, ""},
		{"kind", "Kind", COLUMN_TEXT, "", .is_label = true},
		{0},
	};
	struct render_layout layout = {.widths = {10, (size_t)1 << 40, (size_t)1 << 40}};

	render_layout_fit(&layout, columns, 80);
	ck_assert_uint_eq(layout.widths[0], 10);
	ck_assert_uint_eq(layout.widths[1], 8);
	ck_assert_uint_eq(layout.widths[2], 58);
}
END_TEST

START_TEST(a_long_text_among_values_is_cut_and_figures_are_not)
{
	static const struct row rows[] = {
		{"team_a", TOTALS, {"9007199254740993", NULL, NULL, NULL, NULL, "a note that nobody will ever read"}}};

	assert_printed(&(struct render_options){.format = "table", .width = 40, .is_plain = true}, false, rows, 1,
	               "Team team_a\n"
	               "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	               "\n"
	               "Jobs               9,007,199,254,740,993\n"
	               "Cost                                   -\n"
	               "Failed                                 -\n"
	               "Last job                               -\n"
	               "Over budget                            -\n"
	               "Note         a note that nobody will ev~\n");
	assert_printed(&(struct render_options){.format = "table", .width = 10, .is_plain = true}, false, rows, 1,
	               "Team team_a\n"
	               "2025-10: 2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z, still open\n"
	               "\n"
	               "Jobs         9,007,199,254,740,993\n"
	               "Cost                             -\n"
	               "Failed                           -\n"
	               "Last job                         -\n"
	               "Over budget                      -\n"
	               "Note                      a note ~\n");
}
END_TEST

SUITE("render_layout", a_terminal_shows_what_it_has_room_for, texts_are_cut_where_a_terminal_has_no_room_for_them,
      a_cut_in_ascii_is_a_tilde, elsewhere_than_on_a_terminal_nothing_is_left_out,
      foreign_text_is_cut_by_the_cells_that_it_takes, a_detail_that_does_not_fit_keeps_no_other_one_out,
      a_name_is_cut_a_little_to_keep_a_series_and_a_bar_goes_first, a_text_of_any_length_is_cut_at_once,
      a_long_text_among_values_is_cut_and_figures_are_not)
