#include "http.h"

#include "suite.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* How long what is not about time may take; only a failure does. */
#define PATIENT_MS 30000

/* What a peer does to each connection, once it has read the head of a request. */
struct script {
	const char *answer; /* NULL = none */
	size_t length;      /* of the answer; 0 = up to its NUL */
	int together;       /* answers only once so many have asked; 0 = 1 */
	bool holds;         /* leaves the connection open */
	bool resets;        /* ends it by a reset */
};

struct peer {
	pid_t pid;
	int heads; /* a file with the heads of all requests */
	int port;
	char url[64];
};

static int open_port(int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, length), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

/* Takes a connection and reads the head of its request; notes it before anything is answered. */
static int take_request(int listener, int heads)
{
	int fd = accept(listener, NULL, NULL);
	char head[4096] = "";
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0 && length < sizeof head - 1 && strstr(head, "\r\n\r\n") == NULL) {
		got = read(fd, head + length, sizeof head - 1 - length);
		length += got > 0 ? (size_t)got : 0;
		head[length] = '\0';
	}
	if (write(heads, head, length) != (ssize_t)length)
		_exit(1);
	return fd;
}

static void answer(const struct script *script, int fd)
{
	const struct linger linger = {1, 0};
	size_t left = script->length, done = 0;
	ssize_t written = 1;

	if (script->answer != NULL && left == 0)
		left = strlen(script->answer);
	for (; left > 0 && written > 0; left -= (size_t)written, done += (size_t)written)
		written = write(fd, script->answer + done, left);
	if (script->resets)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	if (!script->holds)
		close(fd);
}

static _Noreturn void serve(const struct script *script, int listener, int heads)
{
	int fds[8], i, count = script->together > 0 ? script->together : 1;

	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		for (i = 0; i < count; i++)
			fds[i] = take_request(listener, heads);
		for (i = 0; i < count; i++)
			answer(script, fds[i]);
	}
}

static struct peer start(struct script script)
{
	struct peer peer = {.heads = suite_file("", 0)};
	int listener = open_port(&peer.port);
	pid_t parent = getpid();

	ck_assert_int_eq(fcntl(peer.heads, F_SETFL, O_APPEND), 0);
	ck_assert_int_eq(listen(listener, 8), 0);
	peer.pid = fork();
	ck_assert_int_ge(peer.pid, 0);
	if (peer.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			serve(&script, listener, peer.heads);
		_exit(1);
	}
	close(listener);
	snprintf(peer.url, sizeof peer.url, "http://127.0.0.1:%d/health?a=b", peer.port);
	return peer;
}

/* Ends the peer; heads is what it was asked, or NULL. */
static void stop(struct peer *peer, struct text *heads)
{
	kill(peer->pid, SIGKILL);
	ck_assert_int_eq(waitpid(peer->pid, NULL, 0), peer->pid);
	if (heads != NULL)
		suite_append_file(heads, peer->heads);
	close(peer->heads);
}

/* How often a string occurs. */
static size_t occurrences(const struct text *text, const char *string)
{
	const char *at = text_string(text);
	size_t count;

	for (count = 0; (at = strstr(at, string)) != NULL; count++)
		at += strlen(string);
	return count;
}

static void run_all(struct http_request *requests, size_t count)
{
	struct error error = {""};
	struct http *http = http_open(&error);
	bool is_done;
	size_t i;

	ck_assert_msg(http != NULL, "%s", error.message);
	for (i = 0; i < count; i++)
		http_start(http, &requests[i]);
	do {
		ck_assert_msg(http_wait(http, -1, 1000, &error), "%s", error.message);
		for (i = 0, is_done = true; i < count; i++)
			is_done &= requests[i].is_done;
	} while (!is_done);
	http_free(http);
}

static struct http_request ask(const char *url, int64_t timeout_ms)
{
	struct http_request request = {.url = url, .timeout_ms = timeout_ms, .body_max = 1024};

	run_all(&request, 1);
	return request;
}

/* Asserts that no answer came, and why; %s is the peer's host and port. */
static void assert_unanswered(struct script script, int64_t timeout_ms, const char *sentence)
{
	struct peer peer = start(script);
	struct http_request request = ask(peer.url, timeout_ms);
	char expected[256], host[32];
	const char *hole = strstr(sentence, "HOST");

	stop(&peer, NULL);
	snprintf(host, sizeof host, "127.0.0.1:%d", peer.port);
	snprintf(expected, sizeof expected, "%.*s%s%s", hole != NULL ? (int)(hole - sentence) : 0, sentence,
	         hole != NULL ? host : "", hole != NULL ? hole + strlen("HOST") : sentence);
	ck_assert(request.is_done);
	ck_assert_str_eq(request.error.message, expected);
	ck_assert(!request.error.is_misconfigured);
	text_free(&request.body);
}

