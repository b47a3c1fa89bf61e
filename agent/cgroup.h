/* SPDX-License-Identifier: MIT */
#ifndef PH_CGROUP_H
#define PH_CGROUP_H

#include <stdint.h>

/**
 * The memory figures of the control group that limits this process: the nearest group
 * upwards that has a limit, else its own. Version 2 and version 1.
 */
struct ph_cgroup {
    int usage_fd, limit_fd, events_fd;  /* kept open; -1: not there */
};

struct ph_cgroup_figures {
    uint64_t memory_bytes;  /* PORTHOLE_UNKNOWN where there is no figure, as below */
    uint64_t limit_bytes;   /* also when there is no limit */
    uint64_t oom_kills;
};

/* Threads: init and fini where the agent starts and stops; read on the tick thread. */
void ph_cgroup_init(struct ph_cgroup *cgroup);
void ph_cgroup_fini(struct ph_cgroup *cgroup);
void ph_cgroup_read(const struct ph_cgroup *cgroup, struct ph_cgroup_figures *out);

/**
 * The path of the group in the text of /proc/self/cgroup: version 2's "0::PATH" if
 * `controller` is "", else version 1's "N:…,memory,…:PATH". Writes to `out` of `cap`
 * bytes, "" if there is none. Returns `out`.
 */
const char *ph_cgroup_path(const char *text, const char *controller, char *out, unsigned cap);

#endif
