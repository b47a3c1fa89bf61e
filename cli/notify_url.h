/* SPDX-License-Identifier: MIT */
/**
 * Where alerts are sent: what may stand in a rule file as the URL of a webhook or of an
 * Alertmanager. Looks at the text only.
 *
 * Threads: any; no state.
 */
#ifndef NOTIFY_URL_H
#define NOTIFY_URL_H

#include <stdbool.h>

/**
 * What is wrong with a URL: it must be http or https, with a host and without a user, a
 * password, a fragment or anything that has to be escaped. The base of an Alertmanager has no
 * query either.
 *
 * @return NULL: nothing; else lower case, without a full stop.
 *
 * Threads: any.
 */
const char *notify_url_fault(const char *url, bool base);

/**
 * Split a URL without a fault: "https://host:1" and "/path?query", "/" if there is none.
 *
 * @return both to be freed by free().
 *
 * Threads: one.
 */
void notify_url_split(const char *url, char **origin, char **path);

#endif /* NOTIFY_URL_H */
