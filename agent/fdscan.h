/* SPDX-License-Identifier: MIT */
#ifndef PH_FDSCAN_H
#define PH_FDSCAN_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pace.h"

/** The process's open descriptors, by kind; sockets also by inode. */
enum ph_fd_kind {
    PH_FD_SOCKET,
    PH_FD_FILE,
    PH_FD_PIPE,
    PH_FD_EVENTFD,
    PH_FD_EPOLL,
    PH_FD_OTHER,
    PH_FD_KINDS
};

#define PH_FDSCAN_SOCKETS 65536 /* ceiling; further sockets are counted, not told apart */

struct ph_fd_socket {
    uint64_t inode;
    int      fd;
    bool     matched;   /* scratch for whoever joins the list with another one */
};

struct ph_fdscan {
    DIR    *dir;        /* /proc/self/fd, kept open: see procfs.h */
    struct ph_pace pace;
    bool    valid;
    uint64_t open;
    uint64_t by_kind[PH_FD_KINDS];
    struct ph_fd_socket *sockets;   /* sorted by inode */
    size_t  n_sockets, cap_sockets;
};

/** Without procfs the scan stays invalid for ever; that is no failure. */
void ph_fdscan_init(struct ph_fdscan *scan);
void ph_fdscan_fini(struct ph_fdscan *scan);

/**
 * Scan again if due. Costs about 2 µs a descriptor, and is therefore paced to at most
 * half a percent of the time.
 *
 * Threads: tick thread.
 */
void ph_fdscan_run(struct ph_fdscan *scan, uint64_t now_ns);

/** The socket with this inode, or NULL. Threads: tick thread. */
struct ph_fd_socket *ph_fdscan_find(struct ph_fdscan *scan, uint64_t inode);

#endif
