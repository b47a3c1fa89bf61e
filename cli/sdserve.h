/* SPDX-License-Identifier: MIT */
/**
 * A small HTTP server for one document: http_sd of Prometheus at / and /targets.
 *
 * It has no thread: it works while sdserve_run() runs.
 *
 * Threads: one.
 */
#ifndef SDSERVE_H
#define SDSERVE_H

#include "buf.h"

struct sdserve;

/**
 * Begin to listen.
 *
 * @param where    "[HOST:]PORT". HOST is an address (IPv6 in brackets) or localhost, which is
 *                 what it is if there is none. Port 0: any that is free.
 * @param content  gives the document of now, borrowed until its next call.
 *
 * @return to be given to sdserve_close(); NULL with a message.
 *
 * Threads: one.
 */
struct sdserve *sdserve_open(const char *where, const struct buf *(*content)(void *user),
                             void *user, char error[256]);

/**
 * Where it listens: "http://127.0.0.1:9099/". Borrowed.
 *
 * Threads: one.
 */
const char *sdserve_url(const struct sdserve *serve);

/**
 * Answer requests; returns after `ms` at the latest, maybe sooner.
 *
 * Threads: one.
 */
void sdserve_run(struct sdserve *serve, double ms);

/**
 * NULL is allowed.
 *
 * Threads: one.
 */
void sdserve_close(struct sdserve *serve);

#endif /* SDSERVE_H */
