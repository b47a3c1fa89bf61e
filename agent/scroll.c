/* SPDX-License-Identifier: MIT */
/* Owns how text that is made in pieces fills the buffers it is sent in. */
#include "scroll.h"

#include <string.h>

#include "put.h"
#include "text.h"

/* As much of `bytes` as there is room for; what that was. */
static size_t put(char *buf, size_t cap, size_t *at, const char *bytes, size_t n)
{
    size_t fits = n < cap - *at ? n : cap - *at;

    if (fits)
        memcpy(buf + *at, bytes, fits);
    *at += fits;
    return fits;
}

static size_t fill(struct ph_feed *feed, char *buf, size_t cap)
{
    struct ph_scroll *s = (struct ph_scroll *)feed;
    size_t at = 0, taken;

    s->work = 0;
    while (at < cap) {
        s->gone += put(buf, cap, &at, s->room + s->gone, s->text.len - s->gone);
        taken = put(buf, cap, &at, s->span, s->span_bytes);
        s->span += taken;
        s->span_bytes -= taken;
        if (s->gone < s->text.len || s->span_bytes)
            break; /* full */
        if (s->ended || ph_scroll_is_tired(s))
            break;
        s->text.len = s->gone = 0;
        s->text.failed = false;
        s->ended = !s->next(s);
    }
    if (at == 0 && !s->ended)
        buf[at++] = ' '; /* nothing found yet; nothing put would be the end */
    return at;
}

void ph_scroll_init(struct ph_scroll *s, bool (*next)(struct ph_scroll *scroll),
                    void (*drop)(struct ph_feed *feed))
{
    s->feed = (struct ph_feed){ fill, drop };
    s->next = next;
    s->text =
        (struct ph_sink){ .bytes = s->room, .cap = sizeof s->room, .max = sizeof s->room };
    s->span = "";
}

bool ph_scroll_is_tired(const struct ph_scroll *s)
{
    return s->work >= PH_SCROLL_WORK;
}

/* ---- Causes ------------------------------------------------------------------------ */

static void put_cause(struct ph_sink *sink, const struct ph_lot *lot)
{
    if (lot->thread == PH_THREAD_PUBLISHED) {
        ph_sink_text(sink, "{\"thread\":null");
    } else {
        ph_put_number(sink, "{\"thread\":{\"id\":", (uint64_t)lot->thread);
        ph_put_text(sink, ",\"name\":", lot->name);
        ph_sink_char(sink, '}');
    }
    ph_put_text(sink, ",\"cause\":", lot->cause);
    ph_sink_char(sink, '}');
}

bool ph_scroll_cause(struct ph_scroll *s, const struct ph_haul *haul, size_t *at, bool *first)
{
    while (*at < haul->n && !haul->lots[*at].cause[0])
        ++*at;
    if (*at == haul->n)
        return false;
    ph_sink_text(&s->text, *first ? "" : ",");
    *first = false;
    put_cause(&s->text, &haul->lots[(*at)++]);
    return true;
}

void ph_put_causes(struct ph_sink *sink, const struct ph_haul *haul)
{
    bool first = true;

    ph_sink_char(sink, '[');
    for (size_t i = 0; i < haul->n; i++) {
        if (!haul->lots[i].cause[0])
            continue;
        ph_sink_text(sink, first ? "" : ",");
        first = false;
        put_cause(sink, &haul->lots[i]);
    }
    ph_sink_char(sink, ']');
}
