/* SPDX-License-Identifier: MIT */
/* Owns the set of our own sockets. Each bit stands for itself: relaxed atomics. */
#include "ownfds.h"

#include <stdatomic.h>
#include <stdint.h>

#include "porthole.h"

static _Atomic uint64_t own[PORTHOLE_FD_LIMIT / 64];

static bool fits(int fd)
{
    return fd >= 0 && fd < PORTHOLE_FD_LIMIT;
}

static uint64_t bit_of(int fd)
{
    return UINT64_C(1) << (fd % 64);
}

void ph_ownfds_add(int fd)
{
    if (fits(fd))
        atomic_fetch_or_explicit(&own[fd / 64], bit_of(fd), memory_order_relaxed);
}

void ph_ownfds_drop(int fd)
{
    if (fits(fd))
        atomic_fetch_and_explicit(&own[fd / 64], ~bit_of(fd), memory_order_relaxed);
}

bool ph_ownfds_has(int fd)
{
    return fits(fd) &&
           (atomic_load_explicit(&own[fd / 64], memory_order_relaxed) & bit_of(fd)) != 0;
}
