/* SPDX-License-Identifier: MIT */
/**
 * Lists of targets as Prometheus's file_sd and http_sd have them:
 * [{"targets": ["host:port", ...], "labels": {"name": "value", ...}}, ...]
 *
 * Threads: any; no state.
 */
#ifndef SDLIST_H
#define SDLIST_H

#include "sdask.h"
#include "target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Write "NAME:LINE:COLUMN", all counted from 1, columns in characters.
 *
 * @param at  in `text`, or right behind it.
 *
 * Threads: any.
 */
void sdlist_place(char out[128], const char *name, const char *text, const char *at);

/**
 * Append what a document says. Meta labels (`__x`) are dropped, but for `__scheme__`, which
 * says how to ask. A target or a label that is none is left out, what is too much is cut, and
 * `says` tells of the first such, with its place, and how many more there are.
 *
 * @param name  of the document, for messages.
 *
 * @return false, with the reason in `says` and nothing appended, if it is no such document.
 *
 * Threads: any.
 */
bool sdlist_read(struct target_list *list, const char *name, const char *text, size_t len,
                 struct sdsays *says);

/**
 * Of targets that are the same place, keep the first.
 *
 * Threads: any.
 */
void sdlist_unique(struct target_list *list);

/**
 * A number that two lists share only if they are the same, in all likelihood.
 *
 * Threads: any.
 */
uint64_t sdlist_hash(const struct target_list *list);

#endif /* SDLIST_H */
