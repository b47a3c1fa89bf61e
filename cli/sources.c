/* SPDX-License-Identifier: MIT */
/*
 * sources: joins `sd` (what was asked for) and `discover` (what there is).
 */
#include "sources.h"

#include "discover.h"
#include "sd.h"

#include <stdio.h>
#include <stdlib.h>

static bool add_environment(struct sd *sd, bool *found, struct target_error *error)
{
    static const char *const names[] = { "PORTHOLE_SOURCES", "KANG_SOURCES" };

    *found = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        struct target_error why;

        if (value == NULL || value[0] == '\0')
            continue;
        *found = true;
        if (sd_add(sd, value, &why))
            return true;
        snprintf(error->text, sizeof error->text, "%s: %.200s", names[i], why.text);
        return false;
    }
    return true;
}

static void resolve(struct target *target)
{
    struct discover_list found;

    discover_pid(&found, target->pid);
    if (found.count > 0 && found.items[0].socket != NULL)
        target_set_socket(target, found.items[0].socket);
    discover_fini(&found);
}

static void add_local(struct target_list *list)
{
    struct discover_list found;

    discover_all(&found);
    for (size_t i = 0; i < found.count; i++) {
        const struct discover_process *p = &found.items[i];
        char name[32];

        if (!p->alive || p->socket == NULL)
            continue;
        snprintf(name, sizeof name, "pid:%u", p->pid);
        target_add_socket(list, name, p->socket, p->pid);
    }
    discover_fini(&found);
}

bool sources_open(struct sources *sources, struct sd *sd, char *const *words, int count,
                  struct target_error *error)
{
    bool found = count > 0;

    *sources = (struct sources){ .sd = sd };
    for (int i = 0; i < count; i++) {
        if (!sd_add(sd, words[i], error))
            return false;
    }
    if (!found && !add_environment(sd, &found, error))
        return false;
    sources->local = !found;
    if (found)
        sd_wait(sd);
    return true;
}

void sources_close(struct sources *sources)
{
    sd_free(sources->sd);
    *sources = (struct sources){ .sd = NULL };
}

bool sources_take(struct sources *sources, struct target_list *list)
{
    if (sources->local) {
        add_local(list);
        return true;
    }
    if (!sd_take(sources->sd, list))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].pid != 0 && list->items[i].socket == NULL)
            resolve(&list->items[i]);
    }
    return true;
}

bool sources_find_one(const char *name, struct target_list *list, struct target_error *error)
{
    if (!target_add(list, name, error))
        return false;
    if (list->count != 1) {
        snprintf(error->text, sizeof error->text, "its name names %zu targets", list->count);
        return false;
    }
    if (list->items[0].pid != 0 && list->items[0].socket == NULL)
        resolve(&list->items[0]);
    return true;
}

bool sources_says(struct sources *sources, struct sdsays *says)
{
    return sd_says(sources->sd, says);
}

bool sources_failure(const struct sources *sources, size_t which, struct sdsays *says)
{
    return sd_failure(sources->sd, which, says);
}

bool sources_are_failing(const struct sources *sources)
{
    return sd_is_failing(sources->sd);
}

bool sources_are_partial(const struct sources *sources)
{
    return sd_is_partial(sources->sd);
}
