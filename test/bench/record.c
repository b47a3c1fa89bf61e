/* SPDX-License-Identifier: MIT */
/* What a tick of the flight recorder costs: the row of the trail, its checksums and the
 * writes, for documents of three sizes. Linked with build/libporthole.a.
 *
 *     record DIRECTORY TICKS
 *
 * Prints JSON: p50 and p99 of one tick in microseconds, by size of the document; "row" is
 * the part of it that reads the key figures off the snapshot.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/recorder.h"
#include "agent/trail.h"

#define MOST_TICKS 100000
#define KINDS 40 /* of handles, and as many lines of other tables */

static double took_us[MOST_TICKS];

static uint64_t now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* ---- A snapshot of the shape a server's has ------------------------------------------ */

static const struct ph_metric figure = { "", PH_GAUGE, PH_UNIT_COUNT, "", NULL };

static void put(struct ph_builder *b, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ph_build_entry(b, keys[i], &figure, 1000 + i);
}

static void put_table(struct ph_builder *b, const char *key)
{
    char name[32];

    ph_build_object(b, key);
    for (unsigned i = 0; i < KINDS; i++) {
        snprintf(name, sizeof name, "kind_%u", i);
        ph_build_entry_object(b, name);
        put(b, (const char *const[]){ "open", "active", "created", "closed" }, 4);
        ph_build_end(b);
    }
    ph_build_end(b);
}

static void put_process(struct ph_builder *b)
{
    ph_build_object(b, "process");
    put(b, (const char *const[]){ "rss_bytes", "cpu_user_s", "cpu_system_s" }, 3);
    ph_build_object(b, "fds");
    ph_build_entry(b, "open", &figure, 1);
    ph_build_end(b);
    ph_build_end(b);
    ph_build_object(b, "sockets");
    ph_build_object(b, "tcp");
    ph_build_entry(b, "established", &figure, 1);
    ph_build_end(b);
    ph_build_end(b);
}

static void put_thread(struct ph_builder *b)
{
    ph_build_item(b, NULL, NULL);
    put(b, (const char *const[]){ "id_", "age_ms", "cpu_s" }, 3);
    ph_build_entry(b, "id", &figure, 0);
    ph_build_object(b, "loop");
    put(b, (const char *const[]){ "utilization", "blocked_ms" }, 2);
    ph_build_object(b, "delay_ms");
    put(b, (const char *const[]){ "mean", "p50", "p90", "p99" }, 4);
    ph_build_end(b);
    ph_build_end(b);
    ph_build_object(b, "heap");
    put(b, (const char *const[]){ "used_bytes", "external_bytes" }, 2);
    put_table(b, "spaces");
    ph_build_end(b);
    ph_build_object(b, "gc");
    put(b, (const char *const[]){ "num_full_gc", "pause_s" }, 2);
    ph_build_end(b);
    ph_build_object(b, "handles");
    put_table(b, "by_kind");
    ph_build_entry(b, "total", &figure, 1);
    ph_build_end(b);
    ph_build_object(b, "listeners");
    ph_build_entry(b, "total", &figure, 1);
    ph_build_end(b);
    ph_build_end(b);
}

static struct ph_snapshot *new_snapshot(void)
{
    struct ph_builder b;

    ph_build_begin(&b);
    put_process(&b);
    ph_build_array(&b, "threads");
    put_thread(&b);
    return ph_build_freeze(&b, 1, 1, 1);
}

/* ---- Measuring --------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const double *p = a, *q = b;

    return (*p > *q) - (*p < *q);
}

static void report(const char *name, size_t ticks, const char *end)
{
    qsort(took_us, ticks, sizeof took_us[0], by_size);
    printf("\"%s\":{\"p50_us\":%.1f,\"p99_us\":%.1f}%s", name, took_us[ticks / 2],
           took_us[ticks * 99 / 100], end);
}

static void measure_ticks(struct ph_recorder *recorder, const struct ph_snapshot *snapshot,
                          size_t bytes, size_t ticks)
{
    struct ph_blob document = { .bytes = malloc(bytes), .len = bytes };
    char name[32];

    if (!document.bytes)
        exit(1);
    memset(document.bytes, 'x', bytes);
    ph_recorder_write(recorder, snapshot, &document); /* may make a larger file */
    for (size_t i = 0; i < ticks; i++) {
        uint64_t began = now_ns();

        ph_recorder_write(recorder, snapshot, &document);
        took_us[i] = (double)(now_ns() - began) / 1e3;
    }
    free(document.bytes);
    snprintf(name, sizeof name, "%zu", bytes);
    report(name, ticks, ",");
}

static void measure_row(const struct ph_snapshot *snapshot, size_t ticks)
{
    struct porthole_record_row row;

    for (size_t i = 0; i < ticks; i++) {
        uint64_t began = now_ns();

        ph_trail_row(snapshot, i, &row);
        took_us[i] = (double)(now_ns() - began) / 1e3;
    }
    report("row", ticks, "}\n");
}

int main(int argc, char **argv)
{
    const struct porthole_record head = { .pid = (uint64_t)getpid() };
    size_t ticks = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    struct ph_snapshot *snapshot = new_snapshot();
    struct ph_recorder recorder;

    if (argc != 3 || ticks < 1 || ticks > MOST_TICKS || !snapshot) {
        fputs("usage: record DIRECTORY TICKS\n", stderr);
        return 2;
    }
    ph_recorder_init(&recorder, argv[1], &head);
    printf("{");
    measure_ticks(&recorder, snapshot, 8 << 10, ticks);
    measure_ticks(&recorder, snapshot, 64 << 10, ticks);
    measure_ticks(&recorder, snapshot, 1 << 20, ticks);
    measure_row(snapshot, ticks);
    ph_recorder_fini(&recorder);
    ph_snapshot_unref(snapshot);
    return 0;
}
