/* SPDX-License-Identifier: MIT */
/**
 * Does the agent's tasks on one JavaScript thread: a table of what can be done, and what is
 * kept from one task to the next (a running profile, a snapshot).
 *
 * Nothing here runs JavaScript, throws, or calls back into the application, but what
 * provider.h and tracer.h do on the event loop; Node forbids it in an interrupt, and ends the
 * process that tries.
 *
 * Threads: everything but stream() belongs to the isolate's own thread.
 */
#ifndef PORTHOLE_ADDON_TASKS_H
#define PORTHOLE_ADDON_TASKS_H

#include "cpu_profile.h"
#include "heap.h"
#include "heap_profile.h"
#include "heap_snapshot.h"
#include "listener_census.h"
#include "porthole.h"
#include "provider.h"
#include "reader.h"
#include "tracer.h"
#include "tracker.h"

#include <v8-context.h>
#include <v8-isolate.h>
#include <v8-persistent-handle.h>

#include <cstddef>

class Tasks
{
public:
    /**
     * @param heap     says how much time the collector took.
     * @param tracker  knows what is tracked. Both must outlive the Tasks.
     *
     * Threads: isolate thread.
     */
    Tasks(const HeapWatch *heap, const Tracker *tracker) : heap_(heap), tracker_(tracker) {}
    Tasks(const Tasks &) = delete;
    Tasks &operator=(const Tasks &) = delete;

    /**
     * Work in the calling thread's isolate and current context from now on.
     *
     * Threads: isolate thread, once, in a handle scope.
     */
    void init();

    /**
     * As porthole_host.perform.
     *
     * Threads: isolate thread, between init() and fini().
     */
    bool perform(porthole_task *task, bool on_loop);

    /**
     * As porthole_host.stream.
     *
     * Threads: an agent thread, see heap_snapshot.h.
     */
    void stream(bool (*write)(void *to, const char *bytes, size_t n), void *to) const;

    /**
     * End and free what tasks have left behind.
     *
     * Threads: isolate thread, when stream() cannot be called any more.
     */
    void stop();

    /**
     * Let go of the context.
     *
     * Threads: isolate thread, once, the last call of all.
     */
    void fini();

    /**
     * For what JavaScript asks of them.
     *
     * Threads: isolate thread.
     */
    Provider &provider() { return provider_; }
    Reader &reader() { return reader_; }
    ListenerCensus &listener_census() { return listener_census_; }
    Tracer &tracer() { return tracer_; }

private:
    using Action = bool (Tasks::*)(porthole_task *task, bool on_loop);

    bool stack(porthole_task *task, bool on_loop);
    bool histogram(porthole_task *task, bool on_loop);
    bool profile_start(porthole_task *task, bool on_loop);
    bool profile_stop(porthole_task *task, bool on_loop);
    bool heap_profile_start(porthole_task *task, bool on_loop);
    bool heap_profile_stop(porthole_task *task, bool on_loop);
    bool snapshot_take(porthole_task *task, bool on_loop);
    bool snapshot_drop(porthole_task *task, bool on_loop);
    bool objects(porthole_task *task, bool on_loop);
    bool provided(porthole_task *task, bool on_loop);
    bool listeners(porthole_task *task, bool on_loop);
    bool trace(porthole_task *task, bool on_loop);

    static const Action actions[];

    const HeapWatch        *heap_;
    const Tracker          *tracker_;
    v8::Isolate            *isolate_ = nullptr;
    v8::Global<v8::Context> context_;
    CpuProfile              cpu_profile_;
    HeapProfile             heap_profile_;
    HeapSnapshot            snapshot_;
    ListenerCensus          listener_census_;
    Provider                provider_;
    Reader                  reader_;
    Tracer                  tracer_;
};

#endif /* PORTHOLE_ADDON_TASKS_H */
