/*
 * uptime_report: how the uptime of a log is shown.
 */
#ifndef LM_UPTIME_REPORT_H
#define LM_UPTIME_REPORT_H

#include "render.h"
#include "report.h"
#include "uptime.h"

extern const struct report uptime_report;

struct uptime_head {
	struct cell cells[REPORT_HEAD_COUNT];
	struct text from, to;
};

/* Fills in the head. Free its texts with text_free. */
void uptime_fill_head(const struct uptime *uptime, struct uptime_head *head);

bool uptime_render(const struct uptime *uptime, struct render *render, struct error *error);

#endif
