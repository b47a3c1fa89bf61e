/* SPDX-License-Identifier: MIT */
#ifndef PH_HISTORY_SEATS_H
#define PH_HISTORY_SEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Who sits where: places by hash, in memory that the caller brings, and who has to make room
 * when all are taken. Knows nothing of what is kept at a place.
 */
#define PH_SEAT_NONE SIZE_MAX
#define PH_SEAT_RANKS 3u        /* 0: must have a place … 2: if there is one */
#define PH_SEAT_AWAY_S 900.0    /* who was not seen for so long makes room for any other */

struct ph_seat {
    uint64_t hash;
    double   seen_s;            /* when it was seen last */
    uint32_t epoch;             /* another one each time it is given away */
    uint8_t  rank;
    bool     taken;
};

struct ph_seats {
    struct ph_seat *seat;       /* max */
    uint32_t *index;            /* mask + 1, by hash: place + 1, or 0 */
    size_t    max, mask;
    size_t    count;            /* places that were ever taken are below it */
    size_t    taken;
    unsigned  barred;           /* this rank and those above find no room at `barred_s` */
    double    barred_s;
};

/* Threads: all functions here: the owner's. No allocation. */

/** The size of an index for `max` places: a power of two. */
size_t ph_seats_index(size_t max);

/** The place of a hash, or PH_SEAT_NONE. */
size_t ph_seats_find(const struct ph_seats *seats, uint64_t hash);

/**
 * Give a place to a hash that has none: `wanted` if that is free (PH_SEAT_NONE: any), else
 * any free one, else that of who was away longest, else that of a lower rank.
 *
 * @return PH_SEAT_NONE if there is no room.
 */
size_t ph_seats_take(struct ph_seats *seats, uint64_t hash, unsigned rank, double now_s,
                     size_t wanted);

void ph_seats_leave(struct ph_seats *seats, size_t place);

#endif
