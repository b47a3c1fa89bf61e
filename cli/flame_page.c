/* SPDX-License-Identifier: MIT */
/*
 * flame_page: the template's files are in the program as they lie in this folder. No byte of
 * a profile reaches the page but through jsontext.
 */
#include "flame_page.h"

#include "jsontext.h"

#include <string.h>

/* Paths are those of the build, which runs at the root of the repository. */
#define EMBED(name, file) \
    __asm__(".pushsection .rodata\n" \
            ".global " name "\n" \
            ".hidden " name "\n" \
            ".type " name ", %object\n" name ":\n" \
            ".incbin \"cli/" file "\"\n" \
            ".byte 0\n" \
            ".size " name ", . - " name "\n" \
            ".popsection\n")

EMBED("flame_page_html", "flame.html");
EMBED("flame_page_css", "flame.css");
EMBED("flame_page_model", "flame_model.js");
EMBED("flame_page_view", "flame_view.js");

/* Each ends in a NUL. */
extern const char flame_page_html[], flame_page_css[], flame_page_model[], flame_page_view[];

static void write_origin(struct buf *out, const struct treefile *profile)
{
    buf_puts(out, "{\"unit\":");
    jsontext_string(out, profile->tree.unit == CALLTREE_BYTES ? "bytes" : "us");
    buf_puts(out, ",\"service\":");
    jsontext_string(out, profile->service);
    buf_puts(out, ",\"pid\":");
    jsontext_number(out, profile->pid);
    buf_puts(out, ",\"thread\":");
    jsontext_string(out, profile->thread);
    buf_puts(out, ",\"at\":");
    jsontext_string(out, profile->at);
    buf_puts(out, ",\"span_us\":");
    jsontext_number(out, profile->span_us);
    buf_puts(out, ",\"samples\":");
    jsontext_number(out, (double)profile->samples);
    buf_puts(out, ",\"loop_ms\":");
    jsontext_number(out, profile->loop_ms);
    buf_puts(out, profile->truncated ? ",\"truncated\":true" : ",\"truncated\":false");
}

static void write_functions(struct buf *out, const struct functions *functions)
{
    for (size_t i = 0; i < functions->count; i++) {
        const struct functions_item *item = &functions->items[i];

        buf_puts(out, i > 0 ? ",\n[" : "[");
        jsontext_string(out, item->name);
        buf_puts(out, ",");
        jsontext_string(out, item->url);
        buf_printf(out, ",%u,%u]", item->line, item->column);
    }
}

/* What flame_model.js reads. */
static void write_profile(struct buf *out, const struct treefile *profile)
{
    write_origin(out, profile);
    buf_puts(out, ",\n\"functions\":[");
    write_functions(out, &profile->tree.functions);
    buf_puts(out, "],\n\"nodes\":[");
    for (size_t i = 0; i < profile->tree.node_count; i++) {
        const struct calltree_node *node = &profile->tree.nodes[i];

        buf_printf(out, i > 0 ? ",%u,%u," : "%u,%u,", node->parent, node->function);
        jsontext_number(out, node->self);
    }
    buf_puts(out, "]}");
}

bool flame_page_write(struct buf *out, const struct treefile *profile)
{
    static const struct {
        const char *mark;
        const char *text; /* NULL: the profile */
    } parts[] = { { "@STYLE@", flame_page_css },
                  { "@PROFILE@", NULL },
                  { "@MODEL@", flame_page_model },
                  { "@VIEW@", flame_page_view } };
    const char *rest = flame_page_html;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *mark = strstr(rest, parts[i].mark);

        buf_add(out, rest, (size_t)(mark - rest));
        if (parts[i].text != NULL)
            buf_puts(out, parts[i].text);
        else
            write_profile(out, profile);
        rest = mark + strlen(parts[i].mark);
    }
    return buf_puts(out, rest);
}
