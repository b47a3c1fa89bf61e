/* SPDX-License-Identifier: MIT */
/*
 * request: what is asked of libcurl for one target, and what its results mean. Nothing of the
 * environment may change where a request, and with it the token, goes; nothing a target sends
 * may grow without end. CURLOPT_MAXFILESIZE does not see a compressed or chunked body: the
 * ceiling lives in the write callback.
 */
#include "request.h"

#include "mem.h"
#include "porthole.h"
#include "porthole_wire.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HEADERS_LIMIT ((size_t)64 << 10)

struct request_kit {
    struct curl_slist *tcp_headers;
    struct curl_slist *unix_headers;
    struct curl_slist *post_headers;
    double timeout_ms;
    size_t body_limit;
    bool compressed;
    struct request *idle;
};

/* ---- Callbacks --------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
    struct poll_job *job = user;
    size_t len = size * count;
    long status = 0;
    bool good;

    if (job->take != NULL)
        curl_easy_getinfo(job->running->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status <= 299)
        good = job->take(job->to, bytes, len);
    else
        good = buf_add(&job->body, bytes, len);
    job->received += (double)len;
    return good ? len : 0;
}

static bool has_name(const char *line, size_t len, const char *name)
{
    size_t name_len = strlen(name);

    return len > name_len && line[name_len] == ':' && strncasecmp(line, name, name_len) == 0;
}

/* What stands behind the colon, as far as there is room. */
static void copy_value(char *out, size_t room, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    size_t used = 0;

    for (const char *c = colon + 1; c < line + len && *c != '\r' && *c != '\n'; c++) {
        if (used + 1 < room && (used > 0 || *c != ' '))
            out[used++] = *c;
    }
    out[used] = '\0';
}

static void read_retry_after(struct poll_job *job, const char *line, size_t len)
{
    char value[8];
    unsigned long seconds;

    copy_value(value, sizeof value, line, len);
    seconds = value[0] >= '0' && value[0] <= '9' ? strtoul(value, NULL, 10) : 0;
    job->retry_after_s = (unsigned)seconds; /* seven digits at most */
}

static size_t on_header(char *line, size_t size, size_t count, void *user)
{
    struct poll_job *job = user;
    size_t len = size * count;

    job->header_bytes += len;
    if (job->header_bytes > HEADERS_LIMIT) {
        job->body.full = true;
        return 0;
    }
    if (has_name(line, len, PORTHOLE_HEADER))
        job->is_porthole = true;
    if (has_name(line, len, "Content-Type"))
        job->is_json = memmem(line, len, "json", 4) != NULL;
    if (has_name(line, len, PORTHOLE_COST_HEADER))
        copy_value(job->cost, sizeof job->cost, line, len);
    if (has_name(line, len, "Retry-After"))
        read_retry_after(job, line, len);
    return len;
}

/* ---- From libcurl's results to our causes ------------------------------------------ */

/* libcurl does not keep the errno of socket() either. */
static bool has_descriptor(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return false;
    close(fd);
    return true;
}

/* What stands behind "could not connect". */
static enum cause connect_cause(CURL *easy, const struct poll_job *job)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    long error = 0;

    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
    if (error == 0 && job->socket != NULL && strlen(job->socket) < sizeof address.sun_path) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        /* libcurl 7.88 does not keep the errno of a failed unix socket */
        memcpy(address.sun_path, job->socket, strlen(job->socket));
        if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
            error = errno;
        if (fd >= 0)
            close(fd);
    }
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return CAUSE_NO_SOCKET;
    case EACCES:
    case EPERM:
        return CAUSE_DENIED;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
        return CAUSE_UNREACHABLE;
    case EMFILE:
    case ENFILE:
        return CAUSE_INTERNAL; /* the target was never asked */
    default:
        return error == 0 && !has_descriptor() ? CAUSE_INTERNAL : CAUSE_REFUSED;
    }
}

static enum cause timeout_cause(CURL *easy)
{
    curl_off_t ready_us = 0;

    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    return ready_us > 0 ? CAUSE_TIMEOUT_BODY : CAUSE_TIMEOUT_CONNECT;
}

static enum cause find_cause(CURL *easy, CURLcode code, const struct poll_job *job)
{
    switch (code) {
    case CURLE_OK:
        return job->status >= 200 && job->status <= 299 ? CAUSE_NONE : CAUSE_HTTP;
    case CURLE_COULDNT_CONNECT:
        return connect_cause(easy, job);
    case CURLE_COULDNT_RESOLVE_HOST:
        return CAUSE_NO_SUCH_HOST;
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_cause(easy);
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return CAUSE_TRUNCATED;
    case CURLE_WRITE_ERROR:
        return job->body.full ? CAUSE_TOO_BIG : CAUSE_INTERNAL;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: /* "HTTP/0.9": no HTTP at all */
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
        return CAUSE_NOT_PORTHOLE;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return CAUSE_TLS;
    default:
        return CAUSE_INTERNAL;
    }
}

void request_finish(struct request *request, int code)
{
    struct poll_job *job = request->job;
    curl_off_t us = 0;
    long status = 0;

    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(request->easy, CURLINFO_TOTAL_TIME_T, &us);
    job->status = (int)status;
    job->ms = (double)us / 1000;
    job->cause = find_cause(request->easy, (CURLcode)code, job);
}

