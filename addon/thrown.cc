/* SPDX-License-Identifier: MIT */
#include "thrown.h"

#include "utf8.h"

#include <v8-message.h>

#include <cstring>

/* Ours throw errors. While Node frees an environment it lets no JavaScript run, and V8 throws
 * a bare 'illegal access' at who tries: handles are closed then, on a loop that turns. */
static bool is_ending(const v8::TryCatch &caught)
{
    return caught.HasTerminated() || caught.Message().IsEmpty() ||
           caught.Exception().IsEmpty() || !caught.Exception()->IsObject();
}

void thrown_fail(v8::Isolate *isolate, porthole_task *task, const v8::TryCatch &caught)
{
    if (is_ending(caught)) {
        porthole_task_fail(task, "thread is ending");
        return;
    }
    const Utf8 text(isolate, caught.Message()->Get());
    const char *const why = text.get();
    const size_t n = strlen("Uncaught Error: ");

    porthole_task_fail(task, strncmp(why, "Uncaught Error: ", n) == 0 ? why + n : why);
}
