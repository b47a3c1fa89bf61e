/* SPDX-License-Identifier: MIT */
/**
 * One process of the live screen: what it is asked besides its row, and its pages as text.
 *
 * It is asked by the name of its target, over connections of its own; nothing here waits.
 *
 * Threads: one.
 */
#ifndef DETAIL_H
#define DETAIL_H

#include "fleet.h"
#include "opts.h"
#include "text.h"
#include "viewstate.h"

#include <stdbool.h>
#include <stddef.h>

struct detail;

/**
 * @param opts  borrowed for its life.
 *
 * Threads: one.
 */
struct detail *detail_new(const struct opts *opts);

/**
 * Threads: one.
 */
void detail_free(struct detail *detail);

/**
 * Follow the view: open and close the process it names, ask what its page shows, take what has
 * come. Never waits.
 *
 * @return whether there is something new.
 *
 * Threads: one.
 */
bool detail_step(struct detail *detail, const struct view *view);

/**
 * A new round has begun: what the page shows is to be asked again. Stacks are not: they cost
 * the process something.
 *
 * Threads: one.
 */
void detail_again(struct detail *detail);

/**
 * Whether an answer is awaited.
 *
 * Threads: one.
 */
bool detail_is_asking(const struct detail *detail);

struct detail_place {
    const struct fleet_row *row; /* of the process; NULL: it has left the fleet */
    size_t width;
    enum text_charset charset;
    double now_s;
};

/**
 * A page: clean lines, each with a line feed.
 *
 * @return borrowed until the next call; NULL: no answer yet.
 *
 * Threads: one.
 */
const char *detail_text(struct detail *detail, enum view_page page,
                        const struct detail_place *place);

#endif /* DETAIL_H */
