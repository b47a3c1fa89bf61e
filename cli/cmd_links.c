/* SPDX-License-Identifier: MIT */
/*
 * cmd_links: a tree of the nearest ways. A node is opened where it was reached first; where it
 * appears again it is only named.
 */
#include "cmd_links.h"

#include "exitcode.h"
#include "jsonwrite.h"
#include "kangask.h"
#include "links.h"
#include "query.h"
#include "say.h"
#include "spill.h"

#include <unistd.h>

#define LINE_WIDTH 80
#define NEIGHBOURS 20 /* of a node that are shown as text */
#define INDENT_MOST 20
#define DEPTH_MOST 100

/* ---- Text ----------------------------------------------------------------------------- */

struct tree {
    const struct links *links;
    struct spill spill;
    unsigned depth;
};

static void add_name(struct buf *out, const struct links *links, uint32_t node)
{
    struct slice type = links_type(links, node), id = links_id(links, node);

    buf_add(out, type.text, type.len);
    buf_puts(out, ":");
    buf_add(out, id.text, id.len);
}

/* Which processes know it, if there are several that could. */
static void add_origins(struct buf *out, const struct links *links, uint32_t node)
{
    const struct kangset *set = links->set;
    const struct kangset_type *type = &set->types[kangset_find(set, links_type(links, node))];
    uint32_t group = names_find(&type->ids, links_id(links, node));
    const char *before = "  [";

    if (set->origin_count < 2)
        return;
    for (uint32_t i = type->groups[group].first; i != NAMES_NONE; i = type->objects[i].next) {
        struct slice key = set->origins[type->objects[i].origin].key;

        buf_puts(out, before);
        buf_add(out, key.text, key.len);
        before = ", ";
    }
    buf_puts(out, "]");
}

static void add_line(struct tree *tree, const struct buf *line)
{
    struct buf clean = { 0 };

    text_clean(&clean, buf_text(line), line->len < 4096 ? line->len : 4096, say_charset());
    if (text_width(buf_text(&clean)) <= LINE_WIDTH)
        buf_add(&tree->spill.text, buf_text(&clean), clean.len);
    else
        text_fit(&tree->spill.text, buf_text(&clean), LINE_WIDTH, TEXT_LEFT, say_charset());
    buf_puts(&tree->spill.text, "\n");
    spill_step(&tree->spill);
    buf_fini(&clean);
}

static void begin_line(struct buf *line, uint32_t level)
{
    buf_fill(line, ' ', 2 * (size_t)(level < INDENT_MOST ? level : INDENT_MOST));
}

static void show_node(struct tree *tree, uint32_t node);

/* A neighbour with its arrow; opened if it was reached from here. */
static void show_neighbour(struct tree *tree, uint32_t node, uint32_t other, const char *arrow,
                           struct slice via)
{
    const struct links *links = tree->links;
    bool here = links->parent[other] == node && links->level[other] == links->level[node] + 1;
    struct buf line = { 0 };

    begin_line(&line, links->level[node] + 1);
    buf_puts(&line, arrow);
    add_name(&line, links, other);
    if (via.len > 0) {
        buf_puts(&line, "  (");
        buf_add(&line, via.text, via.len);
        buf_puts(&line, ")");
    }
    add_origins(&line, links, other);
    buf_puts(&line, here ? "" : "  (see there)");
    add_line(tree, &line);
    buf_fini(&line);
    if (here)
        show_node(tree, other);
}

static void show_more(struct tree *tree, uint32_t node, uint32_t more, const char *why)
{
    struct buf line = { 0 };

    if (more == 0)
        return;
    begin_line(&line, tree->links->level[node] + 1);
    buf_printf(&line, "... %u more%s", more, why);
    add_line(tree, &line);
    buf_fini(&line);
}

/* Neighbours of a node at the end of the walk that nothing has reached. */
static uint32_t unreached(const struct links *links, uint32_t node)
{
    uint32_t more = 0;

    for (uint32_t e = links->first_edge[node]; e < links->first_edge[node + 1]; e++)
        more += links->level[links->edges[e].to] == LINKS_NONE;
    for (uint32_t b = links->first_back[node]; b < links->first_back[node + 1]; b++) {
        const struct links_edge *edge = &links->edges[links->back[b]];

        more += links->level[edge->from] == LINKS_NONE && !edge->mutual;
    }
    return more;
}

static void show_node(struct tree *tree, uint32_t node)
{
    const struct links *links = tree->links;
    uint32_t shown = 0, more = 0;

    if (links->level[node] == tree->depth) {
        show_more(tree, node, unreached(links, node), " beyond --depth");
        return;
    }
    for (uint32_t e = links->first_edge[node]; e < links->first_edge[node + 1]; e++) {
        const struct links_edge *edge = &links->edges[e];

        if (edge->to == links->parent[node])
            continue;
        if (shown++ < NEIGHBOURS)
            show_neighbour(tree, node, edge->to, edge->mutual ? "<-> " : "-> ", edge->via);
        else
            more++;
    }
    for (uint32_t b = links->first_back[node]; b < links->first_back[node + 1]; b++) {
        const struct links_edge *edge = &links->edges[links->back[b]];

        if (edge->from == links->parent[node] || edge->mutual)
            continue;
        if (shown++ < NEIGHBOURS)
            show_neighbour(tree, node, edge->from, "<- ", edge->via);
        else
            more++;
    }
    show_more(tree, node, more, "; --json has all");
}

