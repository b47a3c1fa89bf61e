/* SPDX-License-Identifier: MIT */
/*
 * mem: the one place that gives up when memory runs out. It must not allocate on the way
 * out, so the message does not pass through `say`.
 */
#include "mem.h"

#include "exitcode.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void give_up(void)
{
    static const char message[] = "porthole: out of memory\n";

    if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
        _exit(EXITCODE_INTERNAL);
    exit(EXITCODE_INTERNAL);
}

void *mem_new(size_t count, size_t size)
{
    void *p = calloc(count > 0 ? count : 1, size);

    if (p == NULL)
        give_up();
    return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    void *p = NULL;

    if (size > 0 && count <= SIZE_MAX / size)
        p = realloc(old, count > 0 ? count * size : 1);
    if (p == NULL)
        give_up();
    return p;
}

char *mem_text(const char *text, size_t len)
{
    char *copy = mem_new(len + 1, 1);

    if (len > 0)
        memcpy(copy, text, len);
    return copy;
}
