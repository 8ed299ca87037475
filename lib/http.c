#include "http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct http {
	CURLM *multi;
};

/* What one request has of libcurl. */
struct transfer {
	CURL *easy;
	struct curl_slist *headers;
	char reason[CURL_ERROR_SIZE]; /* libcurl's, which tells apart what has one code; not shown */
};

struct http *http_open(struct error *error)
{
	struct http *http = calloc(1, sizeof *http);

	if (http != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		http->multi = curl_multi_init();
	if (http != NULL && http->multi != NULL)
		return http;
	error_set(error, "cannot start libcurl: out of memory");
	free(http);
	return NULL;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct http_request *request = context;
	size_t length = size * count, room = request->body_max - request->body.length;

	request->is_cut = length > room;
	text_append(&request->body, bytes, request->is_cut ? room : length);
	return request->is_cut || request->body.failed ? 0 : length;
}

static CURLcode set_headers(struct transfer *transfer, const struct http_request *request)
{
	struct text header = {0};

	if (request->bearer == NULL)
		return CURLE_OK;
	text_append_format(&header, "Authorization: Bearer %s", request->bearer);
	if (!header.failed)
		transfer->headers = curl_slist_append(NULL, header.bytes);
	text_free(&header);
	return transfer->headers != NULL ? curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers)
	                                 : CURLE_OUT_OF_MEMORY;
}

static CURLcode set_options(struct transfer *transfer, struct http_request *request)
{
	CURL *easy = transfer->easy;
	CURLcode code = CURLE_OK;

#define SET(option, value) \
	if (code == CURLE_OK) \
	code = curl_easy_setopt(easy, (option), (value))
	SET(CURLOPT_URL, request->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L); /* or a name server that does not answer is waited for at the end */
	SET(CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	SET(CURLOPT_USERAGENT, "lm-monitor/" LM_VERSION);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, request);
	SET(CURLOPT_PRIVATE, request);
	SET(CURLOPT_ERRORBUFFER, transfer->reason);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
#undef SET
	return code == CURLE_OK ? set_headers(transfer, request) : code;
}

/* Frees what a request has of libcurl. */
static void end_transfer(struct http *http, struct http_request *request)
{
	struct transfer *transfer = request->transfer;

	if (transfer == NULL)
		return;
	if (transfer->easy != NULL) {
		curl_multi_remove_handle(http->multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
	}
	curl_slist_free_all(transfer->headers);
	free(transfer);
	request->transfer = NULL;
}

/* Whether a URL is one that can be asked. */
static bool is_askable(const char *url)
{
	CURLU *parts = curl_url();
	char *scheme = NULL, *host = NULL;
	bool done = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
	            curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	            curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	            (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(parts);
	return done;
}

void http_start(struct http *http, struct http_request *request)
{
	struct transfer *transfer = calloc(1, sizeof *transfer);

	text_clear(&request->body);
	request->is_done = request->is_cut = false;
	request->status = 0;
	request->latency_us = 0;
	request->error = (struct error){""};
	request->transfer = transfer;
	if (!is_askable(request->url)) {
		error_set(&request->error, "bad URL: expected http://HOST... or https://HOST...");
		request->error.is_misconfigured = true;
	} else if (transfer == NULL || (transfer->easy = curl_easy_init()) == NULL ||
	           set_options(transfer, request) != CURLE_OK ||
	           curl_multi_add_handle(http->multi, transfer->easy) != CURLM_OK)
		error_out_of_memory(&request->error);
	else
		return;
	request->is_done = true;
	end_transfer(http, request);
}

/* What is wrong with an answer that came and cannot be read; NULL where that is not what went wrong. */
static const char *unreadable(CURL *easy, CURLcode code, const char *reason)
{
	curl_off_t start_us = 0;

	curl_easy_getinfo(easy, CURLINFO_STARTTRANSFER_TIME_T, &start_us);
	/* A line that is longer than libcurl's bound is out of memory to it. */
	if ((code == CURLE_OUT_OF_MEMORY && start_us > 0) ||
	    (code == CURLE_RECV_ERROR && strstr(reason, "response headers") != NULL))
		return "its headers are too long";
	/* A scheme that libcurl does not know does not come as far. */
	if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_BAD_CONTENT_ENCODING ||
	    (code == CURLE_RECV_ERROR && strstr(reason, "chunk") != NULL))
		return "its answer is no HTTP";
	return NULL;
}

/* What went wrong with a request, for people. */
static void explain(struct http_request *request, CURL *easy, CURLcode code)
{
	const struct transfer *transfer = request->transfer;
	const char *fault = unreadable(easy, code, transfer->reason);
	struct text host = {0};
	double timeout_s = (double)request->timeout_ms / 1000;
	curl_off_t lookup_us = 0;
	long number = 0;

	http_append_host(&host, request->url);
	curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup_us);
	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
	if (code == CURLE_COULDNT_RESOLVE_HOST || (code == CURLE_OPERATION_TIMEDOUT && lookup_us == 0)) {
		error_set(&request->error,
		          code == CURLE_COULDNT_RESOLVE_HOST ? "cannot resolve \"%.*s\""
		                                             : "cannot resolve \"%.*s\": the name server does not answer",
		          (int)strcspn(text_string(&host), ":"), text_string(&host));
		request->error.is_misconfigured = true;
	} else if (code == CURLE_OPERATION_TIMEDOUT)
		error_set(&request->error,
		          request->status == 0 ? "no answer within %g s" : "the answer did not end within %g s", timeout_s);
	else if (code == CURLE_COULDNT_CONNECT && number == ECONNREFUSED)
		error_set(&request->error, "connection refused by %s", text_string(&host));
	else if (code == CURLE_COULDNT_CONNECT)
		error_set(&request->error, "cannot connect to %s: %s", text_string(&host),
		          number != 0 ? strerror((int)number) : "no reason given");
	else if (fault != NULL)
		error_set(&request->error, "%s: %s", text_string(&host), fault);
	else if (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_PARTIAL_FILE)
		error_set(&request->error, "%s closed the connection without %s answer", text_string(&host),
		          request->status != 0 ? "a whole" : "an");
	else
		error_set(&request->error, "%s: %s", text_string(&host), curl_easy_strerror(code));
	text_free(&host);
}

