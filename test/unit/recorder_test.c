/* SPDX-License-Identifier: MIT */
#include "agent/recorder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/snapshot.h"
#include "alloc.h"
#include "scratch.h"

TestSuite(recorder, .init = scratch_init, .fini = scratch_fini);

#define NAME "4711.porthole"

static struct ph_recorder recorder;

static void start(void)
{
    const struct porthole_record head = { .pid = 4711, .start_ticks = 12, .tick_ms = 50 };

    ph_recorder_init(&recorder, scratch_path(""), &head);
}

static const struct ph_metric rss = { PH_BYTES("rss_bytes"), "", NULL };

/* A state of one figure. */
static struct ph_snapshot *snapshot_of(uint64_t rss_bytes)
{
    struct ph_builder b;

    ph_build_begin(&b);
    ph_build_object(&b, "process");
    ph_build_uint(&b, &rss, rss_bytes);
    ph_build_end(&b);
    return ph_build_freeze(&b, 1, 1, 99);
}

static void record_bytes(const char *bytes, size_t n)
{
    struct ph_blob document = { .bytes = (char *)(uintptr_t)bytes, .len = n };
    struct ph_snapshot *snapshot = snapshot_of(recorder.sequence + 1);

    ph_recorder_write(&recorder, snapshot, bytes ? &document : NULL);
    ph_snapshot_unref(snapshot);
}

static void record(const char *text)
{
    record_bytes(text, strlen(text));
}

/* ---- A reader that knows porthole_wire.h and nothing of recorder.c ----------------- */

static char file[1 << 21];
static size_t file_bytes;

static const struct porthole_record *read_file(void)
{
    int fd = open(scratch_path(NAME), O_RDONLY);
    ssize_t n = read(fd, file, sizeof file);

    cr_assert_geq(n, (ssize_t)sizeof(struct porthole_record));
    close(fd);
    file_bytes = (size_t)n;
    return (const struct porthole_record *)file;
}

static uint32_t fnv(uint32_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 16777619u;
    return hash;
}

static uint32_t checksum(const struct porthole_record_slot *slot)
{
    uint32_t hash = fnv(2166136261u, slot, sizeof *slot - 4);

    return fnv(hash, slot + 1, slot->length);
}

/* The newest valid document in the file, "" if there is none. */
static const char *newest(void)
{
    static char text[1 << 20];
    const struct porthole_record *head = read_file();
    uint64_t sequence = 0;

    text[0] = '\0';
    for (uint64_t i = 0; i < 2; i++) {
        const char *at = file + head->header_bytes + i * head->slot_bytes;
        const struct porthole_record_slot *slot = (const struct porthole_record_slot *)at;

        if ((size_t)(at - file) + sizeof *slot > file_bytes || slot->sequence <= sequence ||
            sizeof *slot + slot->length > head->slot_bytes || checksum(slot) != slot->checksum)
            continue;
        sequence = slot->sequence;
        memcpy(text, at + sizeof *slot, slot->length);
        text[slot->length] = '\0';
    }
    return text;
}

static const struct porthole_record_row *row_at(uint64_t place)
{
    const struct porthole_record *head = read_file();

    return (const struct porthole_record_row *)(file + head->header_bytes +
                                                2 * head->slot_bytes) +
           place;
}

static bool is_whole(const struct porthole_record_row *row)
{
    return row->checksum == fnv(2166136261u, row, sizeof *row - 4);
}

/* Spoil the first byte of the document in a slot. */
static void spoil(uint64_t slot)
{
    const struct porthole_record *head = read_file();
    uint64_t at = head->header_bytes + slot * head->slot_bytes;
    int fd = open(scratch_path(NAME), O_WRONLY | O_CLOEXEC);

    at += sizeof(struct porthole_record_slot);
    cr_assert_eq(pwrite(fd, "X", 1, (off_t)at), 1);
    close(fd);
}

/* ---- Tests ------------------------------------------------------------------------- */

