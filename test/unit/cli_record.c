/* SPDX-License-Identifier: MIT */
#include "cli/discover.h"
#include "cli/record.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOT_BYTES 512
#define ROWS 10
#define FILE_BYTES (sizeof header + 2 * SLOT_BYTES + ROWS * sizeof(struct porthole_record_row))

static struct porthole_record header;
static struct record record;
static int fd = -1;

static uint32_t fnv1a(uint32_t hash, const void *bytes, size_t len)
{
    const unsigned char *b = bytes;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ b[i]) * 16777619u; /* NOLINT: all of it is set */
    return hash;
}

/* Write one slot as the agent does. */
static void put(unsigned slot, uint64_t sequence, const char *document)
{
    char bytes[SLOT_BYTES] = { 0 };
    struct porthole_record_slot head = { sequence, 5000000000u, (uint32_t)strlen(document), 0 };
    off_t offset = (off_t)(header.header_bytes + slot * header.slot_bytes);

    head.checksum = fnv1a(2166136261u, &head, offsetof(struct porthole_record_slot, checksum));
    head.checksum = fnv1a(head.checksum, document, head.length);
    memcpy(bytes, &head, sizeof head);
    memcpy(bytes + sizeof head, document, head.length);
    cr_assert_eq(pwrite(fd, bytes, sizeof bytes, offset), SLOT_BYTES);
}

/* Write one row of the trail as it is, in its place. */
static void put_row(struct porthole_record_row *row)
{
    size_t at = sizeof header + 2 * SLOT_BYTES + row->sequence % ROWS * sizeof *row;

    cr_assert_eq(pwrite(fd, row, sizeof *row, (off_t)at), (ssize_t)sizeof *row);
}

/* A row of the trail as the agent writes it, all figures the same. */
static struct porthole_record_row row_of(uint64_t sequence, double figure)
{
    struct porthole_record_row row = { .sequence = sequence, .written_unix_ns = sequence };

    for (size_t i = 0; i < PORTHOLE_FIGURES; i++)
        row.figure[i] = figure;
    row.checksum = fnv1a(2166136261u, &row, offsetof(struct porthole_record_row, checksum));
    return row;
}

static void add_row(uint64_t sequence, double figure)
{
    struct porthole_record_row row = row_of(sequence, figure);

    put_row(&row);
}

static const char *reread(void)
{
    const char *wrong;

    record_fini(&record);
    cr_assert_eq(pwrite(fd, &header, sizeof header, 0), (ssize_t)sizeof header);
    wrong = record_read(fd, &record);
    if (!wrong)
        record_read_trail(fd, &record);
    return wrong;
}

static void begin(void)
{
    fd = memfd_create("record", MFD_CLOEXEC);
    header = (struct porthole_record){ .version = PORTHOLE_RECORD_VERSION,
                                       .header_bytes = sizeof header,
                                       .slot_bytes = SLOT_BYTES,
                                       .trail_rows = ROWS,
                                       .row_bytes = sizeof(struct porthole_record_row),
                                       .pid = 42,
                                       .start_ticks = 7,
                                       .tick_ms = 1000,
                                       .url = "http://127.0.0.1:9090" };
    memcpy(header.magic, PORTHOLE_RECORD_MAGIC, sizeof header.magic);
    put(0, 4, "{\"a\":4}");
    put(1, 3, "{\"a\":3}");
    cr_assert_eq(ftruncate(fd, (off_t)FILE_BYTES), 0);
}

static void end(void)
{
    record_fini(&record);
    close(fd);
}

TestSuite(cli_record, .init = begin, .fini = end);

Test(cli_record, the_higher_sequence_is_the_newest)
{
    cr_assert_null(reread());
    cr_assert_str_eq(record.document, "{\"a\":4}");
    cr_assert_str_eq(record.url, "http://127.0.0.1:9090");

    put(1, 5, "{\"a\":5}");
    cr_assert_null(reread());
    cr_assert_str_eq(record.document, "{\"a\":5}");
    cr_assert_eq(record.sequence, 5);
}

Test(cli_record, a_write_cut_short_costs_one_tick)
{
    cr_assert_eq(pwrite(fd, "X", 1, (off_t)sizeof header + 26), 1);

    cr_assert_null(reread());
    cr_assert_str_eq(record.document, "{\"a\":3}");
    cr_assert(record.torn);
}

