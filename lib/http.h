/*
 * http: GET requests, several at once, each with its own bound on time and size, by libcurl.
 *
 * Does not judge an answer. Follows no redirect, and goes straight to the host, past proxies of the environment.
 *
 *	struct http_request request = {.url = "http://localhost:8003/health", .timeout_ms = 5000, .body_max = 65536};
 *	struct http *http = http_open(error);
 *	http_start(http, &request);
 *	while (!request.is_done && http_wait(http, -1, 1000, error))
 *		;
 *	http_free(http);
 *	text_free(&request.body);
 */
#ifndef LM_HTTP_H
#define LM_HTTP_H

#include "error.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_request {
	/* What is asked for; all of it borrowed until the request is done. */
	const char *url;
	const char *bearer; /* token of an Authorization header (RFC 6750); NULL = none */
	int64_t timeout_ms;
	size_t body_max; /* more bytes of the body are not read; is_cut says so */
	/* What came of it. */
	bool is_done;
	long status;        /* of HTTP; 0: no answer came */
	struct text body;   /* owned by the caller: text_free */
	bool is_cut;        /* the body was longer than body_max */
	int64_t latency_us; /* from the start to the end of the answer, or to where it was cut */
	struct error error; /* without an answer: why; it names host and port, never the URL's path */
	void *transfer;     /* private */
};

struct http;

/* NULL when libcurl cannot be started. Free with http_free. */
struct http *http_open(struct error *error);

/* Starts a request, whose results are cleared. A URL that cannot be asked is done at once, with its error. */
void http_start(struct http *http, struct http_request *request);

/*
 * Goes on with all requests until something happens, to one of them or to fd (-1 = none), but no longer than wait_ms.
 * Fails when libcurl does.
 */
bool http_wait(struct http *http, int fd, int wait_ms, struct error *error);

/* Gives up a request that is not done. */
void http_stop(struct http *http, struct http_request *request);

/* Ends all; requests that are not done have to be given up first. NULL is allowed. */
void http_free(struct http *http);

/* Appends the host of a URL, with its port unless it is the scheme's; nothing when it is no URL. */
void http_append_host(struct text *text, const char *url);

/*
 * Appends a URL up to the last folder of this name ("/health") in its path, without query and user. False when it is no
 * URL, and when nothing in it stands below such a folder.
 */
bool http_append_folder(struct text *text, const char *url, const char *folder);

#endif
