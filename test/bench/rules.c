/* SPDX-License-Identifier: MIT */
/* What 16 capture rules of a file add to a tick, of a process with one thread and 190 numbers.
 * Linked with build/libporthole.a.
 *
 *     rules DIRECTORY TICKS
 *
 * Prints JSON in microseconds of the thread's processor time, the mean of all ticks. "none" is
 * one rule that looks at the loop only: what the engine costs by itself.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "agent/capture.h"
#include "agent/rulecapture.h"
#include "agent/snapshot.h"

#define RULES 16

static struct ph_board board;
static porthole_thread *thread;
static const struct ph_metric gauge = { PH_COUNT("total"), "", NULL };
static const struct ph_metric id = { PH_COUNT("id"), "", NULL };

static void section(struct ph_builder *b, const char *name, double total)
{
    char key[32];

    ph_build_object(b, name);
    for (unsigned i = 0; i < 15; i++) {
        snprintf(key, sizeof key, "some_number_%u", i);
        ph_build_entry(b, key, &gauge, i);
    }
    ph_build_real(b, &gauge, total);
    ph_build_end(b);
}

static struct ph_snapshot *snapshot(double total)
{
    static const char *const own[] = { "porthole", "service", "captured", "process" };
    static const char *const of_thread[] = { "loop",      "heap",      "gc",  "handles",
                                             "resources", "listeners", "http" };
    struct ph_builder b;

    ph_build_begin(&b);
    for (size_t i = 0; i < 4; i++)
        section(&b, own[i], total);
    ph_build_array(&b, "threads");
    ph_build_item(&b, NULL, NULL);
    ph_build_uint(&b, &id, 0);
    for (size_t i = 0; i < 7; i++)
        section(&b, of_thread[i], total);
    ph_build_end(&b);
    ph_build_end(&b);
    section(&b, "sockets", total);
    return ph_build_freeze(&b, 1, 1, 1);
}

static void read_rules(const char *dir, const char *when, unsigned n, struct ph_rules *rules)
{
    char path[256];
    struct porthole_config config = { .rules = path };
    porthole_error err = { "" };
    FILE *file;

    snprintf(path, sizeof path, "%s/bench.yml", dir);
    file = fopen(path, "w");
    for (unsigned i = 0; file && i < n; i++)
        fprintf(file, "r%u:\n  when: %s\n  do: capture stack\n", i, when);
    if (!file || fclose(file) != 0 || ph_rulecapture_read(&config, rules, &err) != 0) {
        fprintf(stderr, "rules: %s\n", err.text);
        exit(1);
    }
    remove(path);
}

static uint64_t cpu_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* A second for a tick. What they are about is noise: none fires. */
static double tick_us(const char *dir, const char *when, unsigned rule_count, size_t ticks)
{
    struct ph_rules rules = { .n = 0 };
    struct ph_capture_env env = {
        .rules = &rules, .run_dir = dir, .pid = 1999999999, .board = &board
    };
    struct ph_captures *captures;
    uint64_t took = 0;
    unsigned seed = 1;
    bool failed;

    read_rules(dir, when, rule_count, &rules);
    captures = ph_captures_new(&env, &failed);
    for (size_t i = 0; i < ticks; i++) {
        struct ph_snapshot *tick = snapshot(1000 + rand_r(&seed) % 100);
        struct ph_capture_now now = {
            .ns = i * 1000000000, .unix_ns = 1, .s = (double)i, .tick = tick
        };
        uint64_t began = cpu_ns();

        ph_captures_run(captures, &now);
        took += cpu_ns() - began;
        ph_snapshot_unref(tick);
    }
    ph_captures_free(captures);
    ph_rules_fini(&rules);
    return (double)took / (double)ticks / 1e3;
}

int main(int argc, char **argv)
{
    const struct porthole_host host = { .name = "main", .id = 0 };
    size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

    ph_board_init(&board, 100000000);
    if (n == 0 || ph_board_join(&board, &host, &thread) != PORTHOLE_OK) {
        fprintf(stderr, "usage: rules DIRECTORY TICKS\n");
        return 2;
    }
    printf("{\"none\":%.2f,", tick_us(argv[1], "blocked > 1d", 1, n));
    printf("\"threshold\":%.2f,", tick_us(argv[1], "handles.total > 1G", RULES, n));
    printf("\"growth30\":%.2f,",
           tick_us(argv[1], "handles.total grows > 100k/h over 30m", RULES, n));
    printf("\"growth1\":%.2f}\n",
           tick_us(argv[1], "handles.total grows > 1G/h over 1m", RULES, n));
    porthole_thread_leave(thread);
    ph_board_fini(&board);
    return 0;
}
