/* SPDX-License-Identifier: MIT */
#include "cli/interrupt.h"
#include "cli/outfile.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(cli_outfile, .init = scratch_init, .fini = scratch_fini);

static struct outfile file;

static const char *content(const char *name)
{
    static char text[64];
    int fd = open(scratch_path(name), O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, text, sizeof text - 1);

    text[n > 0 ? n : 0] = '\0';
    close(fd);
    return text;
}

/* ---- Names ------------------------------------------------------------------------- */

static void is_named(const char *service, double pid, const char *expected)
{
    struct outfile_origin origin = { service, pid, "2026-11-20T23:06:57.906Z", ".x" };
    char *name = outfile_name(NULL, &origin);

    cr_assert_str_eq(name, expected);
    free(name);
}

Test(cli_outfile, a_name_says_whose_it_is_and_of_when)
{
    is_named("shop", 4121, "shop-4121-20261120T230657.x");
    is_named("", NAN, "porthole-20261120T230657.x");
}

Test(cli_outfile, a_name_leads_nowhere_else_whatever_a_service_is_called)
{
    is_named("../../etc/passwd", 1, "_._.._etc_passwd-1-20261120T230657.x");
    is_named("-rf", 1, "_rf-1-20261120T230657.x");
    is_named(".hidden", 1, "_hidden-1-20261120T230657.x");
    is_named("a b\n\x1b[2J\xC3\xA4", 1, "a_b___2J__-1-20261120T230657.x");
}

Test(cli_outfile, a_name_has_an_end)
{
    struct outfile_origin origin = { "", 1, "", ".x" };
    char service[5000] = "", *name;

    memset(service, 'a', sizeof service - 1);
    origin.service = service;
    name = outfile_name(NULL, &origin);

    cr_assert_lt(strlen(name), 120);
    free(name);
}

Test(cli_outfile, a_folder_gets_the_name_and_a_file_keeps_its_own)
{
    struct outfile_origin origin = { "shop", 1, "2026-11-20T23:06:57Z", ".x" };
    char *inside = outfile_name(scratch_path(""), &origin);
    char *own = outfile_name(scratch_path("mine"), &origin);

    cr_assert_str_eq(inside, scratch_path("shop-1-20261120T230657.x"));
    cr_assert_str_eq(own, scratch_path("mine"));
    free(inside);
    free(own);
}

Test(cli_outfile, the_second_of_a_second_gets_a_number)
{
    struct outfile_origin origin = { "shop", 1, "2026-11-20T23:06:57Z", ".x" };
    char *name;

    scratch_write("shop-1-20261120T230657.x", "1", 1);
    scratch_write("shop-1-20261120T230657-2.x", "2", 1);
    name = outfile_name(scratch_path(""), &origin);

    cr_assert_str_eq(name, scratch_path("shop-1-20261120T230657-3.x"));
    free(name);
}

/* ---- Life -------------------------------------------------------------------------- */

Test(cli_outfile, has_its_name_only_when_it_is_whole)
{
    cr_assert(outfile_open(&file, scratch_path("a"), false));
    cr_assert(outfile_write(&file, "half", 4));
    cr_assert(scratch_has("a.partial"));
    cr_assert_not(scratch_has("a"));

    cr_assert(outfile_finish(&file));

    cr_assert_str_eq(content("a"), "half");
    cr_assert_not(scratch_has("a.partial"));
}

Test(cli_outfile, is_for_its_owner_only)
{
    struct stat st;

    cr_assert(outfile_open(&file, scratch_path("a"), false));
    cr_assert(outfile_finish(&file));

    cr_assert_eq(stat(scratch_path("a"), &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
}

Test(cli_outfile, leaves_nothing_when_it_is_dropped)
{
    cr_assert(outfile_open(&file, scratch_path("a"), false));
    cr_assert(outfile_write(&file, "half", 4));

    outfile_drop(&file);

    cr_assert_not(scratch_has("a"));
    cr_assert_not(scratch_has("a.partial"));
}

Test(cli_outfile, replaces_a_file_only_when_told_to)
{
    scratch_write("a", "old", 3);

    cr_assert_not(outfile_open(&file, scratch_path("a"), false));
    cr_assert_not_null(strstr(file.error, "--force"));
    cr_assert(outfile_open(&file, scratch_path("a"), true));
    cr_assert(outfile_write(&file, "new", 3));
    cr_assert_str_eq(content("a"), "old", "until the new one is whole");
    cr_assert(outfile_finish(&file));

    cr_assert_str_eq(content("a"), "new");
}

Test(cli_outfile, spares_a_file_that_came_in_the_meantime)
{
    cr_assert(outfile_open(&file, scratch_path("a"), false));
    scratch_write("a", "theirs", 6);

    cr_assert_not(outfile_finish(&file));

    cr_assert_str_eq(content("a"), "theirs");
    cr_assert_not(scratch_has("a.partial"));
}

Test(cli_outfile, two_at_once_do_not_share_a_file)
{
    struct outfile other;

    cr_assert(outfile_open(&file, scratch_path("a"), false));

    cr_assert_not(outfile_open(&other, scratch_path("a"), false));
    cr_assert_not_null(strstr(other.error, "another command"));
    cr_assert(scratch_has("a.partial"), "the first one's");
    outfile_drop(&file);
}

Test(cli_outfile, does_not_follow_a_link_that_lies_in_wait)
{
    scratch_write("victim", "precious", 8);
    cr_assert_eq(symlink(scratch_path("victim"), scratch_path("a.partial")), 0);

    cr_assert_not(outfile_open(&file, scratch_path("a"), false));
    cr_assert(outfile_open(&file, scratch_path("a"), true));
    cr_assert(outfile_finish(&file));

    cr_assert_str_eq(content("victim"), "precious");
}

Test(cli_outfile, a_disk_that_is_full_is_said_and_leaves_nothing)
{
    struct rlimit limit = { 4096, RLIM_INFINITY };
    char bytes[8192] = { 0 };

    cr_assert(outfile_open(&file, scratch_path("a"), false));
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_not(outfile_write(&file, bytes, sizeof bytes));
    cr_assert_not_null(strstr(file.error, "cannot write"));
    outfile_drop(&file);

    cr_assert_not(scratch_has("a"));
    cr_assert_not(scratch_has("a.partial"));
}

Test(cli_outfile, a_device_is_written_to_and_not_replaced)
{
    struct stat st;

    cr_assert(outfile_open(&file, "/dev/full", false));
    cr_assert_not(outfile_write(&file, "x", 1));
    cr_assert_str_eq(file.error, "cannot write '/dev/full': no space left on device");
    outfile_drop(&file);

    cr_assert_eq(stat("/dev/full", &st), 0);
    cr_assert(S_ISCHR(st.st_mode));
}

Test(cli_outfile, a_folder_that_is_not_there_is_named)
{
    cr_assert_not(outfile_open(&file, scratch_path("missing/a"), false));

    cr_assert_not_null(strstr(file.error, "missing/a.partial': no such file"));
}

Test(cli_outfile, a_signal_waits_for_the_file_to_be_dropped)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        outfile_open(&file, scratch_path("a"), false);
        kill(getpid(), SIGTERM);
        if (!interrupt_came())
            _exit(1);
        outfile_drop(&file);
        _exit(2);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);

    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "%#x", status);
    cr_assert_not(scratch_has("a.partial"));
}
