/* SPDX-License-Identifier: MIT */
/*
 * sddns: addresses as every program of this machine gets them, /etc/hosts included; SRV from
 * libresolv, which alone can ask for it. What a record holds becomes a target only through
 * the grammar of targets.
 */
#include "sddns.h"

#include "mem.h"
#include "sdlist.h"
#include "units.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST 253
#define TEST_SERVER "PORTHOLE_TEST_DNS" /* a port of 127.0.0.1 */

static enum sdlook fail(struct sdask *ask, const char *why)
{
    target_fini(&ask->list);
    snprintf(ask->says.text, sizeof ask->says.text, "cannot read '%.160s': %.100s", ask->spec,
             why);
    return SDLOOK_FAILED;
}

static bool refuse(const struct sdask *ask, struct target_error *error, const char *why)
{
    snprintf(error->text, sizeof error->text, "bad target '%.100s': %s", ask->spec, why);
    return false;
}

static bool is_name(const char *name, size_t len)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

    return len > 0 && len <= NAME_MOST && strspn(name, allowed) >= len && name[0] != '.';
}

static int by_name(const void *a, const void *b)
{
    const struct target *p = a, *q = b;

    return strcmp(p->name, q->name);
}

/* Name servers turn their answers round and round: that is no news. */
static enum sdlook finish(struct sdask *ask)
{
    if (ask->list.count > 1)
        qsort(ask->list.items, ask->list.count, sizeof *ask->list.items, by_name);
    sdlist_unique(&ask->list);
    return SDLOOK_NEW;
}

/* ---- SRV ------------------------------------------------------------------------------ */

static bool open_srv(struct sdask *ask, struct target_error *error)
{
    if (is_name(ask->rest, strlen(ask->rest)))
        return true;
    return refuse(ask, error, "expected a name behind 'dns+srv:', as _http._tcp.example.com");
}

/* Tests have no name server of their own to put into /etc/resolv.conf. */
static void use_test_server(struct __res_state *state)
{
    const char *given = getenv(TEST_SERVER);
    unsigned port;

    if (given == NULL || !units_parse_count(given, 1, 65535, &port))
        return;
    state->nscount = 1;
    state->nsaddr_list[0] = (struct sockaddr_in){ .sin_family = AF_INET,
                                                  .sin_port = htons((uint16_t)port),
                                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* All of the answer, or -1. */
static int ask_srv(const struct sdask *ask, unsigned char *answer, int room, int *why)
{
    struct __res_state state = { 0 };
    int len;

    if (res_ninit(&state) != 0)
        return -1;
    use_test_server(&state);
    state.retrans = ask->timeout_ms < 2000 ? 1 : (int)(ask->timeout_ms / 1000);
    state.retry = 1;
    len = res_nsearch(&state, ask->rest, ns_c_in, ns_t_srv, answer, room);
    *why = state.res_h_errno;
    res_nclose(&state);
    return len > room ? room : len;
}

static void add_server(struct sdask *ask, const ns_msg *message, const ns_rr *record)
{
    const unsigned char *data = ns_rr_rdata(*record);
    char host[NS_MAXDNAME], name[NS_MAXDNAME + 8];
    size_t before = ask->list.count;
    struct target_error error;

    /* priority, weight, port, name */
    if (ns_rr_type(*record) != ns_t_srv || ns_rr_rdlen(*record) < 7 ||
        dn_expand(ns_msg_base(*message), ns_msg_end(*message), data + 6, host, sizeof host) < 0)
        return;
    if (host[0] == '\0' || strcmp(host, ".") == 0) /* "decidedly not here" */
        return;
    snprintf(name, sizeof name, "%s:%u", host, ns_get16(data + 4));
    if (!target_add_network(&ask->list, name, &error)) {
        snprintf(ask->says.text, sizeof ask->says.text, "'%.80s': %.200s; left out", ask->spec,
                 error.text);
        return;
    }
    for (size_t i = before; i < ask->list.count; i++)
        labels_set(&ask->list.items[i].labels, "srv", ask->rest);
}

static enum sdlook take_answer(struct sdask *ask, const unsigned char *answer, int len)
{
    ns_msg message;
    ns_rr record;

    if (ns_initparse(answer, len, &message) != 0)
        return fail(ask, "the answer of the name server is damaged");
    for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
        if (ns_parserr(&message, ns_s_an, i, &record) != 0)
            return fail(ask, "the answer of the name server is damaged");
        add_server(ask, &message, &record);
    }
    return finish(ask);
}

static const char *reason_of(int why)
{
    switch (why) {
    case HOST_NOT_FOUND:
        return "there is no such name";
    case NO_DATA:
        return "the name has no SRV records";
    default:
        return "no name server answers";
    }
}

static enum sdlook look_srv(struct sdask *ask)
{
    unsigned char *answer = mem_new(NS_MAXMSG, 1);
    enum sdlook result;
    int why = TRY_AGAIN, len = ask_srv(ask, answer, NS_MAXMSG, &why);

    result = len >= 0 ? take_answer(ask, answer, len) : fail(ask, reason_of(why));
    free(answer);
    return result;
}

/* ---- Addresses ------------------------------------------------------------------------ */

static bool open_a(struct sdask *ask, struct target_error *error)
{
    const char *colon = strrchr(ask->rest, ':');
    unsigned port;

    if (colon == NULL)
        return refuse(ask, error, "a port is missing: dns+a:NAME:PORT");
    if (!is_name(ask->rest, (size_t)(colon - ask->rest)))
        return refuse(ask, error, "expected a name and a port: dns+a:NAME:PORT");
    if (!units_parse_count(colon + 1, 1, 65535, &port))
        return refuse(ask, error, "the port is not a number from 1 to 65535");
    return true;
}

static void add_address(struct sdask *ask, const struct addrinfo *found, const char *port)
{
    char host[INET6_ADDRSTRLEN], name[INET6_ADDRSTRLEN + 16];
    struct target_error error;

    if (getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof host, NULL, 0,
                    NI_NUMERICHOST) != 0)
        return;
    snprintf(name, sizeof name, found->ai_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
    if (!target_add_network(&ask->list, name, &error))
        snprintf(ask->says.text, sizeof ask->says.text, "'%.80s': %.200s; left out", ask->spec,
                 error.text);
}

static enum sdlook look_a(struct sdask *ask)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    const char *colon = strrchr(ask->rest, ':');
    struct addrinfo *found = NULL;
    char name[NAME_MOST + 1];
    int wrong;

    snprintf(name, sizeof name, "%.*s", (int)(colon - ask->rest), ask->rest);
    if (getenv(TEST_SERVER) != NULL && res_init() == 0)
        use_test_server(&_res); /* of this thread */
    wrong = getaddrinfo(name, NULL, &hints, &found);
    if (wrong == EAI_NONAME || wrong == EAI_NODATA)
        return fail(ask, "there is no such name");
    if (wrong != 0)
        return fail(ask, "no name server answers");
    for (const struct addrinfo *at = found; at != NULL; at = at->ai_next)
        add_address(ask, at, colon + 1);
    freeaddrinfo(found);
    return finish(ask);
}

const struct sdkind sddns_srv = {
    .prefix = "dns+srv:",
    .pace_s = 30,
    .open = open_srv,
    .look = look_srv,
};

const struct sdkind sddns_a = {
    .prefix = "dns+a:",
    .pace_s = 30,
    .open = open_a,
    .look = look_a,
};