static bool print_tree(const struct links *links, uint32_t start, unsigned depth)
{
    struct tree tree = { .links = links, .depth = depth };
    struct buf line = { 0 };

    add_name(&line, links, start);
    add_origins(&line, links, start);
    add_line(&tree, &line);
    buf_fini(&line);
    show_node(&tree, start);
    return spill_end(&tree.spill);
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void write_name(const struct jsonwrite *w, const struct links *links, const char *key,
                       uint32_t node)
{
    struct buf name = { 0 };
    bool first = key[0] == '{';

    add_name(&name, links, node);
    jsonwrite_key(w, slice_of(key + first), &first);
    jsonwrite_string(w, (struct slice){ buf_text(&name), name.len });
    buf_fini(&name);
}

static void write_node(const struct jsonwrite *w, const struct links *links, uint32_t node)
{
    const struct kangset *set = links->set;
    const struct kangset_type *type = &set->types[kangset_find(set, links_type(links, node))];
    uint32_t group = names_find(&type->ids, links_id(links, node));
    bool first = true;

    buf_puts(w->out, "{");
    jsonwrite_key(w, slice_of("type"), &first);
    jsonwrite_string(w, links_type(links, node));
    jsonwrite_key(w, slice_of("id"), &first);
    jsonwrite_string(w, links_id(links, node));
    jsonwrite_key(w, slice_of("depth"), &first);
    jsonwrite_number(w, links->level[node]);
    jsonwrite_key(w, slice_of("origins"), &first);
    buf_puts(w->out, "[");
    for (uint32_t i = type->groups[group].first; i != NAMES_NONE; i = type->objects[i].next) {
        buf_puts(w->out, i == type->groups[group].first ? "" : ",");
        jsonwrite_string(w, set->origins[type->objects[i].origin].key);
    }
    buf_puts(w->out, "]}");
}

/* All links between nodes that were reached. */
static void write_links(const struct jsonwrite *w, const struct links *links,
                        struct spill *spill)
{
    const char *before = "";

    for (uint32_t i = 0; i < links->reached_count; i++) {
        uint32_t node = links->reached[i];

        for (uint32_t e = links->first_edge[node]; e < links->first_edge[node + 1]; e++) {
            bool first = false;

            if (links->level[links->edges[e].to] == LINKS_NONE)
                continue;
            buf_puts(w->out, before);
            before = ",";
            buf_puts(w->out, "{");
            write_name(w, links, "{from", node);
            write_name(w, links, "to", links->edges[e].to);
            jsonwrite_key(w, slice_of("via"), &first);
            jsonwrite_string(w, links->edges[e].via);
            buf_puts(w->out, "}");
            spill_step(spill);
        }
    }
}

static bool print_json(const struct links *links, uint32_t start, unsigned depth)
{
    struct spill spill = { 0 };
    struct jsonwrite w = { .out = &spill.text, .ascii = isatty(STDOUT_FILENO) == 1 };
    uint32_t beyond = 0;

    buf_puts(w.out, "{\"schema\":1");
    write_name(&w, links, "start", start);
    buf_puts(w.out, ",\"nodes\":[");
    for (uint32_t i = 0; i < links->reached_count; i++) {
        buf_puts(w.out, i > 0 ? "," : "");
        write_node(&w, links, links->reached[i]);
        if (links->level[links->reached[i]] == depth)
            beyond += unreached(links, links->reached[i]);
        spill_step(&spill);
    }
    buf_puts(w.out, "],\"links\":[");
    write_links(&w, links, &spill);
    buf_printf(w.out, "],\"depth\":%u,\"truncated\":%s}\n", depth,
               beyond > 0 || links->cut ? "true" : "false");
    return spill_end(&spill);
}

/* ---- The command ---------------------------------------------------------------------- */

static int show(const struct kangask *ask, const struct opts *opts, const char *word)
{
    struct query query = query_parse(word);
    struct links links;
    uint32_t start;
    int code = EXITCODE_FINE, concluded;

    links_find(&ask->set, &links);
    start = links_node(&links, query.type, query.id);
    if (start == LINKS_NONE) {
        code = EXITCODE_SOME;
        if (ask->set.origin_count > 0)
            say_error("no object '%s'", word);
    } else {
        links_reach(&links, start, opts->depth);
        if (!(opts->json ? print_json : print_tree)(&links, start, opts->depth))
            code = EXITCODE_INTERNAL;
    }
    links_fini(&links);
    concluded = kangask_conclude(ask);
    return concluded > code ? concluded : code;
}

int cmd_links(const struct opts *opts, char **arguments, int count)
{
    struct kangask ask;
    int code;

    if (!query_parse(arguments[0]).has_id) {
        say_error("bad object '%s': it must be TYPE:ID", arguments[0]);
        return EXITCODE_USAGE;
    }
    if (opts->depth > DEPTH_MOST) {
        say_error("bad value '%u' for '--depth': more than %d", opts->depth, DEPTH_MOST);
        return EXITCODE_USAGE;
    }
    code = kangask_run(&ask, opts, arguments + 1, count - 1, NULL);
    if (code != EXITCODE_FINE)
        return code;
    code = show(&ask, opts, arguments[0]);
    kangask_end(&ask);
    return code;
}