Test(recorder, its_file_is_complete_and_private_from_the_first_moment)
{
    const struct porthole_record *head;
    struct stat st;

    start();
    head = read_file();
    stat(scratch_path(NAME), &st);

    cr_assert_arr_eq(head->magic, "PORTHOLE", 8);
    cr_assert_eq(head->version, 2);
    cr_assert_eq(head->header_bytes, sizeof *head);
    cr_assert_eq(head->pid, 4711);
    cr_assert_eq(head->start_ticks, 12);
    cr_assert_eq(head->trail_rows, 600);
    cr_assert_eq(head->row_bytes, sizeof(struct porthole_record_row));
    cr_assert_eq((uint64_t)st.st_size,
                 head->header_bytes + 2 * head->slot_bytes + 600 * head->row_bytes);
    cr_assert_eq(st.st_mode & 07777, 0600);
    cr_assert_not(scratch_has(NAME ".new"));
    cr_assert_str_eq(newest(), "");
    ph_recorder_fini(&recorder);
}

Test(recorder, the_newest_document_is_found)
{
    start();
    record("{\"tick\":1}");
    cr_assert_str_eq(newest(), "{\"tick\":1}");
    record("{\"tick\":2}");
    cr_assert_str_eq(newest(), "{\"tick\":2}");
    record("{}");
    cr_assert_str_eq(newest(), "{}");
    ph_recorder_fini(&recorder);
}

Test(recorder, a_write_cut_short_costs_one_tick)
{
    start();
    record("first");
    record("second");
    spoil(0);

    cr_assert_str_eq(newest(), "first");
    ph_recorder_fini(&recorder);
}

Test(recorder, a_document_that_does_not_fit_gets_a_larger_file)
{
    static char large[200000];
    uint64_t before;

    start();
    before = read_file()->slot_bytes;
    record("small");
    memset(large, 'x', sizeof large - 1);
    record(large);

    cr_assert_gt(read_file()->slot_bytes, before);
    cr_assert_str_eq(newest(), large);
    record("small again");
    cr_assert_str_eq(newest(), "small again");
    ph_recorder_fini(&recorder);
}

Test(recorder, a_document_that_just_fits_needs_no_larger_file)
{
    static char document[65536];
    ino_t inode;

    start();
    inode = recorder.inode;
    memset(document, 'x', sizeof document);
    record_bytes(document, read_file()->slot_bytes - sizeof(struct porthole_record_slot));

    cr_assert_eq(recorder.inode, inode);
    cr_assert_eq(strlen(newest()), 65536 - sizeof(struct porthole_record_slot));
    ph_recorder_fini(&recorder);
}

Test(recorder, stopping_removes_the_file)
{
    start();
    record("x");
    ph_recorder_fini(&recorder);

    cr_assert_not(scratch_has(NAME));
    ph_recorder_fini(&recorder);
}

Test(recorder, truncation_by_somebody_is_survived)
{
    start();
    record("first");
    cr_assert_eq(truncate(scratch_path(NAME), 10), 0);
    record("second");
    record("third");

    cr_assert_geq(recorder.fd, 0);
    ph_recorder_fini(&recorder);
    cr_assert_not(scratch_has(NAME));
}

Test(recorder, a_descriptor_the_host_reused_is_never_written_to)
{
    char text[8] = "";
    int fd;

    start();
    fd = recorder.fd;
    close(fd); /* the host's mistake */
    scratch_write("hosts", "precious", 8);
    cr_assert_eq(open(scratch_path("hosts"), O_RDWR), fd);
    record("ours");

    cr_assert_eq(recorder.fd, -1, "off for good");
    cr_assert_eq(pread(fd, text, 8, 0), 8, "nor closed");
    cr_assert_arr_eq(text, "precious", 8);
    ph_recorder_fini(&recorder);
    cr_assert_eq(fcntl(fd, F_GETFD), 0, "nor closed at the end");
    close(fd);
}

