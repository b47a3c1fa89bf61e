/* SPDX-License-Identifier: MIT */
/* Owns the snapshot a test looks at. */
#include "shown.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "agent/encode_json.h"
#include "agent/encode_prom.h"

static struct ph_builder builder;
static char prom[65536];

struct ph_builder *shown_begin(void)
{
    ph_build_begin(&builder);
    return &builder;
}

json_t *shown_json(void)
{
    struct ph_snapshot *s = ph_build_freeze(&builder, 0, 0, 0);
    struct ph_sink sink;
    json_t *root;

    cr_assert_not_null(s);
    ph_sink_init(&sink, sizeof prom - 1);
    ph_encode_prometheus(s, &sink);
    cr_assert_not(sink.failed);
    if (sink.len)
        memcpy(prom, sink.bytes, sink.len);
    prom[sink.len] = '\0';
    ph_sink_fini(&sink);

    ph_sink_init(&sink, 1 << 20);
    ph_encode_json(s, &sink);
    cr_assert_not(sink.failed);
    root = json_loadb(sink.bytes, sink.len, JSON_REJECT_DUPLICATES, NULL);
    ph_sink_fini(&sink);
    ph_snapshot_unref(s);
    cr_assert_not_null(root);
    return root;
}

const char *shown_prom(void)
{
    return prom;
}

json_t *shown_at(json_t *at, const char *path)
{
    char key[64];

    while (at && *path) {
        size_t n = strcspn(path, ".");

        cr_assert_lt(n, sizeof key);
        memcpy(key, path, n);
        key[n] = '\0';
        at = json_is_array(at) ? json_array_get(at, strtoul(key, NULL, 10))
                               : json_object_get(at, key);
        path += n + (path[n] == '.');
    }
    return at;
}

double shown_number(json_t *root, const char *path)
{
    json_t *at = shown_at(root, path);

    return json_is_number(at) ? json_number_value(at) : -1;
}
