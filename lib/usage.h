/*
 * usage: the reports of lm-usage. Constant tables; feed runs them.
 */
#ifndef LM_USAGE_H
#define LM_USAGE_H

#include "report.h"

/* Basis of both: a job counts in the period in which it was created. */
extern const struct report usage_team, usage_org;

#endif
