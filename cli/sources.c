/* SPDX-License-Identifier: MIT */
/*
 * sources: joins `target` (what was asked for) and `discover` (what there is).
 */
#include "sources.h"

#include "discover.h"

#include <stdio.h>
#include <stdlib.h>

static bool add_environment(struct target_list *list, bool *found, struct target_error *error)
{
    static const char *const names[] = { "PORTHOLE_SOURCES", "KANG_SOURCES" };

    *found = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        struct target_error why;

        if (value == NULL || value[0] == '\0')
            continue;
        *found = true;
        if (target_add(list, value, &why))
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

void sources_local(struct target_list *list)
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

bool sources_find(char *const *words, int count, struct target_list *list, bool *local,
                  struct target_error *error)
{
    bool found = count > 0;

    *local = false;
    for (int i = 0; i < count; i++) {
        if (!target_add(list, words[i], error))
            return false;
    }
    if (!found && !add_environment(list, &found, error))
        return false;
    if (!found) {
        *local = true;
        sources_local(list);
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].pid != 0 && list->items[i].socket == NULL)
            resolve(&list->items[i]);
    }
    return true;
}
