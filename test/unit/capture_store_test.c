/* SPDX-License-Identifier: MIT */
#include "agent/capture_store.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/clock.h"
#include "scratch.h"

TestSuite(capture_store, .init = scratch_init, .fini = scratch_fini);

#define AT UINT64_C(1795216017906000000) /* 2026-11-20T23:06:57.906Z */
#define NAME(at, rule) "4121-20261120T230657" at "Z-" rule "-stack.json"

static struct ph_capture_store store;
static char why[PH_CAPTURE_WHY];
static char dir[64];

static void start(void)
{
    snprintf(dir, sizeof dir, "%s", scratch_path(""));
    ph_capture_store_init(&store, dir, 4121);
}

/* Keep `bytes` of a rule that may have three files, so many milliseconds after AT. */
static enum ph_capture_ending keep(unsigned rule, uint64_t ms, const char *bytes, size_t n)
{
    struct ph_blob body = { .bytes = (char *)(uintptr_t)bytes, .len = n };
    struct ph_capture capture = { .rule = rule,
                                  .limit = 3,
                                  .kind = "stack.json",
                                  .body = &body,
                                  .at_unix_ns = AT + ms * PH_NS_PER_MS };

    why[0] = '\0';
    return ph_capture_store_put(&store, &capture, why);
}

static enum ph_capture_ending room(unsigned rule, uint64_t bytes)
{
    struct ph_capture capture = { .rule = rule, .limit = 3 };

    why[0] = '\0';
    ph_capture_store_scan(&store);
    return ph_capture_store_room(&store, &capture, bytes, why);
}

