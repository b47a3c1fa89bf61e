/* SPDX-License-Identifier: MIT */
/*
 * Lends JavaScript's memory to the agent.
 *
 * Must never let go of a backing store while the thread is in the agent: another thread
 * reads there at any time.
 */
#include "metrics.h"

#include <algorithm>

enum porthole_status Metrics::add(porthole_agent *agent, const porthole_family_spec &spec,
                                  size_t *index, porthole_error *err)
{
    porthole_family *family = nullptr;
    const enum porthole_status status = porthole_family_register(agent, &spec, &family, err);

    if (status != PORTHOLE_OK)
        return status;
    *index = families_.size();
    families_.push_back(
        { family, spec.n_buckets == 0 ? 1 : spec.n_buckets + 2, spec.kind != PORTHOLE_GAUGE });
    return PORTHOLE_OK;
}

enum porthole_status Metrics::lend(porthole_thread *thread, size_t family,
                                   const char *const *values, v8::Local<v8::ArrayBuffer> buffer,
                                   size_t offset)
{
    porthole_series *series = nullptr;
    std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();

    if (family >= families_.size() || store->Data() == nullptr)
        return PORTHOLE_EINVAL;

    const Family &of = families_[family];
    const size_t doubles = store->ByteLength() / sizeof(double);

    if (offset > doubles || of.words > doubles - offset)
        return PORTHOLE_EINVAL;

    void *memory = store->Data();
    double *cells = static_cast<double *>(memory) + offset;
    enum porthole_status status = PORTHOLE_OK;

    if (lent_.count(cells) != 0)
        return PORTHOLE_OK;
    status = porthole_family_series(of.family, values, &series);
    if (series == nullptr)
        return status;
    status = porthole_series_cells(series, thread, cells);
    if (status != PORTHOLE_OK)
        return status;
    lent_[cells] = { of.words, of.keeps };
    stores_[memory] = std::move(store);
    return PORTHOLE_OK;
}

void Metrics::left(bool goes_on)
{
    for (const auto &[cells, part] : lent_)
        if (goes_on && part.keeps)
            std::fill_n(cells, part.words, 0.0);
    lent_.clear();
    families_.clear();
    stores_.clear();
}
