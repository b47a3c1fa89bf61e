/* SPDX-License-Identifier: MIT */
#include "agent/recorder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"

TestSuite(recorder, .init = scratch_init, .fini = scratch_fini);

#define NAME "4711.porthole"

static struct ph_recorder recorder;

static void start(void)
{
    const struct porthole_record head = { .pid = 4711, .start_ticks = 12, .tick_ms = 50 };

    ph_recorder_init(&recorder, scratch_path(""), &head);
}

static void record_bytes(const char *bytes, size_t n)
{
    struct ph_blob document = { .bytes = (char *)(uintptr_t)bytes, .len = n };

    ph_recorder_write(&recorder, &document, 99);
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

static uint32_t checksum(const struct porthole_record_slot *slot)
{
    const unsigned char *head = (const unsigned char *)slot;
    const unsigned char *document = head + sizeof *slot;
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < sizeof *slot - 4; i++)
        hash = (hash ^ head[i]) * 16777619u;
    for (size_t i = 0; i < slot->length; i++)
        hash = (hash ^ document[i]) * 16777619u;
    return hash;
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

/* ---- Tests ------------------------------------------------------------------------- */

Test(recorder, its_file_is_complete_and_private_from_the_first_moment)
{
    const struct porthole_record *head;
    struct stat st;

    start();
    head = read_file();
    stat(scratch_path(NAME), &st);

    cr_assert_arr_eq(head->magic, "PORTHOLE", 8);
    cr_assert_eq(head->version, 1);
    cr_assert_eq(head->header_bytes, sizeof *head);
    cr_assert_eq(head->pid, 4711);
    cr_assert_eq(head->start_ticks, 12);
    cr_assert_eq((uint64_t)st.st_size, head->header_bytes + 2 * head->slot_bytes);
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
    const struct porthole_record *head;
    int fd;

    start();
    record("first");
    record("second");
    head = read_file();
    fd = open(scratch_path(NAME), O_WRONLY);
    /* The second document went to slot 0; spoil a byte of it. */
    cr_assert_eq(pwrite(fd, "X", 1, head->header_bytes + sizeof(struct porthole_record_slot)),
                 1);
    close(fd);

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

Test(recorder, without_a_run_directory_it_is_off)
{
    const struct porthole_record head = { .pid = 4711 };

    ph_recorder_init(&recorder, "", &head);
    record("nowhere");

    cr_assert_eq(recorder.fd, -1);
    ph_recorder_fini(&recorder);
}

Test(recorder, where_no_file_can_be_made_it_is_off)
{
    const struct porthole_record head = { .pid = 4711 };

    ph_recorder_init(&recorder, scratch_path("none"), &head);
    record("nowhere");

    cr_assert_eq(recorder.fd, -1);
    ph_recorder_fini(&recorder);
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
