/* SPDX-License-Identifier: MIT */
/**
 * A call tree: who called whom, and what each cost by itself and with all it called.
 *
 * Parents come before their children, and a node's subtree follows it without a gap.
 *
 * Names and urls are valid UTF-8 as sent, cut at a NUL: clean them before showing them. No
 * name means an anonymous function; a url is "", "node:fs", "/app/x.js", "file:///app/x.js".
 *
 * Threads: any; no state.
 */
#ifndef CALLTREE_H
#define CALLTREE_H

#include "functions.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum calltree_unit { CALLTREE_MICROSECONDS, CALLTREE_BYTES };

struct calltree_node {
    uint32_t parent;       /* index; the root is its own */
    uint32_t function;     /* index into functions.items */
    uint32_t depth;        /* of the root: 0 */
    double self;
    double total;
};

struct calltree {
    enum calltree_unit unit;
    struct calltree_node *nodes;
    size_t node_count;
    struct functions functions;
};

/**
 * Fill in what follows from the nodes' self values: `total` of the nodes, which is their
 * self value before, `self` and `total` of the functions, which are 0.
 *
 * Threads: any.
 */
void calltree_sum(struct calltree *tree);

/**
 * Free nodes and functions, not their texts. Zeroed memory: does nothing.
 *
 * Threads: any.
 */
void calltree_fini(struct calltree *tree);

/**
 * Indexes of the functions with the largest self value, largest first; "(root)" and
 * "(idle)" are left out, "(program)" (native code) and "(garbage collector)" are not.
 *
 * @return how many; at most `room`, none without a self value.
 *
 * Threads: any.
 */
size_t calltree_hottest(const struct calltree *tree, uint32_t *out, size_t room);

/**
 * Self value of all functions without a file that have this name, such as "(idle)".
 *
 * Threads: any.
 */
double calltree_self_of(const struct calltree *tree, const char *name);

#endif /* CALLTREE_H */