#define OK "HTTP/1.1 200 OK\r\n"

START_TEST(an_answer_has_its_status_and_its_body)
{
	static const char bytes[] = OK "Content-Length: 9\r\n\r\n{\"a\":\0\"\"}";
	struct peer peer = start((struct script){.answer = bytes, .length = sizeof bytes - 1});
	struct http_request request = ask(peer.url, PATIENT_MS);
	struct text heads = {0};

	stop(&peer, &heads);
	ck_assert_str_eq(request.error.message, "");
	ck_assert_int_eq(request.status, 200);
	ck_assert_uint_eq(request.body.length, 9);
	ck_assert_mem_eq(request.body.bytes, "{\"a\":\0\"\"}", 9);
	ck_assert(!request.is_cut);
	ck_assert_int_gt(request.latency_us, 0);
	ck_assert_ptr_eq(strstr(text_string(&heads), "GET /health?a=b HTTP/1.1\r\n"), heads.bytes);
	ck_assert_uint_eq(occurrences(&heads, "\r\nUser-Agent: lm-monitor/" LM_VERSION "\r\n"), 1);
	text_free(&heads);
	text_free(&request.body);
}
END_TEST

START_TEST(a_status_of_failure_is_an_answer_too)
{
	struct peer peer = start((struct script){.answer = "HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\ndown"});
	struct http_request request = ask(peer.url, PATIENT_MS);

	stop(&peer, NULL);
	ck_assert_str_eq(request.error.message, "");
	ck_assert_int_eq(request.status, 503);
	suite_assert_text(&request.body, "down");
}
END_TEST

START_TEST(a_token_is_sent_only_where_it_is_asked_for)
{
	struct peer peer = start((struct script){.answer = OK "Content-Length: 0\r\n\r\n"});
	struct http_request with = {.url = peer.url, .bearer = "sk-7f3", .timeout_ms = PATIENT_MS, .body_max = 9};
	struct http_request without = {.url = peer.url, .timeout_ms = PATIENT_MS, .body_max = 9};
	struct text heads = {0};
	const char *second;

	run_all(&with, 1);
	run_all(&without, 1);
	stop(&peer, &heads);
	ck_assert_int_eq(with.status, 200);
	ck_assert_int_eq(without.status, 200);
	ck_assert_uint_eq(occurrences(&heads, "GET "), 2);
	second = strstr(text_string(&heads) + 1, "GET ");
	ck_assert_ptr_nonnull(strstr(heads.bytes, "\r\nAuthorization: Bearer sk-7f3\r\n"));
	ck_assert_ptr_null(strstr(second, "Authorization"));
	text_free(&heads);
}
END_TEST

START_TEST(a_body_is_cut_where_it_is_too_long)
{
	struct peer peer = start((struct script){.answer = OK "Content-Length: 10\r\n\r\n0123456789"});
	struct http_request requests[] = {{.url = peer.url, .timeout_ms = PATIENT_MS, .body_max = 10},
	                                  {.url = peer.url, .timeout_ms = PATIENT_MS, .body_max = 9}};

	run_all(requests, COUNT(requests));
	stop(&peer, NULL);
	ck_assert(!requests[0].is_cut);
	suite_assert_text(&requests[0].body, "0123456789");
	ck_assert(requests[1].is_cut);
	ck_assert_int_eq(requests[1].status, 200);
	ck_assert_str_eq(requests[1].error.message, "");
	suite_assert_text(&requests[1].body, "012345678");
}
END_TEST

START_TEST(a_body_without_an_end_is_cut_too)
{
	/* It never closes and never says how long it is: only the bound ends it. */
	struct peer peer = start((struct script){.answer = OK "\r\n0123456789", .holds = true});
	struct http_request request = {.url = peer.url, .timeout_ms = PATIENT_MS, .body_max = 4};

	run_all(&request, 1);
	stop(&peer, NULL);
	ck_assert(request.is_cut);
	ck_assert_str_eq(request.error.message, "");
	ck_assert_int_lt(request.latency_us, PATIENT_MS * 1000);
	suite_assert_text(&request.body, "0123");
}
END_TEST

