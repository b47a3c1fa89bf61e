/* SPDX-License-Identifier: MIT */
/*
 * statefigure: paths with lists in them, in documents of strangers.
 */
#include "statefigure.h"

#include "agent/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Items of lists ---------------------------------------------------------------- */

/* What is left of the path in front of the next part of an item's name. */
struct name {
    const char *rest;       /* NULL: it is another one */
    bool any;
};

static void pass(struct name *name, const char *word)
{
    size_t n = strlen(word);

    if (name->any && name->rest != NULL)
        name->rest = name->rest[0] == ' ' ? name->rest + 1 : NULL;
    name->any = true;
    if (name->rest != NULL)
        name->rest = strncmp(name->rest, word, n) == 0 ? name->rest + n : NULL;
}

static bool pass_member(const char *key, const struct doc *value, void *user)
{
    struct name *name = user;
    char digits[32];

    if (!isnan(doc_value(value))) {
        snprintf(digits, sizeof digits, "%.15g", doc_value(value));
        if (!name->any)
            pass(name, digits);
        return false;
    }
    if (doc_text(value, "", NULL)[0] != '\0')
        pass(name, doc_text(value, "", NULL));
    else if (strcmp(key, "labels") == 0)
        doc_members(value, pass_member, name);
    return true;
}

/* What follows the item's name and its ']'; NULL: it is called otherwise. */
static const char *behind_item(const struct doc *item, const char *path)
{
    struct name name = { .rest = path };

    doc_members(item, pass_member, &name);
    return name.any && name.rest != NULL && name.rest[0] == ']' ? name.rest + 1 : NULL;
}

/* ---- Paths ------------------------------------------------------------------------- */

static double at(const struct doc *value, const char *path);

static double at_item(const struct doc *list, const char *path)
{
    for (size_t i = 0; i < doc_count(list); i++) {
        const struct doc *item = doc_item(list, i);
        const char *rest = behind_item(item, path);

        if (rest != NULL && (rest[0] == '\0' || rest[0] == '.'))
            return at(item, rest[0] == '.' ? rest + 1 : "value");
    }
    return NAN;
}

struct search {
    const char *path;
    double value;
};

static bool try_member(const char *key, const struct doc *value, void *user)
{
    struct search *search = user;
    size_t n = strlen(key);
    const char *rest = search->path + n;

    if (n == 0 || strncmp(search->path, key, n) != 0)
        return true;
    if (rest[0] == '\0')
        search->value = doc_value(value);
    else if (rest[0] == '.')
        search->value = at(value, rest + 1);
    else if (rest[0] == '[')
        search->value = at_item(value, rest + 1);
    return isnan(search->value);
}

/* A key of the application's may have dots in it: whoever leads to a number is meant. Each step
 * uses up a part of the path, and no value is tried twice. */
static double at(const struct doc *value, const char *path)
{
    struct search search = { path, NAN };

    doc_members(value, try_member, &search);
    return search.value;
}

static double of_threads(const struct doc *state, const char *path)
{
    bool highest = ph_figure_is_highest(path);
    const struct doc *threads = doc_at(state, "threads");
    double all = NAN;

    for (size_t i = 0; i < doc_count(threads); i++) {
        double one = at(doc_item(threads, i), path);

        if (isnan(one))
            continue;
        all = isnan(all) ? one : highest ? fmax(all, one) : all + one;
    }
    return all;
}

double statefigure_read(const struct doc *state, const char *figure)
{
    if (state == NULL)
        return NAN;
    if (ph_figure_is_of_threads(figure))
        return of_threads(state, ph_figure_bare(figure));
    return at(state, figure);
}
