/* SPDX-License-Identifier: MIT */
/**
 * An alert as the texts others get of it: JSON, and an environment. Always UTF-8.
 *
 *     {"schema":1,"alert":"sockets-grow","state":"firing","severity":"warning",
 *      "target":"web-3:9090","labels":{...},"figure":"sockets.total","value":93,"says":"...",
 *      "began":"2026-11-20T23:06:57.906Z","fired":"...","ended":null}
 *
 * `state` is firing or resolved. `figure` is null where a rule is about none, `value` where
 * there is no number, a moment where it is not known. Labels and the target's name are as they
 * are; the sentence is clean.
 *
 * Threads: one.
 */
#ifndef NOTIFY_JSON_H
#define NOTIFY_JSON_H

#include "alert.h"
#include "buf.h"

/**
 * Append the document, without a line feed.
 *
 * Threads: one.
 */
void notify_json_alert(struct buf *out, const struct alert *alert);

/**
 * Append {"name":"value",...}: the same bytes for the same labels.
 *
 * Threads: one.
 */
void notify_json_labels(struct buf *out, const struct labels *labels);

/**
 * Append what an Alertmanager is told beside labels and times: "annotations":{...}, and the
 * "generatorURL" if the target's name is an address.
 *
 * Threads: one.
 */
void notify_json_annotations(struct buf *out, const struct alert *alert);

/**
 * Append a moment as RFC 3339 with milliseconds, in quotes; null if it is none.
 *
 * Threads: one.
 */
void notify_json_moment(struct buf *out, double unix_s);

/**
 * Append "PORTHOLE_ALERT_NAME=..." and so on, each ended by a NUL. All values are clean.
 *
 * Threads: one.
 */
void notify_json_environment(struct buf *out, const struct alert *alert);

#endif /* NOTIFY_JSON_H */
