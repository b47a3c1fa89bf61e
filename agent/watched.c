/* SPDX-License-Identifier: MIT */
/* Owns the table of what is judged. The application's own gauges are not: nobody but the
 * application knows whether one of them may grow. */
#include "watched.h"

#include <string.h>

#define LISTENERS(pattern, role, noun)                                                        \
    { \
        pattern, PH_CLASS_LISTENERS, role, PH_GROWTH_COUNT, PH_LIMIT_NONE, noun, true \
    }
#define SOCKETS(pattern, role, noun)                                                          \
    { \
        pattern, PH_CLASS_SOCKETS, role, PH_GROWTH_COUNT, PH_LIMIT_DESCRIPTORS, noun, true \
    }
#define HANDLES(pattern, role, noun)                                                          \
    { \
        pattern, PH_CLASS_HANDLES, role, PH_GROWTH_COUNT, PH_LIMIT_NONE, noun, true \
    }
#define DESCRIPTORS(pattern, role, noun)                                                      \
    { \
        pattern, PH_CLASS_DESCRIPTORS, role, PH_GROWTH_COUNT, PH_LIMIT_DESCRIPTORS, noun, true \
    }
#define MEMORY(pattern, class_of, role, noun)                                                 \
    { \
        pattern, class_of, role, PH_GROWTH_BYTES, PH_LIMIT_MEMORY, noun, false \
    }

static const struct ph_watched_as watched[] = {
    LISTENERS("listeners.total", PH_ROLE_LISTENERS, "event listeners"),
    LISTENERS("listeners.top[*].listeners", PH_ROLE_LISTENERS_PART, "event listeners of *"),
    LISTENERS("listeners.heavy[*].listeners", PH_ROLE_LISTENERS_PART,
              "event listeners of the one emitter *"),
    { "objects.*.count", PH_CLASS_OBJECTS, PH_ROLE_OBJECTS, PH_GROWTH_COUNT, PH_LIMIT_NONE,
      "registered objects of type *", true },
    SOCKETS("sockets.tcp.established", PH_ROLE_SOCKETS, "established TCP sockets"),
    SOCKETS("sockets.tcp.close_wait", PH_ROLE_SOCKETS,
            "TCP sockets that only the peer has closed"),
    SOCKETS("sockets.unix", PH_ROLE_SOCKETS, "unix sockets"),
    SOCKETS("sockets.udp", PH_ROLE_SOCKETS, "UDP sockets"),
    SOCKETS("sockets.by_peer[*].count", PH_ROLE_SOCKETS_PART, "TCP sockets to *"),
    SOCKETS("http.agents[*].sockets", PH_ROLE_SOCKETS_PART, "sockets of the HTTP agent *"),
    HANDLES("handles.timers", PH_ROLE_TIMERS, "timers"),
    HANDLES("handles.by_kind.*.open", PH_ROLE_HANDLES_KIND, "libuv handles of kind *"),
    HANDLES("handles.total", PH_ROLE_HANDLES, "libuv handles"),
    HANDLES("resources.*", PH_ROLE_RESOURCES, "active resources of type *"),
    DESCRIPTORS("process.fds.open", PH_ROLE_DESCRIPTORS, "open descriptors"),
    DESCRIPTORS("process.fds.by_kind.*", PH_ROLE_DESCRIPTORS_PART,
                "open descriptors of kind *"),
    { "heap.used_after_full_gc_bytes", PH_CLASS_HEAP, PH_ROLE_HEAP, PH_GROWTH_HEAP,
      PH_LIMIT_HEAP, "the JavaScript heap", false },
    MEMORY("heap.array_buffers_bytes", PH_CLASS_EXTERNAL, PH_ROLE_BUFFERS,
           "the memory of array buffers"),
    MEMORY("heap.external_bytes", PH_CLASS_EXTERNAL, PH_ROLE_EXTERNAL,
           "memory that JavaScript objects hold outside the heap"),
    MEMORY("process.malloc_bytes", PH_CLASS_NATIVE, PH_ROLE_MALLOC, "memory from malloc()"),
    MEMORY("process.rss_anon_bytes", PH_CLASS_NATIVE, PH_ROLE_ANONYMOUS,
           "anonymous memory (mappings or fragmentation)"),
};

/* The earlier ones are named first where several are as good. */
static const char *const causes[] = {
    "http.server.started", "http.client.started",       "metrics.*",
    "objects.*.created",   "handles.by_kind.*.created",
};

bool ph_watched_matches(const char *pattern, const char *series, const char **star,
                        size_t *star_len)
{
    size_t before = strcspn(pattern, "*"), n = strlen(series);
    const char *behind = pattern[before] ? pattern + before + 1 : NULL;
    size_t after = behind ? strlen(behind) : 0;

    if (!behind)
        return strcmp(pattern, series) == 0;
    if (n <= before + after || strncmp(pattern, series, before) != 0 ||
        strcmp(series + n - after, behind) != 0)
        return false;
    if (star) {
        *star = series + before;
        *star_len = n - before - after;
    }
    return true;
}

const struct ph_watched_as *ph_watched_find(const char *series)
{
    for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++)
        if (ph_watched_matches(watched[i].pattern, series, NULL, NULL))
            return &watched[i];
    return NULL;
}

bool ph_watched_is_cause(const char *series)
{
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (ph_watched_matches(causes[i], series, NULL, NULL))
            return true;
    return false;
}

static const char *const names[PH_CLASSES] = {
    [PH_CLASS_HEAP] = "heap",       [PH_CLASS_EXTERNAL] = "external",
    [PH_CLASS_NATIVE] = "native",   [PH_CLASS_SOCKETS] = "sockets",
    [PH_CLASS_HANDLES] = "handles", [PH_CLASS_LISTENERS] = "listeners",
    [PH_CLASS_OBJECTS] = "objects", [PH_CLASS_DESCRIPTORS] = "descriptors",
};

const char *ph_class_name(enum ph_class class_of)
{
    return names[class_of];
}

enum ph_class ph_class_named(const char *name)
{
    unsigned i = 0;

    while (i < PH_CLASSES && strcmp(names[i], name) != 0)
        i++;
    return (enum ph_class)i;
}
