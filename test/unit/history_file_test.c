/* SPDX-License-Identifier: MIT */
#include "agent/history_file.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/history_heir.h"
#include "agent/snapshot.h"
#include "alloc.h"
#include "history_life.h"
#include "scratch.h"

TestSuite(history_file, .init = scratch_init, .fini = scratch_fini);

#define DEAD_A 1999999001u /* beyond what a pid can be: nobody lives there */
#define DEAD_B 1999999002u
#define SECOND_NS UINT64_C(1000000000)

static void begin(struct life *l, unsigned pid)
{
    life_begin(l, pid, "api", NULL);
}

/* As by SIGKILL: the kernel closes the descriptor, and nothing else happens. */
static void kill_life(struct life *l)
{
    close(l->file.fd);
    ph_history_free(l->history);
}

/* A life of DEAD_A that saw `n` numbers and was stopped. */
static void live_once(size_t n)
{
    struct life l;

    begin(&l, DEAD_A);
    life_tick(&l, n, 100);
    life_stop(&l);
}

/* How many of DEAD_A's numbers a successor begins with. */
static size_t inherited_by(unsigned pid)
{
    struct life l;
    size_t n;

    begin(&l, pid);
    n = life_known(&l);
    life_stop(&l);
    unlink(scratch_path(life_file(pid))); /* lest the next one finds this one's */
    return n;
}

static void edit(uint64_t at, const void *bytes, size_t n)
{
    int fd = open(scratch_path(life_file(DEAD_A)), O_WRONLY | O_CLOEXEC);

    cr_assert_eq(pwrite(fd, bytes, n, (off_t)at), (ssize_t)n);
    close(fd);
}

static struct porthole_history head_of_a(void)
{
    int fd = open(scratch_path(life_file(DEAD_A)), O_RDONLY | O_CLOEXEC);
    struct porthole_history head;

    cr_assert_eq(pread(fd, &head, sizeof head, 0), (ssize_t)sizeof head);
    close(fd);
    return head;
}

/* A whole header that says something else. */
static void behead(struct porthole_history head)
{
    head.checksum = ph_history_head_sum(&head);
    edit(0, &head, sizeof head);
}

