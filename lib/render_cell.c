#include "render_cell.h"

#include "decimal.h"
#include "render_draw.h"
#include "render_format.h"

#include <string.h>
#include <wchar.h>

/*
 * Appends foreign text, and makes safe too what this locale cannot print: nobody knows how many cells it takes, and
 * libsmartcols does not come to an end with it.
 */
static void append_text(struct text *text, const char *bytes, size_t length)
{
	bool has_utf8 = text_has_utf8_locale();
	uint32_t code_point;
	size_t at, taken;

	for (at = 0; at < length; at += taken) {
		taken = text_decode(bytes + at, length - at, &code_point);
		if (taken > 1 && !text_is_invisible(code_point) && (!has_utf8 || wcwidth((wchar_t)code_point) < 0))
			text_append_format(text, "\\u%04x", (unsigned)code_point);
		else
			text_append_terminal(text, bytes + at, taken > 0 ? taken : 1);
		taken = taken > 0 ? taken : 1;
	}
}

bool render_cell_is_change(const struct column *column)
{
	static const char suffix[] = "_trend_percent";
	size_t length = strlen(column->name);

	return length > strlen(suffix) && strcmp(column->name + length - strlen(suffix), suffix) == 0;
}

void render_cell_append_time(struct text *text, const struct cell *cell)
{
	size_t second = cell->length > 19 ? 19 : cell->length;

	render_append_time(text, &(struct cell){cell->bytes, second});
	if (cell->length > second && cell->bytes[10] == 'T')
		text_append_byte(text, 'Z');
}

void render_cell_append(struct text *text, const struct column *column, const struct cell *cell, bool is_plain)
{
	if (cell->bytes == NULL) {
		text_append_byte(text, '-');
		return;
	}
	switch (column->type) {
	case COLUMN_TEXT:
		append_text(text, cell->bytes, cell->length);
		break;
	case COLUMN_COUNT:
		decimal_append_count(text, cell->bytes, cell->length);
		break;
	case COLUMN_USD:
		decimal_append_usd(text, cell->bytes, cell->length);
		break;
	case COLUMN_NUMBER:
		decimal_append_number(text, cell->bytes, cell->length);
		break;
	case COLUMN_PERCENT:
		text_append_string(text, render_cell_is_change(column) && cell->bytes[0] != '-' ? "+" : "");
		decimal_append_percent(text, cell->bytes, cell->length);
		break;
	case COLUMN_MS:
		decimal_append_count(text, cell->bytes, cell->length);
		text_append_string(text, " ms");
		break;
	case COLUMN_SECONDS:
		decimal_append_seconds(text, cell->bytes, cell->length);
		break;
	case COLUMN_SERIES:
		render_draw_series(text, cell, is_plain);
		break;
	case COLUMN_FLAG:
		text_append_string(text, render_is_true(cell) ? "yes" : "no");
		break;
	case COLUMN_TIME:
		render_cell_append_time(text, cell);
		break;
	}
}

const char *render_cell_colour(const struct cell *cell)
{
	static const char *const colours[][2] = {{"up", "green"},        {"healthy", "green"},    {"slow", "yellow"},
	                                         {"degraded", "yellow"}, {"suspended", "yellow"}, {"paused", "yellow"},
	                                         {"down", "red"},        {"unhealthy", "red"},    {"unknown", "magenta"}};
	size_t i;

	for (i = 0; cell->bytes != NULL && i < sizeof colours / sizeof colours[0]; i++)
		if (strlen(colours[i][0]) == cell->length && memcmp(colours[i][0], cell->bytes, cell->length) == 0)
			return colours[i][1];
	return NULL;
}
