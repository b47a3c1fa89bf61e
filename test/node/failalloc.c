/* SPDX-License-Identifier: MIT */
/* For LD_PRELOAD: lets the n-th allocation that porthole.node itself makes fail, counted
 * since the process wrote n into the variable FAILALLOC of its environment; what Node and V8
 * allocate never fails. After a failure FAILALLOC is "0". */
#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

static uintptr_t begin, end; /* where porthole.node lies; set once */

static int look(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    if (!info->dlpi_name || !strstr(info->dlpi_name, "porthole.node"))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X)) {
            begin = info->dlpi_addr + segment->p_vaddr;
            end = begin + segment->p_memsz;
        }
    }
    return 1;
}

static char *variable(void)
{
    for (char **entry = environ; entry && *entry; entry++)
        if (strncmp(*entry, "FAILALLOC=", 10) == 0)
            return *entry + 10;
    return NULL;
}

/* The variable counts down in place: "7", "6", … "1" fails and leaves "0". */
static bool fails(const void *caller)
{
    char *text = variable();
    char *last;
    uintptr_t at = (uintptr_t)caller;

    if (!text || !*text || strspn(text, "0") == strlen(text))
        return false;
    if (!begin)
        dl_iterate_phdr(look, NULL);
    if (at < begin || at >= end)
        return false;
    for (last = text + strlen(text) - 1; *last == '0'; last--)
        *last = '9';
    --*last;
    return strspn(text, "0") == strlen(text);
}

__attribute__((visibility("default"))) void *malloc(size_t n)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

__attribute__((visibility("default"))) void *calloc(size_t n, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

__attribute__((visibility("default"))) void *realloc(void *p, size_t n)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n);
}