Test(cli_record, a_torn_slot_that_was_overtaken_is_of_no_interest)
{
    cr_assert_eq(pwrite(fd, "X", 1, (off_t)sizeof header + SLOT_BYTES + 26), 1);

    cr_assert_null(reread());
    cr_assert_str_eq(record.document, "{\"a\":4}");
    cr_assert_not(record.torn);
}

Test(cli_record, without_a_valid_slot_there_is_no_document)
{
    cr_assert_eq(pwrite(fd, "X", 1, (off_t)sizeof header + 26), 1);
    cr_assert_eq(pwrite(fd, "X", 1, (off_t)sizeof header + SLOT_BYTES + 26), 1);

    cr_assert_null(reread());
    cr_assert_null(record.document);
    cr_assert_eq(record.sequence, 0);
}

Test(cli_record, a_slot_that_claims_more_than_it_has_is_not_valid)
{
    uint32_t length = SLOT_BYTES - sizeof(struct porthole_record_slot) + 1;

    cr_assert_eq(pwrite(fd, &length, sizeof length, (off_t)sizeof header + 16), 4);
    cr_assert_null(reread());
    cr_assert_str_eq(record.document, "{\"a\":3}");

    length = UINT32_MAX;
    cr_assert_eq(pwrite(fd, &length, sizeof length, (off_t)sizeof header + 16), 4);
    cr_assert_null(reread());
    cr_assert_str_eq(record.document, "{\"a\":3}");
}

Test(cli_record, hostile_headers_are_refused)
{
    const struct porthole_record good = header;

#define REFUSED(change)              \
    header = good;                   \
    change;                          \
    cr_assert_not_null(reread(), #change)

    REFUSED(header.magic[0] = 'p');
    REFUSED(header.version = 1);
    REFUSED(header.header_bytes = 0);
    REFUSED(header.header_bytes = UINT32_MAX);
    REFUSED(header.slot_bytes = 0);
    REFUSED(header.slot_bytes = 8);
    REFUSED(header.slot_bytes = UINT64_MAX);
    REFUSED(header.slot_bytes = UINT64_MAX / 2 + 1);
    REFUSED(header.slot_bytes = SLOT_BYTES + 1);
    REFUSED(header.trail_rows = ROWS + 1);
    REFUSED(header.trail_rows = UINT32_MAX);
    REFUSED(header.row_bytes = 0);
    REFUSED(header.row_bytes = 120);
    REFUSED(header.row_bytes = UINT32_MAX);
    REFUSED(header.pid = 0);
    REFUSED(header.pid = UINT64_MAX);
    REFUSED(memset(header.url, 'x', sizeof header.url));
    REFUSED(memset(header.socket, 'x', sizeof header.socket));
}

Test(cli_record, a_file_of_another_version_says_which)
{
    /* Version 1 had a shorter header; nothing but the first twelve bytes is looked at. */
    header.version = 1;
    cr_assert_str_eq(reread(), "recorder file of version 1, and this command reads 2 only");
    cr_assert_eq(ftruncate(fd, 12), 0);
    cr_assert_str_eq(record_read(fd, &record),
                     "recorder file of version 1, and this command reads 2 only");
    header.version = UINT32_MAX;
    cr_assert_str_eq(reread(),
                     "recorder file of version 4294967295, and this command reads 2 only");
}

Test(cli_record, an_empty_file_is_called_so)
{
    cr_assert_eq(ftruncate(fd, 0), 0);

    cr_assert_str_eq(record_read(fd, &record), "file is empty");
}

Test(cli_record, a_clean_end_is_known)
{
    cr_assert_null(reread());
    cr_assert_eq(record.closed_unix_ns, 0);
    header.closed_unix_ns = 5;
    cr_assert_null(reread());
    cr_assert_eq(record.closed_unix_ns, 5);
}

/* ---- The trail --------------------------------------------------------------------- */

Test(cli_record, the_trail_comes_oldest_first)
{
    for (uint64_t i = 1; i <= 13; i++)
        add_row(i, (double)i);
    cr_assert_null(reread());

    cr_assert_eq(record.trail_count, ROWS);
    for (uint64_t i = 0; i < ROWS; i++) {
        cr_assert_eq(record.trail[i].sequence, i + 4);
        cr_assert_eq(record.trail[i].figure[PORTHOLE_FIGURE_LISTENERS], (double)i + 4);
    }
}

Test(cli_record, a_file_without_rows_has_no_trail)
{
    cr_assert_null(reread());
    cr_assert_eq(record.trail_count, 0);
    header.trail_rows = 0;
    cr_assert_null(reread());
    cr_assert_eq(record.trail_count, 0);
}

Test(cli_record, a_torn_row_is_left_out)
{
    struct porthole_record_row torn = row_of(2, 2);

    add_row(1, 1);
    torn.figure[3] = 4;
    put_row(&torn);
    add_row(3, 3);
    cr_assert_null(reread());

    cr_assert_eq(record.trail_count, 2);
    cr_assert_eq(record.trail[1].sequence, 3);
}

Test(cli_record, a_row_in_the_place_of_another_is_left_out)
{
    struct porthole_record_row row = row_of(5, 5);
    size_t at = sizeof header + 2 * SLOT_BYTES + 6 * sizeof row;

    add_row(5, 5);
    cr_assert_eq(pwrite(fd, &row, sizeof row, (off_t)at), (ssize_t)sizeof row);
    cr_assert_null(reread());

    cr_assert_eq(record.trail_count, 1);
}

Test(cli_record, rows_of_an_earlier_round_are_left_out)
{
    add_row(3, 3); /* the one that should have replaced it failed to be written */
    add_row(14, 14);
    add_row(12, 12);
    cr_assert_null(reread());

    cr_assert_eq(record.trail_count, 2);
    cr_assert_eq(record.trail[0].sequence, 12);
}

Test(cli_record, figures_that_are_none_are_unknown)
{
    static const double bad[] = { NAN, INFINITY, -INFINITY, -1, 1e300, 1.1e18 };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        add_row(1, bad[i]);
        cr_assert_null(reread());
        cr_assert_eq(record.trail_count, 1);
        for (size_t f = 0; f < PORTHOLE_FIGURES; f++)
            cr_assert(isnan(record.trail[0].figure[f]), "%g", bad[i]);
    }
}