/* Notes what became of a request. */
static void finish(struct http *http, CURL *easy, CURLcode code)
{
	struct http_request *request = NULL;
	curl_off_t total_us = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &request);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &request->status);
	curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &total_us);
	request->latency_us = total_us;
	if (request->body.failed)
		error_out_of_memory(&request->error);
	else if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && request->is_cut))
		explain(request, easy, code);
	request->is_done = true;
	end_transfer(http, request);
}

bool http_wait(struct http *http, int fd, int wait_ms, struct error *error)
{
	struct curl_waitfd extra = {.fd = fd, .events = CURL_WAIT_POLLIN};
	CURLMsg *message;
	CURLMcode code;
	int count;

	code = curl_multi_perform(http->multi, &count);
	if (code == CURLM_OK && (message = curl_multi_info_read(http->multi, &count)) == NULL)
		code = curl_multi_poll(http->multi, &extra, fd >= 0, wait_ms, NULL);
	else
		for (; code == CURLM_OK && message != NULL; message = curl_multi_info_read(http->multi, &count))
			if (message->msg == CURLMSG_DONE)
				finish(http, message->easy_handle, message->data.result);
	return code == CURLM_OK || error_set(error, "libcurl: %s", curl_multi_strerror(code));
}

void http_stop(struct http *http, struct http_request *request)
{
	end_transfer(http, request);
	request->is_done = true;
}

void http_free(struct http *http)
{
	if (http == NULL)
		return;
	curl_multi_cleanup(http->multi);
	curl_global_cleanup();
	free(http);
}

void http_append_host(struct text *text, const char *url)
{
	CURLU *parts = curl_url();
	char *host = NULL, *port = NULL;

	if (parts != NULL && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		text_append_string(text, host);
		if (curl_url_get(parts, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) == CURLUE_OK)
			text_append_format(text, ":%s", port);
	}
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
}

/* Cuts a path behind the last folder of this name; false where it has none. */
static bool cut_path(char *path, const char *folder)
{
	size_t length = strlen(folder);
	char *at, *last = NULL;

	for (at = path; (at = strstr(at, folder)) != NULL; at++)
		if (at[length] == '/')
			last = at;
	if (last != NULL)
		last[length] = '\0';
	return last != NULL;
}

bool http_append_folder(struct text *text, const char *url, const char *folder)
{
	CURLU *parts = curl_url();
	char *path = NULL, *found = NULL;
	bool done = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
	            curl_url_get(parts, CURLUPART_PATH, &path, 0) == CURLUE_OK && cut_path(path, folder) &&
	            curl_url_set(parts, CURLUPART_PATH, path, 0) == CURLUE_OK &&
	            curl_url_set(parts, CURLUPART_QUERY, NULL, 0) == CURLUE_OK &&
	            curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
	            curl_url_set(parts, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
	            curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK &&
	            curl_url_get(parts, CURLUPART_URL, &found, 0) == CURLUE_OK;

	if (done)
		text_append_string(text, found);
	curl_free(path);
	curl_free(found);
	curl_url_cleanup(parts);
	return done;
}
