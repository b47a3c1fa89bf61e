/* SPDX-License-Identifier: MIT */
/*
 * samplescan: jsonspan goes through the text, a tree of the wanted paths along with it.
 * Documents of a round are hundreds of values each, most of which nobody asks for; as a tree
 * of values they took a third of a round. What a value means is sampleput's.
 */
#include "samplescan.h"

#include "doc.h"
#include "instant.h"
#include "jsonscan.h"
#include "jsonspan.h"
#include "porthole_wire.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- Paths ------------------------------------------------------------------------- */

enum what {
    NOTHING,
    VITAL,        /* one of the process, by its number */
    THREAD_VITAL,
    TEXT,         /* by its place and room in a sample */
    SCHEMA,
    PID,
    TICK,
    AT,
    THREAD_LIST,
    THREAD,
    LOOP,
    PAIR,
    PAIR_ITEM,
    SUSPECT_LIST,
    GRADE,
    SUSPECT_TEXT, /* of the worst */
    SLOPE,
};

#define ITEM "[]" /* in a path: of an array */
#define NODES 128
#define WORST(name) \
    offsetof(struct sample, suspect.name), sizeof((struct sample_suspect *)0)->name

/* A key of a path. */
struct node {
    const char *key;
    size_t len;
    uint32_t bit;         /* among the children of its parent */
    const struct node *next;
    struct node *children;
    enum what what;
    size_t number;
    size_t room;
};

static const struct {
    const char *path;
    enum what what;
    size_t number;
    size_t room;
} specials[] = {
    { "porthole.schema", SCHEMA, 0, 0 },
    { "service.pid", PID, 0, 0 },
    { "captured.tick", TICK, 0, 0 },
    { "captured.at", AT, 0, 0 },
    { "threads", THREAD_LIST, VITAL_THREADS, 0 },
    { "threads.[]", THREAD, 0, 0 },
    { "threads.[].loop.state", LOOP, 0, 0 },
    { "threads.[].loop.delay_ms.buckets.[]", PAIR, 0, 0 },
    { "threads.[].loop.delay_ms.buckets.[].[]", PAIR_ITEM, 0, 0 },
    { "suspects", SUSPECT_LIST, 0, 0 },
    { "suspects.[].grade", GRADE, WORST(grade) },
    { "suspects.[].series", SUSPECT_TEXT, WORST(series) },
    { "suspects.[].class", SUSPECT_TEXT, WORST(class_of) },
    { "suspects.[].says", SUSPECT_TEXT, WORST(says) },
    { "suspects.[].slope_per_hour", SLOPE, 0, 0 },
};

static struct node nodes[NODES]; /* the first is the root */
static size_t node_count;

static struct node *child_of(struct node *parent, const char *key, size_t len)
{
    struct node *last = parent->children, *node;

    for (node = last; node != NULL; node = (struct node *)node->next) {
        if (node->len == len && memcmp(node->key, key, len) == 0)
            return node;
    }
    node = &nodes[node_count++];
    *node = (struct node){
        .key = key, .len = len, .next = last, .bit = last != NULL ? last->bit << 1 : 1
    };
    parent->children = node;
    return node;
}

static struct node *add_path(struct node *at, const char *path)
{
    while (path[0] != '\0') {
        size_t len = strcspn(path, ".");

        at = child_of(at, path, len);
        path += len + (path[len] == '.');
    }
    return at;
}

static void set_node(const char *path, enum what what, size_t number, size_t room)
{
    struct node *node = add_path(nodes, path);

    node->what = what;
    node->number = number;
    node->room = room;
}

static void plant(void)
{
    node_count = 1;
    for (size_t i = 0; i < VITALS; i++) {
        const char *name = vitals[i].name;

        if (strncmp(name, SAMPLEPUT_OF_THREADS, SAMPLEPUT_OF_THREADS_LEN) != 0) {
            set_node(name, VITAL, i, 0);
        } else if (i != VITAL_HEAP_SHARE) {
            struct node *node =
                add_path(add_path(nodes, "threads." ITEM), name + SAMPLEPUT_OF_THREADS_LEN);

            node->what = THREAD_VITAL;
            node->number = i;
        }
    }
    for (size_t i = 0; i < SAMPLEPUT_TEXTS; i++)
        set_node(sampleput_texts[i].path, TEXT, sampleput_texts[i].offset,
                 sampleput_texts[i].room);
    for (size_t i = 0; i < COUNT(specials); i++)
        set_node(specials[i].path, specials[i].what, specials[i].number, specials[i].room);
}

/* ---- The walk ---------------------------------------------------------------------- */

/* An open container. */
struct frame {
    const struct node *node; /* NULL: of no interest */
    bool array;
    uint32_t seen;           /* keys, as bits */
    size_t items;
};

struct scan {
    struct sample *out;
    double schema;
    double used, limit;      /* heap of this thread */
    double pair[2];
    const struct node *next; /* whose value comes */
    size_t depth;
    struct frame frames[JSONSCAN_DEPTH + 1];
};

static const struct node *find_child(const struct frame *in, const char *key, size_t len)
{
    const struct node *node = in->node != NULL ? in->node->children : NULL;

    while (node != NULL && (node->len != len || memcmp(node->key, key, len) != 0))
        node = node->next;
    return node;
}

static bool scan_key(struct scan *scan, struct jsonspan token)
{
    struct frame *in = &scan->frames[scan->depth];
    const struct node *node = find_child(in, token.text + 1, token.len - 2);

    if (node != NULL && node->key[0] == '[')
        node = NULL;
    scan->next = node;
    if (node == NULL)
        return true;
    if (in->seen & node->bit)
        return false;
    in->seen |= node->bit;
    return true;
}

