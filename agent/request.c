/* SPDX-License-Identifier: MIT */
/* Owns the shape of an answer, errors above all: they all look alike. */
#include "request.h"

#include <stddef.h>

#include "text.h"

void ph_reply_take(struct ph_reply *reply, unsigned status, const char *content_type,
                   struct ph_sink *sink)
{
    reply->status = status;
    reply->content_type = content_type;
    reply->body = ph_blob_take(sink);
    reply->age_s = PH_NO_AGE;
    ph_sink_fini(sink);
}

void ph_reply_take_blob(struct ph_reply *reply, unsigned status, const char *content_type,
                        struct ph_blob *body)
{
    reply->status = status;
    reply->content_type = content_type;
    reply->body = body;
    reply->age_s = PH_NO_AGE;
}

void ph_reply_error(struct ph_reply *reply, unsigned status, const char *code,
                    const char *message, const char *subject)
{
    struct ph_sink text, body;

    ph_sink_init(&text, 4096);
    ph_sink_text(&text, message);
    if (subject) {
        ph_sink_text(&text, " '");
        ph_sink_text(&text, subject);
        ph_sink_char(&text, '\'');
    }
    ph_sink_put(&text, "", 1);
    ph_sink_init(&body, PH_REPLY_MAX_BYTES);
    ph_sink_text(&body, "{\"error\":{\"code\":");
    ph_text_json(&body, code);
    ph_sink_text(&body, ",\"message\":");
    ph_text_json(&body, text.failed ? message : text.bytes);
    ph_sink_text(&body, "}}\n");
    ph_sink_fini(&text);
    ph_reply_take(reply, status, "application/json", &body);
}
