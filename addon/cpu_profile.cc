/* SPDX-License-Identifier: MIT */
/*
 * V8's sampling CPU profiler.
 *
 * The profiler is made for each profile and disposed of after it: kept, it would keep what
 * it has learnt about code, and its thread.
 */
#include "cpu_profile.h"

#include <algorithm>
#include <cstdint>

/* One more than the agent takes, so that it sees that there were more. */
static const unsigned MAX_SAMPLES = 1000001;
static const uint64_t MIN_INTERVAL_US = 50;
static const uint64_t MAX_INTERVAL_US = 1000000;
static const uint64_t SLICE_NS = 700000; /* leaves room for what the last step costs */
static const uint64_t NEVER = UINT64_MAX;

void CpuProfile::start(v8::Isolate *isolate, porthole_task *task)
{
    const uint64_t interval =
        std::clamp(porthole_task_interval(task), MIN_INTERVAL_US, MAX_INTERVAL_US);

    if (profiler_ != nullptr) {
        porthole_task_fail(task, "a CPU profile of this thread is running already");
        return;
    }
    isolate_ = isolate;
    profiler_ = v8::CpuProfiler::New(isolate);
    profiler_->SetSamplingInterval(static_cast<int>(interval));

    const v8::CpuProfilingResult result =
        profiler_->Start(v8::CpuProfilingOptions(v8::kLeafNodeLineNumbers, MAX_SAMPLES));

    id_ = result.id;
    if (result.status != v8::CpuProfilingStatus::kStarted) {
        porthole_task_fail(task, "V8 refuses another CPU profile");
        profiler_->Dispose();
        profiler_ = nullptr;
    }
}

void CpuProfile::sample(porthole_task *task)
{
    if (profiler_ == nullptr || profile_ != nullptr)
        return;
    const uint64_t before = ProfileReader::now_ns() / 1000;

    v8::CpuProfiler::CollectSample(isolate_);
    porthole_task_span(task, before, ProfileReader::now_ns() / 1000 + 1);
}

bool CpuProfile::halt()
{
    profile_ = profiler_->Stop(id_);
    if (profile_ != nullptr)
        reader_.open(profile_);
    return profile_ != nullptr;
}

bool CpuProfile::stop(porthole_task *task, bool on_loop)
{
    if (profiler_ == nullptr || (profile_ == nullptr && !halt())) {
        porthole_task_fail(task, "no CPU profile of this thread is running");
        end();
        return true;
    }
    if (porthole_task_wanted(task) &&
        !reader_.read(task, on_loop ? ProfileReader::now_ns() + SLICE_NS : NEVER))
        return false;
    end();
    return true;
}

void CpuProfile::end()
{
    if (profiler_ == nullptr)
        return;
    if (profile_ == nullptr)
        profile_ = profiler_->Stop(id_);
    if (profile_ != nullptr)
        profile_->Delete();
    profile_ = nullptr;
    profiler_->Dispose();
    profiler_ = nullptr;
}
