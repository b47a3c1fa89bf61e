/* SPDX-License-Identifier: MIT */
#include "agent/policy.h"

#include <criterion/criterion.h>
#include <string.h>

#define TOKEN "0123456789abcdef"

static const struct porthole_config plain = { .allowed_hosts = "metrics.lan" };
static const struct porthole_config guarded = { .token = TOKEN };
static const struct porthole_config closed = { .token = TOKEN, .protect_all = true };

static struct ph_head request(const char *method, const char *url)
{
    return (struct ph_head){ .method = method, .url = url };
}

/* The status it is refused with, 0 if it may pass. */
static unsigned refused(const struct ph_head *head)
{
    struct ph_reply reply = { 0 };

    if (!ph_policy_refuses(head, &plain, &reply))
        return 0;
    cr_assert_not_null(reply.body);
    ph_blob_unref(reply.body);
    return reply.status;
}

Test(policy, only_get_and_head_pass)
{
    static const char *const others[] = { "POST", "PUT", "get", "GETS", "" };
    struct ph_head head = request("GET", "/");

    cr_assert_eq(refused(&head), 0);
    head.method = "HEAD";
    cr_assert_eq(refused(&head), 0);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        head.method = others[i];
        cr_assert_eq(refused(&head), 405, "%s", others[i]);
    }
}

Test(policy, a_body_in_any_form_is_refused)
{
    static const struct {
        const char *name, *value;
        unsigned status;
    } rows[] = {
        { "Content-Length", "0", 0 },
        { "Content-Length", "1", 400 },
        { "content-length", "00", 400 },
        { "CONTENT-LENGTH", "-1", 400 },
        { "Transfer-Encoding", "chunked", 400 },
        { "transfer-encoding", "identity", 400 },
        { "Content-Type", "text/plain", 0 },
        { "X-Content-Length", "5", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ph_head head = request("GET", "/");

        ph_policy_see(&head, rows[i].name, rows[i].value);
        cr_assert_eq(refused(&head), rows[i].status, "%s: %s", rows[i].name, rows[i].value);
    }
}

Test(policy, one_host_at_most)
{
    struct ph_head head = request("GET", "/");

    ph_policy_see(&head, "Host", "localhost");
    cr_assert_eq(refused(&head), 0);
    ph_policy_see(&head, "host", "localhost");

    cr_assert_eq(refused(&head), 400);
}

Test(policy, a_path_begins_with_a_slash)
{
    static const char *const urls[] = { "", "*", "state", "http://localhost/state", "//" };

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct ph_head head = request("GET", urls[i]);

        cr_assert_eq(refused(&head), urls[i][0] == '/' ? 0 : 400, "%s", urls[i]);
    }
}

Test(policy, a_foreign_name_is_refused_by_tcp_only)
{
    struct ph_head head = request("GET", "/");

    ph_policy_see(&head, "Host", "evil.com");
    cr_assert_eq(refused(&head), 403);
    head.local = true;
    cr_assert_eq(refused(&head), 0);
    head = request("GET", "/");
    ph_policy_see(&head, "Host", "metrics.lan:80");
    cr_assert_eq(refused(&head), 0);
}

/* The status it is refused with, 0 if it may see. */
static unsigned hidden(const struct porthole_config *config, const char *authorization,
                       bool local, enum ph_access access)
{
    struct ph_head head = request("GET", "/heap/snapshot");
    struct ph_reply reply = { 0 };

    head.local = local;
    head.authorization = authorization;
    if (ph_policy_may_see(&head, config, access, &reply)) {
        cr_assert_null(reply.body);
        return 0;
    }
    cr_assert_not_null(strstr(reply.body->bytes, "'/heap/snapshot'"));
    ph_blob_unref(reply.body);
    return reply.status;
}

Test(policy, who_may_see_what)
{
    static const struct {
        const struct porthole_config *config;
        const char *authorization;
        bool local;
        enum ph_access access;
        unsigned refused;
    } rows[] = {
        { &plain, NULL, false, PH_ACCESS_TOKEN, 0 },
        { &plain, NULL, false, PH_ACCESS_SECRET, 403 },
        { &plain, "Bearer " TOKEN, false, PH_ACCESS_SECRET, 403 },
        { &plain, NULL, true, PH_ACCESS_SECRET, 0 },
        { &guarded, NULL, false, PH_ACCESS_TOKEN, 401 },
        { &guarded, NULL, false, PH_ACCESS_SECRET, 401 },
        { &guarded, NULL, false, PH_ACCESS_OPEN, 0 },
        { &guarded, NULL, true, PH_ACCESS_TOKEN, 0 },
        { &guarded, NULL, true, PH_ACCESS_SECRET, 0 },
        { &guarded, "Bearer " TOKEN, false, PH_ACCESS_TOKEN, 0 },
        { &guarded, "Bearer " TOKEN, false, PH_ACCESS_SECRET, 0 },
        { &guarded, "Bearer x", false, PH_ACCESS_TOKEN, 401 },
        { &guarded, "Bearer x", false, PH_ACCESS_SECRET, 401 },
        { &closed, NULL, false, PH_ACCESS_OPEN, 401 },
        { &closed, NULL, true, PH_ACCESS_OPEN, 0 },
        { &closed, "Bearer " TOKEN, false, PH_ACCESS_OPEN, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_eq(
            hidden(rows[i].config, rows[i].authorization, rows[i].local, rows[i].access),
            rows[i].refused, "row %zu", i);
}
