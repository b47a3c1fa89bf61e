/* SPDX-License-Identifier: MIT */
/*
 * calltree: sums over a tree, each in one pass over its nodes.
 */
#include "calltree.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

static void sum_functions(struct calltree *tree)
{
    struct functions_item *items = tree->functions.items;
    uint32_t *active = mem_new(tree->functions.count, sizeof *active);
    uint32_t *path = mem_new(tree->node_count, sizeof *path);
    size_t height = 0;

    for (size_t i = 0; i < tree->node_count; i++) {
        const struct calltree_node *node = &tree->nodes[i];

        while (height > node->depth)
            active[path[--height]]--;
        items[node->function].self += node->self;
        if (active[node->function]++ == 0)
            items[node->function].total += node->total;
        path[height++] = node->function;
    }
    free(active);
    free(path);
}

void calltree_sum(struct calltree *tree)
{
    for (size_t i = tree->node_count; i-- > 1;)
        tree->nodes[tree->nodes[i].parent].total += tree->nodes[i].total;
    sum_functions(tree);
}

void calltree_fini(struct calltree *tree)
{
    free(tree->nodes);
    functions_fini(&tree->functions);
    *tree = (struct calltree){ 0 };
}

/* ---- The answer in short ------------------------------------------------------------- */

static bool is_called(const struct functions_item *item, const char *name)
{
    return item->url[0] == '\0' && strcmp(item->name, name) == 0;
}

size_t calltree_hottest(const struct calltree *tree, uint32_t *out, size_t room)
{
    const struct functions_item *items = tree->functions.items;
    size_t count = 0;

    for (size_t i = 0; i < tree->functions.count; i++) {
        size_t place;

        if (!(items[i].self > 0) || is_called(&items[i], "(root)") ||
            is_called(&items[i], "(idle)"))
            continue;
        place = count < room ? count++ : room;
        while (place > 0 && items[out[place - 1]].self < items[i].self) {
            if (place < room)
                out[place] = out[place - 1];
            place--;
        }
        if (place < room)
            out[place] = (uint32_t)i;
    }
    return count;
}

double calltree_self_of(const struct calltree *tree, const char *name)
{
    double self = 0;

    for (size_t i = 0; i < tree->functions.count; i++)
        self += is_called(&tree->functions.items[i], name) ? tree->functions.items[i].self : 0;
    return self;
}
