/* SPDX-License-Identifier: MIT */
/* Owns the configuration: defaults, limits, refusals, and the copy everybody reads. */
#include "settings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "porthole_wire.h"
#include "procfs.h"
#include "rulecapture.h"
#include "status.h"

#define TOKEN_MIN 16
#define TOKEN_MAX 256
#define LEAST_HISTORY_BYTES 65536u

void porthole_config_default(struct porthole_config *cfg)
{
    *cfg = (struct porthole_config){
        .host = "127.0.0.1",
        .port = PORTHOLE_DEFAULT_PORT,
        .port_tries = PORTHOLE_PORT_TRIES,
        .tick_ms = 1000,
        .blocked_ms = 200,
        .unhealthy_ms = 5000,
        .max_connections = 256,
        .idle_ms = 10000,
        .write_ms = 30000,
        .history_bytes = 4u << 20,
        .test_time_scale = 1,
    };
}

/* ---- Checking ---------------------------------------------------------------------- */

#define FIELD(field) #field, offsetof(struct porthole_config, field)

static const struct {
    const char *name;
    size_t offset;
    int least, most;
} limits[] = {
    { FIELD(port), -1, 65535 },
    { FIELD(port_tries), 1, 10000 },
    { FIELD(tick_ms), 50, 60000 },
    { FIELD(blocked_ms), 10, 3600000 },
    { FIELD(unhealthy_ms), 10, 3600000 },
    { FIELD(max_connections), 4, 4096 },
    { FIELD(idle_ms), 100, 3600000 },
    { FIELD(write_ms), 100, 3600000 },
    { FIELD(history_bytes), 0, 16 << 20 },
    { FIELD(test_time_scale), 1, 100000 },
};

static enum porthole_status check_numbers(const struct porthole_config *cfg,
                                          porthole_error *err)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        int value;

        memcpy(&value, (const char *)cfg + limits[i].offset, sizeof value);
        if (value < limits[i].least || value > limits[i].most)
            return ph_fail(err, PORTHOLE_EINVAL, "option '%s' is %d, not within %d .. %d",
                           limits[i].name, value, limits[i].least, limits[i].most);
    }
    if (cfg->history_bytes && cfg->history_bytes < LEAST_HISTORY_BYTES)
        return ph_fail(err, PORTHOLE_EINVAL,
                       "option 'history_bytes' is %u, neither 0 nor at least %u",
                       cfg->history_bytes, LEAST_HISTORY_BYTES);
    return PORTHOLE_OK;
}

