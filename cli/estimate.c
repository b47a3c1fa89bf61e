/* SPDX-License-Identifier: MIT */
/*
 * estimate: every figure may be missing.
 */
#include "estimate.h"

#include "doc.h"
#include "units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool estimate_read(const char *text, size_t len, struct estimate *out)
{
    struct doc *answer = NULL;
    bool good;

    if (doc_read(text, len, &answer) != CAUSE_NONE)
        return false;
    good = doc_is_object(answer, "estimate");
    out->heap_bytes = doc_number(answer, "heap_used_bytes", DOC_BYTES_MOST);
    out->loop_s = doc_number(answer, "estimate.loop_s", 1e6);
    out->memory_bytes = doc_number(answer, "estimate.memory_bytes", DOC_BYTES_MOST);
    out->file_bytes = doc_number(answer, "estimate.file_bytes", DOC_BYTES_MOST);
    out->headroom_bytes = doc_number(answer, "headroom_bytes", DOC_BYTES_MOST);
    out->allowed = doc_is_true(answer, "allowed");
    snprintf(out->reason, sizeof out->reason, "%s", doc_text(answer, "reason", NULL));
    doc_free(answer);
    return good;
}

static void add_bytes(struct buf *out, const char *before, double bytes, const char *behind)
{
    char text[UNITS_BYTES];

    units_bytes(text, bytes);
    buf_printf(out, "%s%s%s", before, isnan(bytes) ? "an unknown amount" : text, behind);
}

void estimate_describe(struct buf *out, const struct estimate *estimate)
{
    add_bytes(out, "heap ", estimate->heap_bytes, "; the loop will stand still for ");
    if (isnan(estimate->loop_s))
        buf_puts(out, "an unknown time");
    else
        buf_printf(out, estimate->loop_s < 9.95 ? "about %.1f s" : "about %.0f s",
                   estimate->loop_s);
    add_bytes(out, "; it needs ", estimate->memory_bytes, " of memory");
    add_bytes(out, " (", estimate->headroom_bytes, " left)");
    add_bytes(out, " and ", estimate->file_bytes, " on disk here");
}

/* Ten times as long as expected, a slow line, and a minute for what nobody expects. */
double estimate_deadline_ms(const struct estimate *estimate)
{
    double work_s = isnan(estimate->loop_s) ? 600 : 10 * estimate->loop_s;
    double line_s = isnan(estimate->file_bytes) ? 600 : estimate->file_bytes / 1e6;

    return fmin(60 + work_s + line_s, 86400) * 1000;
}

double estimate_cost_ms(const char *header)
{
    const char *at = strstr(header, "loop_ms=");
    char *end;
    double ms;

    if (at == NULL)
        return NAN;
    at += strlen("loop_ms=");
    ms = strtod(at, &end);
    return end != at && ms >= 0 && ms < 1e12 ? ms : NAN;
}
