/* SPDX-License-Identifier: MIT */
/* Owns the index by hash and the order in which places are given up. Open addressing: an
 * index twice as long as there are places, and whoever leaves is filled up from behind, so
 * that a search ends at the first hole. */
#include "history_seats.h"

size_t ph_seats_index(size_t max)
{
    size_t n = 2;

    while (n < 2 * max)
        n *= 2;
    return n;
}

static size_t home_of(const struct ph_seats *s, uint64_t hash)
{
    return (size_t)(hash ^ (hash >> 32)) & s->mask;
}

/* Where the hash lies in the index, or the hole where it would. */
static size_t slot_of(const struct ph_seats *s, uint64_t hash)
{
    size_t at = home_of(s, hash);

    while (s->index[at] && s->seat[s->index[at] - 1].hash != hash)
        at = (at + 1) & s->mask;
    return at;
}

size_t ph_seats_find(const struct ph_seats *s, uint64_t hash)
{
    uint32_t found = s->index[slot_of(s, hash)];

    return found ? found - 1 : PH_SEAT_NONE;
}

void ph_seats_leave(struct ph_seats *s, size_t place)
{
    size_t hole = slot_of(s, s->seat[place].hash);

    for (size_t at = (hole + 1) & s->mask; s->index[at]; at = (at + 1) & s->mask) {
        size_t home = home_of(s, s->seat[s->index[at] - 1].hash);

        /* May it lie at the hole? Only if its home is not between the two. */
        if (((at - home) & s->mask) < ((at - hole) & s->mask))
            continue;
        s->index[hole] = s->index[at];
        hole = at;
    }
    s->index[hole] = 0;
    s->seat[place].taken = false;
    s->taken--;
}

/* Who was away longest, if long enough; else the least of a rank below. */
static size_t victim_for(const struct ph_seats *s, unsigned rank, double now_s)
{
    size_t longest = PH_SEAT_NONE, least = PH_SEAT_NONE;

    for (size_t i = 0; i < s->count; i++) {
        const struct ph_seat *seat = &s->seat[i];

        if (now_s - seat->seen_s >= PH_SEAT_AWAY_S &&
            (longest == PH_SEAT_NONE || seat->seen_s < s->seat[longest].seen_s))
            longest = i;
        if (seat->rank > rank && (least == PH_SEAT_NONE || seat->rank > s->seat[least].rank))
            least = i;
    }
    return longest != PH_SEAT_NONE ? longest : least;
}

/* Thousands may ask in vain at one tick: for each rank the answer is looked for once. */
static bool make_room(struct ph_seats *s, unsigned rank, double now_s)
{
    size_t victim;

    if (s->barred_s != now_s)
        s->barred = PH_SEAT_RANKS;
    s->barred_s = now_s;
    if (rank >= s->barred)
        return false;
    victim = victim_for(s, rank, now_s);
    if (victim == PH_SEAT_NONE) {
        s->barred = rank;
        return false;
    }
    ph_seats_leave(s, victim);
    return true;
}

static size_t free_place(struct ph_seats *s, size_t wanted)
{
    size_t i = 0;

    if (wanted < s->max && !s->seat[wanted].taken)
        return wanted;
    if (s->count < s->max && s->taken == s->count)
        return s->count;
    while (s->seat[i].taken)
        i++;
    return i;
}

size_t ph_seats_take(struct ph_seats *s, uint64_t hash, unsigned rank, double now_s,
                     size_t wanted)
{
    struct ph_seat *seat;
    size_t place;

    if (s->taken == s->max && !make_room(s, rank, now_s))
        return PH_SEAT_NONE;
    place = free_place(s, wanted);
    seat = &s->seat[place];
    *seat = (struct ph_seat){ .hash = hash,
                              .seen_s = now_s,
                              .epoch = seat->epoch + 1,
                              .rank = (uint8_t)rank,
                              .taken = true };
    s->index[slot_of(s, hash)] = (uint32_t)place + 1;
    s->taken++;
    if (place >= s->count)
        s->count = place + 1;
    return place;
}
