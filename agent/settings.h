/* SPDX-License-Identifier: MIT */
#ifndef PH_SETTINGS_H
#define PH_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "porthole.h"
#include "rules.h"

/**
 * The configuration, checked and owned, and who this process is. Immutable after
 * start, so every thread may read it.
 */
struct ph_settings {
    struct porthole_config config;  /* strings point into `text`; none is NULL but token,
                                       allowed_hosts, component, version, runtime_version
                                       and run_dir */
    char     *text;
    struct ph_rules rules;          /* config.capture, read */
    bool      loopback;             /* config.host is a loopback address */
    pid_t     pid;
    uint64_t  start_ticks;          /* field 22 of /proc/self/stat */
    uint64_t  started_unix_ns;
    char      host_name[256];
};

/**
 * Check `config` and copy it.
 *
 * @return PORTHOLE_OK; _EINVAL naming the option; _EREFUSED; _ENOMEM.
 *
 * Threads: the thread that starts the agent.
 */
enum porthole_status ph_settings_init(struct ph_settings *settings,
                                      const struct porthole_config *config,
                                      porthole_error *err);

/** A no-op on zeroed memory. */
void ph_settings_fini(struct ph_settings *settings);

/** Is `host` (an IP literal or "localhost") a loopback address? Threads: any. */
bool ph_is_loopback(const char *host);

#endif
