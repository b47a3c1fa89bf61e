/* SPDX-License-Identifier: MIT */
/* Owns the sign of life for systemd. Must never send one for a loop that is stuck, nor
 * write to a descriptor that is not its own any more: on a connected stream the kernel
 * would ignore the address, and the host's peer would read our message. */
#include "watchdog.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "ownfds.h"

#define SOONEST_NS (10 * PH_NS_PER_MS)
#define RETRIES 8 /* within a period: a loop that comes back is reported in time */

static const char message[] = "WATCHDOG=1";

void ph_watchdog_init(struct ph_watchdog *w, const char *notify_socket, unsigned within_ms)
{
    size_t n = notify_socket ? strlen(notify_socket) : 0;

    *w = (struct ph_watchdog){ .fd = -1, .to.sun_family = AF_UNIX };
    if (n < 2 || n >= sizeof w->to.sun_path ||
        (notify_socket[0] != '/' && notify_socket[0] != '@'))
        return;
    memcpy(w->to.sun_path, notify_socket, n);
    if (notify_socket[0] == '@')
        w->to.sun_path[0] = '\0';
    w->to_bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    w->every_ns = within_ms * PH_NS_PER_MS / 2;
}

static bool is_ours(const struct ph_watchdog *w)
{
    struct stat st;

    return w->fd >= 0 && fstat(w->fd, &st) == 0 && st.st_dev == w->device &&
           st.st_ino == w->inode;
}

void ph_watchdog_fini(struct ph_watchdog *w)
{
    if (w->every_ns && is_ours(w)) {
        ph_ownfds_drop(w->fd);
        close(w->fd);
    }
    *w = (struct ph_watchdog){ .fd = -1 };
}

uint64_t ph_watchdog_due(const struct ph_watchdog *w)
{
    return w->every_ns ? w->due_ns : UINT64_MAX;
}

/* Kept open, so that a process without descriptors to spare can still be reported. */
static bool open_socket(struct ph_watchdog *w)
{
    struct stat st;

    if (is_ours(w))
        return true;
    ph_ownfds_drop(w->fd); /* the host has closed it */
    w->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (w->fd < 0 || fstat(w->fd, &st) != 0)
        return false;
    w->device = st.st_dev;
    w->inode = st.st_ino;
    ph_ownfds_add(w->fd);
    return true;
}

static bool send_message(struct ph_watchdog *w)
{
    return open_socket(w) &&
           sendto(w->fd, message, sizeof message - 1, MSG_NOSIGNAL | MSG_DONTWAIT,
                  (const struct sockaddr *)&w->to, w->to_bytes) == sizeof message - 1;
}

static bool turns(struct porthole_thread *t, uint64_t now_ns, const struct ph_watchdog *w,
                  uint64_t *count)
{
    struct ph_loop_view view;

    if (!ph_board_loop(t, now_ns, &view))
        return false;
    *count = view.stamp.turns;
    return !w->sent || *count != w->turns || view.state == PH_LOOP_IDLE ||
           atomic_load_explicit(&t->serving, memory_order_relaxed) != 0;
}

static bool main_turns(struct ph_board *board, uint64_t now_ns, const struct ph_watchdog *w,
                       uint64_t *count)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    size_t n = ph_board_hold(board, held);
    bool found = false;

    for (size_t i = 0; i < n; i++) {
        if (held[i]->host.id == 0 && !found)
            found = turns(held[i], now_ns, w, count);
        ph_thread_unref(held[i]);
    }
    return found;
}

void ph_watchdog_run(struct ph_watchdog *w, struct ph_board *board, uint64_t now_ns)
{
    uint64_t rest_ns = w->every_ns / RETRIES, count = 0;

    if (!w->every_ns || now_ns < w->due_ns)
        return;
    if (main_turns(board, now_ns, w, &count) && send_message(w)) {
        w->sent = true;
        w->turns = count;
        rest_ns = w->every_ns;
    }
    w->due_ns = now_ns + (rest_ns > SOONEST_NS ? rest_ns : SOONEST_NS);
}
