/* SPDX-License-Identifier: MIT */
/* Owns the tests' reading of feeds. */
#include "feed.h"

#include <criterion/criterion.h>

void feed_read(struct ph_feed *feed, size_t cap, char *out, size_t out_cap)
{
    size_t len = 0, n;

    cr_assert_not_null(feed);
    do {
        cr_assert_lt(len + cap, out_cap, "it fits");
        n = feed->fill(feed, out + len, cap);
        cr_assert_leq(n, cap);
        len += n;
    } while (n > 0);
    out[len] = '\0';
    feed->drop(feed);
}
