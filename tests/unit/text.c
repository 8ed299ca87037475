/* text and error: the two modules that all others stand on. */
#include "text.h"

#include "error.h"
#include "suite.h"

#include <locale.h>

#include <stdint.h>

START_TEST(text_grows_as_it_is_appended_to)
{
	struct text text = {0};
	size_t i;

	ck_assert_str_eq(text_string(&text), "");
	text_append(&text, "one\0two", 7);
	ck_assert_uint_eq(text.length, 7);
	ck_assert_mem_eq(text.bytes, "one\0two", 8);
	text_clear(&text);
	ck_assert_str_eq(text_string(&text), "");
	text_append_string(&text, "a");
	text_append_byte(&text, 'b');
	text_append_repeated(&text, 'c', 3);
	text_append_format(&text, "%d%s", 4, "d");
	ck_assert_str_eq(text_string(&text), "abccc4d");
	for (i = 0; i < 1000; i++)
		text_append_format(&text, "%04zu", i);
	ck_assert_uint_eq(text.length, 7 + 4000);
	ck_assert_str_eq(text.bytes + 7 + 3996, "0999");
	text_free(&text);
	ck_assert_str_eq(text_string(&text), "");
	ck_assert_uint_eq(text.length, 0);
	text_append_string(&text, "again");
	suite_assert_text(&text, "again");
}
END_TEST

START_TEST(text_that_has_no_room_is_marked_and_stays_as_it_was)
{
	struct text text = {0};

	text_append_string(&text, "before");
	text_append_repeated(&text, 'x', SIZE_MAX / 2);
	ck_assert(text.failed);
	ck_assert_str_eq(text_string(&text), "before");
	ck_assert_uint_eq(text.length, 6);
	text_clear(&text);
	ck_assert(!text.failed);
	text_free(&text);
}
END_TEST

START_TEST(characters_are_decoded)
{
	static const struct {
		const char *bytes;
		size_t taken;
		uint32_t code_point;
	} cases[] = {
		{"A", 1, 'A'},
		{"\x7f", 1, 0x7f},
		{"\xc2\x80", 2, 0x80},
		{"\xc3\xa9 and more", 2, 0xe9},
		{"\xdf\xbf", 2, 0x7ff},
		{"\xe0\xa0\x80", 3, 0x800},
		{"\xe2\x82\xac", 3, 0x20ac},
		{"\xed\x9f\xbf", 3, 0xd7ff},
		{"\xee\x80\x80", 3, 0xe000},
		{"\xef\xbf\xbf", 3, 0xffff},
		{"\xf0\x90\x80\x80", 4, 0x10000},
		{"\xf0\x9f\x98\x80", 4, 0x1f600},
		{"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
	};
	uint32_t code_point;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		ck_assert_uint_eq(text_decode(cases[i].bytes, strlen(cases[i].bytes), &code_point), cases[i].taken);
		ck_assert_uint_eq(code_point, cases[i].code_point);
	}
	ck_assert_uint_eq(text_decode("", 1, &code_point), 1);
	ck_assert_uint_eq(code_point, 0);
}
END_TEST

START_TEST(bytes_that_are_not_utf8_are_not_decoded)
{
	static const char *const cases[] = {
		/* overlong */
		"\xc0\x80",
		"\xc0\xaf",
		"\xc1\xbf",
		"\xe0\x80\xaf",
		"\xe0\x9f\xbf",
		"\xf0\x80\x80\xaf",
		"\xf0\x8f\xbf\xbf",
		/* surrogates */
		"\xed\xa0\x80",
		"\xed\xad\xbf",
		"\xed\xbf\xbf",
		/* above U+10FFFF */
		"\xf4\x90\x80\x80",
		"\xf7\xbf\xbf\xbf",
		"\xf8\x88\x80\x80\x80",
		"\xfc\x84\x80\x80\x80\x80",
		"\xfe",
		"\xff",
		/* no first byte */
		"\x80",
		"\xbf",
		/* cut off, at the end and by another character */
		"\xc3",
		"\xe2\x82",
		"\xf0\x9f\x98",
		"\xc3(",
		"\xe2(\xac",
		"\xe2\x82(",
		"\xf0(\x98\x80",
		"\xf0\x9f(\x80",
		"\xf0\x9f\x98(",
		"\xc3\xc3",
	};
	uint32_t code_point;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		ck_assert_msg(text_decode(cases[i], strlen(cases[i]), &code_point) == 0, "case %zu is taken for UTF-8", i);
}
END_TEST

