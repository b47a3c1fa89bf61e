/* SPDX-License-Identifier: MIT */
/**
 * Notes who adds listeners or opens sockets, from one task to the next. The hooks are in
 * JavaScript (addon/trace.js), which is told on the event loop, by one function of ours, when
 * to place and to remove them; what they meet is noted here.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_TRACER_H
#define PORTHOLE_ADDON_TRACER_H

#include "porthole.h"
#include "trace_judge.h"
#include "trace_notes.h"
#include "trace_stacks.h"

#include <v8-context.h>
#include <v8-function.h>
#include <v8-isolate.h>
#include <v8-object.h>
#include <v8-persistent-handle.h>
#include <v8-primitive.h>

#include <cstdint>

class Tracer
{
public:
    /** The prototypes of what is a socket, by TraceNotes::Kind. */
    static const unsigned SOCKET_KINDS = 3;

    Tracer() = default;
    Tracer(const Tracer &) = delete;
    Tracer &operator=(const Tracer &) = delete;

    /**
     * Tell `step(what, microseconds)` from now on, `what` being "listeners", "sockets" or
     * "stop"; an empty handle: nobody, and what was noted is dropped.
     *
     * Threads: isolate thread.
     */
    void set(v8::Isolate *isolate, v8::Local<v8::Function> step);

    /**
     * Perform PORTHOLE_TASK_TRACE_*, or a slice of it. Runs JavaScript of ours, outside of any
     * callback scope: no microtask and no tick of the application runs on its account.
     *
     * @param full_collections  so far.
     *
     * @return false if there is more: call again with the same task.
     *
     * Threads: isolate thread, in a handle scope and a context.
     */
    bool perform(v8::Isolate *isolate, porthole_task *task, bool on_loop,
                 uint32_t full_collections);

    /**
     * Drop what was noted.
     *
     * Threads: isolate thread.
     */
    void drop();

    /* ---- For addon/trace.js, in a handle scope ---- */

    /** A trace begins, and its hooks are the functions of the script that calls. Threads:
     *  isolate thread, as all that follow. */
    void begin(v8::Isolate *isolate);

    /** What is a socket: net.Socket, net.Server, dgram.Socket. */
    void set_prototype(v8::Isolate *isolate, unsigned i, v8::Local<v8::Object> prototype);

    /** A listener that stands for `weight` was added here. */
    void note_listener(v8::Isolate *isolate, v8::Local<v8::Object> emitter,
                       v8::Local<v8::Value> event, v8::Local<v8::Value> listener,
                       uint32_t weight);

    /** Which kind of socket is it, from 1; 0: none, or one whose connection is another's. */
    unsigned kind_of(v8::Isolate *isolate, v8::Local<v8::Object> emitter) const;

    /** A socket was made here. A number for the next two; 0: there was no room. */
    uint32_t note_socket(v8::Isolate *isolate, v8::Local<v8::Object> socket, unsigned kind,
                         uint32_t weight);

    /** It connects with these arguments of net.Socket.connect(). */
    void note_target(v8::Isolate *isolate, uint32_t number, v8::Local<v8::Value> first,
                     v8::Local<v8::Value> second);

    void note_what(uint32_t number, const char *text) { notes_.set_what(number, text); }

    /** How many were added in all, and the coarsest that was sampled: one in so many. */
    void set_totals(uint64_t added, uint64_t one_in)
    {
        added_ = added;
        one_in_ = one_in;
    }

    /** Drop the step. Must be called before the isolate ends. */
    void fini();

private:
    struct Sums {
        uint64_t added, alive;
    };

    bool start(v8::Isolate *isolate, porthole_task *task, uint32_t full_collections);
    bool stop(v8::Isolate *isolate, porthole_task *task, uint32_t full_collections);
    bool tell(v8::Isolate *isolate, const char *what, porthole_task *task);
    uint32_t place(v8::Isolate *isolate);
    Sums sums() const;
    void put_head(const Sums &sums, uint32_t full_collections, TraceText *out) const;
    bool put_rows(TraceText *out) const;
    void put(porthole_task *task, uint32_t full_collections) const;

    v8::Global<v8::Function> step_;
    v8::Global<v8::Object>   prototypes_[SOCKET_KINDS];
    TraceNotes               notes_;
    TraceStacks              stacks_;
    TraceJudge               judge_;
    bool                     on_ = false;
    bool                     sockets_ = false;
    uint64_t                 number_ = 0; /* of traces so far, which tells them apart */
    uint32_t                 collections_ = 0;
    uint64_t                 added_ = 0;
    uint64_t                 one_in_ = 1;
    uint64_t                 noting_ns_ = 0; /* in the middle of the application's code */
};

#endif /* PORTHOLE_ADDON_TRACER_H */
