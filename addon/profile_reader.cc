/* SPDX-License-Identifier: MIT */
/*
 * V8's call tree. It is walked without recursion: it is as deep as the application's stack
 * was, and the walk may happen on what is left of that.
 */
#include "profile_reader.h"

#include <algorithm>
#include <chrono>

static const unsigned STEPS = 32; /* between two looks at the clock */

uint64_t ProfileReader::now_ns()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();

    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

void ProfileReader::open(const v8::CpuProfile *profile)
{
    profile_ = profile;
    node_ = profile->GetTopDownRoot();
    path_.clear();
    sample_ = 0;
}

static porthole_node describe(const v8::CpuProfileNode *from)
{
    const v8::CpuProfileNode *parent = from->GetParent();
    porthole_node node = {};

    node.id = from->GetNodeId();
    node.parent = parent != nullptr ? parent->GetNodeId() : 0;
    node.function = from->GetFunctionNameStr();
    node.file = from->GetScriptResourceNameStr();
    node.script_id = static_cast<uint32_t>(std::max(from->GetScriptId(), 0));
    node.line = static_cast<uint32_t>(std::max(from->GetLineNumber(), 0));
    node.column = static_cast<uint32_t>(std::max(from->GetColumnNumber(), 0));
    node.hits = from->GetHitCount();
    return node;
}

/* Depth first: to the first child, else to the next sibling of the nearest ancestor that
 * has one. */
void ProfileReader::to_next_node()
{
    int child = 0;

    while (node_ != nullptr && child >= node_->GetChildrenCount()) {
        node_ = node_->GetParent();
        if (!path_.empty()) {
            child = path_.back() + 1;
            path_.pop_back();
        }
    }
    if (node_ == nullptr)
        return;
    path_.push_back(child);
    node_ = node_->GetChild(child);
}

bool ProfileReader::read_nodes(porthole_task *task, uint64_t until_ns)
{
    for (unsigned step = 1; node_ != nullptr; step++) {
        const porthole_node node = describe(node_);

        if (!porthole_task_node(task, &node)) {
            node_ = nullptr; /* the task is full */
            break;
        }
        to_next_node();
        if (step % STEPS == 0 && now_ns() >= until_ns)
            return false;
    }
    return true;
}

bool ProfileReader::read_samples(porthole_task *task, uint64_t until_ns)
{
    const int count = profile_->GetSamplesCount();

    for (unsigned step = 1; sample_ < count; step++) {
        const uint32_t id = profile_->GetSample(sample_)->GetNodeId();
        const auto at = static_cast<uint64_t>(profile_->GetSampleTimestamp(sample_));

        if (!porthole_task_sample(task, id, at))
            break;
        sample_++;
        if (step % STEPS == 0 && now_ns() >= until_ns)
            return false;
    }
    return true;
}

bool ProfileReader::read(porthole_task *task, uint64_t until_ns)
{
    if (!read_nodes(task, until_ns) || !read_samples(task, until_ns))
        return false;
    porthole_task_span(task, static_cast<uint64_t>(profile_->GetStartTime()),
                       static_cast<uint64_t>(profile_->GetEndTime()));
    return true;
}