/* ---- Handles ----------------------------------------------------------------------- */

static void set_up(const struct request_kit *kit, struct request *request)
{
    CURL *easy = request->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* no waiting for a stuck resolver */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, ""); /* else its variable is looked for each time */
    /* After every request libcurl goes through the names it keeps, one for each connection of a
     * shard. Kept for no time they are none; a connection needs its name once. */
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16384L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    if (kit->compressed)
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
}

/* Handles are used again: what one job POSTs the next must not. */
static bool set_method(const struct request_kit *kit, CURL *easy, const struct poll_job *job)
{
    const struct curl_slist *headers =
        job->socket != NULL ? kit->unix_headers : kit->tcp_headers;

    if (job->post == NULL)
        return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK;
    return curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)job->post_len) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDS, job->post) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, kit->post_headers) == CURLE_OK;
}

void request_forget(struct poll_job *job)
{
    curl_url_cleanup(job->url);
    free(job->url_of);
    job->url = NULL;
    job->url_of = NULL;
}

/* To take an origin apart and put it together again, as libcurl does with a CURLOPT_URL before
 * each request, is an eighth of one. */
static bool set_origin(CURL *easy, struct poll_job *job)
{
    if (job->url == NULL || strcmp(job->url_of, job->origin) != 0) {
        request_forget(job);
        job->url_of = mem_text(job->origin, strlen(job->origin));
        job->url = curl_url();
        if (curl_url_set(job->url, CURLUPART_URL, job->origin, 0) != CURLUE_OK) {
            request_forget(job);
            return false;
        }
    }
    return curl_easy_setopt(easy, CURLOPT_CURLU, job->url) == CURLE_OK;
}

/* The path goes around the URL's parser: an object may be called "..", and a long list of
 * fields need not be parsed for each of 10,000 targets. */
static bool aim(const struct request_kit *kit, CURL *easy, struct poll_job *job)
{
    double timeout_ms = job->timeout_ms > 0 ? job->timeout_ms : kit->timeout_ms;

    return curl_easy_setopt(easy, CURLOPT_WRITEDATA, job) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, job) == CURLE_OK &&
           set_method(kit, easy, job) &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, job->socket) == CURLE_OK &&
           set_origin(easy, job) &&
           curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, job->path) == CURLE_OK;
}

struct request *request_new(struct request_kit *kit, struct poll_job *job)
{
    struct request *request = kit->idle;

    if (request == NULL) {
        request = mem_new(1, sizeof *request);
        request->easy = curl_easy_init();
        if (request->easy != NULL)
            set_up(kit, request);
    } else {
        kit->idle = request->next;
    }
    request->job = job;
    job->running = request;
    if (request->easy != NULL && aim(kit, request->easy, job))
        return request;
    request_free(kit, request);
    return NULL;
}

void request_free(struct request_kit *kit, struct request *request)
{
    request->job->running = NULL;
    request->job = NULL;
    if (request->easy == NULL) {
        free(request);
        return;
    }
    request->next = kit->idle;
    kit->idle = request;
}

void request_reset(const struct request_kit *kit, struct poll_job *job)
{
    buf_clear(&job->body);
    job->body.limit = kit->body_limit;
    job->done = job->is_porthole = job->is_json = false;
    job->cause = CAUSE_NONE;
    job->status = 0;
    job->ms = 0;
    job->header_bytes = 0;
    job->received = 0;
    job->retry_after_s = 0;
    job->cost[0] = '\0';
}

/* ---- What they share --------------------------------------------------------------- */

static struct curl_slist *add_header(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);

    if (longer == NULL)
        curl_slist_free_all(list);
    return longer;
}

struct request_kit *request_kit_new(const struct request_config *config)
{
    /* CURLOPT_USERAGENT costs twice as much: it is put together anew for each request */
    static const char who[] = "User-Agent: porthole/" PORTHOLE_VERSION;
    struct request_kit *kit = mem_new(1, sizeof *kit);
    struct buf line = { 0 };

    kit->timeout_ms = config->timeout_ms;
    kit->body_limit = config->body_limit;
    kit->compressed = config->compressed;
    kit->tcp_headers = add_header(NULL, who);
    kit->unix_headers = add_header(NULL, who);
    kit->post_headers = add_header(NULL, who);
    /* the name in the URL only keeps libcurl's connection pools apart */
    kit->unix_headers = add_header(kit->unix_headers, "Host: localhost");
    /* without "Expect:" libcurl would wait for a leave to send what is long */
    kit->post_headers = add_header(kit->post_headers, "Content-Type: application/json");
    kit->post_headers = add_header(kit->post_headers, "Expect:");
    if (config->token != NULL) {
        buf_printf(&line, "Authorization: Bearer %s", config->token);
        kit->tcp_headers = add_header(kit->tcp_headers, buf_text(&line));
        kit->unix_headers = add_header(kit->unix_headers, buf_text(&line));
    }
    buf_fini(&line);
    return kit;
}

void request_kit_free(struct request_kit *kit)
{
    struct request *next;

    for (struct request *request = kit->idle; request != NULL; request = next) {
        next = request->next;
        curl_easy_cleanup(request->easy);
        free(request);
    }
    curl_slist_free_all(kit->tcp_headers);
    curl_slist_free_all(kit->unix_headers);
    curl_slist_free_all(kit->post_headers);
    free(kit);
}
