/* render_draw: bars and sparklines, in blocks and in ASCII. */
#include "render_draw.h"

#include "suite.h"

#include <math.h>

static void assert_bar(double value, double full, size_t width, const char *blocks, const char *plain)
{
	struct text drawn = {0};

	render_draw_bar(&drawn, value, full, width, false);
	suite_assert_text(&drawn, blocks);
	render_draw_bar(&drawn, value, full, width, true);
	suite_assert_text(&drawn, plain);
}

static void assert_series(const char *series, const char *blocks, const char *plain)
{
	const struct cell cell = {series, strlen(series)};
	struct text drawn = {0};

	render_draw_series(&drawn, &cell, false);
	suite_assert_text(&drawn, blocks);
	render_draw_series(&drawn, &cell, true);
	suite_assert_text(&drawn, plain);
}

START_TEST(a_bar_is_as_long_as_its_part_of_the_whole)
{
	assert_bar(100, 100, 10, "██████████", "##########");
	assert_bar(50, 100, 10, "█████", "#####");
	assert_bar(25, 100, 4, "█", "#");
	assert_bar(10, 100, 10, "█", "#");
	assert_bar(3, 6, 2, "█", "#");
	assert_bar(0.5, 1, 10, "█████", "#####");
}
END_TEST

START_TEST(a_bar_has_eighths_of_a_block)
{
	static const char *const parts[] = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
	struct text drawn = {0};
	size_t i;

	for (i = 0; i < COUNT(parts); i++) {
		render_draw_bar(&drawn, (double)i + 1, 8, 1, false);
		suite_assert_text(&drawn, parts[i]);
	}
	/* 93.98 of 100 in ten blocks are 75.2 eighths. */
	assert_bar(93.98, 100, 10, "█████████▍", "#########");
	/* In whole characters the nearest is taken. */
	assert_bar(94.9, 100, 10, "█████████▌", "#########");
	assert_bar(95, 100, 10, "█████████▌", "##########");
}
END_TEST

START_TEST(what_is_more_than_nothing_is_never_nothing)
{
	assert_bar(0.000001, 100, 10, "▏", "#");
	assert_bar(1, 1e300, 10, "▏", "#");
	assert_bar(0, 100, 10, "", "");
	assert_bar(-5, 100, 10, "", "");
}
END_TEST

START_TEST(a_bar_is_never_wider_than_its_place)
{
	assert_bar(101, 100, 10, "██████████", "##########");
	assert_bar(1e308, 1e-300, 3, "███", "###");
	assert_bar(INFINITY, 100, 3, "███", "###");
}
END_TEST

START_TEST(no_whole_and_no_number_are_no_bar)
{
	assert_bar(5, 0, 10, "", "");
	assert_bar(5, -1, 10, "", "");
	assert_bar(NAN, 100, 10, "", "");
	assert_bar(5, NAN, 10, "", "");
}
END_TEST

START_TEST(a_sparkline_goes_from_nothing_to_the_largest)
{
	assert_series("{0,1,2,3,4,5,6}", "▁▃▄▅▆▇█", "_:-=+*#");
	assert_series("{3,0,5}", "▆▁█", "+_#");
	assert_series("{0,0,0,1,0,0,0,0,0,0,0,0,1,1}", "▁▁▁█▁▁▁▁▁▁▁▁██", "___#________##");
	/* What is more than nothing is above nothing. */
	assert_series("{1,1000000}", "▂█", ".#");
}
END_TEST

START_TEST(a_sparkline_has_a_character_for_each_number)
{
	assert_series("{7}", "█", "#");
	assert_series("{0}", "▁", "_");
	assert_series("{0,0}", "▁▁", "__");
	assert_series("{2147483647,2147483647}", "██", "##");
	assert_series("{}", "", "");
	assert_series("{9223372036854775807,1}", "█▂", "#.");
}
END_TEST

SUITE("render_draw", a_bar_is_as_long_as_its_part_of_the_whole, a_bar_has_eighths_of_a_block,
      what_is_more_than_nothing_is_never_nothing, a_bar_is_never_wider_than_its_place,
      no_whole_and_no_number_are_no_bar, a_sparkline_goes_from_nothing_to_the_largest,
      a_sparkline_has_a_character_for_each_number)
