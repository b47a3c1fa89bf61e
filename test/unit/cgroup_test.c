/* SPDX-License-Identifier: MIT */
#include "agent/cgroup.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "agent/procfs.h"
#include "guard.h"
#include "porthole.h"
#include "scratch.h"

static const char v2[] = "0::/system.slice/app.service\n";
static const char v1[] =
    "12:pids:/p\n7:cpu,memory,hugetlb:/docker/ab\n3:cpuset:/c\n1:name=systemd:/s\n";
static const char hybrid[] = "5:memory:/m\n1:name=systemd:/s\n0::/u\n";

Test(cgroup, finds_the_path_of_its_version)
{
    static const struct {
        const char *text, *controller, *path;
    } rows[] = {
        { v2, "", "/system.slice/app.service" },
        { v2, "memory", "" },
        { v1, "memory", "/docker/ab" },
        { v1, "cpu", "/docker/ab" },
        { v1, "hugetlb", "/docker/ab" },
        { v1, "mem", "" },
        { v1, "", "" },
        { hybrid, "memory", "/m" },
        { hybrid, "", "/u" },
        { "0::/", "", "/" },
        { "0::/a:b\n", "", "/a:b" },
        { "3:memory:/x", "memory", "/x" },
    };
    char path[64];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_str_eq(ph_cgroup_path(rows[i].text, rows[i].controller, path, sizeof path),
                         rows[i].path, "row %zu: %s", i, path);
}

Test(cgroup, text_that_makes_no_sense_has_no_path)
{
    static const char *const rows[] = { "", "\n", ":", "0:", "garbage", "::", "\n\n:\n" };
    char path[64];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_str_eq(ph_cgroup_path(rows[i], "", path, sizeof path), "", "%s", rows[i]);
}

Test(cgroup, a_path_beyond_its_room_is_cut)
{
    char path[8];

    ph_cgroup_path(v2, "", path, sizeof path);

    cr_assert_str_eq(path, "/system");
}

Test(cgroup, any_prefix_of_a_real_text_is_harmless)
{
    char text[sizeof hybrid], path[64];

    for (size_t n = 0; n < sizeof hybrid; n++) {
        memcpy(text, hybrid, n);
        text[n] = '\0';
        ph_cgroup_path(text, "memory", path, sizeof path);
        ph_cgroup_path(text, "", path, sizeof path);
        cr_assert_lt(strlen(path), sizeof path);
    }
}

Test(cgroup, without_files_every_figure_is_unknown)
{
    const struct ph_cgroup none = { -1, -1, -1 };
    struct ph_cgroup_figures f;

    ph_cgroup_read(&none, &f);

    cr_assert_eq(f.memory_bytes, PORTHOLE_UNKNOWN);
    cr_assert_eq(f.limit_bytes, PORTHOLE_UNKNOWN);
    cr_assert_eq(f.oom_kills, PORTHOLE_UNKNOWN);
}

static int open_made(const char *name, const char *text)
{
    scratch_write(name, text, strlen(text));
    return ph_proc_open(scratch_path(name));
}

Test(cgroup, reads_usage_limit_and_kills, .init = scratch_init, .fini = scratch_fini)
{
    struct ph_cgroup cgroup = { open_made("usage", "1048576\n"),
                                open_made("limit", "2097152\n"),
                                open_made("events", "low 0\noom 5\noom_kill 3\n") };
    struct ph_cgroup_figures f;

    ph_cgroup_read(&cgroup, &f);

    cr_assert_eq(f.memory_bytes, 1048576);
    cr_assert_eq(f.limit_bytes, 2097152);
    cr_assert_eq(f.oom_kills, 3);
    ph_cgroup_fini(&cgroup);
}

Test(cgroup, no_limit_is_unknown_in_both_versions, .init = scratch_init, .fini = scratch_fini)
{
    static const char *const none[] = { "max\n", "9223372036854771712\n" };

    for (size_t i = 0; i < 2; i++) {
        struct ph_cgroup cgroup = { -1, open_made("limit", none[i]), -1 };
        struct ph_cgroup_figures f;

        ph_cgroup_read(&cgroup, &f);

        cr_assert_eq(f.limit_bytes, PORTHOLE_UNKNOWN);
        ph_cgroup_fini(&cgroup);
    }
}

Test(cgroup, fini_closes_what_init_found_and_may_come_twice)
{
    int before = guard_open_fds();
    struct ph_cgroup cgroup;

    ph_cgroup_init(&cgroup);
    ph_cgroup_fini(&cgroup);
    ph_cgroup_fini(&cgroup);

    cr_assert_eq(guard_open_fds(), before);
}
