/* SPDX-License-Identifier: MIT */
#include "agent/put.h"

#include <criterion/criterion.h>
#include <string.h>

#include "alloc.h"
#include "porthole.h"

static struct ph_sink sink;

static void init(void)
{
    ph_sink_init(&sink, 4096);
}

static void fini(void)
{
    ph_sink_fini(&sink);
}

TestSuite(put, .init = init, .fini = fini);

static const char *written(void)
{
    static char text[256];

    memcpy(text, sink.bytes, sink.len);
    text[sink.len] = '\0';
    return text;
}

Test(put, text_is_a_string_behind_its_piece_and_null_without)
{
    ph_put_text(&sink, "{\"a\":", "x");
    ph_put_text(&sink, ",\"b\":", "");
    ph_put_text(&sink, ",\"c\":", NULL);

    cr_assert_str_eq(written(), "{\"a\":\"x\",\"b\":null,\"c\":null");
}

Test(put, a_string_may_be_empty)
{
    ph_put_string(&sink, ":", "");
    ph_put_string(&sink, ":", "a\"b\n");

    cr_assert_str_eq(written(), ":\"\":\"a\\\"b\\u000a\"");
}

Test(put, a_number_nobody_knows_is_null)
{
    ph_put_number(&sink, ":", 0);
    ph_put_number(&sink, ":", UINT64_MAX - 1);
    ph_put_number(&sink, ":", PORTHOLE_UNKNOWN);

    cr_assert_str_eq(written(), ":0:18446744073709551614:null");
}

Test(put, nanoseconds_become_milliseconds)
{
    ph_put_ms(&sink, ":", 0);
    ph_put_ms(&sink, ":", 1);
    ph_put_ms(&sink, ":", 1500000);
    ph_put_ms(&sink, ":", 5123200000);

    cr_assert_str_eq(written(), ":0:1e-06:1.5:5123.2");
}

Test(put, a_failed_allocation_fails_the_sink)
{
    EVERY_ALLOC_FAILS({
        init();
        ph_put_text(&sink, "{\"a\":", "x");
        ph_put_ms(&sink, ":", 1);
        cr_assert_eq(sink.failed, alloc_failed());
        fini();
    });
}
