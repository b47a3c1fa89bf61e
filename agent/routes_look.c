/* SPDX-License-Identifier: MIT */
/* Owns the paths that tell what the threads are doing, and what they did when they were
 * blocked. Nothing here waits itself. */
#include "routes_look.h"

#include <stdlib.h>

#include "blocks.h"
#include "clock.h"
#include "encode_stack.h"
#include "gather.h"
#include "params.h"
#include "put.h"

#define JSON "application/json"
#define TEXT "text/plain; charset=utf-8"

static const struct ph_param any_thread = { "thread", 0, 1e9, PH_GATHER_ALL, true };
static const struct ph_param stack_wait = { "wait_ms", 50, 60000, 1500, true };

/* ---- /stack ------------------------------------------------------------------------ */

struct stack_later {
    struct ph_later later;
    struct ph_gather *gather;
    struct ph_gather **gathering;
    bool text;
};

static bool settle_stack(struct ph_later *later, uint64_t now_ns, struct ph_reply *reply)
{
    struct stack_later *s = (struct stack_later *)later;
    struct ph_sink sink;

    if (!ph_gather_ready(s->gather, now_ns))
        return false;
    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    if (s->text)
        ph_gather_text(s->gather, &sink);
    else
        ph_gather_json(s->gather, &sink);
    ph_reply_take(reply, 200, s->text ? TEXT : JSON, &sink);
    return true;
}

static void drop_stack(struct ph_later *later)
{
    struct stack_later *s = (struct stack_later *)later;

    if (*s->gathering == s->gather)
        *s->gathering = NULL; /* it is ready or unwanted: the next one asks anew */
    ph_gather_unref(s->gather);
    free(s);
}

/* What is on the way already, or a new one. */
static struct ph_gather *gather(const struct ph_routes_env *env, int thread, uint64_t wait_ns,
                                bool *missing)
{
    struct ph_gather *g = *env->gathering;

    *missing = false;
    if (g && ph_gather_is(g, thread, wait_ns) && !ph_gather_ready(g, ph_clock_ns()))
        return ph_gather_ref(g);
    g = ph_gather_new(env->board, thread, wait_ns, missing);
    if (g)
        *env->gathering = g; /* borrowed: whoever holds it takes it out again */
    return g;
}

void ph_answer_stack(const struct ph_routes_env *env, const struct ph_request *request,
                     struct ph_reply *reply)
{
    static const char *const formats[] = { "json", "text", NULL };
    double thread, wait_ms;
    struct stack_later *s;
    unsigned format;
    bool missing;

    if (!ph_param_read(request, &any_thread, &thread, reply) ||
        !ph_param_read(request, &stack_wait, &wait_ms, reply) ||
        !ph_param_choice(request, "format", formats, &format, reply))
        return;
    s = calloc(1, sizeof *s);
    if (!s)
        return; /* no body: the connection is closed */
    s->gathering = env->gathering;
    s->text = format == 1;
    s->gather = gather(env, (int)thread, (uint64_t)wait_ms * PH_NS_PER_MS, &missing);
    if (!s->gather) {
        free(s);
        if (missing)
            ph_refuse_thread(request, reply);
        return;
    }
    s->later = (struct ph_later){ settle_stack, drop_stack, ph_gather_due(s->gather) };
    reply->later = &s->later;
}

/* ---- /blocks ----------------------------------------------------------------------- */

static void put_block(const struct ph_block *b, struct ph_sink *sink)
{
    bool late = b->late_ns > 10 * PH_NS_PER_MS;
    char iso[PH_ISO_BYTES];

    ph_put_text(sink, "{\"at\":", ph_clock_iso(b->began_unix_ns, iso));
    ph_put_ms(sink, ",\"duration_ms\":", b->lasted_ns);
    ph_sink_text(sink, b->ongoing ? ",\"ongoing\":true" : ",\"ongoing\":false");
    ph_put_text(sink, ",\"status\":", ph_block_status_name(b->status));
    ph_put_ms(sink, ",\"late_ms\":", late ? b->late_ns : 0);
    ph_put_text(sink, ",\"after\":", late ? "native call" : NULL);
    ph_put_text(sink, ",\"in_syscall\":", b->in_syscall);
    ph_put_text(sink, ",\"reason\":", b->reason);
    ph_sink_char(sink, ',');
    if (b->task)
        ph_encode_frames(&b->task->result, sink);
    else
        ph_sink_text(sink, "\"frames\":null,\"frames_truncated\":false");
    ph_sink_char(sink, '}');
}

static void put_blocks(struct porthole_thread *t, struct ph_sink *sink)
{
    struct ph_block blocks[PH_BLOCKS_KEPT];
    size_t n = ph_blocks_copy(&t->blocks, blocks);
    struct ph_loop_view view;

    ph_sink_text(sink, "{\"id\":");
    ph_sink_u64(sink, (uint64_t)t->host.id);
    ph_put_text(sink, ",\"name\":", t->name);
    ph_sink_text(sink, ",\"count\":");
    if (ph_board_loop(t, ph_clock_ns(), &view))
        ph_sink_u64(sink, view.stamp.blocks);
    else
        ph_sink_text(sink, "null");
    ph_sink_text(sink, ",\"blocks\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            ph_sink_char(sink, ',');
        put_block(&blocks[i], sink);
    }
    ph_sink_text(sink, "]}");
    ph_blocks_release(blocks, n);
}

void ph_answer_blocks(const struct ph_routes_env *env, const struct ph_request *request,
                      struct ph_reply *reply)
{
    struct porthole_thread *held[PORTHOLE_MAX_THREADS];
    char iso[PH_ISO_BYTES];
    struct ph_sink sink;
    double thread;
    size_t n, shown = 0;

    if (!ph_param_read(request, &any_thread, &thread, reply))
        return;
    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_put_text(&sink, "{\"captured\":{\"at\":", ph_clock_iso(ph_clock_unix_ns(), iso));
    ph_sink_text(&sink, "},\"threads\":[");
    n = ph_board_hold(env->board, held);
    for (size_t i = 0; i < n; i++) {
        if ((int)thread == PH_GATHER_ALL || (int)thread == held[i]->host.id) {
            ph_sink_text(&sink, shown++ ? "," : "");
            put_blocks(held[i], &sink);
        }
        ph_thread_unref(held[i]);
    }
    ph_sink_text(&sink, "]}\n");
    if (shown || (int)thread == PH_GATHER_ALL) {
        ph_reply_take(reply, 200, JSON, &sink);
        return;
    }
    ph_sink_fini(&sink);
    ph_refuse_thread(request, reply);
}

/* ---- /captures --------------------------------------------------------------------- */

void ph_answer_captures(const struct ph_routes_env *env, const struct ph_request *request,
                        struct ph_reply *reply)
{
    struct ph_sink sink;

    (void)request;
    ph_sink_init(&sink, PH_REPLY_MAX_BYTES);
    ph_captures_json(env->captures, &sink);
    ph_reply_take(reply, 200, JSON, &sink);
}
