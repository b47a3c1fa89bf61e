/* SPDX-License-Identifier: MIT */
/*
 * libuv's view of the open handles.
 *
 * The walk must only look: uv_walk() moves the loop's own queue while it runs, so a
 * callback that opens or closes handles would be seen by the application.
 */
#include "handles.h"

#include "loop.h"

#include <cstddef>

struct Walk {
    const LoopWatch *own;
    uint64_t         open[UV_HANDLE_TYPE_MAX];
    uint64_t         active[UV_HANDLE_TYPE_MAX];
};

static void count_one(uv_handle_t *handle, void *arg)
{
    auto *walk = static_cast<Walk *>(arg);
    const uv_handle_type type = handle->type;

    if (uv_is_closing(handle) != 0 || type >= UV_HANDLE_TYPE_MAX || walk->own->owns(handle))
        return;
    walk->open[type]++;
    if (uv_is_active(handle) != 0)
        walk->active[type]++;
}

void HandleCensus::publish(porthole_thread *thread, uv_loop_t *loop, const LoopWatch *own)
{
    Walk walk = { own, {}, {} };
    porthole_row rows[UV_HANDLE_TYPE_MAX] = {};
    size_t n = 0;

    uv_walk(loop, count_one, &walk);
    for (int type = UV_UNKNOWN_HANDLE + 1; type < UV_HANDLE_TYPE_MAX; type++) {
        if (walk.open[type] != 0)
            seen_[type] = true;
        if (!seen_[type])
            continue;
        rows[n].name = uv_handle_type_name(static_cast<uv_handle_type>(type));
        rows[n].value[0] = walk.open[type];
        rows[n].value[1] = walk.active[type];
        rows[n].value[2] = rows[n].value[3] = PORTHOLE_UNKNOWN;
        n++;
    }
    porthole_table_publish(thread, PORTHOLE_TABLE_HANDLES, rows, n, 0);
}