static size_t suspect_index(const struct scan *scan)
{
    return scan->frames[scan->depth - 1].items - 1;
}

static void scan_text(struct scan *scan, const struct node *node, struct jsonspan token)
{
    const char *text = token.text + 1;
    size_t len = token.len - 2;
    struct sample *out = scan->out;
    char word[40];

    sampleput_text(word, sizeof word, text, len);
    if (node->what == TEXT || (node->what == SUSPECT_TEXT && suspect_index(scan) == 0) ||
        (node->what == GRADE && suspect_index(scan) == 0))
        sampleput_text((char *)out + node->number, node->room, text, len);
    if (node->what == GRADE && suspect_index(scan) < SAMPLE_SUSPECTS_MOST)
        sampleput_grade(out, word);
    else if (node->what == AT)
        out->captured_unix_s = instant_read(word);
    else if (node->what == LOOP && sampleput_loop(word) > out->loop)
        out->loop = sampleput_loop(word);
}

static void scan_number(struct scan *scan, const struct node *node, double number)
{
    const struct frame *in = &scan->frames[scan->depth];
    /* where a text was expected, `number` is its place */
    const struct vital_info *v = node->number < VITALS ? &vitals[node->number] : NULL;
    struct sample *out = scan->out;

    switch (node->what) {
    case THREAD_LIST:
    case VITAL:
        out->v[node->number] = sampleput_in_range(number, v->most);
        break;
    case THREAD_VITAL:
        sampleput_fold(&out->v[node->number], sampleput_in_range(number, v->most), v->fold);
        if (node->number == VITAL_HEAP_USED)
            scan->used = sampleput_in_range(number, DOC_BYTES_MOST);
        if (node->number == VITAL_HEAP_LIMIT)
            scan->limit = sampleput_in_range(number, DOC_BYTES_MOST);
        break;
    case SCHEMA:
        scan->schema = sampleput_in_range(number, SAMPLE_COUNT_MOST);
        break;
    case PID:
        out->pid = sampleput_in_range(number, SAMPLE_PID_MOST);
        break;
    case TICK:
        out->tick = sampleput_in_range(number, SAMPLE_COUNT_MOST);
        break;
    case PAIR_ITEM:
        if (in->items <= 2)
            scan->pair[in->items - 1] = number;
        break;
    case SLOPE:
        if (suspect_index(scan) == 0)
            out->suspect.slope_per_h = sampleput_in_range(number, SAMPLE_RATE_MOST);
        break;
    default:
        break;
    }
}

static bool scan_open(struct scan *scan, const struct node *node, bool array)
{
    if (scan->depth == JSONSCAN_DEPTH)
        return false;
    scan->frames[++scan->depth] = (struct frame){ .node = node, .array = array };
    if (node == NULL)
        return true;
    if (node->what == THREAD)
        scan->used = scan->limit = NAN;
    else if (node->what == PAIR)
        scan->pair[0] = scan->pair[1] = NAN;
    else if (node->what == SUSPECT_LIST && array)
        scan->out->suspects = scan->out->suspects_confirmed = 0;
    return true;
}

static void scan_close(struct scan *scan)
{
    const struct frame *in = &scan->frames[scan->depth--];
    enum what what = in->node != NULL ? in->node->what : NOTHING;

    if (what == THREAD_LIST && in->array)
        scan->out->v[VITAL_THREADS] = (double)in->items;
    else if (what == THREAD && scan->limit > 0)
        sampleput_fold(&scan->out->v[VITAL_HEAP_SHARE], scan->used / scan->limit,
                       VITAL_HIGHEST);
    else if (what == PAIR && scan->frames[scan->depth].items <= SAMPLE_OCTAVES)
        sampleput_delay(scan->out, scan->pair[0], scan->pair[1]);
}

static bool scan_token(void *user, char what, struct jsonspan token)
{
    struct scan *scan = user;
    struct frame *in = &scan->frames[scan->depth];
    const struct node *node = scan->next;
    double number;

    if (what == ':')
        return scan_key(scan, token);
    if (what == '}' || what == ']') {
        scan_close(scan);
        return true;
    }
    if (in->array) {
        in->items++;
        node = find_child(in, ITEM, sizeof ITEM - 1);
    }
    if (what == '{' || what == '[')
        return scan_open(scan, node, what == '[');
    if (scan->depth == 0)
        return false;
    if (what == '"' && node != NULL)
        scan_text(scan, node, token);
    if (what != '0')
        return true;
    number = jsonspan_number(token); /* of all: one beyond a double is an error */
    if (node != NULL)
        scan_number(scan, node, number);
    return isfinite(number);
}

bool samplescan_read(const char *text, size_t len, struct sample *out, enum cause *cause)
{
    struct scan scan;
    bool plain;

    if (node_count == 0)
        plant();
    sample_clear(out);
    scan.out = out;
    scan.schema = NAN;
    scan.next = nodes;
    scan.depth = 0;
    scan.frames[0] = (struct frame){ .node = NULL };
    if (len >= JSONSCAN_VALUES ||
        jsonspan_tell(text, len, scan_token, &scan, &plain) != CAUSE_NONE || !plain)
        return false;
    if (!(out->suspects > 0)) {
        memset(&out->suspect, 0, sizeof out->suspect);
        out->suspect.slope_per_h = NAN;
    }
    *cause = scan.schema >= PORTHOLE_SCHEMA ? CAUSE_NONE : CAUSE_NOT_PORTHOLE;
    return true;
}
