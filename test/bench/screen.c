/* SPDX-License-Identifier: MIT */
/* The live screen with very many rows: from rows that have just come to lines that can be
 * painted, each way of looking at them. Without a terminal: what ncurses then does is the work
 * of one screen, whatever the fleet.
 *
 *     screen ROWS FRAMES
 *
 * Prints JSON: median and longest milliseconds of a frame and its processor time, by how it is
 * sorted or grouped. */
#include "cli/view.h"
#include "cli/viewmeters.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FRAMES_MOST 1000

static struct view view;
static struct view_frame frame;
static struct fleet_row **rows;
static size_t count, frames;
static double moment = 1000;

static double now_ms(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static unsigned dice(void)
{
    static unsigned seed = 7;

    seed = seed * 1103515245u + 12345u;
    return seed >> 8;
}

static void answer(struct fleet_row *row, size_t i, double at_s)
{
    struct sample sample;

    sample_clear(&sample);
    snprintf(sample.service, sizeof sample.service, "service-%zu", i % 20);
    snprintf(sample.version, sizeof sample.version, "1.%zu.0", i % 7);
    snprintf(sample.host, sizeof sample.host, "host-%zu", i / 10);
    snprintf(sample.ident, sizeof sample.ident, "host-%zu/%zu", i / 10, i);
    sample.pid = (double)i;
    sample.captured_unix_s = at_s;
    for (size_t v = 0; v < VITALS; v++)
        sample.v[v] = dice() % 1000;
    sample.v[VITAL_UTILIZATION] = dice() % 100 / 100.0;
    sample.v[VITAL_HEAP_LIMIT] = 1100;
    sample.v[VITAL_UPTIME] = sample.tick = at_s;
    sample.v[VITAL_GC_PAUSE] = at_s;
    fleet_answered(row, &sample, 1, at_s);
}

static void make_rows(void)
{
    rows = malloc(count * sizeof(struct fleet_row *));
    for (size_t i = 0; rows != NULL && i < count; i++) {
        char *name = malloc(32);

        rows[i] = malloc(sizeof **rows);
        if (name == NULL || rows[i] == NULL)
            exit(1);
        snprintf(name, 32, "10.0.%zu.%zu:9090", i / 256, i % 256);
        fleet_init(rows[i], name);
        for (int k = 0; k < FLEET_POINTS; k++)
            answer(rows[i], i, 1000 + k);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(const char *what, const char *keys)
{
    struct view_place place = { .width = 200, .height = 60, .charset = TEXT_UTF8 };
    double took[FRAMES_MOST], cpu_ms;

    for (; *keys != '\0'; keys++)
        view_press(&view, *keys);
    cpu_ms = now_ms(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t f = 0; f < frames; f++) {
        double began = now_ms(CLOCK_MONOTONIC);

        place.now_s = moment += 1;
        view_compose(&view, rows, count, &place, &frame);
        took[f] = now_ms(CLOCK_MONOTONIC) - began;
    }
    cpu_ms = (now_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu_ms) / (double)frames;
    qsort(took, frames, sizeof took[0], compare);
    printf(", \"%s\": {\"p50_ms\": %.2f, \"max_ms\": %.2f, \"cpu_ms\": %.2f}", what,
           took[frames / 2], took[frames - 1], cpu_ms);
}

int main(int argc, char **argv)
{
    count = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
    frames = argc > 2 ? strtoul(argv[2], NULL, 10) : 50;
    if (count == 0 || frames == 0 || frames > FRAMES_MOST)
        return 2;
    make_rows();
    view_init(&view, 2000);
    viewmeters_note(&view, rows, count, moment);
    printf("{\"rows\": %zu", count);
    measure("worst", "");
    measure("service", "s");
    measure("pid", "s");
    measure("filter", "/service-1\r");
    measure("by_service", "\x1bg");
    measure("by_host", "gg");
    puts("}");
    view_frame_fini(&frame);
    view_fini(&view);
    return 0;
}
