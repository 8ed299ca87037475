/*
 * compare: runs two commands in turn, N times each, and prints the medians of their wall time, CPU time and peak
 *memory, and the ratio of the first to the second. One run for both, so that what else the machine does falls on both.
 *
 *	compare 20 'lm-usage team x' 'psql -f team.sql'
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum figure { WALL_MS, CPU_MS, MEMORY_KIB, FIGURES };

#define RUNS_MAX 1000

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* Runs a command by the shell, which replaces itself with it, so that the figures are the command's own. */
static void measure(const char *command, double figures[FIGURES])
{
	struct timespec start, end;
	struct rusage usage;
	int status, null;
	char line[4096];
	pid_t child;

	snprintf(line, sizeof line, "exec %s", command);
	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (child == 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "compare: failed: %s\n", command);
		exit(1);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	figures[WALL_MS] = (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
	figures[CPU_MS] = (seconds(usage.ru_utime) + seconds(usage.ru_stime)) * 1e3;
	figures[MEMORY_KIB] = (double)usage.ru_maxrss;
}

static int compare(const void *one, const void *other)
{
	double difference = *(const double *)one - *(const double *)other;

	return (difference > 0) - (difference < 0);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof *values, compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int main(int argc, char **argv)
{
	static double values[2][FIGURES][RUNS_MAX];
	static const char *const names[FIGURES] = {"wall ms", "CPU ms", "memory KiB"};
	size_t runs = argc == 4 ? (size_t)atoi(argv[1]) : 0, run, side, figure;
	double figures[FIGURES];

	if (runs < 1 || runs > RUNS_MAX) {
		fprintf(stderr, "usage: compare RUNS COMMAND COMMAND\n");
		return 2;
	}
	for (side = 0; side < 2; side++)
		measure(argv[2 + side], figures); /* warm up */
	for (run = 0; run < runs; run++)
		for (side = 0; side < 2; side++) {
			measure(argv[2 + side], figures);
			for (figure = 0; figure < FIGURES; figure++)
				values[side][figure][run] = figures[figure];
		}
	for (figure = 0; figure < FIGURES; figure++) {
		double one = median(values[0][figure], runs), other = median(values[1][figure], runs);

		printf("  %-10s %10.2f %10.2f   ratio %.2f\n", names[figure], one, other, one / other);
	}
	return 0;
}
