/* SPDX-License-Identifier: MIT */
#include "cli/stacks.h"
#include "cli/trace.h"

#include "cli/mem.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct trace_look look;
static struct doc *document;
static struct buf out;

static const struct doc *load(const char *text)
{
    doc_free(document);
    document = NULL;
    cr_assert_eq(doc_read(text, strlen(text), &document), CAUSE_NONE, "%s", text);
    return document;
}

static void end(void)
{
    doc_free(document);
    buf_fini(&out);
}

TestSuite(cli_trace, .fini = end);

static const char *frames(const char *text)
{
    buf_clear(&out);
    trace_frames(&out, load(text), false, &look);
    return buf_text(&out);
}

#define ENVELOPE(threads) "{\"captured\":{\"at\":\"x\"},\"threads\":[" threads "]}"

static const char *stacks(const char *text)
{
    buf_clear(&out);
    return stacks_print(&out, load(text), &look) ? buf_text(&out) : NULL;
}

static const char *blocks(const char *text)
{
    buf_clear(&out);
    return stacks_blocks(&out, load(text), &look) ? buf_text(&out) : NULL;
}

Test(cli_trace, a_frame_is_a_line)
{
    cr_assert_str_eq(
        frames("[{\"function\":\"spin\",\"file\":\"/x.js\",\"line\":3,\"column\":5}]"),
        "    at spin (/x.js:3:5)\n");
    cr_assert_str_eq(frames("[{\"function\":\"\",\"file\":\"/x.js\",\"line\":3,\"column\":5}]"),
                     "    at /x.js:3:5\n");
    cr_assert_str_eq(frames("[{\"function\":\"A\",\"file\":\"/x.js\",\"constructor\":true}]"),
                     "    at new A (/x.js)\n");
    cr_assert_str_eq(frames("[{\"function\":\"f\",\"file\":\"\",\"kind\":\"eval\"}]"),
                     "    at f (unknown place) [eval]\n");
}

Test(cli_trace, calls_of_the_same_place_are_counted)
{
    cr_assert_str_eq(
        frames("[{\"function\":\"a\",\"file\":\"f\"},{\"function\":\"a\",\"file\":\"f\"},"
               "{\"function\":\"b\",\"file\":\"f\"},{\"function\":\"b\",\"file\":\"f\"},"
               "{\"function\":\"b\",\"file\":\"f\"},{\"function\":\"a\",\"file\":\"f\"}]"),
        "    at a (f)\n    ... and 1 more call of the same\n"
        "    at b (f)\n    ... and 2 more calls of the same\n"
        "    at a (f)\n");
}

Test(cli_trace, what_is_no_list_of_frames_is_nothing)
{
    cr_assert_str_eq(frames("{}"), "");
    cr_assert_str_eq(frames("[]"), "");
    cr_assert_str_eq(frames("[null,{\"function\":[],\"file\":{},\"line\":-1}]"),
                     "    at unknown place\n    ... and 1 more call of the same\n");
}

Test(cli_trace, absurd_places_are_unknown)
{
    cr_assert_str_eq(frames("[{\"file\":\"f\",\"line\":1e10,\"column\":2}]"), "    at f\n");
    cr_assert_str_eq(frames("[{\"file\":\"f\",\"line\":2,\"column\":\"3\"}]"), "    at f:2\n");
    cr_assert_str_eq(frames("[{\"file\":\"f\",\"line\":0,\"column\":2}]"), "    at f\n");
}

Test(cli_trace, names_cannot_drive_a_terminal)
{
    cr_assert_str_eq(frames("[{\"function\":\"\\u001b[2J\\n\",\"file\":\"\\u202e\\u0000x\"}]"),
                     "    at \\x1b[2J\\x0a (\\u{202e}\\x00x)\n");
}

Test(cli_trace, long_names_are_cut)
{
    char text[2 * TRACE_TEXT] = "[{\"file\":\"";
    size_t len = strlen(text);

    memset(text + len, 'x', TRACE_TEXT + 1);
    snprintf(text + len + TRACE_TEXT + 1, 8, "\"}]");

    cr_assert_eq(strlen(frames(text)), strlen("    at ...\n") + TRACE_TEXT);
}

Test(cli_trace, no_more_frames_than_the_ceiling)
{
    size_t room = (TRACE_FRAMES + 5) * 32;
    char *text = mem_new(room, 1);
    size_t len = (size_t)snprintf(text, room, "[{}");

    for (int i = 1; i < TRACE_FRAMES + 5; i++)
        len += (size_t)snprintf(text + len, room - len, ",{\"function\":\"f%d\"}", i);
    snprintf(text + len, room - len, "]");

    frames(text);
    cr_assert_not_null(strstr(buf_text(&out), "at f999 "));
    cr_assert_null(strstr(buf_text(&out), "at f1000 "));
    cr_assert_not_null(strstr(buf_text(&out), "... and 5 more frames\n"));
    free(text);
}

