/* SPDX-License-Identifier: MIT */
#include "agent/settings.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/clock.h"
#include "alloc.h"

static struct porthole_config config;
static struct ph_settings settings;
static porthole_error err;

static void init(void)
{
    porthole_config_default(&config);
}

static void fini(void)
{
    ph_settings_fini(&settings);
}

TestSuite(settings, .init = init, .fini = fini);

/* Check the configuration once more. */
static enum porthole_status tried(void)
{
    ph_settings_fini(&settings);
    err.text[0] = '\0';
    return ph_settings_init(&settings, &config, &err);
}

Test(settings, the_defaults_are_those_of_the_header)
{
    cr_assert_str_eq(config.host, "127.0.0.1");
    cr_assert_eq(config.port, 9090);
    cr_assert_eq(config.port_tries, 100);
    cr_assert_null(config.run_dir);
    cr_assert_null(config.token);
    cr_assert_not(config.insecure);
    cr_assert_eq(config.tick_ms, 1000);
    cr_assert_eq(config.blocked_ms, 200);
    cr_assert_eq(config.unhealthy_ms, 5000);
    cr_assert_eq(config.max_connections, 256);
    cr_assert_eq(config.idle_ms, 10000);
    cr_assert_eq(config.write_ms, 30000);
    cr_assert_eq(tried(), PORTHOLE_OK);
}

#define LIMIT(field, least, most) \
    { \
#field, offsetof(struct porthole_config, field), least, most \
    }

static const struct limit {
    const char *name;
    size_t offset;
    int least, most;
} limits[] = {
    LIMIT(port, -1, 65535),
    LIMIT(port_tries, 1, 10000),
    LIMIT(tick_ms, 50, 60000),
    LIMIT(blocked_ms, 10, 3600000),
    LIMIT(unhealthy_ms, 10, 3600000),
    LIMIT(max_connections, 4, 4096),
    LIMIT(idle_ms, 100, 3600000),
    LIMIT(write_ms, 100, 3600000),
    LIMIT(history_bytes, 0, 16 << 20),
    LIMIT(test_time_scale, 1, 100000),
};

static enum porthole_status tried_number(const struct limit *limit, int value)
{
    porthole_config_default(&config);
    memcpy((char *)&config + limit->offset, &value, sizeof value);
    return tried();
}

Test(settings, a_history_has_room_or_is_none)
{
    porthole_config_default(&config);
    config.history_bytes = 65535;
    cr_assert_eq(tried(), PORTHOLE_EINVAL);
    config.history_bytes = 65536;
    cr_assert_eq(tried(), PORTHOLE_OK);
}

Test(settings, numbers_are_taken_at_their_limits)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        cr_assert_eq(tried_number(&limits[i], limits[i].least), PORTHOLE_OK, "%s", err.text);
        cr_assert_eq(tried_number(&limits[i], limits[i].most), PORTHOLE_OK, "%s", err.text);
    }
}

Test(settings, numbers_beyond_their_limits_are_refused_by_name)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct limit *limit = &limits[i];
        const int beyond[] = { limit->least - 1, limit->most + 1, INT_MIN, INT_MAX };

        for (size_t j = 0; j < sizeof beyond / sizeof beyond[0]; j++) {
            char text[256];

            snprintf(text, sizeof text, "option '%s' is %d, not within %d .. %d", limit->name,
                     beyond[j], limit->least, limit->most);
            cr_assert_eq(tried_number(limit, beyond[j]), PORTHOLE_EINVAL);
            cr_assert_str_eq(err.text, text);
        }
    }
}

Test(settings, hosts_are_literals_or_localhost)
{
    static const char *const good[] = { "127.0.0.1", "localhost", "::1", "127.9.9.9" };
    static const char *const bad[] = { "",      "example.org", "127.0.0.1:80", "[::1]",
                                       "127.1", "LOCALHOST",   " ::1",         NULL };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        config.host = good[i];
        cr_assert_eq(tried(), PORTHOLE_OK, "%s", err.text);
        cr_assert(settings.loopback);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        config.host = bad[i];
        cr_assert_eq(tried(), PORTHOLE_EINVAL, "%s", bad[i]);
        cr_assert(strstr(err.text, "option 'host' is "), "%s", err.text);
    }
}

