/* SPDX-License-Identifier: MIT */
/* What the history adds to a tick: walking the snapshot, finding 300 numbers, moving their
 * rings; and the tick's share of the history's file. Linked with build/libporthole.a.
 *
 *     history DIRECTORY TICKS
 *
 * Prints JSON in microseconds. "cold" is with 4 MB of other memory touched between two ticks,
 * as in a process that does something else meanwhile.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/history.h"
#include "agent/history_file.h"

#define MOST_TICKS 100000
#define OTHER_BYTES (4u << 20)

static double took_us[MOST_TICKS];
static char other[OTHER_BYTES];

static uint64_t now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* ---- 300 numbers, a third of them counters ------------------------------------------- */

static const struct ph_metric gauge = { PH_COUNT("open"), "", NULL };
static const struct ph_metric counter = { PH_TOTAL("created"), "", NULL };

static struct ph_snapshot *snapshot(void)
{
    struct ph_builder b;
    char name[32];

    ph_build_begin(&b);
    ph_build_object(&b, "handles");
    ph_build_object(&b, "by_kind");
    for (unsigned i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "kind_%u", i);
        ph_build_entry_object(&b, name);
        ph_build_uint(&b, &gauge, i);
        ph_build_entry(&b, "active", &gauge, i);
        ph_build_uint(&b, &counter, 1000 + i);
        ph_build_end(&b);
    }
    ph_build_end(&b);
    ph_build_end(&b);
    return ph_build_freeze(&b, 1, 1, 1);
}

/* ---- Figures ------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(const char *name, size_t n, const char *behind)
{
    qsort(took_us, n, sizeof took_us[0], by_size);
    printf("\"%s\":{\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f}%s", name, took_us[n / 2],
           took_us[n * 99 / 100], took_us[n - 1], behind);
}

static void feed(struct ph_history *h, size_t n, size_t cold_bytes, double *now_s)
{
    struct ph_snapshot *s = snapshot();

    for (size_t i = 0; i < n; i++) {
        uint64_t began;

        memset(other, (int)i, cold_bytes);
        began = now_ns();
        ph_history_take(h, s, ++*now_s);
        took_us[i] = (double)(now_ns() - began) / 1e3;
    }
    ph_snapshot_unref(s);
}

static void write_file(struct ph_history_file *file, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t began = now_ns();

        ph_history_file_write(file, i * UINT64_C(1000000000));
        took_us[i] = (double)(now_ns() - began) / 1e3;
    }
}

int main(int argc, char **argv)
{
    size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    struct ph_history_owner owner = { 1999999999, 1, "bench", NULL };
    struct ph_history *h = ph_history_new(PH_HISTORY_BYTES);
    struct ph_history_clock clock;
    struct ph_history_file file;
    double now_s = 1000;

    if (n == 0 || n > MOST_TICKS || !h) {
        fprintf(stderr, "usage: history DIRECTORY TICKS\n");
        return 2;
    }
    ph_history_clock_init(&clock, 1);
    ph_history_file_init(&file, argv[1], &owner, h, &clock);
    printf("{\"numbers\":300,");
    feed(h, n, 0, &now_s);
    print("warm", n, ",");
    feed(h, n, OTHER_BYTES, &now_s);
    print("cold", n, ",");
    write_file(&file, n);
    print("file", n, "}\n");
    ph_history_file_fini(&file);
    ph_history_free(h);
    return 0;
}
