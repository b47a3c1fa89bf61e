/* SPDX-License-Identifier: MIT */
/*
 * sdlist: reads the document in place, so that 100,000 targets cost their text and no tree,
 * and so that every complaint knows where it belongs.
 */
#include "sdlist.h"

#include "buf.h"
#include "jsonspan.h"
#include "labels.h"
#include "names.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct target_list *list;
    const char *name;
    const char *text;
    struct sdsays *says;
    size_t more;            /* complaints after the first */
    struct buf word;        /* the string that was decoded last */
    bool full;
};

/* What all targets of a group have. */
struct group {
    struct labels labels;
    bool secure;
    bool plain;             /* __scheme__ says http: port 80 unless given */
};

/* ---- Complaints ----------------------------------------------------------------------- */

void sdlist_place(char out[128], const char *name, const char *text, const char *at)
{
    size_t line = 1, column = 1;

    for (const char *c = text; c < at; c++) {
        if (*c == '\n') {
            line++;
            column = 1;
        } else {
            column += ((unsigned char)*c & 0xC0u) != 0x80u;
        }
    }
    snprintf(out, 128, "%.80s:%zu:%zu", name, line, column);
}

__attribute__((format(printf, 3, 4))) static bool complain(struct reading *r, const char *at,
                                                           const char *format, ...)
{
    char place[128], why[SDASK_SAYS_BYTES - 130];
    va_list args;

    if (r->says->text[0] != '\0') {
        r->more++;
        return false;
    }
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    sdlist_place(place, r->name, r->text, at);
    snprintf(r->says->text, sizeof r->says->text, "%s: %s", place, why);
    return false;
}

/* What ends the reading is all there is to say. */
static bool refuse(struct reading *r, const char *at, const char *why)
{
    r->says->text[0] = '\0';
    return complain(r, at, "%s", why);
}

static void count_complaints(struct reading *r)
{
    size_t len = strlen(r->says->text);

    if (r->more > 0)
        snprintf(r->says->text + len, sizeof r->says->text - len, " (and %zu more)", r->more);
}

/* ---- Pieces --------------------------------------------------------------------------- */

/* The text of a string; NULL if it is none, or holds a NUL. */
static const char *word_of(struct reading *r, struct jsonspan string)
{
    if (jsonspan_kind(string) != '"')
        return NULL;
    buf_clear(&r->word);
    jsonspan_text(&r->word, string);
    return strlen(buf_text(&r->word)) == r->word.len ? buf_text(&r->word) : NULL;
}

/* Cut a value that is too long, at a character. */
static void cut(struct buf *word)
{
    size_t len = LABELS_VALUE_BYTES - 1;

    while (len > 0 && ((unsigned char)word->data[len] & 0xC0u) == 0x80u)
        len--;
    word->data[len] = '\0';
    word->len = len;
}

static void add_label(struct reading *r, struct group *group, const char *name,
                      struct jsonspan value)
{
    const char *text = word_of(r, value);

    if (text == NULL) {
        complain(r, value.text, "the value of label '%.64s' is no text; left out", name);
        return;
    }
    if (strcmp(name, "__scheme__") == 0) {
        group->secure = strcmp(text, "https") == 0;
        group->plain = strcmp(text, "http") == 0;
    }
    if (strncmp(name, "__", 2) == 0)
        return;
    if (r->word.len >= LABELS_VALUE_BYTES) {
        complain(r, value.text, "the value of label '%.64s' has more than %d bytes; cut", name,
                 LABELS_VALUE_BYTES - 1);
        cut(&r->word);
    }
    if (!labels_set(&group->labels, name, buf_text(&r->word)))
        complain(r, value.text, "more than %d labels; '%.64s' is left out", LABELS_MOST, name);
}

static void read_labels(struct reading *r, struct group *group, struct jsonspan labels)
{
    struct jsonspan_walk walk = jsonspan_begin(labels);
    struct jsonspan key, value;

    while (jsonspan_next(&walk, &key, &value)) {
        char name[LABELS_NAME_BYTES];
        const char *text = word_of(r, key);

        if (text == NULL || !labels_is_name(text, strlen(text))) {
            complain(r, key.text, "'%.64s' is no name of a label; left out",
                     text != NULL ? text : "");
            continue;
        }
        snprintf(name, sizeof name, "%s", text);
        add_label(r, group, name, value);
    }
}