static bool is_literal(const char *host)
{
    unsigned char address[16];

    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

bool ph_is_loopback(const char *host)
{
    unsigned char v4[4];
    struct in6_addr v6;

    if (strcmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, v4) == 1)
        return v4[0] == 127;
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static enum porthole_status check_token(const char *token, porthole_error *err)
{
    size_t len = strlen(token);

    if (len < TOKEN_MIN || len > TOKEN_MAX)
        return ph_fail(err, PORTHOLE_EINVAL,
                       "option 'token' has %zu characters, not within %d .. %d", len, TOKEN_MIN,
                       TOKEN_MAX);
    for (const char *c = token; *c; c++)
        if (*c <= ' ' || *c > '~')
            return ph_fail(err, PORTHOLE_EINVAL,
                           "option 'token' has a character that is not printable ASCII");
    return PORTHOLE_OK;
}

static enum porthole_status check(const struct porthole_config *cfg, porthole_error *err)
{
    enum porthole_status rc = check_numbers(cfg, err);

    if (rc)
        return rc;
    if (!cfg->host || (strcmp(cfg->host, "localhost") != 0 && !is_literal(cfg->host)))
        return ph_fail(err, PORTHOLE_EINVAL,
                       "option 'host' is '%s', not an IP address or 'localhost'",
                       cfg->host ? cfg->host : "");
    if (cfg->token && (rc = check_token(cfg->token, err)))
        return rc;
    if (cfg->port >= 0 && !cfg->token && !cfg->insecure && !ph_is_loopback(cfg->host))
        return ph_fail(err, PORTHOLE_EREFUSED,
                       "refusing to listen on '%s' without a token; set one, or 'insecure'",
                       cfg->host);
    return PORTHOLE_OK;
}

/* ---- Copying ----------------------------------------------------------------------- */

#define AT(field) offsetof(struct porthole_config, field)

static const size_t strings[] = {
    AT(host),      AT(run_dir), AT(token),         AT(allowed_hosts), AT(service),
    AT(component), AT(ident),   AT(version),       AT(runtime),       AT(runtime_version),
    AT(capture),   AT(rules),   AT(notify_socket),
};

#define N_STRINGS (sizeof strings / sizeof strings[0])

static const char **string_at(struct porthole_config *cfg, size_t i)
{
    return (const char **)(void *)((char *)cfg + strings[i]);
}

/* Let all strings point into one allocation of our own. */
static bool own_strings(struct ph_settings *s)
{
    size_t bytes = 1, at = 0;

    for (size_t i = 0; i < N_STRINGS; i++)
        bytes += *string_at(&s->config, i) ? strlen(*string_at(&s->config, i)) + 1 : 0;
    s->text = malloc(bytes);
    if (!s->text)
        return false;
    for (size_t i = 0; i < N_STRINGS; i++) {
        const char **string = string_at(&s->config, i);
        size_t n = *string ? strlen(*string) + 1 : 0;

        if (!n)
            continue;
        memcpy(s->text + at, *string, n);
        *string = s->text + at;
        at += n;
    }
    return true;
}

static void identify(struct ph_settings *s)
{
    char stat[1024];
    uint64_t per_second = (uint64_t)sysconf(_SC_CLK_TCK);
    struct timespec boot;
    uint64_t since_boot_ns;

    s->pid = getpid();
    if (gethostname(s->host_name, sizeof s->host_name - 1) != 0)
        memcpy(s->host_name, "unknown", sizeof "unknown");
    s->started_unix_ns = ph_clock_unix_ns();
    if (ph_proc_read_path("/proc/self/stat", stat, sizeof stat) <= 0 ||
        clock_gettime(CLOCK_BOOTTIME, &boot) != 0)
        return;
    s->start_ticks = ph_proc_stat_field(stat, 22);
    since_boot_ns = (uint64_t)boot.tv_sec * PH_NS_PER_S + (uint64_t)boot.tv_nsec;
    s->started_unix_ns -= since_boot_ns - s->start_ticks * (PH_NS_PER_S / per_second);
}

enum porthole_status ph_settings_init(struct ph_settings *s,
                                      const struct porthole_config *config, porthole_error *err)
{
    enum porthole_status rc = check(config, err);
    char ident[sizeof s->host_name + 16];
    struct porthole_config *c = &s->config;

    memset(s, 0, sizeof *s);
    if (rc)
        return rc;
    rc = ph_rules_parse(config->capture, &s->rules, err);
    if (rc)
        return rc;
    *c = *config;
    identify(s);
    snprintf(ident, sizeof ident, "%s/%d", s->host_name, (int)s->pid);
    if (!c->service || !c->service[0])
        c->service = program_invocation_short_name;
    if (!c->ident || !c->ident[0])
        c->ident = ident;
    if (!c->runtime || !c->runtime[0])
        c->runtime = "c";
    if (c->rules && c->rules[0] && (rc = ph_rulecapture_read(c, &s->rules, err)))
        return rc;
    s->loopback = ph_is_loopback(c->host);
    if (own_strings(s))
        return PORTHOLE_OK;
    ph_rules_fini(&s->rules);
    return ph_fail(err, PORTHOLE_ENOMEM, "out of memory");
}

void ph_settings_fini(struct ph_settings *s)
{
    free(s->text);
    ph_rules_fini(&s->rules);
    memset(s, 0, sizeof *s);
}
