/* SPDX-License-Identifier: MIT */
#include "agent/procfs.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "porthole.h"
#include "scratch.h"

TestSuite(procfs, .init = scratch_init, .fini = scratch_fini);

Test(procfs, numbers_parse_up_to_what_is_no_digit)
{
    static const struct {
        const char *text;
        uint64_t value;
    } rows[] = {
        { "0", 0 },
        { "1234 kB", 1234 },
        { " \t 7\n", 7 },
        { "18446744073709551614", UINT64_MAX - 1 },
        { "12a", 12 },
        { "max", PORTHOLE_UNKNOWN },
        { "", PORTHOLE_UNKNOWN },
        { "-1", PORTHOLE_UNKNOWN },
        { "\n5", PORTHOLE_UNKNOWN },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_eq(ph_proc_number(rows[i].text), rows[i].value, "'%s'", rows[i].text);
}

Test(procfs, fields_are_found_at_the_beginning_of_a_line_only)
{
    const char *text = "Name:\tVmRSS: 9\nVmRSSx: 8\nVmRSS:\t 1234 kB\nThreads:\t3";

    cr_assert_eq(ph_proc_field(text, "VmRSS:"), 1234);
    cr_assert_eq(ph_proc_field(text, "Threads:"), 3, "the last line needs no end");
}

Test(procfs, a_missing_field_is_unknown)
{
    cr_assert_eq(ph_proc_field("VmRSS: 1\n", "VmSwap:"), PORTHOLE_UNKNOWN);
    cr_assert_eq(ph_proc_field("", "VmRSS:"), PORTHOLE_UNKNOWN);
    cr_assert_eq(ph_proc_field("\n\n", "VmRSS:"), PORTHOLE_UNKNOWN);
    cr_assert_eq(ph_proc_field("VmRSS:", "VmRSS:"), PORTHOLE_UNKNOWN);
}

#define REST " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 98765 20"

Test(procfs, a_program_may_be_called_anything)
{
    static const char *const stats[] = {
        "42 (node)" REST, "42 (a) R 1 2 (b)" REST, "42 (:-) )" REST, "42 ())" REST,
        "42 ()" REST,     "42 (new\nline)" REST,
    };

    for (size_t i = 0; i < sizeof stats / sizeof stats[0]; i++) {
        cr_assert_eq(ph_proc_stat_field(stats[i], 4), 1, "%s", stats[i]);
        cr_assert_eq(ph_proc_stat_field(stats[i], 22), 98765, "%s", stats[i]);
    }
}

Test(procfs, stat_fields_that_are_not_there_are_unknown)
{
    cr_assert_eq(ph_proc_stat_field("42 (node) S 1", 3), PORTHOLE_UNKNOWN, "no number");
    cr_assert_eq(ph_proc_stat_field("42 (node) S 1", 5), PORTHOLE_UNKNOWN);
    cr_assert_eq(ph_proc_stat_field("42 (node)", 22), PORTHOLE_UNKNOWN);
    cr_assert_eq(ph_proc_stat_field("42 (node", 22), PORTHOLE_UNKNOWN);
    cr_assert_eq(ph_proc_stat_field("", 22), PORTHOLE_UNKNOWN);
}

Test(procfs, our_own_stat_has_our_start_time)
{
    char stat[1024];

    cr_assert_gt(ph_proc_read_path("/proc/self/stat", stat, sizeof stat), 0);

    cr_assert_eq(ph_proc_number(stat), (uint64_t)getpid());
    cr_assert_neq(ph_proc_stat_field(stat, 22), PORTHOLE_UNKNOWN);
}

Test(procfs, reads_from_the_beginning_each_time)
{
    char text[16];
    int fd;

    scratch_write("file", "first", 5);
    fd = ph_proc_open(scratch_path("file"));
    cr_assert_eq(ph_proc_read(fd, text, sizeof text), 5);
    scratch_write("file", "second", 6);

    cr_assert_eq(ph_proc_read(fd, text, sizeof text), 6);
    cr_assert_str_eq(text, "second");
    close(fd);
}

Test(procfs, cuts_a_file_that_does_not_fit)
{
    char text[4];

    scratch_write("file", "abcdef", 6);

    cr_assert_eq(ph_proc_read_path(scratch_path("file"), text, sizeof text), 3);
    cr_assert_str_eq(text, "abc");
}

Test(procfs, a_file_that_is_not_there_reads_as_an_error)
{
    char text[4] = "abc";

    cr_assert_eq(ph_proc_read_path(scratch_path("none"), text, sizeof text), -1);
    cr_assert_eq(ph_proc_read(-1, text, sizeof text), -1);
    cr_assert_str_eq(text, "abc");
}

Test(procfs, its_descriptors_are_not_inherited)
{
    int fd = ph_proc_open("/proc/self/stat");

    cr_assert_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(fd);
}