Test(cli_record, a_row_of_the_last_sequence_there_can_be_is_survived)
{
    add_row(UINT64_MAX, 1);
    add_row(1, 1);
    cr_assert_null(reread());

    cr_assert_eq(record.trail_count, 1);
    cr_assert_eq(record.trail[0].sequence, UINT64_MAX);
}

Test(cli_record, short_files_and_other_files_are_refused)
{
    struct record untouched = { 0 };
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    cr_assert_not_null(record_read(null, &untouched));
    close(null);
    for (off_t len = 0; len < (off_t)FILE_BYTES; len += 13) {
        cr_assert_null(reread());
        cr_assert_eq(ftruncate(fd, len), 0);
        record_fini(&record);
        cr_assert_not_null(record_read(fd, &record), "%ld bytes", (long)len);
        put(0, 4, "{}");
        put(1, 3, "{}");
        cr_assert_eq(ftruncate(fd, (off_t)FILE_BYTES), 0);
    }
}

Test(cli_record, random_damage_is_survived)
{
    unsigned seed = 3;

    for (int round = 0; round < 5000; round++) {
        struct record damaged = { 0 };
        char byte;

        seed = seed * 1103515245u + 12345u;
        byte = (char)(seed >> 24);
        cr_assert_eq(pwrite(fd, &byte, 1, (off_t)((seed >> 8) % (sizeof header + 64))), 1);
        if (record_read(fd, &damaged) == NULL) {
            record_read_trail(fd, &damaged);
            cr_assert(damaged.document == NULL || damaged.document[damaged.length] == '\0');
            cr_assert_leq(damaged.trail_count, ROWS);
        }
        record_fini(&damaged);
        if (round % 8 == 0) {
            cr_assert_null(reread());
            put(0, 4, "{}");
        }
    }
}

