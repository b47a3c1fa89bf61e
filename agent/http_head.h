/* SPDX-License-Identifier: MIT */
#ifndef PH_HTTP_HEAD_H
#define PH_HTTP_HEAD_H

#include <microhttpd.h>

#include "policy.h"
#include "request.h"

/**
 * What libmicrohttpd has read of a request.
 *
 * Threads: http thread.
 */

/** Its headers, as far as they matter; the rest of `head` is left alone. */
void ph_http_read_head(struct MHD_Connection *connection, struct ph_head *head);

/** ph_request.query. */
const char *ph_http_query(const struct ph_request *request, const char *name);

#endif