Test(recorder, a_descriptor_closed_by_the_host_before_stopping_is_left_alone)
{
    int fd;

    start();
    fd = recorder.fd;
    close(fd);
    cr_assert_eq(dup(0), fd);
    ph_recorder_fini(&recorder);

    cr_assert_geq(fcntl(fd, F_GETFD), 0);
    cr_assert_not(scratch_has(NAME), "the file goes by its name");
    close(fd);
}

Test(recorder, where_no_file_can_be_made_it_is_off)
{
    const char *const dirs[] = { "", scratch_path("none") };
    const struct porthole_record head = { .pid = 4711 };

    for (size_t i = 0; i < 2; i++) {
        ph_recorder_init(&recorder, dirs[i], &head);
        record("nowhere");
        cr_assert_eq(recorder.fd, -1);
        ph_recorder_fini(&recorder);
    }
}

Test(recorder, what_a_dead_process_left_under_our_number_is_replaced)
{
    scratch_write(NAME, "old", 3);
    scratch_write(NAME ".new", "old", 3);
    start();
    record("ours");

    cr_assert_str_eq(newest(), "ours");
    ph_recorder_fini(&recorder);
}

/* ---- The trail --------------------------------------------------------------------- */

Test(recorder, each_tick_leaves_a_row)
{
    start();
    record("{}");
    record("{}");

    cr_assert_eq(row_at(2)->sequence, 2);
    cr_assert_eq(row_at(2)->written_unix_ns, 99);
    cr_assert_eq(row_at(2)->figure[PORTHOLE_FIGURE_RSS_BYTES], 2);
    cr_assert(is_whole(row_at(1)));
    cr_assert(is_whole(row_at(2)));
    cr_assert_eq(row_at(3)->sequence, 0);
    ph_recorder_fini(&recorder);
}

Test(recorder, the_trail_is_a_ring_of_600_rows)
{
    start();
    for (int i = 0; i < 601; i++)
        record("{}");

    cr_assert_eq(row_at(0)->sequence, 600);
    cr_assert_eq(row_at(1)->sequence, 601);
    cr_assert_eq(row_at(2)->sequence, 2);
    ph_recorder_fini(&recorder);
}

Test(recorder, a_tick_without_a_document_leaves_a_row_and_the_old_document)
{
    start();
    record("first");
    record("second");
    record_bytes(NULL, 0);
    cr_assert_str_eq(newest(), "second");
    cr_assert_eq(row_at(3)->sequence, 3);
    record("fourth");
    cr_assert_str_eq(newest(), "fourth");

    /* It went to the older slot: spoiling it brings the second back, not the first. */
    spoil(1);
    cr_assert_str_eq(newest(), "second");
    ph_recorder_fini(&recorder);
}

Test(recorder, a_larger_file_has_all_that_the_smaller_one_had)
{
    static char large[200000];

    start();
    record("first");
    record("second");
    memset(large, 'x', sizeof large - 1);
    record(large);

    cr_assert_eq(row_at(1)->sequence, 1);
    cr_assert_eq(row_at(2)->sequence, 2);
    cr_assert_eq(row_at(3)->sequence, 3);
    cr_assert(is_whole(row_at(2)));
    spoil(1);
    cr_assert_str_eq(newest(), "second");
    ph_recorder_fini(&recorder);
}

/* ---- Trouble ----------------------------------------------------------------------- */

/* A file system with room for one small file and half another, seen by this test only. */
static bool mount_small(void)
{
    return unshare(CLONE_NEWNS) == 0 &&
           mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", scratch_path(""), "tmpfs", 0, "size=400k,mode=700") == 0;
}

