/* SPDX-License-Identifier: MIT */
#include "agent/close_wait.h"

#include <criterion/criterion.h>
#include <string.h>

#define S PH_NS_PER_S

static char text[PH_CLOSE_WAIT_BYTES];

static const char *said(struct ph_close_wait waits)
{
    return ph_close_wait_says(&waits, text);
}

Test(close_wait, a_pile_is_named_as_what_it_is)
{
    cr_assert_str_eq(said((struct ph_close_wait){ 12, 130 * S, "10.0.0.7:443", 9 }),
                     "the peer closed 12 connections, the application did not; the oldest "
                     "130 s ago; most with 10.0.0.7:443");
    cr_assert_str_eq(said((struct ph_close_wait){ 12, 130 * S, "10.0.0.7:443", 12 }),
                     "the peer closed 12 connections, the application did not; the oldest "
                     "130 s ago; all with 10.0.0.7:443");
    cr_assert_str_eq(said((struct ph_close_wait){ 1, 7 * S, "10.0.0.7:443", 1 }),
                     "the peer closed 1 connection, the application did not; 7 s ago; with "
                     "10.0.0.7:443");
}

Test(close_wait, a_peer_that_is_not_known_is_not_named)
{
    cr_assert_str_eq(said((struct ph_close_wait){ 2, 130 * S, NULL, 0 }),
                     "the peer closed 2 connections, the application did not; the oldest "
                     "130 s ago");
}

Test(close_wait, what_has_just_been_closed_is_no_pile)
{
    cr_assert_null(said((struct ph_close_wait){ 0, 0, NULL, 0 }));
    cr_assert_null(said((struct ph_close_wait){ 40, 5 * S - 1, "10.0.0.7:443", 40 }));
    cr_assert_not_null(said((struct ph_close_wait){ 40, 5 * S, "10.0.0.7:443", 40 }));
}

Test(close_wait, the_longest_sentence_fits)
{
    static char peer[64];

    memset(peer, 'f', sizeof peer - 1);
    said((struct ph_close_wait){ UINT64_MAX, UINT64_MAX, peer, 1 });

    cr_assert_str_eq(text + strlen(text) - strlen(peer), peer);
}
