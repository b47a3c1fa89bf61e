/* SPDX-License-Identifier: MIT */
/*
 * V8's sampling heap profiler.
 *
 * Must never stop a profile that somebody else has started.
 */
#include "heap_profile.h"

#include "utf8.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

static const uint64_t MIN_INTERVAL_BYTES = 1024;
/* Each node of V8's tree costs a level of recursion in V8 when the profile is read. */
static const unsigned MAX_DEPTH = 128;

using Node = v8::AllocationProfile::Node;

void HeapProfile::start(v8::Isolate *isolate, porthole_task *task)
{
    const uint64_t interval = std::max(porthole_task_interval(task), MIN_INTERVAL_BYTES);
    const unsigned depth = std::clamp(porthole_task_depth(task), 1U, MAX_DEPTH);

    if (isolate_ != nullptr) {
        porthole_task_fail(task, "a heap profile of this thread is running already");
        return;
    }
    if (isolate->GetHeapProfiler()->StartSamplingHeapProfiler(interval,
                                                              static_cast<int>(depth)))
        isolate_ = isolate;
    else
        porthole_task_fail(task, "the heap sampler of this thread is used by another profiler");
}

/* V8 numbers its nodes from 1, but does not promise to. */
static uint32_t id_of(const Node *node)
{
    return node->node_id + 1;
}

static uint32_t position(int from_one)
{
    return static_cast<uint32_t>(std::max(from_one, 0));
}

static bool give_node(v8::Isolate *isolate, const Node *from, uint32_t parent,
                      porthole_task *task)
{
    const Utf8 function(isolate, from->name);
    const Utf8 file(isolate, from->script_name);
    porthole_node node = {};

    node.id = id_of(from);
    node.parent = parent;
    node.function = function.get();
    node.file = file.get();
    node.script_id = position(from->script_id);
    node.line = position(from->line_number);
    node.column = position(from->column_number);
    for (const v8::AllocationProfile::Allocation &some : from->allocations)
        node.self_bytes += static_cast<uint64_t>(some.size) * some.count;
    return porthole_task_node(task, &node);
}

static bool give_allocations(const Node *from, porthole_task *task)
{
    for (const v8::AllocationProfile::Allocation &some : from->allocations)
        if (!porthole_task_allocation(task, id_of(from), some.size, some.count))
            return false;
    return true;
}

struct Step {
    const Node *node;
    uint32_t    parent;
};

void HeapProfile::give(porthole_task *task)
{
    const std::unique_ptr<v8::AllocationProfile> profile(
        isolate_->GetHeapProfiler()->GetAllocationProfile());
    std::vector<Step> todo;

    if (profile != nullptr)
        todo.push_back({ profile->GetRootNode(), 0 });
    while (!todo.empty()) {
        const Step step = todo.back();

        todo.pop_back();
        if (!give_node(isolate_, step.node, step.parent, task) ||
            !give_allocations(step.node, task))
            return;
        for (const Node *child : step.node->children)
            todo.push_back({ child, id_of(step.node) });
    }
}

void HeapProfile::stop(porthole_task *task)
{
    if (isolate_ == nullptr) {
        porthole_task_fail(task, "no heap profile of this thread is running");
        return;
    }
    if (porthole_task_wanted(task))
        give(task);
    end();
}

void HeapProfile::end()
{
    if (isolate_ == nullptr)
        return;
    isolate_->GetHeapProfiler()->StopSamplingHeapProfiler();
    isolate_ = nullptr;
}