Test(settings, leaving_loopback_needs_a_token_or_insecure)
{
    config.host = "0.0.0.0";
    cr_assert_eq(tried(), PORTHOLE_EREFUSED);
    cr_assert_str_eq(err.text, "refusing to listen on '0.0.0.0' without a token; set one, or "
                               "'insecure'");

    config.token = "0123456789abcdef";
    cr_assert_eq(tried(), PORTHOLE_OK);
    cr_assert_not(settings.loopback);

    config.token = NULL;
    config.insecure = true;
    cr_assert_eq(tried(), PORTHOLE_OK);
}

Test(settings, without_a_tcp_listener_any_host_will_do)
{
    config.host = "::";
    config.port = -1;

    cr_assert_eq(tried(), PORTHOLE_OK);
}

static const char *token_of(size_t len)
{
    static char token[300];

    memset(token, 'x', len);
    token[len] = '\0';
    return token;
}

Test(settings, tokens_have_16_to_256_characters)
{
    static const struct {
        size_t len;
        enum porthole_status status;
    } rows[] = {
        { 0, PORTHOLE_EINVAL },  { 15, PORTHOLE_EINVAL }, { 16, PORTHOLE_OK },
        { 256, PORTHOLE_OK },    { 257, PORTHOLE_EINVAL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        config.token = token_of(rows[i].len);
        cr_assert_eq(tried(), rows[i].status, "%zu: %s", rows[i].len, err.text);
    }
    cr_assert_str_eq(err.text, "option 'token' has 257 characters, not within 16 .. 256");
}

Test(settings, tokens_are_printable_and_never_shown)
{
    static const char *const bad[] = { "0123456789 abcdef", "0123456789abcdef\n",
                                       "0123456789abcd\xC3\xA4", "0123456789abcdef\x7f" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        config.token = bad[i];
        cr_assert_eq(tried(), PORTHOLE_EINVAL);
        cr_assert_null(strstr(err.text, "0123"), "%s", err.text);
    }
}

Test(settings, strings_are_copied)
{
    char service[] = "mailer", token[] = "0123456789abcdef";

    config.service = service;
    config.token = token;
    cr_assert_eq(tried(), PORTHOLE_OK);
    memset(service, 'x', sizeof service - 1);
    memset(token, 'x', sizeof token - 1);

    cr_assert_str_eq(settings.config.service, "mailer");
    cr_assert_str_eq(settings.config.token, "0123456789abcdef");
    cr_assert_str_eq(settings.config.host, "127.0.0.1");
}

Test(settings, who_we_are_has_defaults)
{
    char ident[300];

    config.service = config.ident = config.runtime = "";
    cr_assert_eq(tried(), PORTHOLE_OK);
    snprintf(ident, sizeof ident, "%s/%d", settings.host_name, (int)getpid());

    cr_assert_str_eq(settings.config.service, program_invocation_short_name);
    cr_assert_str_eq(settings.config.ident, ident);
    cr_assert_str_eq(settings.config.runtime, "c");
    cr_assert_null(settings.config.version);
}

Test(settings, know_this_process_and_when_it_began)
{
    uint64_t now = ph_clock_unix_ns();

    cr_assert_eq(tried(), PORTHOLE_OK);

    cr_assert_eq(settings.pid, getpid());
    cr_assert_neq(settings.start_ticks, 0);
    cr_assert_leq(settings.started_unix_ns, now + PH_NS_PER_S);
    cr_assert_geq(settings.started_unix_ns, now - 120 * PH_NS_PER_S);
}

Test(settings, survive_every_failed_allocation)
{
    EVERY_ALLOC_FAILS(
        { cr_assert_eq(tried(), alloc_failed() ? PORTHOLE_ENOMEM : PORTHOLE_OK); });
}

Test(settings, an_error_text_is_not_needed)
{
    config.port = -2;

    cr_assert_eq(ph_settings_init(&settings, &config, NULL), PORTHOLE_EINVAL);
}

Test(settings, loopback_is_127_and_1)
{
    static const char *const yes[] = { "127.0.0.1", "127.255.0.9", "::1", "localhost" };
    static const char *const no[] = { "0.0.0.0",  "128.0.0.1",      "::", "::2",
                                      "10.0.0.1", "localhost.evil", "" };

    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        cr_assert(ph_is_loopback(yes[i]), "%s", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        cr_assert_not(ph_is_loopback(no[i]), "%s", no[i]);
}
