/* SPDX-License-Identifier: MIT */
#include "cli/csv.h"
#include "cli/lines.h"
#include "cli/seriesfile.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct csv csv;
static double cells[CSV_COLUMNS];

static bool header(const char *line)
{
    return csv_header(&csv, line, strlen(line));
}

static bool row(const char *line)
{
    return csv_row(&csv, line, strlen(line), cells);
}

/* ---- A line -------------------------------------------------------------------------- */

Test(cli_csv, names_may_be_quoted)
{
    cr_assert(header("seconds,\"a \"\"b\"\", c\", plain name \t,\"\"\"\""));

    cr_assert_eq(csv.count, 4);
    cr_assert_str_eq(csv.names[1], "a \"b\", c");
    cr_assert_str_eq(csv.names[2], "plain name");
    cr_assert_str_eq(csv.names[3], "\"");
    cr_assert_eq(csv_column(&csv, "plain name"), 2);
    cr_assert_eq(csv_column(&csv, "other"), 4);
}

Test(cli_csv, numbers_are_decimal)
{
    static const char *const good[] = { "1", "-1.5", "+2e3", " 7 ", "\"8\"", ".5", "1E-3" };
    static const char *const bad[] = { "0x10", "inf",  "infinity", "1e999", "1 2", "1,2",
                                       "e",    "1.2.3", "--1",     "nan1",  "\"1\"2" };

    cr_assert(header("x"));
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        cr_assert(row(good[i]) && isfinite(cells[0]), "%s: %s", good[i], csv.error);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(row(bad[i]), "%s", bad[i]);
}

Test(cli_csv, big_numbers_keep_their_value)
{
    cr_assert(header("x,y") && row("9007199254740993,-9007199254740992"));

    cr_assert_eq(cells[0], 9007199254740992.0);
    cr_assert_eq(cells[1], -9007199254740992.0);
}

Test(cli_csv, gaps_are_no_numbers)
{
    cr_assert(header("a,b,c,d,e") && row(",NaN,na,null,\"\""));

    for (size_t i = 0; i < 5; i++)
        cr_assert(isnan(cells[i]));
}

Test(cli_csv, a_bad_cell_is_named_by_its_column)
{
    cr_assert(header("seconds,x y"));

    cr_assert_not(row("1,abc"));
    cr_assert_str_eq(csv.error, "column 2 ('x y'): 'abc' is no number");
    cr_assert_not(row("1"));
    cr_assert_str_eq(csv.error, "1 cell, and the first line names 2 columns");
}

/* No line may make it read or write past anything; ASan looks. */
Test(cli_csv, survives_random_lines)
{
    static const char bytes[] = ",,,\"\"\"0123.e-+ \tnaNx\xEF\xBB\xBF\xFF\x1b";
    unsigned seed = 7;

    for (int i = 0; i < 20000; i++) {
        size_t len = (size_t)(rand_r(&seed) % 60);
        char *line = malloc(len > 0 ? len : 1); /* its own block: an end that is seen */

        for (size_t c = 0; c < len; c++)
            line[c] = bytes[(size_t)rand_r(&seed) % sizeof bytes];
        if (i % 2 == 0)
            csv_header(&csv, line, len);
        else
            csv_row(&csv, line, len, cells);
        cr_assert_leq(csv.count, CSV_COLUMNS);
        free(line);
    }
}

/* ---- Lines --------------------------------------------------------------------------- */

static struct lines lines_of(const char *text, size_t len)
{
    struct lines lines;

    scratch_write("lines", text, len);
    lines_init(&lines, open(scratch_path("lines"), O_RDONLY | O_CLOEXEC));
    return lines;
}

static void end_lines(struct lines *lines)
{
    close(lines->fd);
    lines_fini(lines);
}

TestSuite(cli_lines, .init = scratch_init, .fini = scratch_fini);

