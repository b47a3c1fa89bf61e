/* SPDX-License-Identifier: MIT */
/**
 * Which calls stood on the stack from the beginning of a profile to its end.
 *
 * V8's CPU profiler cannot see a function that was already running in code optimised while
 * it ran (on-stack replacement): it never learns of that code, and charges the caller. A
 * loop that spins when the profile begins is just that. What the stack shows at both ends
 * tells what the profiler has missed; see profile_reader.h.
 *
 * Threads: everything here belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_STANDING_H
#define PORTHOLE_ADDON_STANDING_H

#include <v8-isolate.h>

#include <cstdint>
#include <string>
#include <vector>

struct StandingCall {
    std::string function; /* "": anonymous */
    std::string file;
    int         script_id;
    int         line, column; /* where the function is; from 1; 0: unknown */
};

class Standing
{
public:
    /**
     * Remember the stack as it is.
     *
     * @param turn  number of the loop's turn.
     *
     * Threads: isolate thread, in a handle scope and a context.
     */
    void begin(v8::Isolate *isolate, uint64_t turn);

    /**
     * Keep of it what still stands: the outermost calls, up to and with the first that has
     * moved on. None if the loop has turned, or if another callback is running.
     *
     * Threads: as begin().
     */
    void end(v8::Isolate *isolate, uint64_t turn);

    /**
     * Outermost first. Borrowed, until the next begin().
     *
     * Threads: isolate thread.
     */
    const std::vector<StandingCall> &calls() const { return calls_; }

private:
    std::vector<StandingCall> calls_;
    uint64_t                  turn_ = 0;
    double                    async_id_ = 0;
};

#endif /* PORTHOLE_ADDON_STANDING_H */
