/* SPDX-License-Identifier: MIT */
#ifndef PH_METRIC_H
#define PH_METRIC_H

/**
 * What a number means, apart from its value: a static table entry that the collector
 * writes once and every encoder reads.
 */
enum ph_kind { PH_GAUGE, PH_COUNTER, PH_HISTOGRAM };

enum ph_unit { PH_UNIT_COUNT, PH_UNIT_BYTES, PH_UNIT_SECONDS, PH_UNIT_MS, PH_UNIT_RATIO };

struct ph_metric {
    const char  *key;   /* in /state; ends in the unit where there is one */
    enum ph_kind kind;
    enum ph_unit unit;  /* PH_UNIT_MS is shown in seconds by Prometheus */
    const char  *help;  /* one sentence */
    const char  *prom;  /* family in /metrics; NULL: only in /state. Several metrics may
                           name one family if they differ in a label */
};

/* A metric without a key is shown in /metrics only. */

/* The usual kinds: { PH_BYTES("used_bytes"), "help", "family" }. */
#define PH_BYTES(key) key, PH_GAUGE, PH_UNIT_BYTES
#define PH_COUNT(key) key, PH_GAUGE, PH_UNIT_COUNT
#define PH_TOTAL(key) key, PH_COUNTER, PH_UNIT_COUNT
#define PH_MS(key) key, PH_GAUGE, PH_UNIT_MS

#endif
