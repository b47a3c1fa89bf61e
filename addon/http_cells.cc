/* SPDX-License-Identifier: MIT */
/*
 * Lends JavaScript's count of HTTP requests to the agent.
 *
 * Must never let go of the backing store while the thread is in the agent: another thread
 * reads there at any time.
 */
#include "http_cells.h"

static const size_t FLAG = PORTHOLE_HTTP_SIDES * PORTHOLE_HTTP_CELLS;

bool HttpCells::lend(porthole_thread *thread, v8::Local<v8::ArrayBuffer> buffer)
{
    std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
    const auto *doubles = static_cast<const double *>(store->Data());

    if (store_ != nullptr || doubles == nullptr ||
        store->ByteLength() < (FLAG + 1) * sizeof(double))
        return false;

    const double *cells[PORTHOLE_HTTP_SIDES];

    for (size_t side = 0; side < PORTHOLE_HTTP_SIDES; side++)
        cells[side] = doubles + side * PORTHOLE_HTTP_CELLS;
    porthole_http_lend(thread, cells);
    flag_ = doubles + FLAG;
    store_ = std::move(store);
    return true;
}

void HttpCells::left()
{
    flag_ = nullptr;
    store_.reset();
}