START_TEST(a_character_is_not_read_beyond_the_length)
{
	uint32_t code_point;

	ck_assert_uint_eq(text_decode("\xc3\xa9", 1, &code_point), 0);
	ck_assert_uint_eq(text_decode("\xe2\x82\xac", 2, &code_point), 0);
	ck_assert_uint_eq(text_decode("\xf0\x9f\x98\x80", 3, &code_point), 0);
	ck_assert(!text_is_utf8("\xf0\x9f\x98\x80", 3));
	ck_assert(text_is_utf8("\xf0\x9f\x98\x80", 4));
}
END_TEST

START_TEST(utf8_is_told_from_other_bytes)
{
	ck_assert(text_is_utf8("", 0));
	ck_assert(text_is_utf8("caf\xc3\xa9 \xe2\x82\xac", 9));
	ck_assert(!text_is_utf8("caf\xe9", 4));
	ck_assert(!text_is_utf8("\xff and more", 10));
	ck_assert(!text_is_utf8("a\xed\xa0\x80", 4));
}
END_TEST

START_TEST(foreign_text_cannot_move_a_terminal)
{
	static const struct {
		const char *bytes, *shown;
	} cases[] = {
		{"plain, caf\xc3\xa9, \xe6\x97\xa5\xe6\x9c\xac", "plain, caf\xc3\xa9, \xe6\x97\xa5\xe6\x9c\xac"},
		{"a\nb\tc\rd", "a\\nb\\tc\\rd"},
		{"\x1b[31mred\x07\x08\x7f", "\\x1b[31mred\\x07\\x08\\x7f"},
		{"\xc2\x9b"
	     "31m\xc2\x85",
	     "\\x9b31m\\x85"},
		{"\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae", "\\u202a\\u202b\\u202c\\u202d\\u202e"},
		{"\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9", "\\u2066\\u2067\\u2068\\u2069"},
		{"\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "\\u200e\\u200f\\u061c"},
		{"\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xe2\x81\xa0", "\\u200b\\u200c\\u200d\\u2060"},
		{"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029"},
		{"\xef\xbb\xbf", "\\ufeff"},
		{"\xc2\xad", "\\xad"},
		{"\xf3\xa0\x80\x81\xf3\xa0\x81\x81\xf3\xa0\x81\xbf", "\\ue0001\\ue0041\\ue007f"},
		{"\xff\xc0\x80\xe2\x82", "\\xff\\xc0\\x80\\xe2\\x82"},
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
		{"", ""},
	};
	struct text text = {0};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		text_append_terminal(&text, cases[i].bytes, strlen(cases[i].bytes));
		suite_assert_text(&text, cases[i].shown);
	}
	text_append_terminal(&text, "a\0b", 3);
	suite_assert_text(&text, "a\\x00b");
}
END_TEST

START_TEST(invisible_characters_are_those_of_unicode)
{
	/* Each is the edge of a range, and the visible neighbour beside it. */
	static const uint32_t invisible[] = {
		0,      0x1f,    0x7f,    0x9f,    0xad,    0x600,   0x605,   0x61c,   0x6dd,   0x70f,   0x890,   0x891,
		0x8e2,  0x180e,  0x200b,  0x200f,  0x2028,  0x202e,  0x2060,  0x2064,  0x2066,  0x206f,  0xfeff,  0xfff9,
		0xfffb, 0x110bd, 0x110cd, 0x13430, 0x1343f, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0001, 0xe0020, 0xe007f,
	};
	static const uint32_t visible[] = {
		' ',    '~',    0xa0,   0xac,   0xae,    0x606,   0x61b,   0x61d,   0x6dc,   0x6de,   0x70e,
		0x710,  0x8e1,  0x8e3,  0x180d, 0x180f,  0x200a,  0x2010,  0x2027,  0x202f,  0x205f,  0x2070,
		0xfefe, 0xff01, 0xfffc, 0xfffd, 0x110bc, 0x110be, 0x1342f, 0x13440, 0x1f600, 0xe0100, 0x10ffff,
	};
	size_t i;

	for (i = 0; i < COUNT(invisible); i++)
		ck_assert_msg(text_is_invisible(invisible[i]), "U+%04X is taken for visible", (unsigned)invisible[i]);
	for (i = 0; i < COUNT(visible); i++)
		ck_assert_msg(!text_is_invisible(visible[i]), "U+%04X is taken for invisible", (unsigned)visible[i]);
}
END_TEST

START_TEST(an_error_says_what_was_being_done)
{
	struct error error = {""};

	ck_assert(!error_set(&error, "no %s %d", "room", 7));
	ck_assert_str_eq(error.message, "no room 7");
	ck_assert(!error_wrap(&error, "--%s", "option"));
	ck_assert(!error_wrap(&error, "cannot start"));
	ck_assert_str_eq(error.message, "cannot start: --option: no room 7");
	ck_assert(!error_out_of_memory(&error));
	ck_assert_str_eq(error.message, "out of memory");
}
END_TEST

