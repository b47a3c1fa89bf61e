/* SPDX-License-Identifier: MIT */
#include "rulecases.h"

#include <math.h>

#include "dice.h"

/* By chance, but the same for the same second. */
static double noise(double s, unsigned seed)
{
    struct dice dice = { (uint64_t)s * 7919 + seed };

    return dice_noise(&dice);
}

/* Up for ten minutes, down for ten. */
static double square(double s, unsigned seed)
{
    (void)seed;
    return fmod(s, 1200) < 600 ? 10 : 90;
}

/* Mostly low, with peaks of one or more rounds. */
static double peaks(double s, unsigned seed)
{
    return 50 + 40 * noise(floor(s / 45), seed);
}

/* Two hours without growth, then 600 an hour. */
static double leak(double s, unsigned seed)
{
    return 1000 + 10 * noise(s, seed) + fmax(s - 7200, 0) / 6;
}

static double gaps(double s, unsigned seed)
{
    return fmod(s, 5000) > 3000 ? NAN : leak(s, seed);
}

/* A counter, which begins anew in between. */
static double counter(double s, unsigned seed)
{
    double rate = fmod(s, 900) < 450 ? 1 : 9;

    (void)seed;
    return s < 2000 ? 1e6 + rate * fmod(s, 450) : rate * fmod(s, 450);
}

/* Grows, is known no more for long enough to be forgotten, and is the same then. */
static double lost(double s, unsigned seed)
{
    (void)seed;
    return s > 1000 && s < 3000 ? NAN : 90;
}

#define SOCKETS "sockets.total", NULL, 0

const struct rulecase rulecases[] = {
    { "when: sockets.total > 50\n  cooldown: 1s", SOCKETS, square, 0, 15, 7200,
      "600 1800 3000 4200 5400 6600" },
    { "when: sockets.total <= 10\n  cooldown: 40m", SOCKETS, square, 0, 1, 7200,
      "0 2400 4800 7200" },
    { "when: sockets.total > 50\n  for: 5m\n  cooldown: 1s", SOCKETS, square, 0, 15, 7200,
      "900 2100 3300 4500 5700 6900" },
    { "when: sockets.total > 90\n  misses: 3\n  cooldown: 1s", SOCKETS, peaks, 1, 15, 900,
      "30 345 435 660 795" },
    { "when: sockets.total > 70\n  misses: 4\n  for: 1m\n  cooldown: 10m", SOCKETS, peaks, 2,
      15, 9000, "2805 3705 4695 5550 7080 7980" },
    { "when: process.fds.open >= 85%\n  cooldown: 1s", "process.fds.open", "process.fds.limit",
      100, square, 0, 15, 3600, "600 1800 3000" },
    { "when: heap.used_bytes > 85%\n  for: 1m\n  cooldown: 1s", "heap.used_bytes",
      "heap.limit_bytes", 100, square, 0, 15, 3600, "660 1860 3060" },
    { "when: near-heap-limit\n  cooldown: 30m", "heap.share", NULL, 0, lost, 0, 15, 3600,
      "0 3000" },
    { "when: http.client.errors rate > 5\n  cooldown: 1s", "http.client.errors", NULL, 0,
      counter, 0, 15, 4500, "465 1365 2265 3165 4065" },
    { "when: sockets.total grows > 200/h over 30m\n  cooldown: 1s", SOCKETS, leak, 3, 15, 14400,
      "8790" },
    { "when: sockets.total grows > 200/h over 10m\n  for: 5m\n  cooldown: 1s", SOCKETS, leak, 4,
      1, 10800, "7960" },
    { "when: threads.handles.total grows > 4000/day over 20m\n  cooldown: 1s", "handles.total",
      NULL, 0, gaps, 5, 15, 20000, "11085 16080" },
    { "when: sockets.total > 50\n  cooldown: 1s", SOCKETS, lost, 0, 15, 4000, "0 3000" },
};

const size_t rulecases_n = sizeof rulecases / sizeof rulecases[0];
