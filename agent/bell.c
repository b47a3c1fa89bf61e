/* SPDX-License-Identifier: MIT */
/* Owns the wake-ups between the agent's threads, and from host threads to them. */
#include "bell.h"

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

bool ph_bell_init(struct ph_bell *bell)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&bell->lock, NULL);
    pthread_cond_init(&bell->rung, &attr);
    pthread_condattr_destroy(&attr);
    bell->times = 0;
    bell->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return bell->fd >= 0;
}

/* Should the host have closed our eventfd and got its number for a file of its own, that
 * file is not ours to write to or to close. Only anonymous inodes have no file type. */
static bool is_ours(int fd)
{
    struct stat st;

    return fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == 0;
}

void ph_bell_fini(struct ph_bell *bell)
{
    if (is_ours(bell->fd))
        close(bell->fd);
    bell->fd = -1;
    pthread_cond_destroy(&bell->rung);
    pthread_mutex_destroy(&bell->lock);
}

void ph_bell_ring(struct ph_bell *bell)
{
    pthread_mutex_lock(&bell->lock);
    bell->times++;
    pthread_cond_broadcast(&bell->rung);
    pthread_mutex_unlock(&bell->lock);
    if (is_ours(bell->fd))
        (void)eventfd_write(bell->fd, 1);
}

uint64_t ph_bell_times(struct ph_bell *bell)
{
    uint64_t times;

    pthread_mutex_lock(&bell->lock);
    times = bell->times;
    pthread_mutex_unlock(&bell->lock);
    return times;
}

void ph_bell_wait(struct ph_bell *bell, uint64_t times, uint64_t until_ns)
{
    struct timespec until = { .tv_sec = (time_t)(until_ns / PH_NS_PER_S),
                              .tv_nsec = (long)(until_ns % PH_NS_PER_S) };
    int rc = 0;

    pthread_mutex_lock(&bell->lock);
    while (bell->times == times && rc == 0)
        rc = pthread_cond_timedwait(&bell->rung, &bell->lock, &until);
    pthread_mutex_unlock(&bell->lock);
}

void ph_bell_quiet(struct ph_bell *bell)
{
    eventfd_t ignored;

    if (is_ours(bell->fd))
        (void)eventfd_read(bell->fd, &ignored);
}