START_TEST(a_long_error_is_cut_and_not_overrun)
{
	struct error error = {""};
	char longest[sizeof error.message + 1];

	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	ck_assert(!error_set(&error, "%s", longest));
	ck_assert_uint_eq(strlen(error.message), sizeof error.message - 1);
	ck_assert(!error_wrap(&error, "here"));
	ck_assert_uint_eq(strlen(error.message), sizeof error.message - 1);
	ck_assert_int_eq(strncmp(error.message, "here: xxx", 9), 0);
	ck_assert(!error_wrap(&error, "%s", longest));
	ck_assert_uint_eq(strlen(error.message), sizeof error.message - 1);
	ck_assert_uint_eq(strspn(error.message, "x"), sizeof error.message - 1);
}
END_TEST

static void assert_cut(const char *bytes, size_t cells, const char *end, const char *middle)
{
	struct text text = {0};

	text_append_cut(&text, bytes, strlen(bytes), cells, false, false);
	ck_assert_uint_le(text_cells(text_string(&text), text.length), cells);
	suite_assert_text(&text, end);
	text_append_cut(&text, bytes, strlen(bytes), cells, true, false);
	ck_assert_uint_le(text_cells(text_string(&text), text.length), cells);
	suite_assert_text(&text, middle);
}

START_TEST(text_that_is_cut_shows_it)
{
	struct text text = {0};

	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_cut("abcdefghij", 10, "abcdefghij", "abcdefghij");
	assert_cut("abcdefghij", 9, "abcdefgh\u2026", "abcd\u2026ghij");
	assert_cut("abcdefghij", 8, "abcdefg\u2026", "abcd\u2026hij");
	assert_cut("abcdefghij", 2, "a\u2026", "a\u2026");
	assert_cut("abcdefghij", 1, "\u2026", "\u2026");
	assert_cut("", 1, "", "");
	text_append_cut(&text, "abcdefghij", 10, 5, true, true);
	suite_assert_text(&text, "ab~ij");
}
END_TEST

START_TEST(a_cut_divides_no_character_and_no_escape)
{
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	/* Characters of two cells. */
	assert_cut("\u65e5\u672c\u65e5\u672c", 8, "\u65e5\u672c\u65e5\u672c", "\u65e5\u672c\u65e5\u672c");
	assert_cut("\u65e5\u672c\u65e5\u672c", 7, "\u65e5\u672c\u65e5\u2026", "\u65e5\u2026\u672c");
	assert_cut("\u65e5\u672c\u65e5\u672c", 6, "\u65e5\u672c\u2026", "\u65e5\u2026\u672c");
	/* One without a cell stays with the one in front of it. */
	assert_cut("ae\u0301bcde\u0301f", 6, "ae\u0301bcd\u2026", "ae\u0301b\u2026e\u0301f");
	assert_cut("ae\u0301bcde\u0301f", 4, "ae\u0301b\u2026", "ae\u0301\u2026f");
	/* Escapes as text_append_terminal makes them. */
	assert_cut("ab\\x1bcd\\x1bef", 7, "ab\\x1b\u2026", "ab\u2026ef");
	assert_cut("ab\\x1bcd\\x1bef", 6, "ab\u2026", "ab\u2026ef");
	assert_cut("a\\u202ez\\u202ez", 8, "a\\u202e\u2026", "a\u2026z");
	assert_cut("a\\nb\\tc\\rd", 5, "a\\nb\u2026", "a\u2026d");
	assert_cut("a\\ue0041\\ue0041", 8, "a\u2026", "a\u2026");
	assert_cut("abcdefg\\", 7, "abcdef\u2026", "abc\u2026fg\\");
	/* Bytes that are no UTF-8 take a cell each. */
	assert_cut("\xff\xff\xff\xff", 3, "\xff\xff\u2026", "\xff\u2026\xff");
}
END_TEST

SUITE("text", text_grows_as_it_is_appended_to, text_that_has_no_room_is_marked_and_stays_as_it_was,
      characters_are_decoded, bytes_that_are_not_utf8_are_not_decoded, a_character_is_not_read_beyond_the_length,
      utf8_is_told_from_other_bytes, foreign_text_cannot_move_a_terminal, invisible_characters_are_those_of_unicode,
      an_error_says_what_was_being_done, a_long_error_is_cut_and_not_overrun, text_that_is_cut_shows_it,
      a_cut_divides_no_character_and_no_escape)
