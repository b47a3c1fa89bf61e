/* SPDX-License-Identifier: MIT */
/*
 * poll: the only file that knows libcurl. Nothing of the environment may change where a
 * request, and with it the token, goes; nothing a target sends may grow without end.
 * CURLOPT_MAXFILESIZE does not see a compressed or chunked body: the ceiling lives in
 * the write callback.
 */
#include "poll.h"

#include "mem.h"
#include "porthole.h"
#include "porthole_wire.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WINDOW 250
#define BODY_LIMIT ((size_t)8 << 20)
#define HEADERS_LIMIT ((size_t)64 << 10)

struct poll {
    CURLM *multi;
    struct curl_slist *tcp_headers;
    struct curl_slist *unix_headers;
    struct curl_slist *post_headers;
    long timeout_ms;
    size_t body_limit;
    bool compressed;
    struct poll_job *const *jobs; /* of this round */
    size_t count;
    size_t started;
    size_t finished;
    size_t in_flight;
};

/* ---- Callbacks --------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
    struct poll_job *job = user;
    size_t len = size * count;
    long status = 0;
    bool good;

    if (job->take != NULL)
        curl_easy_getinfo(job->connection, CURLINFO_RESPONSE_CODE, &status);
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

    return len > name_len && strncasecmp(line, name, name_len) == 0 && line[name_len] == ':';
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
    default:
        return CAUSE_REFUSED;
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

static void complete(struct poll *poll, struct poll_job *job, enum cause cause)
{
    job->cause = cause;
    job->done = true;
    poll->finished++;
}

static void collect(struct poll *poll)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(poll->multi, &left)) != NULL) {
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        struct poll_job *job = NULL;
        curl_off_t us = 0;
        long status = 0;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&job);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &us);
        job->status = (int)status;
        job->ms = (double)us / 1000;
        complete(poll, job, find_cause(easy, code, job));
        curl_multi_remove_handle(poll->multi, easy);
        poll->in_flight--;
    }
}

/* ---- Requests ---------------------------------------------------------------------- */

static CURL *new_connection(const struct poll *poll, struct poll_job *job)
{
    CURL *easy = curl_easy_init();

    if (easy == NULL)
        return NULL;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, job);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* no waiting for a stuck resolver */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16384L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "porthole/" PORTHOLE_VERSION);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, job);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, job);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L); /* an object may be called ".." */
    if (poll->compressed)
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (job->socket != NULL)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, job->socket);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER,
                     job->socket != NULL ? poll->unix_headers : poll->tcp_headers);
    return easy;
}

/* Without "Expect:" libcurl would wait for a leave to send what is long. */
static void set_post(const struct poll *poll, struct poll_job *job)
{
    curl_easy_setopt(job->connection, CURLOPT_HTTPHEADER, poll->post_headers);
    curl_easy_setopt(job->connection, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)job->post_len);
    curl_easy_setopt(job->connection, CURLOPT_POSTFIELDS, job->post);
}

static void start(struct poll *poll, struct poll_job *job)
{
    struct buf url = { 0 };

    if (job->origin[0] == '\0') {
        complete(poll, job, CAUSE_NO_PROCESS);
        return;
    }
    if (job->connection == NULL)
        job->connection = new_connection(poll, job);
    if (job->connection != NULL && job->post != NULL)
        set_post(poll, job);
    buf_puts(&url, job->origin);
    buf_puts(&url, job->path);
    if (job->connection == NULL ||
        curl_easy_setopt(job->connection, CURLOPT_TIMEOUT_MS,
                         job->timeout_ms > 0 ? (long)job->timeout_ms : poll->timeout_ms) !=
            CURLE_OK ||
        curl_easy_setopt(job->connection, CURLOPT_URL, buf_text(&url)) != CURLE_OK ||
        curl_multi_add_handle(poll->multi, job->connection) != CURLM_OK)
        complete(poll, job, CAUSE_INTERNAL);
    else
        poll->in_flight++;
    buf_fini(&url);
}

