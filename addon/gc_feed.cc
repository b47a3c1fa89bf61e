/* SPDX-License-Identifier: MIT */
/* From the collector to JavaScript, by way of the loop. */
#include "gc_feed.h"

#include "heap.h"
#include "loop.h"

/* Inside a collection. */
void GcFeed::on_collection(void *data)
{
    static_cast<GcFeed *>(data)->loop_->wake();
}

void GcFeed::observe()
{
    bool any = false;
    bool all = false;

    for (const Listener &listener : listeners_) {
        any = any || listener.function != nullptr;
        all = all || (listener.function != nullptr && listener.all);
    }
    heap_->observe(any ? on_collection : nullptr, this, all);
}

uint32_t GcFeed::add(napi_value function, bool all)
{
    uint32_t i = 0;

    while (i < LISTENERS && listeners_[i].function != nullptr)
        i++;
    if (i == LISTENERS ||
        napi_create_reference(env_, function, 1, &listeners_[i].function) != napi_ok)
        return 0;
    listeners_[i].all = all;
    observe();
    return i + 1;
}

void GcFeed::remove(uint32_t number)
{
    if (number == 0 || number > LISTENERS || listeners_[number - 1].function == nullptr)
        return;
    (void)napi_delete_reference(env_, listeners_[number - 1].function);
    listeners_[number - 1] = {};
    observe();
}

void GcFeed::clear()
{
    for (uint32_t number = 1; number <= LISTENERS; number++)
        remove(number);
}

void GcFeed::deliver()
{
    const bool full = heap_->full_collections() != full_;
    const bool others = heap_->other_collections() != others_;

    full_ = heap_->full_collections();
    others_ = heap_->other_collections();
    for (const Listener &listener : listeners_)
        if (listener.function != nullptr && (full || (others && listener.all)))
            call(listener.function);
}

/* As Host::call_sample(): a terminating worker refuses, which is fine. */
void GcFeed::call(napi_ref reference)
{
    napi_handle_scope scope;
    napi_value function = nullptr;
    napi_value receiver = nullptr;
    napi_value ignored = nullptr;

    if (napi_open_handle_scope(env_, &scope) != napi_ok)
        return;
    if (napi_get_reference_value(env_, reference, &function) == napi_ok &&
        napi_get_undefined(env_, &receiver) == napi_ok && function != nullptr &&
        napi_call_function(env_, receiver, function, 0, nullptr, nullptr) != napi_ok)
        (void)napi_get_and_clear_last_exception(env_, &ignored);
    (void)napi_close_handle_scope(env_, scope);
}
