/* SPDX-License-Identifier: MIT */
/**
 * Hands a CPU profile of V8's to a task, a slice at a time, and puts in what V8 has missed.
 *
 * The thread was inside the standing calls for the whole profile. So whatever the profile
 * shows outside of the innermost that V8 has missed belongs inside: samples of the outer
 * calls themselves, and calls that seem to come from those. Inside of that one V8 is right.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_PROFILE_READER_H
#define PORTHOLE_ADDON_PROFILE_READER_H

#include "porthole.h"
#include "standing.h"

#include <v8-profiler.h>

#include <cstdint>
#include <vector>

class ProfileReader
{
public:
    /**
     * Begin with `profile`, which must live until the reading ends.
     *
     * @param standing  the same.
     *
     * Threads: isolate thread.
     */
    void open(const v8::CpuProfile *profile, const Standing *standing);

    /**
     * Hand over what is left, until `until_ns` on the clock of now_ns() has come.
     *
     * @return false if there is more.
     *
     * Threads: isolate thread.
     */
    bool read(porthole_task *task, uint64_t until_ns);

    /**
     * The steady clock.
     *
     * Threads: any.
     */
    static uint64_t now_ns();

private:
    /* A call of the way down to the innermost one that V8 has missed. */
    struct Step {
        const v8::CpuProfileNode *node; /* nullptr: V8 has missed it */
        const StandingCall       *call; /* nullptr: the root */
        uint32_t                  id;   /* as the task is told */
    };

    void follow(const Standing *standing);
    void find_way(const Standing *standing);
    uint32_t id_of(const v8::CpuProfileNode *node) const;
    porthole_node describe(const v8::CpuProfileNode *from) const;
    bool is_plausible() const;
    bool is_on_way(const v8::CpuProfileNode *node) const;
    bool is_inside(const v8::CpuProfileNode *node) const;
    bool give_way(porthole_task *task) const;
    bool give(porthole_task *task, const v8::CpuProfileNode *node) const;
    bool read_nodes(porthole_task *task, uint64_t until_ns);
    bool read_samples(porthole_task *task, uint64_t until_ns);
    void to_next_node();

    const v8::CpuProfile     *profile_ = nullptr;
    std::vector<Step>         way_;            /* from the root; at least that */
    std::vector<bool>         on_way_;         /* by V8's id */
    uint32_t                  missed_ = 0;     /* calls that V8 has missed */
    bool                      begun_ = false;
    const v8::CpuProfileNode *node_ = nullptr; /* the next to give; nullptr: all given */
    std::vector<int>          path_;           /* which child each ancestor of it is */
    int                       sample_ = 0;     /* the next to give */
};

#endif /* PORTHOLE_ADDON_PROFILE_READER_H */
