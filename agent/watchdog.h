/* SPDX-License-Identifier: MIT */
#ifndef PH_WATCHDOG_H
#define PH_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include "board.h"

/**
 * Tells systemd that the main thread's loop turns: "WATCHDOG=1" as sd_notify(3) sends it,
 * twice in the time systemd waits (WatchdogSec=), and no longer once the loop is stuck.
 * systemd then restarts a process that a look at its threads alone would call alive.
 *
 * The loop counts as turning if it has turned since the last message, if it waits for
 * events at this moment, or if a task of our own is what holds it (a heap snapshot that
 * somebody asked for must not cost the service its life). Without a main thread nothing is
 * sent. Never READY=1: only the application knows that.
 */
struct ph_watchdog {
    uint64_t every_ns;          /* 0: off */
    uint64_t due_ns;
    bool     sent;              /* ever */
    uint64_t turns;             /* of the loop at the last message */
    struct sockaddr_un to;
    socklen_t to_bytes;
    int      fd;                /* -1: none */
    dev_t    device;            /* of the socket behind fd, to know it by */
    ino_t    inode;
};

/**
 * @param notify_socket  an absolute path, or '@' and an abstract name; NULL, "" and every
 *                       other kind of address: off.
 * @param within_ms      the time systemd waits; 0: off.
 *
 * Threads: the thread that starts the agent.
 */
void ph_watchdog_init(struct ph_watchdog *watchdog, const char *notify_socket,
                      unsigned within_ms);

/** Close the socket. Threads: the thread that stops the agent. */
void ph_watchdog_fini(struct ph_watchdog *watchdog);

/** When ph_watchdog_run() wants to be called next (CLOCK_MONOTONIC): a tick may be longer.
 *  UINT64_MAX if it is off. Threads: tick thread. */
uint64_t ph_watchdog_due(const struct ph_watchdog *watchdog);

/** Send the message if it is due and the loop turns. Never waits for the receiver.
 *  Threads: tick thread. */
void ph_watchdog_run(struct ph_watchdog *watchdog, struct ph_board *board, uint64_t now_ns);

#endif