static void add_target(struct reading *r, const struct group *group, struct jsonspan value)
{
    const char *text = word_of(r, value);
    size_t before = r->list->count;
    struct target_error error;
    char url[512];

    if (text == NULL) {
        complain(r, value.text, "a target is a text: \"host:port\"; left out");
        return;
    }
    if (before >= TARGET_CEILING) {
        r->full = true;
        complain(r, value.text, "more than %d targets; cut here", TARGET_CEILING);
        return;
    }
    if ((group->secure || group->plain) && strstr(text, "://") == NULL && r->word.len < 480) {
        snprintf(url, sizeof url, "%s://%s", group->secure ? "https" : "http", text);
        text = url;
    }
    if (!target_add_network(r->list, text, &error)) {
        complain(r, value.text, "%.160s; left out", error.text);
        return;
    }
    for (size_t i = before; i < r->list->count; i++)
        labels_inherit(&r->list->items[i].labels, &group->labels);
}

static bool read_group(struct reading *r, struct jsonspan value)
{
    struct jsonspan targets = jsonspan_find(value, "targets");
    struct jsonspan labels = jsonspan_find(value, "labels");
    struct group group = { .secure = false };
    struct jsonspan_walk walk;
    struct jsonspan key, item;

    if (jsonspan_kind(value) != '{')
        return refuse(r, value.text, "a group of targets is an object with 'targets'");
    if (jsonspan_kind(targets) != '[')
        return refuse(r, targets.len > 0 ? targets.text : value.text,
                      "a group needs 'targets', a list");
    if (labels.len > 0 && strchr("{n", jsonspan_kind(labels)) == NULL)
        return refuse(r, labels.text, "'labels' is no object");
    read_labels(r, &group, labels);
    walk = jsonspan_begin(targets);
    while (!r->full && jsonspan_next(&walk, &key, &item))
        add_target(r, &group, item);
    labels_fini(&group.labels);
    return true;
}

/* ---- The whole ------------------------------------------------------------------------ */

static const char *what_of(enum cause cause)
{
    switch (cause) {
    case CAUSE_TRUNCATED:
        return "the text ends in the middle of the list";
    case CAUSE_TOO_BIG:
        return "too many brackets inside of one another";
    default:
        return "this is no JSON";
    }
}

static bool read_groups(struct reading *r, struct jsonspan whole)
{
    struct jsonspan_walk walk = jsonspan_begin(whole);
    struct jsonspan key, value;

    if (jsonspan_kind(whole) != '[')
        return refuse(r, whole.text, "expected a list: [{\"targets\": [\"host:port\"]}]");
    while (!r->full && jsonspan_next(&walk, &key, &value)) {
        if (!read_group(r, value))
            return false;
    }
    return true;
}

static void forget_from(struct target_list *list, size_t count)
{
    while (list->count > count)
        target_free(&list->items[--list->count]);
}

bool sdlist_read(struct target_list *list, const char *name, const char *text, size_t len,
                 struct sdsays *says)
{
    struct reading r = { .list = list, .name = name, .text = text, .says = says };
    size_t before = list->count;
    struct jsonspan whole;
    enum cause cause = jsonspan_read(text, len, &whole);
    bool good;

    says->text[0] = '\0';
    if (cause != CAUSE_NONE)
        return refuse(&r, whole.text, what_of(cause));
    good = read_groups(&r, whole);
    buf_fini(&r.word);
    if (!good) {
        forget_from(list, before);
        return false;
    }
    count_complaints(&r);
    return true;
}

void sdlist_unique(struct target_list *list)
{
    struct names origins = { 0 };
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct target *target = &list->items[i];
        uint32_t before = origins.count;

        names_add(&origins, slice_of(target->socket != NULL ? target->socket : target->origin));
        if (target->origin[0] != '\0' && origins.count == before)
            target_free(target);
        else
            list->items[kept++] = *target;
    }
    list->count = kept;
    names_fini(&origins);
}

static uint64_t mix(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return (hash ^ 0xFFu) * 1099511628211u;
}

uint64_t sdlist_hash(const struct target_list *list)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < list->count; i++) {
        const struct target *target = &list->items[i];

        hash = mix(mix(mix(hash, target->name), target->origin), target->path);
        for (size_t l = 0; l < target->labels.count; l++)
            hash = mix(mix(hash, target->labels.items[l].name), target->labels.items[l].value);
    }
    return hash;
}
