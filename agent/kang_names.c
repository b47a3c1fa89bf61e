/* SPDX-License-Identifier: MIT */
/* Owns the names that kang's clients cannot take. Those of Object.prototype end them, since
 * they look whether an object has them already; the other three overwrite the rest of the
 * document. */
#include "kang_names.h"

#include <string.h>

static const char *const prototype[] = {
    "constructor",      "hasOwnProperty",   "isPrototypeOf",    "propertyIsEnumerable",
    "toLocaleString",   "toString",         "valueOf",          "__proto__",
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
};

static const char *const top_level[] = { "service", "stats", "types" };

static bool is_one_of(const char *const *words, size_t n_words, const char *name, size_t n)
{
    for (size_t i = 0; i < n_words; i++)
        if (strlen(words[i]) == n && memcmp(words[i], name, n) == 0)
            return true;
    return false;
}

#define IS_ONE_OF(words, name, n) is_one_of(words, sizeof(words) / sizeof(words)[0], name, n)

bool ph_kang_id_means_something(const char *id, size_t n)
{
    for (;; n--) {
        if (IS_ONE_OF(prototype, id, n))
            return true;
        if (n == 0 || id[n - 1] != '_')
            return false;
    }
}

static const struct ph_kang_name *find(const struct ph_kang_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->all[i].name, name) == 0)
            return &names->all[i];
    return NULL;
}

static void add(struct ph_kang_names *names, const char *name)
{
    if (names->n < PH_KANG_TYPES && !find(names, name))
        names->all[names->n++] = (struct ph_kang_name){ .name = name };
}

static bool means_something(const char *name)
{
    size_t n = strlen(name);

    return IS_ONE_OF(prototype, name, n) || IS_ONE_OF(top_level, name, n);
}

/* One underscore more than any like it has; those are other types, and stay as they are. */
static void rename_type(const struct ph_kang_names *names, struct ph_kang_name *name)
{
    char fresh[PORTHOLE_TYPE_BYTES + PH_KANG_TYPES];
    size_t n = strlen(name->name);

    memcpy(fresh, name->name, n + 1);
    while (name->tails < PH_KANG_TYPES - 1 && (name->tails == 0 || find(names, fresh))) {
        fresh[n + name->tails++] = '_';
        fresh[n + name->tails] = '\0';
    }
}

void ph_kang_names_collect(struct ph_kang_names *names, const struct ph_types *types,
                           const struct ph_haul *haul)
{
    size_t n = ph_types_count(types);

    names->n = 0;
    for (size_t i = 0; i < n; i++)
        add(names, types->all[i]->name);
    for (size_t i = 0; i < haul->n; i++)
        for (size_t k = 0; haul->lots[i].fragments && k < haul->lots[i].fragments->n_types; k++)
            add(names, haul->lots[i].fragments->types[k]);
    for (size_t i = 0; i < names->n; i++)
        if (means_something(names->all[i].name))
            rename_type(names, &names->all[i]);
}
