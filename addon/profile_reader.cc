/* SPDX-License-Identifier: MIT */
/*
 * V8's call tree. It is walked without recursion: it is as deep as the application's stack
 * was, and the walk may happen on what is left of that.
 */
#include "profile_reader.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

static const unsigned STEPS = 32; /* between two looks at the clock */

uint64_t ProfileReader::now_ns()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();

    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

void ProfileReader::open(const v8::CpuProfile *profile, const Standing *standing)
{
    profile_ = profile;
    node_ = profile->GetTopDownRoot();
    path_.clear();
    sample_ = 0;
    begun_ = false;
    find_way(standing);
}

/* ---- The way ----------------------------------------------------------------------- */

/* "(program)", "(garbage collector)", "(idle)" */
static bool is_special(const v8::CpuProfileNode *node)
{
    return node->GetScriptId() == 0 && node->GetFunctionNameStr()[0] == '(';
}

/* An anonymous function has a name made up by V8 in one of the two places only. */
static const v8::CpuProfileNode *child_for(const v8::CpuProfileNode *node,
                                           const StandingCall &call)
{
    for (int i = 0; i < node->GetChildrenCount(); i++) {
        const v8::CpuProfileNode *child = node->GetChild(i);

        if (child->GetScriptId() == call.script_id &&
            (call.function.empty() || call.function == child->GetFunctionNameStr()))
            return child;
    }
    return nullptr;
}

/* V8 shows the outermost call, and no other beside it: no other callback has run. */
bool ProfileReader::is_plausible() const
{
    const v8::CpuProfileNode *root = profile_->GetTopDownRoot();
    int calls = 0;

    for (int i = 0; i < root->GetChildrenCount(); i++)
        calls += !is_special(root->GetChild(i));
    return calls == 1 && way_.size() > 1 && way_[1].node != nullptr;
}

/* Down along the standing calls, to the innermost that V8 has missed. */
void ProfileReader::follow(const Standing *standing)
{
    const v8::CpuProfileNode *node = way_.front().node;

    for (const StandingCall &call : standing->calls()) {
        const v8::CpuProfileNode *child = child_for(node, call);

        way_.push_back({ child, &call, 0 });
        if (child != nullptr)
            node = child;
    }
    if (!is_plausible())
        way_.resize(1);
    while (way_.size() > 1 && way_.back().node != nullptr)
        way_.pop_back();
}

/* V8 counts its nodes from 1, the root. Those that it has missed come right after that. */
void ProfileReader::find_way(const Standing *standing)
{
    way_.assign(1, { profile_->GetTopDownRoot(), nullptr, 0 });
    follow(standing);
    missed_ = 0;
    for (Step &step : way_)
        if (step.node == nullptr)
            step.id = way_.front().node->GetNodeId() + ++missed_;
    on_way_.clear();
    for (Step &step : way_) {
        if (step.node == nullptr)
            continue;
        on_way_.resize(std::max<size_t>(on_way_.size(), step.node->GetNodeId() + 1));
        on_way_[step.node->GetNodeId()] = true;
        step.id = id_of(step.node);
    }
}

uint32_t ProfileReader::id_of(const v8::CpuProfileNode *node) const
{
    return node == way_.front().node ? node->GetNodeId() : node->GetNodeId() + missed_;
}

bool ProfileReader::is_on_way(const v8::CpuProfileNode *node) const
{
    const unsigned id = node->GetNodeId();

    return id < on_way_.size() && on_way_[id];
}

/* Are the samples of `node` itself, and the calls from it, to be put into the innermost
 * call of the way? The root stays as it is. */
bool ProfileReader::is_inside(const v8::CpuProfileNode *node) const
{
    return is_on_way(node) && node != way_.front().node && node != way_.back().node;
}

/* ---- Handing over ------------------------------------------------------------------ */

porthole_node ProfileReader::describe(const v8::CpuProfileNode *from) const
{
    const v8::CpuProfileNode *parent = from->GetParent();
    porthole_node node = {};

    node.id = id_of(from);
    node.parent = parent != nullptr ? id_of(parent) : 0;
    node.function = from->GetFunctionNameStr();
    node.file = from->GetScriptResourceNameStr();
    node.script_id = static_cast<uint32_t>(std::max(from->GetScriptId(), 0));
    node.line = static_cast<uint32_t>(std::max(from->GetLineNumber(), 0));
    node.column = static_cast<uint32_t>(std::max(from->GetColumnNumber(), 0));
    node.hits = from->GetHitCount();
    return node;
}

static porthole_node describe_missed(const StandingCall *from)
{
    porthole_node node = {};

    node.function = from->function.c_str();
    node.file = from->file.c_str();
    node.script_id = static_cast<uint32_t>(std::max(from->script_id, 0));
    node.line = static_cast<uint32_t>(std::max(from->line, 0));
    node.column = static_cast<uint32_t>(std::max(from->column, 0));
    return node;
}

bool ProfileReader::give_way(porthole_task *task) const
{
    uint64_t hits = 0;

    for (size_t i = 0; i < way_.size(); i++) {
        const Step &step = way_[i];
        porthole_node node =
            step.node != nullptr ? describe(step.node) : describe_missed(step.call);

        node.id = step.id;
        node.parent = i != 0 ? way_[i - 1].id : 0;
        if (i != 0) {
            hits += node.hits;
            node.hits = i == way_.size() - 1 ? hits : 0;
        }
        if (!porthole_task_node(task, &node))
            return false;
    }
    return true;
}

bool ProfileReader::give(porthole_task *task, const v8::CpuProfileNode *from) const
{
    porthole_node node = describe(from);

    if (is_on_way(from))
        return true; /* is given already */
    if (is_inside(from->GetParent()))
        node.parent = way_.back().id;
    return porthole_task_node(task, &node);
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
        if (!give(task, node_)) {
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
        const v8::CpuProfileNode *node = profile_->GetSample(sample_);
        const uint32_t id = is_inside(node) ? way_.back().id : id_of(node);
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
    if (!begun_ && !give_way(task))
        return true;
    begun_ = true;
    if (!read_nodes(task, until_ns) || !read_samples(task, until_ns))
        return false;
    porthole_task_span(task, static_cast<uint64_t>(profile_->GetStartTime()),
                       static_cast<uint64_t>(profile_->GetEndTime()));
    return true;
}
