/* SPDX-License-Identifier: MIT */
/*
 * The countdown behind EVERY_ALLOC_FAILS and the wrappers that honour it. State is per
 * thread: an allocation of a background thread is never made to fail and never counted.
 */
#include "alloc.h"

#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t max);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t max);

static _Thread_local struct {
    size_t calls;      /* granted since the thread began */
    size_t countdown;  /* the allocation that takes it to 0 fails; 0: none will */
    bool   lasting;
    bool   failed;
} state;

bool alloc_next_round(struct alloc_rounds *rounds)
{
    if (rounds->round > 0 && !state.failed) {
        state.countdown = 0;
        return false;
    }
    rounds->round++;
    state.countdown = (rounds->round + 1) / 2;
    state.lasting = rounds->round % 2 == 0;
    state.failed = false;
    return true;
}

bool alloc_failed(void)
{
    return state.failed;
}

size_t alloc_calls(void)
{
    return state.calls;
}

static bool granted(void)
{
    if ((state.failed && state.lasting) || (state.countdown != 0 && --state.countdown == 0)) {
        state.failed = true;
        return false;
    }
    state.calls++;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return granted() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
    return granted() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
    return granted() ? __real_realloc(old, size) : NULL;
}

char *__wrap_strdup(const char *text)
{
    return granted() ? __real_strdup(text) : NULL;
}

char *__wrap_strndup(const char *text, size_t max)
{
    return granted() ? __real_strndup(text, max) : NULL;
}