START_TEST(several_requests_are_under_way_at_once)
{
	/* Nobody is answered before all three have asked. */
	struct peer peer = start((struct script){.answer = OK "Content-Length: 2\r\n\r\nok", .together = 3});
	struct http_request requests[3];
	size_t i;

	for (i = 0; i < COUNT(requests); i++)
		requests[i] = (struct http_request){.url = peer.url, .timeout_ms = PATIENT_MS, .body_max = 9};
	run_all(requests, COUNT(requests));
	stop(&peer, NULL);
	for (i = 0; i < COUNT(requests); i++) {
		ck_assert_str_eq(requests[i].error.message, "");
		suite_assert_text(&requests[i].body, "ok");
	}
}
END_TEST

START_TEST(one_that_does_not_answer_holds_up_no_other)
{
	struct peer silent = start((struct script){.holds = true});
	struct peer peer = start((struct script){.answer = OK "Content-Length: 2\r\n\r\nok"});
	struct http_request requests[] = {{.url = silent.url, .timeout_ms = 300, .body_max = 9},
	                                  {.url = peer.url, .timeout_ms = PATIENT_MS, .body_max = 9}};

	run_all(requests, COUNT(requests));
	stop(&silent, NULL);
	stop(&peer, NULL);
	ck_assert_int_eq(requests[0].status, 0);
	ck_assert_str_eq(requests[0].error.message, "no answer within 0.3 s");
	suite_assert_text(&requests[1].body, "ok");
}
END_TEST

START_TEST(an_answer_that_does_not_begin_or_end_in_time_is_said)
{
	assert_unanswered((struct script){.holds = true}, 100, "no answer within 0.1 s");
	assert_unanswered((struct script){.answer = OK "Content-Length: 10\r\n\r\n012", .holds = true}, 1000,
	                  "the answer did not end within 1 s");
}
END_TEST

START_TEST(a_request_takes_as_long_as_it_may)
{
	struct peer peer = start((struct script){.holds = true});
	struct http_request request = ask(peer.url, 200);

	stop(&peer, NULL);
	ck_assert_int_ge(request.latency_us, 195000); /* libcurl counts milliseconds */
	ck_assert_int_eq(request.status, 0);
	ck_assert(!request.error.is_misconfigured);
}
END_TEST

START_TEST(a_connection_that_is_closed_too_early_is_said)
{
	assert_unanswered((struct script){.answer = NULL}, PATIENT_MS, "HOST closed the connection without an answer");
	assert_unanswered((struct script){.resets = true}, PATIENT_MS, "HOST closed the connection without an answer");
	assert_unanswered((struct script){.answer = OK "Content-Length: 10\r\n\r\n012"}, PATIENT_MS,
	                  "HOST closed the connection without a whole answer");
}
END_TEST

START_TEST(an_answer_that_is_no_http_is_said)
{
	static const char *const answers[] = {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/9.9 200 OK\r\n\r\n", OK "no colon\r\n\r\n",
	                                      OK "Content-Length: -5\r\n\r\n",
	                                      OK "Transfer-Encoding: chunked\r\n\r\nzz\r\n"};
	size_t i;

	for (i = 0; i < COUNT(answers); i++)
		assert_unanswered((struct script){.answer = answers[i]}, PATIENT_MS, "HOST: its answer is no HTTP");
}
END_TEST

/* An answer of a start and of a piece that comes again and again. */
static void assert_too_long(const char *start, const char *piece)
{
	struct text answer = {0};
	int i;

	text_append_string(&answer, start);
	for (i = 0; i < 100000; i++)
		text_append_string(&answer, piece);
	assert_unanswered((struct script){.answer = answer.bytes, .holds = true}, PATIENT_MS,
	                  "HOST: its headers are too long");
	text_free(&answer);
}

START_TEST(headers_without_an_end_are_said)
{
	assert_too_long(OK, "X-More: 1\r\n");
	assert_too_long(OK "X-More: ", "0123456789");
	assert_too_long("HTTP/1.1 200 ", "0123456789");
	assert_too_long("", "HTTP/1.1 103 Early\r\n\r\n");
}
END_TEST

