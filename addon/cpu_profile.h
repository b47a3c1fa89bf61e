/* SPDX-License-Identifier: MIT */
/**
 * A CPU profile of one isolate, from V8's own sampler.
 *
 * start() makes the profiler and walks the whole heap once, to learn what is compiled;
 * V8 offers no way to do that in slices. From then on a thread of V8's interrupts this one
 * by SIGPROF once per interval. stop() ends both and hands the call tree over.
 *
 * Memory: at most a million samples, 32 bytes each, however late stop() comes.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_CPU_PROFILE_H
#define PORTHOLE_ADDON_CPU_PROFILE_H

#include "porthole.h"
#include "profile_reader.h"

#include <v8-isolate.h>
#include <v8-profiler.h>

#include <cstdint>

class CpuProfile
{
public:
    CpuProfile() = default;
    CpuProfile(const CpuProfile &) = delete;
    CpuProfile &operator=(const CpuProfile &) = delete;

    /**
     * Perform PORTHOLE_TASK_PROFILE_START. Fails if a profile of ours is running.
     *
     * Threads: isolate thread, in a handle scope and a context.
     */
    void start(v8::Isolate *isolate, porthole_task *task);

    /**
     * Perform PORTHOLE_TASK_PROFILE_STOP, or a slice of it. Fails if none is running.
     *
     * @return false if there is more to give: call again with the same task.
     *
     * Threads: isolate thread, in a handle scope and a context.
     */
    bool stop(porthole_task *task, bool on_loop);

    /**
     * While a profile runs: have V8 take a sample now, and note when, so that it can be
     * compared with the stack of the same task. Otherwise a no-op.
     *
     * Threads: isolate thread.
     */
    void sample(porthole_task *task);

    /**
     * End a profile and forget it. A no-op when there is none.
     *
     * Threads: isolate thread.
     */
    void end();

private:
    bool halt();

    v8::Isolate     *isolate_ = nullptr;
    v8::CpuProfiler *profiler_ = nullptr; /* nullptr: there is no profile */
    v8::ProfilerId   id_ = 0;
    v8::CpuProfile  *profile_ = nullptr;  /* stopped and being read */
    ProfileReader    reader_;
};

#endif /* PORTHOLE_ADDON_CPU_PROFILE_H */
