/* SPDX-License-Identifier: MIT */
#ifndef PH_LISTEN_H
#define PH_LISTEN_H

#include "porthole.h"
#include "settings.h"

#define PH_URL_BYTES 64
#define PH_SOCKET_BYTES 128

/**
 * Listen on TCP as configured; a taken port gives way to the next.
 *
 * @param fd   the listening socket, non-blocking and close-on-exec; the caller's.
 * @param url  PH_URL_BYTES, "http://127.0.0.1:9091".
 *
 * Threads: the thread that starts the agent, as below.
 */
enum porthole_status ph_listen_tcp(const struct ph_settings *settings, int *fd, char *url,
                                   porthole_error *err);

/**
 * Listen on RUN_DIR/PID.sock, mode 0600.
 *
 * @param path  PH_SOCKET_BYTES; unlink it when done.
 */
enum porthole_status ph_listen_unix(const char *run_dir, pid_t pid, int *fd, char *path,
                                    porthole_error *err);

#endif
