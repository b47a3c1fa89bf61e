/* SPDX-License-Identifier: MIT */
#ifndef PH_RULEFILE_H
#define PH_RULEFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "ruledata.h"

/**
 * Rule files: what is trouble, and what to do about it. One language for `porthole check`,
 * `porthole watch`, `porthole rules` and the agent's own captures. What is written is YAML, of
 * which only this much is understood, so that every mistake can be named by line and column:
 *
 *     # a comment, also behind a value
 *     sockets-grow:                       a rule; letters, digits, '-', '_'
 *       when: sockets.tcp.established grows > 100/h over 30m
 *       where: service=api, version!=1.4.*, dc=fra*      all of it; * and ? stand for any text
 *       for: 10m                          it must hold so long; default 0
 *       misses: 3                         ... and in so many rounds in a row; default 1,
 *                                         of absent 3
 *       cooldown: 1h                      at least so long between two firings of a target
 *       severity: warning                 info, warning (default), critical
 *       says: "{service} {target}: {says}"
 *       thread: main                      of captures: main, an id, or any, which is each by
 *                                         itself; default: all together
 *       limit: 3                          files a capture keeps: 1 .. 16
 *       do:                               any number; or one on the same line
 *         - exec /usr/local/bin/page "a word"
 *         - webhook https://hooks.example/x
 *         - alertmanager http://127.0.0.1:9093
 *         - stdout                        a line of JSON
 *         - capture stack                 stack, histogram, profile [DURATION]: by the agent
 *
 *     TRIGGER = FIGURE OP VALUE           OP: > >= < <=. VALUE% is a share of FIGURE's limit,
 *                                         or of 1 where FIGURE is a share
 *             | FIGURE rate OP VALUE      of a counter, per second
 *             | FIGURE grows > VALUE/UNIT [over DURATION]   s, min, h, day; default 30m. The
 *                                         lower end of the 95 % interval of its slope
 *             | verdict GRADE [of NAME]   suspect, confirmed, urgent, or worse; NAME is a class
 *                                         or a series, with * and ?
 *             | outlier FIGURE [> Z]      its slope is unlike that of its peers; default 5
 *             | blocked > DURATION | absent | restarted | near-heap-limit
 *     FIGURE  = the path of a number in /state; "threads." may be left out. Items of lists by
 *               their names: sockets.by_peer[10.0.0.7:443].count, metrics.jobs[mail high]
 *     VALUE   = a number with k M G T (powers of 1000), Ki Mi Gi Ti (of 1024), or DURATION,
 *               in the unit of FIGURE: ms where its name ends so, else seconds
 *
 * Pure: text in, table out. Threads: any; no state.
 */

/**
 * @param text  need not end with a NUL; not UTF-8, or longer than PH_RULEFILE_BYTES: an error.
 *
 * @return true and `*out`, to be given to ph_rulefile_fini(); false, with the first mistake,
 * and         nothing to free. A want of memory is an error of line 0.
 */
bool ph_rulefile_parse(const char *text, size_t len, struct ph_rulefile *out,
                       struct ph_rulefile_error *err);

void ph_rulefile_fini(struct ph_rulefile *file);

/** Does `text` match a pattern with * and ? ? */
bool ph_rulefile_matches(const char *pattern, const char *text);

/** "warning" */
const char *ph_rulefile_severity(enum ph_severity severity);

#endif
