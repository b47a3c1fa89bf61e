/* SPDX-License-Identifier: MIT */
/**
 * The exact census: every emitter that is alive, whoever made it and when, with its
 * listeners by class and event.
 *
 * It begins with V8's own search through the heap, which collects all garbage first and
 * cannot be cut into slices: about 20 ms and 3.4 ms per MB of heap. What was found, some 50
 * bytes each, is then read slice by slice, so that listeners are those of the moment of
 * reading. The one thing in it that is not cut is the list of one emitter's event names.
 *
 * No line of the application runs: emitters are recognised by own data properties, and what
 * is a getter or a proxy is passed over.
 *
 * Threads: everything here belongs to the isolate's own thread; never inside the collector.
 */
#ifndef PORTHOLE_ADDON_LISTENER_CENSUS_H
#define PORTHOLE_ADDON_LISTENER_CENSUS_H

#include "porthole.h"

#include <v8-context.h>
#include <v8-isolate.h>
#include <v8-local-handle.h>
#include <v8-object.h>
#include <v8-persistent-handle.h>
#include <v8-primitive.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

class ListenerCensus
{
public:
    ListenerCensus() = default;
    ListenerCensus(const ListenerCensus &) = delete;
    ListenerCensus &operator=(const ListenerCensus &) = delete;

    /**
     * The symbol under which an EventTarget keeps its listeners; without it they are not
     * counted.
     *
     * Threads: isolate thread.
     */
    void set_target_key(v8::Isolate *isolate, v8::Local<v8::Symbol> key);

    /**
     * Perform PORTHOLE_TASK_LISTENERS, as porthole_host.perform; in slices of a millisecond,
     * also in an interrupt: the search alone may take so long that the loop passes for stuck.
     *
     * @return false if a slice is left over.
     *
     * Threads: isolate thread, in a handle scope.
     */
    bool perform(v8::Isolate *isolate, v8::Local<v8::Context> context, porthole_task *task);

    /**
     * Free what a census that was not finished has left. A no-op otherwise.
     *
     * Threads: isolate thread.
     */
    void drop();

    /**
     * drop(), and let go of the symbol.
     *
     * Threads: isolate thread, once, the last call of all.
     */
    void fini();

private:
    struct Kind {
        uint64_t listeners;
        uint64_t emitters;
        uint64_t most_on_one;
    };

    /* Between two slices. */
    struct Job {
        std::vector<v8::Global<v8::Object>>   found;
        size_t                                next = 0;
        v8::Global<v8::Array>                 events; /* of an emitter that is half read */
        uint32_t                              event = 0;
        uint64_t                              emitters = 0;
        std::unordered_map<std::string, Kind> kinds; /* class, NUL, event */
        Kind                                  other = {};
    };

    class Walk;

    static bool give_kind(porthole_task *task, const char *emitter, const char *event,
                          const Kind &kind);
    void give(porthole_task *task) const;

    v8::Global<v8::Symbol> target_key_;
    Job                   *job_ = nullptr;
};

#endif /* PORTHOLE_ADDON_LISTENER_CENSUS_H */
