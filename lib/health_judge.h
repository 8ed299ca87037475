/*
 * health_judge: from what a component said, or did not, to its status. Private to health*.c.
 */
#ifndef LM_HEALTH_JUDGE_H
#define LM_HEALTH_JUDGE_H

#include "health.h"
#include "health_database.h"
#include "http.h"

/* By an error that kept it from answering: unknown when what was asked for is at fault, else down. */
void health_judge_error(struct health_component *component, const struct error *error);

/* Whether a body is a JSON object that has the members expected (health_body.c); else *wrong says what is wrong. */
bool health_judge_body(const struct health_component *component, const struct text *body, struct error *wrong);

void health_judge_http(struct health_component *component, const struct http_request *request);
void health_judge_database(struct health_component *component, const struct health_answer *answer);

/* Reads the answer of LiteLLM's /health. What is wrong with it is health->models_error; fails when memory runs out. */
bool health_judge_models(struct health *health, const struct http_request *request, struct error *error);

#endif
