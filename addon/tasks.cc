/* SPDX-License-Identifier: MIT */
/* From a task's kind to the one who does it. */
#include "tasks.h"

#include "histogram.h"
#include "objects.h"
#include "stack.h"

#include <cstdint>

/* In the order of enum porthole_task_kind. */
const Tasks::Action Tasks::actions[] = {
    &Tasks::stack,
    &Tasks::histogram,
    &Tasks::profile_start,
    &Tasks::profile_stop,
    &Tasks::heap_profile_start,
    &Tasks::heap_profile_stop,
    &Tasks::snapshot_take,
    &Tasks::snapshot_drop,
    &Tasks::objects,
    &Tasks::provided,
    &Tasks::listeners,
    &Tasks::trace,
    &Tasks::trace,
    &Tasks::trace,
};

void Tasks::init()
{
    static_assert(sizeof(actions) / sizeof(actions[0]) == PORTHOLE_TASK_KINDS,
                  "a kind of task without an action");

    isolate_ = v8::Isolate::GetCurrent();
    context_.Reset(isolate_, isolate_->GetCurrentContext());
}

bool Tasks::perform(porthole_task *task, bool on_loop)
{
    const v8::HandleScope scope(isolate_);
    const v8::Context::Scope in_context(context_.Get(isolate_));
    const uint64_t paused = heap_->pause_ns();

    if (isolate_->IsExecutionTerminating()) {
        porthole_task_fail(task, "thread is ending");
        return true;
    }
    const bool done = (this->*actions[porthole_task_kind_of(task)])(task, on_loop);

    porthole_task_gc_ns(task, heap_->pause_ns() - paused);
    return done;
}

void Tasks::stream(bool (*write)(void *to, const char *bytes, size_t n), void *to) const
{
    snapshot_.stream(write, to);
}

void Tasks::stop()
{
    cpu_profile_.end();
    heap_profile_.end();
    listener_census_.drop();
    snapshot_.drop();
    tracer_.drop();
}

void Tasks::fini()
{
    listener_census_.fini();
    tracer_.fini();
    provider_.fini();
    context_.Reset();
}

/* ---- Actions ------------------------------------------------------------------- */

bool Tasks::stack(porthole_task *task, bool)
{
    cpu_profile_.sample(task);
    stack_capture(isolate_, task);
    return true;
}

bool Tasks::histogram(porthole_task *task, bool)
{
    histogram_count(isolate_, context_.Get(isolate_), task);
    return true;
}

bool Tasks::profile_start(porthole_task *task, bool)
{
    cpu_profile_.start(isolate_, task);
    return stack(task, false); /* of what is running already, see agent/mend.h */
}

bool Tasks::profile_stop(porthole_task *task, bool on_loop)
{
    return cpu_profile_.stop(task, on_loop);
}

bool Tasks::heap_profile_start(porthole_task *task, bool)
{
    heap_profile_.start(isolate_, task);
    return true;
}

bool Tasks::heap_profile_stop(porthole_task *task, bool)
{
    heap_profile_.stop(task);
    return true;
}

bool Tasks::snapshot_take(porthole_task *task, bool)
{
    snapshot_.take(isolate_, task);
    return true;
}

bool Tasks::snapshot_drop(porthole_task *, bool)
{
    snapshot_.drop();
    return true;
}

bool Tasks::objects(porthole_task *task, bool)
{
    return objects_perform(isolate_, context_.Get(isolate_), *tracker_, &reader_, task);
}

bool Tasks::provided(porthole_task *task, bool on_loop)
{
    return provider_.perform(isolate_, task, on_loop);
}

bool Tasks::listeners(porthole_task *task, bool)
{
    return listener_census_.perform(isolate_, context_.Get(isolate_), task);
}

bool Tasks::trace(porthole_task *task, bool on_loop)
{
    return tracer_.perform(isolate_, task, on_loop, heap_->full_collections());
}
