/* SPDX-License-Identifier: MIT */
/*
 * histogram: more rows are asked for than are shown, because the one that matters in a
 * comparison may be a rare one.
 */
#include "histogram.h"

#include "ask.h"
#include "exitcode.h"
#include "porthole_wire.h"
#include "say.h"

#include <math.h>

#define ROWS 10000 /* the most an agent gives */

static int read_document(const struct ask *ask, struct buf *text, struct doc **document)
{
    const struct buf *body = &ask->job->body;

    if (doc_read(buf_text(body), body->len, document) == CAUSE_NONE) {
        if (doc_is_array(*document, "rows")) {
            buf_add(text, buf_text(body), body->len);
            return EXITCODE_FINE;
        }
        doc_free(*document);
    }
    say_error("cannot read the heap histogram of '%s'", ask->target);
    return EXITCODE_SOME;
}

int histogram_take(const struct opts *opts, char *word, struct buf *text, struct doc **document)
{
    struct buf path = { 0 };
    struct ask ask;
    struct ask_request request = { .noun = "a heap histogram",
                                   .doing = "counting objects",
                                   .timeout_ms = opts->timeout_ms,
                                   .expected_s = NAN,
                                   .signals = -1 };
    int code;

    buf_printf(&path, PORTHOLE_PATH_HISTOGRAM "?top=%u", ROWS);
    if (opts->thread != NULL)
        buf_printf(&path, "&thread=%s", opts->thread);
    request.path = buf_text(&path);
    code = ask_open(&ask, opts, word);
    if (code == EXITCODE_FINE) {
        code = ask_run(&ask, &request) ? read_document(&ask, text, document)
                                       : ask_explain(&ask, &request);
        ask_close(&ask);
    }
    buf_fini(&path);
    return code;
}
