/* SPDX-License-Identifier: MIT */
/*
 * folded: the stack of the node at hand is a text that grows and shrinks, so that no line
 * is put together from the root again.
 */
#include "folded.h"

#include "mem.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void folded_name(struct buf *out, const struct functions_item *function)
{
    buf_puts(out, function->name[0] != '\0' ? function->name : "(anonymous)");
    if (function->url[0] == '\0')
        return;
    buf_puts(out, " (");
    buf_puts(out, function->url);
    if (function->line > 0)
        buf_printf(out, ":%u", function->line);
    buf_puts(out, ")");
}

static void cut(struct buf *text, size_t len)
{
    text->len = len;
    if (text->data != NULL)
        text->data[len] = '\0';
}

static void add_frame(struct buf *stack, const struct functions_item *function)
{
    struct buf name = { 0 };
    size_t from;

    if (stack->len > 0)
        buf_puts(stack, ";");
    from = stack->len;
    folded_name(&name, function);
    text_clean(stack, buf_text(&name), name.len, TEXT_UTF8);
    buf_fini(&name);
    for (size_t i = from; i < stack->len; i++) {
        if (stack->data[i] == ';') /* it would end the frame before its time */
            stack->data[i] = '_';
    }
}

bool folded_write(struct buf *out, const struct calltree *tree)
{
    size_t *ends = mem_new(tree->node_count + 1, sizeof *ends); /* of the stack, by depth */
    struct buf stack = { 0 };

    for (size_t i = 0; i < tree->node_count && !out->full && !stack.full; i++) {
        const struct calltree_node *node = &tree->nodes[i];

        cut(&stack, node->depth > 0 ? ends[node->depth - 1] : 0);
        if (node->depth > 0) /* the root is no frame */
            add_frame(&stack, &tree->functions.items[node->function]);
        ends[node->depth] = stack.len;
        if (node->self < 0.5 || stack.len == 0)
            continue;
        buf_puts(out, buf_text(&stack));
        buf_printf(out, " %.0f\n", round(node->self));
    }
    out->full |= stack.full;
    buf_fini(&stack);
    free(ends);
    return !out->full;
}