/* Connections to keep between rounds: one a target, as far as descriptors allow. */
static long kept_connections(size_t count)
{
    const rlim_t others = WINDOW + 64;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= others)
        return 1;
    limit.rlim_cur -= others;
    return limit.rlim_cur < count ? (long)limit.rlim_cur : (long)count;
}

void poll_begin(struct poll *poll, struct poll_job *const *jobs, size_t count)
{
    poll->jobs = jobs;
    poll->count = count;
    poll->started = poll->finished = 0;
    curl_multi_setopt(poll->multi, CURLMOPT_MAXCONNECTS, kept_connections(count));
    for (size_t i = 0; i < count; i++) {
        struct poll_job *job = jobs[i];

        buf_clear(&job->body);
        job->body.limit = poll->body_limit;
        job->done = job->is_porthole = job->is_json = false;
        job->cause = CAUSE_NONE;
        job->status = 0;
        job->ms = 0;
        job->header_bytes = 0;
        job->received = 0;
        job->retry_after_s = 0;
        job->cost[0] = '\0';
    }
}

size_t poll_step(struct poll *poll, int wait_ms, int fd)
{
    struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };
    bool open = poll->finished < poll->count;
    int running;

    while (poll->started < poll->count && poll->in_flight < WINDOW)
        start(poll, poll->jobs[poll->started++]);
    curl_multi_perform(poll->multi, &running);
    collect(poll);
    /* a round that has just ended has nothing to wait for */
    if (open ? poll->in_flight > 0 : wait_ms > 0) {
        curl_multi_poll(poll->multi, fd >= 0 ? &extra : NULL, fd >= 0, wait_ms, NULL);
        curl_multi_perform(poll->multi, &running);
        collect(poll);
    }
    return poll->count - poll->finished;
}

void poll_round(struct poll *poll, struct poll_job *const *jobs, size_t count)
{
    poll_begin(poll, jobs, count);
    while (poll_step(poll, 1000, -1) > 0)
        continue;
}

void poll_drop(struct poll *poll, struct poll_job *job)
{
    if (job->connection != NULL) {
        curl_multi_remove_handle(poll->multi, job->connection);
        curl_easy_cleanup(job->connection);
        job->connection = NULL;
    }
    buf_fini(&job->body);
}

/* The usual soft limit of 1024 exists for select(), which we do not use. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- Life -------------------------------------------------------------------------- */

static struct curl_slist *add_header(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);

    if (longer == NULL)
        curl_slist_free_all(list);
    return longer;
}

struct poll *poll_new(const struct poll_config *config)
{
    static const char accepted[] = "Accept: application/json, text/plain;q=0.9, */*;q=0.1";
    struct poll *poll = mem_new(1, sizeof *poll);
    struct buf line = { 0 };

    raise_descriptor_limit();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    poll->multi = curl_multi_init();
    poll->timeout_ms = (long)config->timeout_ms;
    poll->body_limit = config->body_limit > 0 ? config->body_limit : BODY_LIMIT;
    poll->compressed = config->compressed;
    poll->tcp_headers = add_header(NULL, accepted);
    poll->post_headers = add_header(NULL, "Content-Type: application/json");
    poll->post_headers = add_header(poll->post_headers, "Expect:");
    poll->unix_headers = add_header(NULL, accepted);
    /* the name in the URL only keeps libcurl's connection pools apart */
    poll->unix_headers = add_header(poll->unix_headers, "Host: localhost");
    if (config->token != NULL) {
        buf_printf(&line, "Authorization: Bearer %s", config->token);
        poll->tcp_headers = add_header(poll->tcp_headers, buf_text(&line));
        poll->unix_headers = add_header(poll->unix_headers, buf_text(&line));
    }
    buf_fini(&line);
    return poll;
}

void poll_free(struct poll *poll)
{
    if (poll == NULL)
        return;
    curl_multi_cleanup(poll->multi);
    curl_slist_free_all(poll->tcp_headers);
    curl_slist_free_all(poll->unix_headers);
    curl_slist_free_all(poll->post_headers);
    curl_global_cleanup();
    free(poll);
}
