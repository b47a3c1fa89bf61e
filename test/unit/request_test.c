/* SPDX-License-Identifier: MIT */
#include "agent/request.h"

#include <criterion/criterion.h>
#include <string.h>

#include "alloc.h"

Test(request, errors_have_one_shape)
{
    struct ph_reply reply = { 0 };

    ph_reply_error(&reply, 404, "not-found", "there is no", "/x\"y");

    cr_assert_eq(reply.status, 404);
    cr_assert_str_eq(reply.content_type, "application/json");
    cr_assert_str_eq(reply.body->bytes, "{\"error\":{\"code\":\"not-found\",\"message\":"
                                        "\"there is no '/x\\\"y'\"}}\n");
    cr_assert_eq(reply.age_s, PH_NO_AGE);
    ph_blob_unref(reply.body);
}

Test(request, an_error_may_be_about_nothing_in_particular)
{
    struct ph_reply reply = { 0 };

    ph_reply_error(&reply, 400, "bad-request", "malformed request head", NULL);

    cr_assert_str_eq(reply.body->bytes, "{\"error\":{\"code\":\"bad-request\",\"message\":"
                                        "\"malformed request head\"}}\n");
    ph_blob_unref(reply.body);
}

Test(request, a_subject_without_end_is_left_out)
{
    static char subject[5000];
    struct ph_reply reply = { 0 };

    memset(subject, 'x', sizeof subject - 1);
    ph_reply_error(&reply, 404, "not-found", "there is no", subject);

    cr_assert_str_eq(reply.body->bytes,
                     "{\"error\":{\"code\":\"not-found\",\"message\":\"there is no\"}}\n");
    ph_blob_unref(reply.body);
}

Test(request, survives_every_failed_allocation)
{
    EVERY_ALLOC_FAILS({
        struct ph_reply reply = { 0 };

        ph_reply_error(&reply, 404, "not-found", "there is no", "/x");

        cr_assert(reply.body || alloc_failed());
        ph_blob_unref(reply.body);
    });
}
