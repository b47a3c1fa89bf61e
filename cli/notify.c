/* SPDX-License-Identifier: MIT */
/*
 * notify: a stub; another branch has the module.
 */
#include "notify.h"

#include "mem.h"

#include <stdlib.h>
#include <time.h>

struct notify {
    struct notify_config config;
};

struct notify *notify_new(const struct notify_config *config)
{
    struct notify *notify = mem_new(1, sizeof *notify);

    notify->config = *config;
    return notify;
}

void notify_free(struct notify *notify, int wait_ms)
{
    (void)wait_ms;
    free(notify);
}

void notify_tell(struct notify *notify, const struct alert *alert, double now_unix_s)
{
    (void)notify;
    (void)alert;
    (void)now_unix_s;
}

size_t notify_step(struct notify *notify, int wait_ms, double now_unix_s)
{
    struct timespec pause = { wait_ms / 1000, wait_ms % 1000 * 1000000L };

    (void)notify;
    (void)now_unix_s;
    nanosleep(&pause, NULL);
    return 0;
}
