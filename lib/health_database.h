/*
 * health_database: the probe of the database, in a process of its own, so that nothing that blocks inside libpq holds
 * up the other probes. Private to health*.c.
 */
#ifndef LM_HEALTH_DATABASE_H
#define LM_HEALTH_DATABASE_H

#include "health.h"

#include <sys/types.h>

/* Of a database that is up; the time in seconds. */
#define HEALTH_TABLES_SILENT "its tables did not answer within %g s"

/* What the process says, once when SELECT 1 was answered or failed, and if it was, once more with the details. */
struct health_answer {
	bool is_up, is_final;
	bool is_misconfigured; /* if not up */
	int64_t latency_us;
	char message[512];
	struct health_details details;
};

struct health_process {
	pid_t pid; /* 0 = none */
	int fd;    /* to read answers from */
};

/* Starts the process, which ends by itself after timeout_ms unless something blocks. */
bool health_database_start(struct health_process *process, const struct health *health, int64_t timeout_ms,
                           struct error *error);

/* Reads an answer, if there is one, without waiting. Fails when the process ended without a final one. */
bool health_database_read(struct health_process *process, struct health_answer *answer, bool *has_answer);

/* Ends the process, however it is. */
void health_database_stop(struct health_process *process);

#endif
