#include "render_draw.h"

#include <stdlib.h>
#include <string.h>

void render_draw_bar(struct text *text, double value, double full, size_t width, bool is_plain)
{
	static const char *const parts[] = {"", "\u258F", "\u258E", "\u258D", "\u258C", "\u258B", "\u258A", "\u2589"};
	double whole = (double)width * 8, eighths = full > 0 ? value / full * whole : 0;
	size_t count;

	if (!(eighths > 0))
		return;
	if (is_plain) {
		count = eighths > whole ? width : (size_t)(eighths / 8 + 0.5);
		text_append_repeated(text, '#', count > 0 ? count : 1);
		return;
	}
	count = eighths > whole ? width * 8 : (size_t)(eighths + 0.5);
	count = count > 0 ? count : 1;
	for (; count >= 8; count -= 8)
		text_append_string(text, "\u2588");
	text_append_string(text, parts[count]);
}

void render_draw_series(struct text *text, const struct cell *series, bool is_plain)
{
	static const char *const blocks[] = {"\u2581", "\u2582", "\u2583", "\u2584",
	                                     "\u2585", "\u2586", "\u2587", "\u2588"};
	static const char *const plain[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
	const char *const *levels = is_plain ? plain : blocks;
	const char *at, *end = series->bytes + series->length;
	double largest = 0, value;
	size_t level;

	for (at = series->bytes; at < end; at += strcspn(at, ",}") + 1) {
		value = strtod(at + (*at == '{'), NULL);
		largest = value > largest ? value : largest;
	}
	for (at = series->bytes; at < end && strcmp(series->bytes, "{}") != 0; at += strcspn(at, ",}") + 1) {
		value = strtod(at + (*at == '{'), NULL);
		level = value > 0 ? 1 + (size_t)(value / largest * 6 + 0.5) : 0;
		text_append_string(text, levels[level]);
	}
}
