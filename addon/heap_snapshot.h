/* SPDX-License-Identifier: MIT */
/**
 * A heap snapshot of one isolate: taken on its thread, written out on another.
 *
 * Taking it stops the thread for seconds per hundred megabytes and takes several times
 * the heap in memory. The snapshot is then a structure of its own, which refers to no
 * object of the heap: it is serialised on an agent thread while the isolate's thread goes
 * on. (Node itself serialises the snapshot of a worker in the thread of its parent.)
 *
 * Threads: as each function says. The agent sees to it that stream() neither runs before
 * take() has returned nor while drop() runs.
 */
#ifndef PORTHOLE_ADDON_HEAP_SNAPSHOT_H
#define PORTHOLE_ADDON_HEAP_SNAPSHOT_H

#include "porthole.h"

#include <v8-isolate.h>
#include <v8-profiler.h>

#include <cstddef>

class HeapSnapshot
{
public:
    HeapSnapshot() = default;
    HeapSnapshot(const HeapSnapshot &) = delete;
    HeapSnapshot &operator=(const HeapSnapshot &) = delete;

    /**
     * Perform PORTHOLE_TASK_SNAPSHOT_TAKE. Ends early when the task is not wanted any
     * more. Fails if there is one already.
     *
     * Threads: isolate thread, in a handle scope and a context.
     */
    void take(v8::Isolate *isolate, porthole_task *task);

    /**
     * Write it in the format of Chrome's tools, 64 KiB at a time. Ends early when write()
     * returns false. Writes nothing when there is none.
     *
     * Threads: one thread at a time, any.
     */
    void stream(bool (*write)(void *to, const char *bytes, size_t n), void *to) const;

    /**
     * Free it. A no-op when there is none.
     *
     * Threads: isolate thread.
     */
    void drop();

private:
    const v8::HeapSnapshot *snapshot_ = nullptr;
};

#endif /* PORTHOLE_ADDON_HEAP_SNAPSHOT_H */
