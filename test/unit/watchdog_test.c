/* SPDX-License-Identifier: MIT */
/* The receiver is a datagram socket as systemd's; the loop is turned by hand, and time is
 * what the tests say. */
#include "agent/watchdog.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/clock.h"
#include "scratch.h"

#define WITHIN_MS 1000u
#define EVERY (WITHIN_MS * PH_NS_PER_MS / 2)

static struct ph_watchdog dog;
static struct ph_board board;
static porthole_thread *thread;
static int receiver = -1;
static uint64_t now;

/* ---- What systemd has -------------------------------------------------------------- */

static void listen_at(const char *name)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));

    memcpy(a.sun_path, name, strlen(name));
    if (name[0] == '@')
        a.sun_path[0] = '\0';
    receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    cr_assert_eq(bind(receiver, (const struct sockaddr *)&a, len), 0);
}

static int received(void)
{
    char text[64];
    int n = 0;
    ssize_t len;

    while ((len = recv(receiver, text, sizeof text, 0)) >= 0) {
        cr_assert_eq(len, 10);
        cr_assert_arr_eq(text, "WATCHDOG=1", 10);
        n++;
    }
    return n;
}

/* ---- What the host has ------------------------------------------------------------- */

static void join(int id)
{
    struct porthole_host host = { .name = "main", .id = id };

    cr_assert_eq(ph_board_join(&board, &host, &thread), PORTHOLE_OK);
    porthole_loop_after_poll(thread, now);
}

static void turn(void)
{
    porthole_loop_before_poll(thread, now, 0);
    porthole_loop_after_poll(thread, now);
}

static void after(uint64_t ns)
{
    now += ns;
    ph_watchdog_run(&dog, &board, now);
}

static void begin(void)
{
    scratch_init();
    now = ph_clock_ns();
    ph_board_init(&board, 100 * PH_NS_PER_MS);
    listen_at(scratch_path("notify"));
    ph_watchdog_init(&dog, scratch_path("notify"), WITHIN_MS);
}

static void end(void)
{
    ph_watchdog_fini(&dog);
    porthole_thread_leave(thread);
    ph_board_fini(&board);
    close(receiver);
    scratch_fini();
}

TestSuite(watchdog, .init = begin, .fini = end);

/* ---- Tests ------------------------------------------------------------------------- */

Test(watchdog, speaks_twice_in_the_time_systemd_waits)
{
    int messages = 0;

    join(0);
    for (int ms = 0; ms < 10000; ms += 10) {
        turn();
        after(10 * PH_NS_PER_MS);
        messages += received();
        cr_assert_leq(ph_watchdog_due(&dog), now + EVERY);
    }

    cr_assert_eq(messages, 20);
}

Test(watchdog, falls_silent_when_the_loop_is_stuck)
{
    join(0);
    turn();
    after(1);
    cr_assert_eq(received(), 1, "it has turned");
    for (int i = 0; i < 100; i++)
        after(100 * PH_NS_PER_MS);

    cr_assert_eq(received(), 0);
}

Test(watchdog, speaks_soon_after_a_stuck_loop_has_come_back)
{
    uint64_t back;

    join(0);
    turn();
    after(1);
    after(EVERY);
    cr_assert_eq(received(), 1);
    turn();
    back = now;
    after(ph_watchdog_due(&dog) - now);

    cr_assert_eq(received(), 1);
    cr_assert_lt(now - back, EVERY / 4);
}

Test(watchdog, an_idle_loop_is_well)
{
    join(0);
    porthole_loop_before_poll(thread, now, 0);
    for (int i = 0; i < 10; i++)
        after(EVERY);

    cr_assert_eq(received(), 10);
}

Test(watchdog, a_task_of_ours_that_holds_the_loop_costs_no_life)
{
    join(0);
    turn();
    after(1);
    atomic_store(&thread->serving, PORTHOLE_TASK_SNAPSHOT_TAKE + 1);
    after(EVERY);
    cr_assert_eq(received(), 2);
    atomic_store(&thread->serving, 0);
    after(EVERY);

    cr_assert_eq(received(), 0);
}

Test(watchdog, without_a_main_thread_nothing_is_said)
{
    join(1);
    turn();
    after(EVERY);

    cr_assert_eq(received(), 0);
}

Test(watchdog, finds_an_abstract_socket)
{
    char name[64];

    snprintf(name, sizeof name, "@porthole-test-%d", (int)getpid());
    close(receiver);
    listen_at(name);
    ph_watchdog_init(&dog, name, WITHIN_MS);
    join(0);
    turn();
    after(1);

    cr_assert_eq(received(), 1);
}

Test(watchdog, what_it_is_not_asked_to_do_it_does_not_do)
{
    char long_name[200];

    memset(long_name, 'x', sizeof long_name);
    long_name[0] = '/';
    long_name[sizeof long_name - 1] = '\0';
    const struct {
        const char *socket;
        unsigned ms;
    } off[] = {
        { NULL, 1000 },       { "", 1000 },
        { "/", 1000 },        { "@", 1000 },
        { "relative", 1000 }, { "vsock:2:1234", 1000 },
        { long_name, 1000 },  { scratch_path("notify"), 0 },
    };

    join(0);
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        ph_watchdog_init(&dog, off[i].socket, off[i].ms);
        turn();
        after(EVERY);
        cr_assert_eq(ph_watchdog_due(&dog), UINT64_MAX);
        ph_watchdog_fini(&dog);
    }

    cr_assert_eq(received(), 0);
}

Test(watchdog, a_receiver_that_is_gone_or_does_not_read_is_not_waited_for)
{
    join(0);
    for (int i = 0; i < 2000; i++) { /* more than a socket holds */
        turn();
        after(EVERY);
    }
    cr_assert_gt(received(), 0);
    close(receiver);
    receiver = -1;
    turn();
    after(EVERY);
    unlink(scratch_path("notify"));
    listen_at(scratch_path("notify"));
    turn();
    after(EVERY);

    cr_assert_eq(received(), 1, "systemd re-executed itself");
}

/* A TCP connection: it would ignore the address, and send our message to its peer. */
Test(watchdog, a_descriptor_the_host_reused_is_never_written_to)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), theirs, peer;
    socklen_t len = sizeof a;
    char text[16];

    cr_assert_eq(bind(listener, (const struct sockaddr *)&a, sizeof a), 0);
    cr_assert_eq(listen(listener, 1), 0);
    cr_assert_eq(getsockname(listener, (struct sockaddr *)&a, &len), 0);
    join(0);
    turn();
    after(1);
    cr_assert_eq(received(), 1);
    close(dog.fd); /* the host's mistake */
    theirs = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(theirs, dog.fd);
    cr_assert_eq(connect(theirs, (const struct sockaddr *)&a, sizeof a), 0);
    peer = accept(listener, NULL, NULL);
    turn();
    after(EVERY);

    cr_assert_lt(recv(peer, text, sizeof text, MSG_DONTWAIT), 0);
    cr_assert_eq(received(), 1, "through another one");
    cr_assert_eq(fcntl(theirs, F_GETFD), FD_CLOEXEC, "nor closed");
    close(theirs);
    close(peer);
    close(listener);
}