Test(recorder, without_memory_for_a_larger_file_the_old_document_stays)
{
    static char large[200000];
    ino_t inode;

    if (!mount_small())
        cr_skip_test("only root can mount a small tmpfs");
    start();
    record("small");
    inode = recorder.inode;
    memset(large, 'x', sizeof large - 1);
    for (int i = 0; i < 100; i++)
        record(large);
    cr_assert_eq(recorder.inode, inode);
    cr_assert_str_eq(newest(), "small");
    cr_assert_eq(row_at(101)->sequence, 101, "the trail goes on");
    cr_assert_not(scratch_has(NAME ".new"));
    record("small again");

    cr_assert_str_eq(newest(), "small again");
    ph_recorder_fini(&recorder);
    umount(scratch_path(""));
}

Test(recorder, a_larger_file_that_was_refused_is_tried_again_a_minute_later)
{
    static char large[200000];
    ino_t inode;

    if (!mount_small())
        cr_skip_test("only root can mount a small tmpfs");
    start();
    inode = recorder.inode;
    memset(large, 'x', sizeof large - 1);
    record(large);
    cr_assert_eq(mount("none", scratch_path(""), "tmpfs", MS_REMOUNT, "size=4m"), 0);
    for (int i = 0; i < 59; i++)
        record(large);
    cr_assert_eq(recorder.inode, inode, "not at every tick");
    record(large);

    cr_assert_neq(recorder.inode, inode);
    cr_assert_str_eq(newest(), large);
    ph_recorder_fini(&recorder);
    umount(scratch_path(""));
}

Test(recorder, a_limit_on_file_sizes_turns_it_off_and_kills_nobody)
{
    struct rlimit limit = { .rlim_cur = 4096, .rlim_max = RLIM_INFINITY };
    const struct porthole_record head = { .pid = 4711 };

    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0); /* beyond: SIGXFSZ */
    ph_recorder_init(&recorder, scratch_path(""), &head);
    limit.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &limit);

    cr_assert_eq(recorder.fd, -1);
    cr_assert_not(scratch_has(NAME));
    cr_assert_not(scratch_has(NAME ".new"));
}

Test(recorder, a_removed_file_is_made_again_with_all_it_had)
{
    start();
    record("first");
    record("second");
    cr_assert_eq(unlink(scratch_path(NAME)), 0);
    ph_recorder_mend(&recorder);

    cr_assert_str_eq(newest(), "second");
    cr_assert_eq(row_at(2)->sequence, 2);
    record("third");
    cr_assert_str_eq(newest(), "third");
    ph_recorder_fini(&recorder);
    cr_assert_not(scratch_has(NAME));
}

Test(recorder, the_file_of_another_under_our_name_is_left_alone)
{
    struct stat st;

    start();
    cr_assert_eq(unlink(scratch_path(NAME)), 0);
    scratch_write(NAME, "theirs", 6);
    ph_recorder_mend(&recorder);
    record("ours");
    ph_recorder_fini(&recorder);

    cr_assert_eq(stat(scratch_path(NAME), &st), 0);
    cr_assert_eq(st.st_size, 6);
}

Test(recorder, who_holds_the_file_open_sees_that_it_was_closed_in_good_order)
{
    struct porthole_record head;
    int fd;

    start();
    record("last");
    fd = open(scratch_path(NAME), O_RDONLY);
    cr_assert_eq(pread(fd, &head, sizeof head, 0), (ssize_t)sizeof head);
    cr_assert_eq(head.closed_unix_ns, 0);
    ph_recorder_fini(&recorder);

    cr_assert_eq(pread(fd, &head, sizeof head, 0), (ssize_t)sizeof head);
    cr_assert_gt(head.closed_unix_ns, 0);
    close(fd);
}

Test(recorder, a_tick_allocates_nothing)
{
    struct ph_blob document = { .bytes = (char *)(uintptr_t) "{}", .len = 2 };
    struct ph_snapshot *snapshot = snapshot_of(1);
    size_t before;

    start();
    before = alloc_calls();
    ph_recorder_write(&recorder, snapshot, &document);

    cr_assert_eq(alloc_calls(), before);
    ph_snapshot_unref(snapshot);
    ph_recorder_fini(&recorder);
}
