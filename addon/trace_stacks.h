/* SPDX-License-Identifier: MIT */
/**
 * Distinct stacks, each kept once: 16 frames, without those of porthole's own on top. Those of
 * Node stay, and show by their file.
 *
 * To tell whether a stack is known costs three numbers a frame; only a new one is made text,
 * 400 bytes a frame. Error.prepareStackTrace is not asked.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_TRACE_STACKS_H
#define PORTHOLE_ADDON_TRACE_STACKS_H

#include "tables.h"
#include "trace_text.h"

#include <v8-isolate.h>
#include <v8-local-handle.h>

#include <cstddef>
#include <cstdint>

class TraceStacks
{
public:
    static const uint32_t OTHER = 0; /* all that there was no room for, and "no stack" */

    /**
     * From now on the frames of the function that is running are porthole's own, and those of
     * its whole script.
     *
     * Threads: isolate thread, in a handle scope.
     */
    void set_own(v8::Isolate *isolate);

    /**
     * The stack that is running.
     *
     * Threads: isolate thread, in a handle scope.
     */
    uint32_t take(v8::Isolate *isolate);

    /** Some stacks are in OTHER. Threads: isolate thread, as all that follow. */
    bool is_cut() const { return cut_; }

    /** The frames as a JSON array. */
    void put(uint32_t stack, TraceText *out) const;

    void clear();

private:
    static const uint32_t MOST = 1000;
    static const int      FRAMES = 16;
    static const int      OWN = 6; /* porthole's own frames, and those of the binding */
    static const size_t   ROOM = 128;

    struct Frame {
        int  line, column;
        char function[ROOM]; /* longer ones lose their beginning */
        char file[2 * ROOM];
    };
    struct Known {
        uint64_t key;
        uint32_t first, n; /* frames */
    };
    struct Slot {
        uint64_t key;
        uint32_t stack;
    };
    struct Trace;

    uint32_t learn(v8::Isolate *isolate, const Trace &trace);
    bool copy(v8::Isolate *isolate, const Trace &trace);

    int                        own_script_ = -1;
    bool                       cut_ = false;
    KeyTable<Slot>             slots_;
    Pile<Known, MOST>          known_;
    Pile<Frame, MOST * FRAMES> frames_;
};

#endif /* PORTHOLE_ADDON_TRACE_STACKS_H */