START_TEST(a_port_without_a_listener_refuses)
{
	struct http_request request;
	char url[64], expected[64];
	int port, fd = open_port(&port);

	snprintf(url, sizeof url, "http://lm:pw-7f3@127.0.0.1:%d/health", port);
	snprintf(expected, sizeof expected, "connection refused by 127.0.0.1:%d", port);
	request = ask(url, PATIENT_MS);
	close(fd);
	ck_assert_str_eq(request.error.message, expected);
	ck_assert(!request.error.is_misconfigured);
	ck_assert_int_eq(request.status, 0);
}
END_TEST

START_TEST(a_url_that_cannot_be_asked_is_done_at_once)
{
	static const char *const urls[] = {"",
	                                   "http://",
	                                   "x y",
	                                   "http://x y/",
	                                   "ftp://127.0.0.1/",
	                                   "file:///etc/passwd",
	                                   "127.0.0.1:8003/health",
	                                   "/health",
	                                   "http://127.0.0.1:99999/",
	                                   "http://127.0.0.1:port/",
	                                   "http://127.0.0.1/\n"};
	struct error error = {""};
	struct http *http = http_open(&error);
	size_t i;

	for (i = 0; i < COUNT(urls); i++) {
		struct http_request request = {.url = urls[i], .timeout_ms = PATIENT_MS, .body_max = 9};

		http_start(http, &request);
		ck_assert_msg(request.is_done, "not done: %s", urls[i]);
		ck_assert_str_eq(request.error.message, "bad URL: expected http://HOST... or https://HOST...");
		ck_assert(request.error.is_misconfigured);
		ck_assert_int_eq(request.status, 0);
	}
	http_free(http);
}
END_TEST

START_TEST(a_name_that_nobody_has_is_misconfigured)
{
	static const char sentence[] = "cannot resolve \"nothing.invalid\"";
	struct http_request request = ask("http://nothing.invalid:8003/health", PATIENT_MS);

	/* Where no name server answers, that follows. */
	ck_assert_msg(strncmp(request.error.message, sentence, strlen(sentence)) == 0, "%s", request.error.message);
	ck_assert(request.error.is_misconfigured);
	ck_assert_int_eq(request.status, 0);
}
END_TEST

START_TEST(a_redirect_is_an_answer_and_is_not_followed)
{
	struct peer other = start((struct script){.answer = OK "Content-Length: 5\r\n\r\nother"});
	struct text redirect = {0}, heads = {0};
	struct http_request request;
	struct peer peer;

	text_append_format(&redirect, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 4\r\n\r\nhere", other.url);
	peer = start((struct script){.answer = redirect.bytes});
	request = ask(peer.url, PATIENT_MS);
	stop(&peer, NULL);
	stop(&other, &heads);
	ck_assert_int_eq(request.status, 302);
	ck_assert_str_eq(request.error.message, "");
	suite_assert_text(&request.body, "here");
	suite_assert_text(&heads, "");
	text_free(&redirect);
}
END_TEST

START_TEST(a_proxy_of_the_environment_is_not_asked)
{
	static const char *const names[] = {"http_proxy", "all_proxy", "ALL_PROXY"};
	struct peer peer = start((struct script){.answer = OK "Content-Length: 2\r\n\r\nok"});
	struct peer proxy = start((struct script){.answer = OK "Content-Length: 5\r\n\r\nproxy"});
	struct text heads = {0};
	struct http_request request;
	size_t i;

	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
	for (i = 0; i < COUNT(names); i++) {
		setenv(names[i], proxy.url, 1);
		request = ask(peer.url, PATIENT_MS);
		unsetenv(names[i]);
		suite_assert_text(&request.body, "ok");
	}
	stop(&peer, NULL);
	stop(&proxy, &heads);
	suite_assert_text(&heads, "");
}
END_TEST

START_TEST(a_wait_ends_when_the_other_descriptor_can_be_read)
{
	struct peer peer = start((struct script){.holds = true});
	struct http_request request = {.url = peer.url, .timeout_ms = 2 * SUITE_TIMEOUT_SECONDS * 1000, .body_max = 9};
	struct error error = {""};
	struct http *http = http_open(&error);
	int ends[2], i;

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "x", 1), 1);
	http_start(http, &request);
	/* More often than anything can happen to the request, which goes on for longer than this test may. */
	for (i = 0; i < 20; i++)
		ck_assert(http_wait(http, ends[0], SUITE_TIMEOUT_SECONDS * 1000, &error));
	ck_assert(!request.is_done);
	http_stop(http, &request);
	ck_assert(request.is_done);
	http_free(http);
	stop(&peer, NULL);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(a_request_that_is_asked_again_forgets_what_was)
{
	struct peer peer = start((struct script){.answer = OK "Content-Length: 10\r\n\r\n0123456789"});
	struct http_request request = ask("ftp://127.0.0.1/", PATIENT_MS);

	request.url = peer.url;
	request.body_max = 4;
	run_all(&request, 1);
	ck_assert_str_eq(request.error.message, "");
	ck_assert(!request.error.is_misconfigured);
	ck_assert(request.is_cut);
	request.url = "";
	run_all(&request, 1);
	ck_assert(!request.is_cut);
	ck_assert_int_eq(request.status, 0);
	ck_assert_int_eq(request.latency_us, 0);
	suite_assert_text(&request.body, "");
	stop(&peer, NULL);
}
END_TEST

