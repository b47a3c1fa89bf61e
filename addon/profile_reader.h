/* SPDX-License-Identifier: MIT */
/**
 * Hands a CPU profile of V8's to a task, a slice at a time.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_PROFILE_READER_H
#define PORTHOLE_ADDON_PROFILE_READER_H

#include "porthole.h"

#include <v8-profiler.h>

#include <cstdint>
#include <vector>

class ProfileReader
{
public:
    /**
     * Begin with `profile`, which must live until the reading ends.
     *
     * Threads: isolate thread.
     */
    void open(const v8::CpuProfile *profile);

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
    bool read_nodes(porthole_task *task, uint64_t until_ns);
    bool read_samples(porthole_task *task, uint64_t until_ns);
    void to_next_node();

    const v8::CpuProfile     *profile_ = nullptr;
    const v8::CpuProfileNode *node_ = nullptr; /* the next to give; nullptr: all given */
    std::vector<int>          path_;           /* which child each ancestor of it is */
    int                       sample_ = 0;     /* the next to give */
};

#endif /* PORTHOLE_ADDON_PROFILE_READER_H */
