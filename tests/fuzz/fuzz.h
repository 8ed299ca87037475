/* fuzz: what every fuzzer has around its properties. Build with clang -fsanitize=fuzzer,address,undefined. */
#ifndef LM_FUZZ_H
#define LM_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run where a property does not hold. */
#define fuzz_require(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* The input as a string; ends at its first NUL. Free it. */
static inline char *fuzz_string(const uint8_t *data, size_t size)
{
	char *string = malloc(size + 1);

	fuzz_require(string != NULL);
	if (size > 0)
		memcpy(string, data, size);
	string[size] = '\0';
	return string;
}

/* Takes a number off the start of the input; 0 where there is too little left. */
static inline uint64_t fuzz_number(const uint8_t **data, size_t *size)
{
	uint64_t number = 0;

	if (*size >= sizeof number) {
		memcpy(&number, *data, sizeof number);
		*data += sizeof number;
		*size -= sizeof number;
	}
	return number;
}

#endif
