/* SPDX-License-Identifier: MIT */
#include "cli/round.h"

#include "cli/clock.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct round new_round(void)
{
    const struct poll_config config = { .timeout_ms = 60000 };
    struct round round;

    round_init(&round, poll_new(&config), "/state");
    return round;
}

static void list(struct round *round, const char *spec, double patience_s)
{
    struct target_list targets = { 0 };
    struct target_error error;

    cr_assert(target_add(&targets, spec, &error));
    round_set_targets(round, &targets, patience_s);
}

Test(round, who_is_listed_again_keeps_what_is_known)
{
    struct round round = new_round();
    struct round_entry *b;

    list(&round, "a:1,b:2,c:3", 0);
    b = round.entries[1];
    list(&round, "b:2,d:4", 0);

    cr_assert_eq(round.count, 2);
    cr_assert_eq(round.entries[0], b);
    cr_assert_str_eq(round.rows[1]->name, "d:4");
    round_fini(&round);
}

Test(round, two_targets_of_one_name_stay_two)
{
    struct round round = new_round();
    struct round_entry *first, *second;

    list(&round, "a:1,a:1", 0);
    first = round.entries[0];
    second = round.entries[1];
    list(&round, "a:1,a:1", 0);

    cr_assert_eq(round.count, 2);
    cr_assert_eq(round.entries[0], first);
    cr_assert_eq(round.entries[1], second);
    round_fini(&round);
}

Test(round, ten_thousand_are_listed_again_in_no_time)
{
    struct round round = new_round();
    double began_s;

    list(&round, "127.0.0.1:20000-22499,127.0.0.2:20000-22499,127.0.0.3:20000-22499", 0);
    began_s = clock_now_s();
    list(&round, "127.0.0.1:20000-22499,127.0.0.2:20000-22499,127.0.0.3:20000-22499", 0);

    cr_assert_eq(round.count, 7500);
    cr_assert_lt(clock_now_s() - began_s, 1.0); /* 0.01 s; comparing all with all took 1.5 s */
    round_fini(&round);
}

Test(round, who_sleeps_is_not_asked_and_does_not_miss_again)
{
    struct round round = new_round();

    list(&round, "127.0.0.1:1", 0);
    round.at_once = round.back_off = true;
    round_run(&round);
    cr_assert_eq(round.rows[0]->misses, 1);
    round_run(&round);

    cr_assert_eq(round.rows[0]->misses, 1);
    cr_assert_eq(round.rows[0]->cause, CAUSE_REFUSED);
    cr_assert_eq(round_exitcode(&round), 4);
    round_fini(&round);
}

/* ---- A target that hangs for as long as we like --------------------------------------- */

#define SOON_S 20 /* far less than the deadline of a request, far more than is needed */

static struct slow {
    struct round round;
    int listener;
    char target[32];
} slow;

/* It and one that refuses; a round of theirs has ended without it. */
static void begin_slow(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    char both[64];

    slow.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(slow.listener, (struct sockaddr *)&address, len), 0);
    cr_assert_eq(listen(slow.listener, 512), 0);
    getsockname(slow.listener, (struct sockaddr *)&address, &len);
    snprintf(slow.target, sizeof slow.target, "127.0.0.1:%d", ntohs(address.sin_port));
    snprintf(both, sizeof both, "%s,127.0.0.1:1", slow.target);
    slow.round = new_round();
    list(&slow.round, both, 0);
}

static void run_until_due(void)
{
    slow.round.due_s = clock_now_s();
    round_run(&slow.round);
}

static void end_slow(void)
{
    round_fini(&slow.round);
    close(slow.listener);
}

TestSuite(round_slow, .init = begin_slow, .fini = end_slow, .timeout = 50);

/* At last it answers what it was asked. */
static void answer_now(void)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nX-Porthole: 0.1.0\r\n"
                                 "Content-Type: application/json\r\nContent-Length: 40\r\n\r\n"
                                 "{\"porthole\":{\"schema\":1},\"threads\":[{}]}";
    int fd = accept(slow.listener, NULL, NULL);
    char request[4096];

    cr_assert_gt(read(fd, request, sizeof request), 0);
    cr_assert_eq(write(fd, answer, sizeof answer - 1), sizeof answer - 1);
    close(fd);
}

static bool is_asked_again(void)
{
    struct pollfd fd = { .fd = slow.listener, .events = POLLIN };

    return poll(&fd, 1, 0) > 0;
}

Test(round_slow, delays_nobody)
{
    double began_s = clock_now_s();

    run_until_due();

    cr_assert_lt(clock_now_s() - began_s, SOON_S);
    cr_assert(slow.round.entries[0]->late);
    cr_assert_eq(fleet_state(slow.round.rows[0], 0), FLEET_WAITING);
    cr_assert_eq(slow.round.rows[0]->misses, 0);
    cr_assert_eq(slow.round.rows[1]->misses, 1);
    cr_assert_eq(round_exitcode(&slow.round), 4);
}

Test(round_slow, is_not_asked_again_while_it_is_awaited)
{
    run_until_due();
    run_until_due();

    close(accept(slow.listener, NULL, NULL));
    cr_assert_not(is_asked_again());
    cr_assert_eq(slow.round.rows[1]->misses, 2);
}

Test(round_slow, is_taken_when_it_comes)
{
    double end_s = clock_now_s() + SOON_S;

    slow.round.at_once = true;
    run_until_due();
    answer_now();
    while (slow.round.entries[0]->late && clock_now_s() < end_s)
        round_step(&slow.round, 100, -1);

    cr_assert(slow.round.rows[0]->known);
    cr_assert_not(round_is_waiting(&slow.round));
}

Test(round_slow, is_read_by_the_next_round_that_reads_at_its_end)
{
    run_until_due();
    answer_now();
    while (round_is_waiting(&slow.round))
        round_step(&slow.round, 100, -1);
    cr_assert_not(slow.round.rows[0]->known);
    run_until_due();

    cr_assert(slow.round.rows[0]->known);
    cr_assert_not(slow.round.entries[0]->late);
}

Test(round_slow, is_waited_for_by_a_round_that_waits_for_all)
{
    run_until_due();
    answer_now();
    slow.round.due_s = 0;
    round_run(&slow.round);

    cr_assert(slow.round.rows[0]->known);
    cr_assert_eq(round_exitcode(&slow.round), 3);
}

Test(round_slow, is_given_up_where_it_no_longer_is)
{
    struct target_list targets = { 0 };
    struct target_error error;
    char *old;

    run_until_due();
    cr_assert(target_add(&targets, "127.0.0.1:1", &error));
    old = targets.items[0].name;
    targets.items[0].name = strdup(slow.target);
    round_set_targets(&slow.round, &targets, 0);
    free(old);

    cr_assert_not(slow.round.entries[0]->late);
    cr_assert_not(round_is_waiting(&slow.round));
}

Test(round_slow, is_gone_with_its_target)
{
    run_until_due();
    list(&slow.round, "127.0.0.1:1", 0);

    cr_assert_eq(slow.round.count, 1);
    cr_assert_not(round_is_waiting(&slow.round));
}

/* More of them than requests run at once at first. */
Test(round_slow, delays_nobody_in_great_numbers)
{
    struct target_list targets = { 0 };
    struct target_error error;

    for (int i = 0; i < 300; i++)
        cr_assert(target_add(&targets, slow.target, &error));
    cr_assert(target_add(&targets, "127.0.0.1:2", &error));
    round_set_targets(&slow.round, &targets, 0);
    run_until_due();

    cr_assert_eq(slow.round.count, 301);
    cr_assert_eq(slow.round.rows[300]->misses, 1);
}
