/* SPDX-License-Identifier: MIT */
/**
 * The application's own numbers: the memory in which JavaScript counts, lent to the agent.
 *
 * JavaScript owns ArrayBuffers and writes doubles into them. What is lent is held here by
 * its backing store, so that it stays valid until the thread has left the agent, also when
 * JavaScript is gone.
 *
 * Threads: everything here belongs to the host's own thread.
 */
#ifndef PORTHOLE_ADDON_METRICS_H
#define PORTHOLE_ADDON_METRICS_H

#include "porthole.h"

#include <v8.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

class Metrics
{
public:
    /**
     * Register a family with the agent.
     *
     * @param index  what lend() knows it by, until left().
     *
     * @return as porthole_family_register().
     *
     * Threads: host thread.
     */
    PORTHOLE_CHECKED enum porthole_status add(porthole_agent *agent,
                                              const porthole_family_spec &spec, size_t *index,
                                              porthole_error *err);

    /**
     * Lend a part of an ArrayBuffer as cells of one series. A part that is lent already
     * stays so.
     *
     * @param values  as in porthole_family_series().
     * @param offset  of the part, in doubles.
     *
     * @return PORTHOLE_OK, also if it went to the series for all the rest; _EINVAL for a
     *         family or part that is not there; else as porthole_series_cells().
     *
     * Threads: host thread.
     */
    PORTHOLE_CHECKED enum porthole_status lend(porthole_thread *thread, size_t family,
                                               const char *const *values,
                                               v8::Local<v8::ArrayBuffer> buffer,
                                               size_t offset);

    /**
     * The thread has left the agent, and nothing is lent any more.
     *
     * @param goes_on  the agent runs on for other threads and keeps what counters and
     *                 histograms have reached: they begin at zero again, or a thread that
     *                 comes back would bring it a second time.
     *
     * Threads: host thread.
     */
    void left(bool goes_on);

private:
    struct Family {
        porthole_family *family;
        size_t           words;
        bool             keeps; /* what a thread has counted stays when it leaves */
    };
    struct Part {
        size_t words;
        bool   keeps;
    };

    std::vector<Family>                                           families_;
    std::unordered_map<double *, Part>                            lent_;
    std::unordered_map<void *, std::shared_ptr<v8::BackingStore>> stores_;
};

#endif /* PORTHOLE_ADDON_METRICS_H */
