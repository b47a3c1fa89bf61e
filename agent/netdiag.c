/* SPDX-License-Identifier: MIT */
/* Owns the conversation with the kernel about sockets. Never waits for it for longer than
 * the receive timeout, and falls back to procfs for good once netlink has failed. */
#include "netdiag.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "ownfds.h"
#include "porthole.h"
#include "procfs.h"

#define RECEIVE_BYTES 32768
#define RECEIVE_TIMEOUT_US 200000
#define WANTED_STATES (((1u << PH_TCP_STATES) - 1) & ~(1u << PH_TCP_TIME_WAIT))

void ph_netdiag_init(struct ph_netdiag *diag)
{
    struct timeval patience = { .tv_usec = RECEIVE_TIMEOUT_US };

    diag->sequence = 0;
    diag->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (diag->fd < 0)
        return;
    ph_ownfds_add(diag->fd);
    setsockopt(diag->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

void ph_netdiag_fini(struct ph_netdiag *diag)
{
    if (diag->fd >= 0) {
        ph_ownfds_drop(diag->fd);
        close(diag->fd);
    }
    diag->fd = -1;
}

const char *ph_netdiag_source(const struct ph_netdiag *diag)
{
    return diag->fd >= 0 ? "netlink" : "procfs";
}

/* ---- netlink ----------------------------------------------------------------------- */

static bool ask(struct ph_netdiag *diag, uint8_t family)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 req;
    } msg = {
        .head = { .nlmsg_len = sizeof msg,
                  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                  .nlmsg_seq = ++diag->sequence },
        .req = { .sdiag_family = family,
                 .sdiag_protocol = IPPROTO_TCP,
                 .idiag_states = WANTED_STATES },
    };

    return send(diag->fd, &msg, sizeof msg, 0) == (ssize_t)sizeof msg;
}

static void report(const struct nlmsghdr *head, ph_tcp_visit *visit, void *ctx)
{
    const struct inet_diag_msg *msg = NLMSG_DATA(head);
    struct ph_tcp_socket found = { .inode = msg->idiag_inode,
                                   .state = msg->idiag_state,
                                   .family = msg->idiag_family,
                                   .local_port = ntohs(msg->id.idiag_sport),
                                   .peer_port = ntohs(msg->id.idiag_dport),
                                   .recv_queue = msg->idiag_rqueue,
                                   .send_queue = msg->idiag_wqueue };

    memcpy(found.peer, msg->id.idiag_dst, sizeof found.peer);
    visit(&found, ctx);
}

enum reply { MORE, DONE, FAILED };

static enum reply handle(const struct ph_netdiag *diag, const struct nlmsghdr *head,
                         ph_tcp_visit *visit, void *ctx)
{
    if (head->nlmsg_seq != diag->sequence)
        return MORE; /* the tail of a dump that was given up */
    if (head->nlmsg_type == NLMSG_DONE)
        return DONE;
    if (head->nlmsg_type == NLMSG_ERROR)
        return FAILED;
    if (head->nlmsg_len >= NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
        report(head, visit, ctx);
    return MORE;
}

static bool dump_family(struct ph_netdiag *diag, uint8_t family, ph_tcp_visit *visit, void *ctx)
{
    _Alignas(struct nlmsghdr) char buf[RECEIVE_BYTES];

    if (!ask(diag, family))
        return false;
    for (;;) {
        ssize_t n = recv(diag->fd, buf, sizeof buf, 0);
        const struct nlmsghdr *head = (const struct nlmsghdr *)buf;

        if (n <= 0)
            return false;
        for (size_t left = (size_t)n; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
            enum reply reply = handle(diag, head, visit, ctx);

            if (reply != MORE)
                return reply == DONE;
        }
    }
}

/* ---- procfs ------------------------------------------------------------------------ */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool take_hex(const char **at, unsigned digits, uint32_t *out)
{
    *out = 0;
    for (unsigned i = 0; i < digits; i++, (*at)++) {
        int d = hex_digit(**at);

        if (d < 0)
            return false;
        *out = *out << 4 | (uint32_t)d;
    }
    return true;
}

/* "0100007F:1F90": the address as host-order words, the port as a number. */
static bool take_address(const char **at, uint8_t *address, uint8_t *family, uint16_t *port)
{
    size_t digits = strcspn(*at, ":");
    uint32_t word;

    if (digits != 8 && digits != 32)
        return false;
    for (size_t i = 0; i < digits / 8; i++) {
        if (!take_hex(at, 8, &word))
            return false;
        memcpy(address + 4 * i, &word, sizeof word);
    }
    if (*(*at)++ != ':' || !take_hex(at, 4, &word))
        return false;
    *family = digits == 8 ? AF_INET : AF_INET6;
    *port = (uint16_t)word;
    return true;
}

static const char *skip_fields(const char *at, unsigned n)
{
    at += strspn(at, " ");
    for (; n; n--) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    return at;
}

bool ph_netdiag_parse_line(const char *line, struct ph_tcp_socket *out)
{
    const char *at = skip_fields(line, 1);
    uint8_t local[16];
    uint32_t state;

    memset(out, 0, sizeof *out);
    if (!take_address(&at, local, &out->family, &out->local_port) || *at++ != ' ')
        return false;
    if (!take_address(&at, out->peer, &out->family, &out->peer_port) || *at++ != ' ')
        return false;
    if (!take_hex(&at, 2, &state) || state >= PH_TCP_STATES)
        return false;
    out->state = (uint8_t)state;
    if (*at++ != ' ' || !take_hex(&at, 8, &out->send_queue) || *at++ != ':' ||
        !take_hex(&at, 8, &out->recv_queue))
        return false;
    /* Left of the line: state, queues, timer, retransmits, uid, timeout, then the inode. */
    out->inode = ph_proc_number(skip_fields(line, 9));
    return out->inode != PORTHOLE_UNKNOWN;
}

/* Read a file of any length through one buffer, a line at a time. */
static bool read_table(const char *path, ph_tcp_visit *visit, void *ctx)
{
    char buf[8192];
    size_t have = 0;
    ssize_t n;
    int fd = ph_proc_open(path);

    if (fd < 0)
        return false;
    while ((n = read(fd, buf + have, sizeof buf - 1 - have)) > 0) {
        char *line = buf, *end;
        struct ph_tcp_socket found;

        buf[have + (size_t)n] = '\0';
        for (; (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            if (ph_netdiag_parse_line(line, &found) && found.state != PH_TCP_TIME_WAIT)
                visit(&found, ctx);
        }
        have = strlen(line);
        if (have == sizeof buf - 1)
            have = 0; /* no such line exists; never loop over it */
        memmove(buf, line, have);
    }
    close(fd);
    return n == 0;
}

bool ph_netdiag_tcp(struct ph_netdiag *diag, ph_tcp_visit *visit, void *ctx)
{
    bool v4, v6;

    if (diag->fd >= 0 && dump_family(diag, AF_INET, visit, ctx)) {
        /* A kernel without IPv6 refuses the second dump: IPv4 is all there is then. */
        dump_family(diag, AF_INET6, visit, ctx);
        return true;
    }
    ph_netdiag_fini(diag);
    v4 = read_table("/proc/self/net/tcp", visit, ctx);
    v6 = read_table("/proc/self/net/tcp6", visit, ctx);
    return v4 || v6;
}
