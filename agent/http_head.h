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

/** Decode %41 in place; returns how long it is then. %00 stays as it is: with a NUL in it, an
 *  id would be taken for the shorter one before it. */
size_t ph_http_unescape(void *unused, struct MHD_Connection *connection, char *text);

/** ph_request.query. */
const char *ph_http_query(const struct ph_request *request, const char *name);

#endif