Test(cli_trace, a_cut_stack_says_so)
{
    trace_frames(&out, load("[{}]"), true, &look);
    cr_assert_not_null(
        strstr(buf_text(&out), "... and more frames, which the agent has cut\n"));
}

Test(cli_trace, an_idle_loop_is_one_line)
{
    cr_assert_str_eq(stacks(ENVELOPE("{\"id\":1,\"name\":\"worker 1\",\"status\":\"ok\","
                                     "\"loop\":{\"state\":\"idle\"},\"frames\":[]}")),
                     "thread 1 (worker 1): idle, no JavaScript is running\n");
}

Test(cli_trace, a_blocked_loop_says_for_how_long_and_where)
{
    cr_assert_str_eq(
        stacks(ENVELOPE("{\"id\":0,\"name\":\"main\",\"status\":\"unreachable\","
                        "\"loop\":{\"state\":\"blocked\",\"blocked_ms\":5123,"
                        "\"in_syscall\":\"wait4\"},\"reason\":\"it waits\",\"frames\":null}")),
        "thread 0 (main): blocked for 5.1s, in system call wait4\n    no stack: it waits\n");
}

Test(cli_trace, a_late_stack_says_that_it_may_mislead)
{
    stacks(ENVELOPE("{\"id\":0,\"name\":\"main\",\"late_ms\":180.4,\"after\":\"native call\","
                    "\"frames\":[{\"function\":\"f\"}]}"));

    cr_assert_str_eq(buf_text(&out),
                     "thread 0 (main)\n    at f (unknown place)\n"
                     "  note: came 180 ms late, after a native call:\n"
                     "        the innermost frame may be a later, innocent one\n");
}

Test(cli_trace, the_target_is_put_in_front)
{
    look.target = "db\x1b:9090";
    cr_assert_str_eq(stacks(ENVELOPE("{\"id\":0,\"name\":\"main\",\"frames\":[]}")),
                     "db\\x1b:9090 thread 0 (main), no JavaScript is running\n");
}

Test(cli_trace, other_documents_are_refused)
{
    cr_assert_null(stacks("[]"));
    cr_assert_null(stacks("{\"threads\":[]}"));
    cr_assert_null(stacks("{\"captured\":{},\"threads\":{}}"));
    cr_assert_null(blocks("{\"captured\":7,\"threads\":[]}"));
    cr_assert_eq(out.len, 0);
}

Test(cli_trace, a_process_without_threads_says_so)
{
    cr_assert_str_eq(stacks(ENVELOPE("")), "no JavaScript threads\n");
    cr_assert_str_eq(blocks(ENVELOPE("")), "no JavaScript threads\n");
}

Test(cli_trace, blocks_have_a_stack_or_a_reason)
{
    cr_assert_str_eq(
        blocks(ENVELOPE("{\"id\":0,\"name\":\"main\",\"count\":3,\"blocks\":["
                        "{\"at\":\"t2\",\"duration_ms\":50,\"ongoing\":true,"
                        "\"frames\":[{\"function\":\"f\"}]},"
                        "{\"at\":\"t1\",\"duration_ms\":1500,\"status\":\"ended\"}]}")),
        "thread 0 (main): blocked 3 times, the last 2 of them\n"
        "  t2: 50.0 ms so far\n    at f (unknown place)\n"
        "  t1: 1.5s\n    no stack: ended\n");
}

Test(cli_trace, places_come_from_source_maps)
{
    char path[] = "/tmp/porthole-trace-XXXXXX", text[512];
    int fd = mkstemp(path);

    /* the function "a" is called at 1:20, where the map calls it "total" */
    cr_assert_gt(dprintf(fd,
                         "function a(){ x() }a();\n//# sourceMappingURL=data:application/json,"
                         "{%%22version%%22:3,%%22sources%%22:[%%22s.ts%%22],"
                         "%%22names%%22:[%%22total%%22],"
                         "%%22mappings%%22:%%22AAAA,cACE,KACAA%%22}\n"),
                 0);
    close(fd);
    look.maps = maps_new();
    snprintf(text, sizeof text,
             "[{\"function\":\"a\",\"file\":\"%s\",\"line\":1,\"column\":15},"
             "{\"function\":\"other\",\"file\":\"%s\",\"line\":1,\"column\":20},"
             "{\"function\":\"top\",\"file\":\"%s\",\"line\":1,\"column\":20},"
             "{\"function\":\"plain\",\"file\":\"/nowhere\",\"line\":1,\"column\":1}]",
             path, path, path);

    frames(text);
    unlink(path);
    maps_free(look.maps);
    cr_assert_str_eq(buf_text(&out), "    at total (/tmp/s.ts:2:3)\n"
                                     "    at other (/tmp/s.ts:3:3)\n"
                                     "    at top (/tmp/s.ts:3:3)\n"
                                     "    at plain (/nowhere:1:1)\n");
}