Test(history_file, is_private)
{
    struct life l;
    struct stat st;

    begin(&l, DEAD_A);

    cr_assert_eq(stat(scratch_path(life_file(DEAD_A)), &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    life_stop(&l);
}

Test(history_file, goes_to_the_next_life_with_all_it_had)
{
    struct life l;

    live_once(5);
    begin(&l, DEAD_B);

    cr_assert_eq(life_known(&l), 5);
    cr_assert_not(scratch_has(life_file(DEAD_A)), "it was renamed");
    cr_assert(scratch_has(life_file(DEAD_B)));
    cr_assert_str_eq(ph_history_at(l.history, 4)->name, "x.n4");
    cr_assert_eq(ph_history_at(l.history, 4)->rings.open[0].max, 104);
    cr_assert(isnan(ph_history_born_s(l.history)), "born with its first tick");
    life_stop(&l);
}

Test(history_file, goes_from_life_to_life)
{
    struct life l;

    live_once(5);
    for (unsigned pid = DEAD_B; pid < DEAD_B + 5; pid++) {
        begin(&l, pid);
        cr_assert_eq(life_known(&l), 5);
        kill_life(&l);
    }
    cr_assert_not(scratch_has(life_file(DEAD_B)));
}

Test(history_file, the_same_process_is_as_old_as_it_was)
{
    struct life l;
    double born_s;

    begin(&l, DEAD_A);
    life_tick(&l, 1, 1);
    born_s = ph_history_born_s(l.history);
    life_stop(&l);
    begin(&l, DEAD_A);

    cr_assert_eq(ph_history_born_s(l.history), born_s);
    cr_assert_eq(life_known(&l), 1);
    life_stop(&l);
}

Test(history_file, a_killed_process_has_written_within_a_minute_of_ticks)
{
    struct life l;

    begin(&l, DEAD_A);
    for (int i = 0; i < 60; i++)
        life_tick(&l, 500, 1);
    kill_life(&l);

    cr_assert_eq(inherited_by(DEAD_B), 500);
}

Test(history_file, no_tick_writes_much)
{
    struct life l;
    struct stat before, after;

    begin(&l, DEAD_A);
    for (int i = 0; i < 60; i++) {
        fstat(l.file.fd, &before);
        life_tick(&l, 600, 1);
        fstat(l.file.fd, &after);
        cr_assert_leq(after.st_size - before.st_size, (off_t)PH_HISTORY_FILE_TICK_BYTES);
    }
    life_stop(&l);
}

Test(history_file, exactly_one_successor_gets_it)
{
    struct life a, b;

    live_once(5);
    begin(&a, DEAD_B);
    begin(&b, DEAD_B + 1);

    cr_assert_eq(life_known(&a), 5);
    cr_assert_eq(life_known(&b), 0);
    cr_assert_geq(b.file.fd, 0, "it has one of its own");
    life_stop(&a);
    life_stop(&b);
}

Test(history_file, of_several_the_one_written_last_is_gone_on_with)
{
    struct life l;

    live_once(5);
    life_begin(&l, DEAD_B, "other", NULL);
    life_stop(&l);
    life_begin(&l, DEAD_B, "api", "web");
    life_tick(&l, 2, 1);
    life_stop(&l);

    cr_assert_eq(inherited_by(DEAD_B + 7), 5, "the only one of this service and component");
    life_begin(&l, DEAD_B, "api", "web");
    cr_assert_eq(life_known(&l), 2, "our own");
    life_stop(&l);
}

Test(history_file, nothing_is_taken_from_who_lives)
{
    struct porthole_history head;
    char stat_line[1024] = "", *field;
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);

    live_once(5);
    cr_assert_gt(read(fd, stat_line, sizeof stat_line - 1), 0);
    close(fd);
    field = strrchr(stat_line, ')');
    for (int i = 2; i < 22; i++)
        field = strchr(field + 1, ' ');
    head = head_of_a();
    head.pid = (uint64_t)getpid();
    head.start_ticks = strtoull(field, NULL, 10);
    behead(head);

    cr_assert_eq(inherited_by(DEAD_B), 0);
    head.start_ticks++;
    behead(head);
    cr_assert_eq(inherited_by(DEAD_B + 1), 5, "its number is in use again");
}

Test(history_file, of_another_boot_is_not_used)
{
    struct porthole_history head;

    live_once(5);
    head = head_of_a();
    head.boot_id[0] = head.boot_id[0] == 'a' ? 'b' : 'a';
    behead(head);

    cr_assert_eq(inherited_by(DEAD_B), 0);
}

Test(history_file, of_another_version_layout_or_pace_is_not_used)
{
    struct porthole_history head, other;

    live_once(5);
    other = head = head_of_a();
    other.version++;
    behead(other);
    cr_assert_eq(inherited_by(DEAD_B), 0);
    other = head;
    other.slot_bytes += 8;
    behead(other);
    cr_assert_eq(inherited_by(DEAD_B + 1), 0);
    other = head;
    other.scale = 1000;
    behead(other);
    cr_assert_eq(inherited_by(DEAD_B + 2), 0);
    other = head;
    memset(other.service, 'x', sizeof other.service);
    behead(other);
    cr_assert_eq(inherited_by(DEAD_B + 3), 0);
}

Test(history_file, a_torn_header_is_not_used)
{
    live_once(5);
    edit(offsetof(struct porthole_history, pid), "X", 1);

    cr_assert_eq(inherited_by(DEAD_B), 0);
}

Test(history_file, a_torn_slot_costs_one_series)
{
    struct porthole_history head;

    live_once(5);
    head = head_of_a();
    edit(head.header_bytes + 3 * head.slot_bytes + 1000, "X", 1);

    cr_assert_eq(inherited_by(DEAD_B), 4);
}

Test(history_file, a_file_that_was_cut_off_gives_what_is_left)
{
    struct porthole_history head;

    live_once(5);
    head = head_of_a();
    cr_assert_eq(truncate(scratch_path(life_file(DEAD_A)),
                          (off_t)(head.header_bytes + 3 * head.slot_bytes + 7)),
                 0);

    cr_assert_eq(inherited_by(DEAD_B), 2, "the first slot is the load");
}

Test(history_file, what_is_no_file_is_passed_over)
{
    scratch_write("1.history", "", 0);
    scratch_write("2.history", "PORTHISTjunk", 12);
    cr_assert_eq(mkfifo(scratch_path("3.history"), 0600), 0);
    cr_assert_eq(symlink("/etc/passwd", scratch_path("4.history")), 0);

    cr_assert_eq(inherited_by(DEAD_B), 0);
    cr_assert(scratch_has("2.history"));
}

Test(history_file, one_that_was_removed_is_made_again)
{
    struct life l;

    begin(&l, DEAD_A);
    life_tick(&l, 3, 1);
    unlink(scratch_path(life_file(DEAD_A)));
    for (int i = 0; i < 62; i++)
        life_tick(&l, 3, 1);
    cr_assert(scratch_has(life_file(DEAD_A)));
    kill_life(&l);

    cr_assert_eq(inherited_by(DEAD_B), 3);
}

static void pass_a_minute(struct life *l)
{
    for (int i = 0; i < 62; i++)
        life_tick(l, 3, 1);
}

Test(history_file, a_directory_that_was_away_for_a_while_gets_it_again)
{
    struct life l;

    begin(&l, DEAD_A);
    life_tick(&l, 3, 1);
    scratch_fini();
    cr_assert_eq(symlink("/dev/shm", scratch_path("")), 0, "it may be a trap");
    pass_a_minute(&l);
    cr_assert(!scratch_has(life_file(DEAD_A)));
    unlink(scratch_path(""));
    pass_a_minute(&l);

    cr_assert(scratch_has(life_file(DEAD_A)));
    life_stop(&l);
    cr_assert_eq(inherited_by(DEAD_B), 3);
}

Test(history_file, a_descriptor_that_the_host_closed_and_uses_is_left_alone)
{
    struct life l;
    struct stat st;
    int fd;

    begin(&l, DEAD_A);
    close(l.file.fd);
    fd = open(scratch_path("host"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_eq(fd, l.file.fd);
    life_tick(&l, 3, 1);
    life_stop(&l);

    cr_assert_eq(fstat(fd, &st), 0, "nor closed");
    cr_assert_eq(st.st_size, 0);
    close(fd);
}

Test(history_file, without_a_directory_there_is_none)
{
    struct ph_history_owner owner = { DEAD_A, 12, "api", NULL };
    struct life l = { .history = ph_history_new(PH_HISTORY_BYTES) };

    ph_history_clock_init(&l.clock, 1);
    ph_history_file_init(&l.file, "", &owner, l.history, &l.clock);
    life_tick(&l, 3, 1);

    cr_assert_eq(l.file.fd, -1);
    life_stop(&l);
}

Test(history_file, writing_allocates_nothing)
{
    struct life l;
    size_t before;

    begin(&l, DEAD_A);
    life_tick(&l, 50, 1);
    before = alloc_calls();
    for (uint64_t i = 1; i < 200; i++)
        ph_history_file_write(&l.file, i * SECOND_NS);

    cr_assert_eq(alloc_calls(), before);
    life_stop(&l);
}

Test(history_file, a_successor_goes_on_with_stretched_time)
{
    struct ph_history_owner owner = { DEAD_A, 12, "api", NULL };
    struct ph_history_clock first, second;
    struct ph_history_file file;
    struct ph_history *history = ph_history_new(PH_HISTORY_BYTES);

    ph_history_clock_init(&first, 1000);
    ph_history_file_init(&file, scratch_path(""), &owner, history, &first);
    ph_history_file_fini(&file);
    usleep(2000);
    ph_history_clock_init(&second, 1000);
    owner.pid = DEAD_B;
    ph_history_file_init(&file, scratch_path(""), &owner, history, &second);

    cr_assert_eq(second.origin_s, first.origin_s);
    ph_history_file_fini(&file);
    ph_history_free(history);
}
