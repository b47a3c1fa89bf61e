/* SPDX-License-Identifier: MIT */
#include "agent/status.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

Test(status, fills_the_text_and_hands_the_status_on)
{
    porthole_error err = { "" };

    cr_assert_eq(ph_fail(&err, PORTHOLE_ESYSTEM, "cannot open '%s'", "x"), PORTHOLE_ESYSTEM);

    cr_assert_str_eq(err.text, "cannot open 'x'");
}

Test(status, the_first_text_wins)
{
    porthole_error err = { "" };

    ph_fail(&err, PORTHOLE_ESYSTEM, "near the cause");
    cr_assert_eq(ph_fail(&err, PORTHOLE_EINVAL, "far from it"), PORTHOLE_EINVAL);

    cr_assert_str_eq(err.text, "near the cause");
}

Test(status, a_text_beyond_its_room_is_cut)
{
    porthole_error err = { "" };
    char text[400];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ph_fail(&err, PORTHOLE_EINVAL, "%s", text);

    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
}

Test(status, no_error_is_allowed)
{
    cr_assert_eq(ph_fail(NULL, PORTHOLE_ENOMEM, "out of memory"), PORTHOLE_ENOMEM);
}

Test(status, system_errors_read_like_our_own_words)
{
    cr_assert_str_eq(ph_errno_text(EADDRINUSE), "address already in use");
    cr_assert_str_eq(ph_errno_text(ENOENT), "no such file or directory");
    cr_assert_str_eq(ph_errno_text(99999), "unknown error");
}
