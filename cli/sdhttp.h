/* SPDX-License-Identifier: MIT */
/**
 * http_sd:URL: a list from a server, as Prometheus asks for it, once a minute.
 *
 * Threads: any; no state but what is in struct sdask.
 */
#ifndef SDHTTP_H
#define SDHTTP_H

#include "sdask.h"

extern const struct sdkind sdhttp;

#endif /* SDHTTP_H */
