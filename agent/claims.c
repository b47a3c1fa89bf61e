/* SPDX-License-Identifier: MIT */
/* Owns the verdict on whose a socket is. An accusation must be right: it sends people looking
 * for a leak in native code. When in doubt, nobody is accused. */
#include "claims.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ownfds.h"

void ph_claims_read(struct ph_claims *claims, struct porthole_thread *const *threads, size_t n)
{
    memset(claims, 0, sizeof *claims);
    claims->known = n > 0;
    claims->since_ns = UINT64_MAX;
    for (size_t i = 0; i < n; i++) {
        uint64_t since_ns;

        if (!ph_board_fds(threads[i], claims->bits, &since_ns))
            claims->known = false;
        if (since_ns < claims->since_ns)
            claims->since_ns = since_ns;
    }
}

/* One that the set has no room for counts as somebody's. So do the standard streams: whoever
 * started the process made them, and Node has no handle of one that nobody has used yet. */
static bool is_claimed(const struct ph_claims *claims, int fd)
{
    if (fd <= STDERR_FILENO || fd >= PORTHOLE_FD_LIMIT)
        return true;
    return (claims->bits[fd / 64] >> (fd % 64) & 1) != 0 || ph_ownfds_has(fd);
}

static bool is_accused(const struct ph_claims *claims, struct ph_seen *seen, uint64_t now_ns)
{
    if (seen->alone_ns == 0)
        seen->alone_ns = now_ns;
    return now_ns - seen->alone_ns >= PH_CLAIMS_PATIENCE_NS &&
           claims->since_ns > seen->alone_ns;
}

uint64_t ph_claims_outside(const struct ph_claims *claims, const struct ph_fdscan *scan,
                           struct ph_sockage *age)
{
    const struct ph_fd_socket *sockets = scan->sockets;
    uint64_t outside = 0;

    if (!claims->known || age->n != scan->n_sockets)
        return PORTHOLE_UNKNOWN;
    for (size_t i = 0, end; i < scan->n_sockets; i = end) {
        bool claimed = false;

        for (end = i; end < scan->n_sockets && sockets[end].inode == sockets[i].inode; end++)
            claimed = claimed || is_claimed(claims, sockets[end].fd);
        if (!claimed && is_accused(claims, &age->seen[i], scan->pace.taken_ns))
            outside++;
        for (size_t j = i; j < end; j++)
            age->seen[j].alone_ns = claimed ? 0 : age->seen[i].alone_ns;
    }
    return outside;
}