START_TEST(a_host_is_shown_with_its_port_and_without_user)
{
	static const struct {
		const char *url, *host;
	} cases[] = {
		{"http://db:8003/health?a=b#c", "db:8003"},
		{"http://db/health", "db"},
		{"http://db", "db"},
		{"http://db:80/", "db"},
		{"https://db:443/", "db"},
		{"https://db:80/", "db:80"},
		{"http://db:443/", "db:443"},
		{"http://127.0.0.1:1/", "127.0.0.1:1"},
		{"http://[::1]:8080/x", "[::1]:8080"},
		{"http://[fe80::1]/", "[fe80::1]"},
		{"http://lm:pw-7f3@db:8003/", "db:8003"},
		{"http://lm:pw-7f3@[::1]/", "[::1]"},
		{"grpc://models:50051/", "models:50051"},
		{"", ""},
		{"http://", ""},
		{"x y", ""},
		{"db", ""},
	};
	struct text text = {0};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		http_append_host(&text, cases[i].url);
		suite_assert_text(&text, cases[i].host);
	}
}
END_TEST

START_TEST(a_folder_has_the_host_and_neither_user_nor_query)
{
	static const struct {
		const char *url, *folder;
	} cases[] = {
		{"http://db:8002/health/readiness", "http://db:8002/health"},
		{"http://lm:pw-7f3@db:8002/health/readiness?key=pw-7f3#pw-7f3", "http://db:8002/health"},
		{"https://db/litellm/health/readiness", "https://db/litellm/health"},
		{"http://[::1]:8080/health/a/health/b/c?", "http://[::1]:8080/health/a/health"},
		{"http://db/health/", "http://db/health"},
		{"http://db/healthy/health/x/healthy", "http://db/healthy/health"},
	};
	static const char *const wrong[] = {"",
	                                    "http://",
	                                    "x y",
	                                    "db:8002",
	                                    "/health",
	                                    "https://db",
	                                    "http://db/health",
	                                    "http://db/healthy/x",
	                                    "http://db/a?/health/b"};
	struct text text = {0};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		ck_assert_msg(http_append_folder(&text, cases[i].url, "/health"), "%s is refused", cases[i].url);
		suite_assert_text(&text, cases[i].folder);
	}
	for (i = 0; i < COUNT(wrong); i++)
		ck_assert_msg(!http_append_folder(&text, wrong[i], "/health"), "%s is not refused", wrong[i]);
	suite_assert_text(&text, "");
	http_free(NULL);
}
END_TEST

SUITE("http", an_answer_has_its_status_and_its_body, a_status_of_failure_is_an_answer_too,
      a_token_is_sent_only_where_it_is_asked_for, a_body_is_cut_where_it_is_too_long, a_body_without_an_end_is_cut_too,
      several_requests_are_under_way_at_once, one_that_does_not_answer_holds_up_no_other,
      an_answer_that_does_not_begin_or_end_in_time_is_said, a_request_takes_as_long_as_it_may,
      a_connection_that_is_closed_too_early_is_said, an_answer_that_is_no_http_is_said, headers_without_an_end_are_said,
      a_port_without_a_listener_refuses, a_url_that_cannot_be_asked_is_done_at_once,
      a_name_that_nobody_has_is_misconfigured, a_redirect_is_an_answer_and_is_not_followed,
      a_proxy_of_the_environment_is_not_asked, a_wait_ends_when_the_other_descriptor_can_be_read,
      a_request_that_is_asked_again_forgets_what_was, a_host_is_shown_with_its_port_and_without_user,
      a_folder_has_the_host_and_neither_user_nor_query)