static void leave(const char *name, off_t bytes)
{
    int fd = open(scratch_path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    cr_assert_eq(ftruncate(fd, bytes), 0);
    close(fd);
}

Test(capture_store, what_is_kept_is_complete_and_private)
{
    char text[16] = "";
    struct stat st;
    int fd;

    start();
    cr_assert_eq(keep(1, 0, "{}\n", 3), PH_CAPTURE_KEPT, "%s", why);
    fd = open(scratch_path(NAME("906", "1")), O_RDONLY);
    cr_assert_eq(read(fd, text, sizeof text), 3);
    fstat(fd, &st);
    close(fd);

    cr_assert_str_eq(text, "{}\n");
    cr_assert_eq(st.st_mode & 07777, 0600);
    cr_assert_eq(store.n, 1);
    cr_assert_eq(store.files[0].bytes, 3);
    cr_assert_eq(store.files[0].rule, 1);
    cr_assert_not(scratch_has(NAME("906", "1") ".new"));
}

Test(capture_store, the_oldest_of_a_rule_gives_way_to_the_fourth)
{
    start();
    keep(2, 0, "x", 1);
    for (uint64_t ms = 1; ms <= 4; ms++)
        cr_assert_eq(keep(1, ms, "x", 1), PH_CAPTURE_KEPT, "%s", why);

    cr_assert_eq(store.n, 4);
    cr_assert(scratch_has(NAME("906", "2")), "of another rule");
    cr_assert_not(scratch_has(NAME("907", "1")));
    cr_assert(scratch_has(NAME("908", "1")));
    cr_assert(scratch_has(NAME("910", "1")));
}

Test(capture_store, two_of_one_millisecond_do_not_overwrite_each_other)
{
    start();
    cr_assert_eq(keep(1, 0, "first", 5), PH_CAPTURE_KEPT);
    cr_assert_eq(keep(1, 0, "second", 6), PH_CAPTURE_REFUSED);

    cr_assert_str_eq(why, "cannot write '" NAME("906", "1") "': file exists");
    cr_assert_eq(store.files[0].bytes, 5);
}

Test(capture_store, files_of_others_are_neither_counted_nor_removed)
{
    start();
    leave("4122-20261120T230657906Z-1-stack.json", 1);
    leave("4122-20261120T230657906Z-1-stack.json.new", 1);
    leave("4121-notes.txt", 1);
    leave("4121.porthole", 1);
    for (uint64_t ms = 1; ms <= 4; ms++)
        keep(1, ms, "x", 1);

    cr_assert_eq(store.n, 3);
    cr_assert(scratch_has("4122-20261120T230657906Z-1-stack.json"));
    cr_assert(scratch_has("4122-20261120T230657906Z-1-stack.json.new"));
    cr_assert(scratch_has("4121-notes.txt"));
    cr_assert(scratch_has("4121.porthole"));
}

Test(capture_store, those_of_a_predecessor_count_and_its_leftovers_go)
{
    start();
    leave(NAME("001", "1"), 10);
    leave(NAME("002", "1") ".new", 10);
    for (uint64_t ms = 0; ms < 3; ms++)
        keep(1, ms, "x", 1);

    cr_assert_eq(store.n, 3);
    cr_assert_not(scratch_has(NAME("001", "1")));
    cr_assert_not(scratch_has(NAME("002", "1") ".new"));
}

Test(capture_store, a_process_keeps_32_MiB_at_most)
{
    start();
    leave(NAME("001", "1"), 20 << 20);
    leave(NAME("002", "2"), 12 << 20);

    cr_assert_eq(room(1, 0), PH_CAPTURE_KEPT);
    cr_assert_eq(room(1, 1), PH_CAPTURE_NO_ROOM);
    cr_assert_str_eq(why, "the files kept would exceed 32 MiB; remove some");
    cr_assert_eq(keep(1, 0, "x", 1), PH_CAPTURE_NO_ROOM);
    cr_assert_eq(store.n, 2, "none gave way for nothing");
}

Test(capture_store, what_will_give_way_makes_room)
{
    start();
    leave(NAME("001", "1"), 20 << 20);
    leave(NAME("002", "1"), 6 << 20);
    leave(NAME("003", "1"), 6 << 20);

    cr_assert_eq(room(1, 20 << 20), PH_CAPTURE_KEPT, "%s", why);
    cr_assert_eq(room(1, (20 << 20) + 1), PH_CAPTURE_NO_ROOM);
    cr_assert_eq(room(2, 1), PH_CAPTURE_NO_ROOM, "they give way to their own only");
}

Test(capture_store, memory_that_others_need_is_not_taken)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", scratch_path(""), "tmpfs", 0, "size=60m,mode=700") != 0)
        cr_skip_test("only root can mount a small tmpfs");
    start();
    cr_assert_eq(room(1, 0), PH_CAPTURE_NO_ROOM);
    cr_assert(strstr(why, "has 60 MiB left, and 64 are not to be touched"), "%s", why);
    umount(scratch_path(""));
    cr_assert_eq(mount("none", scratch_path(""), "tmpfs", 0, "size=0,mode=700"), 0);

    cr_assert_eq(room(1, 0), PH_CAPTURE_KEPT, "no limit of its own: %s", why);
    umount(scratch_path(""));
}

Test(capture_store, without_a_run_directory_it_says_so)
{
    ph_capture_store_init(&store, "", 4121);
    cr_assert_eq(room(1, 0), PH_CAPTURE_REFUSED);
    cr_assert_str_eq(why, "there is no run directory");

    ph_capture_store_init(&store, scratch_path("gone"), 4121);
    cr_assert_eq(keep(1, 0, "x", 1), PH_CAPTURE_REFUSED);
    cr_assert_str_eq(why, "there is no run directory");
}

Test(capture_store, more_files_than_there_can_be_are_survived)
{
    start();
    for (unsigned i = 0; i < PH_CAPTURE_FILES + 50; i++) {
        char name[PH_CAPTURE_NAME_BYTES];

        snprintf(name, sizeof name, "4121-20261120T230%06uZ-1-stack.json", i);
        leave(name, 1);
    }
    ph_capture_store_scan(&store);
    cr_assert_eq(store.n, PH_CAPTURE_FILES);
    for (int i = 0; i < 3; i++)
        keep(1, (uint64_t)i, "x", 1);

    cr_assert_eq(store.n, 3);
}