Test(cli_record, start_ticks_are_counted_from_the_last_parenthesis)
{
    uint64_t ticks = 0;

    cr_assert(discover_start_ticks(
        "1 (a b) c) 1) S 0 1 1 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 4242 9", &ticks));
    cr_assert_eq(ticks, 4242);
    cr_assert_not(discover_start_ticks("1 (x) S 0 1", &ticks));
    cr_assert_not(discover_start_ticks("", &ticks));
}

static uint64_t ticks_of(int pid)
{
    char path[32], line[1024];
    uint64_t ticks = 0;
    ssize_t len;
    int proc;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    proc = open(path, O_RDONLY | O_CLOEXEC);
    len = read(proc, line, sizeof line - 1);
    close(proc);
    line[len > 0 ? len : 0] = '\0';
    cr_assert(discover_start_ticks(line, &ticks));
    return ticks;
}

/* A run directory with a record that says it is that process. */
static void fill(const char *dir, int pid)
{
    char path[128], bytes[FILE_BYTES];
    int out;

    header.start_ticks = ticks_of(pid);
    header.pid = (uint64_t)pid;
    cr_assert_null(reread());
    cr_assert_eq(pread(fd, bytes, sizeof bytes, 0), (ssize_t)sizeof bytes);
    snprintf(path, sizeof path, "%s/%d.porthole", dir, pid);
    out = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_eq(write(out, bytes, sizeof bytes), (ssize_t)sizeof bytes);
    close(out);
}

static void empty(const char *dir)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%d.porthole", dir, (int)header.pid);
    unlink(path);
    rmdir(dir);
}

Test(cli_record, discovery_finds_this_process_alive)
{
    char dir[] = "/tmp/porthole-run-XXXXXX";
    struct discover_list list;

    cr_assert_not_null(mkdtemp(dir));
    fill(dir, (int)getpid());
    setenv(PORTHOLE_RUN_ENV, dir, 1);
    discover_all(&list);
    empty(dir);

    cr_assert_eq(list.count, 1);
    cr_assert(list.items[0].alive);
    cr_assert(list.items[0].hung, "it wrote in 1970");
    cr_assert_null(list.items[0].socket);
    discover_fini(&list);
}

Test(cli_record, discovery_tells_a_reused_pid_apart)
{
    char dir[] = "/tmp/porthole-run-XXXXXX";
    struct discover_list all, alive;
    uint64_t other = 1;
    char path[128];
    int out;

    cr_assert_not_null(mkdtemp(dir));
    fill(dir, (int)getpid());
    snprintf(path, sizeof path, "%s/%d.porthole", dir, (int)getpid());
    out = open(path, O_WRONLY | O_CLOEXEC);
    cr_assert_eq(pwrite(out, &other, 8, offsetof(struct porthole_record, start_ticks)), 8);
    close(out);
    setenv(PORTHOLE_RUN_ENV, dir, 1);
    discover_all(&all);
    discover_pid(&alive, (unsigned)getpid());
    empty(dir);

    cr_assert_eq(all.count, 1);
    cr_assert_not(all.items[0].alive);
    cr_assert_eq(alive.count, 0);
    discover_fini(&all);
    discover_fini(&alive);
}

Test(cli_record, discovery_passes_over_a_directory_of_somebody_else)
{
    char dir[] = "/tmp/porthole-run-XXXXXX";
    struct discover_list list;

    if (geteuid() != 0)
        cr_skip("only root can give a directory away");
    cr_assert_not_null(mkdtemp(dir));
    fill(dir, (int)getpid());
    cr_assert_eq(chown(dir, 12345, 12345), 0);
    setenv(PORTHOLE_RUN_ENV, dir, 1);
    discover_all(&list);
    empty(dir);

    cr_assert_eq(list.count, 0);
    discover_fini(&list);
}

Test(cli_record, a_zombie_is_dead)
{
    char dir[] = "/tmp/porthole-run-XXXXXX";
    struct discover_list list;
    siginfo_t info;
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    cr_assert_eq(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    cr_assert_not_null(mkdtemp(dir));
    fill(dir, child);
    setenv(PORTHOLE_RUN_ENV, dir, 1);
    discover_all(&list);
    empty(dir);
    waitid(P_PID, (id_t)child, &info, WEXITED);

    cr_assert_eq(list.count, 1);
    cr_assert_not(list.items[0].alive);
    discover_fini(&list);
}