Test(cli_lines, ends_are_those_of_every_system)
{
    struct lines lines = lines_of("a\r\n\nlast", 8);
    const char *line;
    size_t len;

    cr_assert_eq(lines_next(&lines, &line, &len), 1);
    cr_assert(len == 1 && line[0] == 'a');
    cr_assert_eq(lines_next(&lines, &line, &len), 1);
    cr_assert_eq(len, 0);
    cr_assert_eq(lines_next(&lines, &line, &len), 1);
    cr_assert(len == 4 && memcmp(line, "last", 4) == 0 && lines.number == 3);
    cr_assert_eq(lines_next(&lines, &line, &len), 0);
    end_lines(&lines);
}

Test(cli_lines, a_line_that_is_too_long_is_refused)
{
    char *text = malloc(LINES_ROOM + 10);
    const char *line;
    size_t len;

    memset(text, 'x', LINES_ROOM + 10);
    for (size_t i = 1000; i < LINES_ROOM; i += 1000)
        text[i] = '\n';
    text[LINES_ROOM - 1] = '\n';
    struct lines lines = lines_of(text, LINES_ROOM + 10);
    while (lines_next(&lines, &line, &len) > 0)
        cr_assert(len <= 1000);
    end_lines(&lines);
    memset(text, 'x', LINES_ROOM + 10);
    lines = lines_of(text, LINES_ROOM + 10);
    cr_assert_eq(lines_next(&lines, &line, &len), -1);
    cr_assert_eq(errno, EMSGSIZE);
    end_lines(&lines);
    free(text);
}

/* ---- A file -------------------------------------------------------------------------- */

static struct seriesfile *judge(const char *text, size_t most_bytes, bool *good)
{
    struct seriesfile *file = calloc(1, sizeof *file);
    struct trials_options options = { .limit = NAN };

    scratch_write("x.csv", text, strlen(text));
    file->name = scratch_path("x.csv");
    file->most_bytes = most_bytes;
    *good = seriesfile_judge(file, &options);
    return file;
}

static void drop(struct seriesfile *file)
{
    seriesfile_fini(file);
    free(file);
}

TestSuite(cli_seriesfile, .init = scratch_init, .fini = scratch_fini);

Test(cli_seriesfile, what_fits_is_sorted)
{
    bool good;
    struct seriesfile *file = judge("seconds,x\n30,3\n10,1\n20,2\n", 4096, &good);

    cr_assert(good && file->sorted && file->disorder_line == 3);
    cr_assert(file->trials.first_s == 10 && file->trials.last_s == 30);
    cr_assert_float_eq((double)file->trials.series[0].trial.value.second[20], 2, 0);
    drop(file);
}

Test(cli_seriesfile, a_long_file_in_order_is_read_row_by_row)
{
    bool good;
    struct seriesfile *file = judge("seconds,x\n10,1\n20,2\n30,3\n40,4\n", 32, &good);

    cr_assert(good && !file->sorted);
    cr_assert(file->trials.rows == 4 && file->trials.last_s == 40);
    drop(file);
}

Test(cli_seriesfile, a_long_file_without_order_is_refused_wherever_it_is_noticed)
{
    static const char *const files[] = { "seconds,x\n10,1\n5,2\n30,3\n40,4\n",
                                         "seconds,x\n10,1\n20,2\n30,3\n25,4\n" };

    for (size_t i = 0; i < 2; i++) {
        bool good;
        struct seriesfile *file = judge(files[i], 32, &good);

        cr_assert_not(good);
        cr_assert(strstr(file->error, "too long to be sorted") != NULL, "%s", file->error);
        cr_assert(strstr(file->error, i == 0 ? "line 3" : "line 5") != NULL, "%s", file->error);
        drop(file);
    }
}

Test(cli_seriesfile, the_kind_is_told_by_the_name)
{
    cr_assert_eq(trials_kind_of("heap.used_bytes"), PH_GROWTH_HEAP);
    cr_assert_eq(trials_kind_of("heap.used_after_full_gc_bytes.min"), PH_GROWTH_HEAP);
    cr_assert_eq(trials_kind_of("process.rss_bytes"), PH_GROWTH_BYTES);
    cr_assert_eq(trials_kind_of("process.rss_bytes.mean"), PH_GROWTH_BYTES);
    cr_assert_eq(trials_kind_of("sockets.tcp.established"), PH_GROWTH_COUNT);
    cr_assert_eq(trials_kind_of(""), PH_GROWTH_COUNT);
}
