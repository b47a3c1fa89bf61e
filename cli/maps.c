/* SPDX-License-Identifier: MIT */
/*
 * maps: from the name of a script to its source map. A script is kept beside its map,
 * because the text tells whether a name of the map is the one that is looked for.
 */
#include "maps.h"

#include "doc.h"
#include "mem.h"
#include "paths.h"
#include "slurp.h"
#include "sourcemap.h"
#include "vlq.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Bytes of mappings to be decoded in all: some eight seconds. */
#define WORK_CEILING ((size_t)2 << 30)

struct script {
    char *name;          /* as the target said it */
    struct buf text;     /* empty without a map */
    struct doc *map;     /* NULL: none */
    struct buf map_path; /* what its sources are relative to */
    char *why;           /* why the map it has cannot be used; else NULL */
};

struct maps {
    struct script scripts[MAPS_FILES];
    size_t count;
    size_t bytes;
    size_t work;
    struct buf found; /* maps_origin.file of the last look-up */
};

struct maps *maps_new(void)
{
    return mem_new(1, sizeof(struct maps));
}

void maps_free(struct maps *maps)
{
    if (maps == NULL)
        return;
    for (size_t i = 0; i < maps->count; i++) {
        struct script *script = &maps->scripts[i];

        doc_free(script->map);
        buf_fini(&script->text);
        buf_fini(&script->map_path);
        free(script->name);
        free(script->why);
    }
    buf_fini(&maps->found);
    free(maps);
}

/* ---- Finding the map ----------------------------------------------------------------- */

static bool is_comment(const char *text, const char *key)
{
    return key - text >= 4 && (key[-1] == ' ' || key[-1] == '\t') &&
           (key[-2] == '#' || key[-2] == '@') && (key[-3] == '/' || key[-3] == '*') &&
           key[-4] == '/';
}

/* The last "//# sourceMappingURL=" counts. */
static const char *find_url(const struct buf *script, size_t *len)
{
    static const char key[] = "sourceMappingURL=";
    const char *text = buf_text(script), *at = text, *url = NULL;
    size_t left = script->len;

    while ((at = memmem(at, left, key, sizeof key - 1)) != NULL) {
        const char *behind = at + sizeof key - 1;

        if (is_comment(text, at))
            url = behind;
        at = behind;
        left = script->len - (size_t)(at - text);
    }
    *len = url != NULL ? strcspn(url, " \t\r\n\v\f'\"*") : 0;
    return *len > 0 ? url : NULL;
}

/* data:[TYPE][;charset=X][;base64],CONTENT */
static const char *read_data(const char *url, size_t len, struct buf *out)
{
    const char *comma = memchr(url, ',', len);
    const char *content;
    size_t rest;

    if (comma == NULL)
        return "bad data: URL";
    content = comma + 1;
    rest = len - (size_t)(content - url);
    if (comma - url >= 7 && strncasecmp(comma - 7, ";base64", 7) == 0)
        return vlq_base64(out, content, rest) ? NULL : "bad Base64";
    return paths_decode(out, content, rest) ? NULL : "bad data: URL";
}

/* Read the map that `url` means in the script at `path`; set what its sources are relative
 * to. */
static const char *read_map(struct script *script, const char *path, const char *url,
                            size_t len, struct buf *out)
{
    char *reference = mem_text(url, len);
    const char *wrong;

    if (strncasecmp(reference, "data:", 5) == 0) {
        buf_puts(&script->map_path, path);
        wrong = read_data(url, len, out);
    } else {
        reference[strcspn(reference, "?#")] = '\0';
        paths_beside(&script->map_path, path, "", reference);
        wrong = buf_text(&script->map_path)[0] == '/' ? slurp(buf_text(&script->map_path), out)
                                                      : "it is not on this machine";
    }
    free(reference);
    return wrong;
}

static const char *parse_map(struct script *script, const struct buf *text)
{
    const char *begin = buf_text(text), *line = strchr(begin, '\n');
    size_t skipped = 0;

    /* ")]}'" in the first line keeps browsers from running a map as a script */
    if (strncmp(begin, ")]}", 3) == 0)
        skipped = line != NULL ? (size_t)(line - begin) : text->len;
    switch (doc_read(begin + skipped, text->len - skipped, &script->map)) {
    case CAUSE_NONE:
        return sourcemap_check(script->map);
    case CAUSE_TOO_BIG:
        return "it has too many values";
    default:
        return "it is no JSON";
    }
}

static const char *load_map(struct maps *maps, struct script *script, const char *path)
{
    size_t left = MAPS_BYTES - maps->bytes, len;
    struct buf text = { .limit = left < MAPS_FILE_BYTES ? left : MAPS_FILE_BYTES };
    const char *url = find_url(&script->text, &len), *wrong = NULL;

    if (url == NULL) {
        buf_fini(&script->text);
        return NULL;
    }
    maps->bytes += script->text.len;
    wrong = read_map(script, path, url, len, &text);
    maps->bytes += text.len < MAPS_BYTES - maps->bytes ? text.len : MAPS_BYTES - maps->bytes;
    if (wrong == NULL)
        wrong = parse_map(script, &text);
    buf_fini(&text);
    return wrong;
}

/* ---- The set ------------------------------------------------------------------------- */

static void load(struct maps *maps, struct script *script)
{
    size_t left = (MAPS_BYTES - maps->bytes) / 2; /* as much again for its map */
    struct buf path = { 0 };
    const char *wrong = NULL;

    script->text.limit = left < MAPS_FILE_BYTES ? left : MAPS_FILE_BYTES;
    /* a script that is not here, or no file at all, is nothing to complain of */
    if (left > 0 && paths_local(&path, script->name) &&
        slurp(buf_text(&path), &script->text) == NULL)
        wrong = load_map(maps, script, buf_text(&path));
    if (wrong != NULL) {
        script->why = mem_text(wrong, strlen(wrong));
        doc_free(script->map);
        script->map = NULL;
    }
    if (script->map == NULL)
        buf_fini(&script->text);
    buf_fini(&path);
}

static struct script *script_of(struct maps *maps, const char *name)
{
    struct script *script;

    for (size_t i = 0; i < maps->count; i++) {
        if (strcmp(maps->scripts[i].name, name) == 0)
            return &maps->scripts[i];
    }
    if (maps->count == MAPS_FILES)
        return NULL;
    script = &maps->scripts[maps->count++];
    script->name = mem_text(name, strlen(name));
    load(maps, script);
    return script;
}

bool maps_find(struct maps *maps, const char *file, uint32_t line, uint32_t column,
               struct maps_origin *out)
{
    const struct script *script = script_of(maps, file);
    struct sourcemap_origin origin;

    if (script == NULL || script->map == NULL || maps->work > WORK_CEILING ||
        !sourcemap_find(script->map, line, column, &origin, &maps->work))
        return false;
    buf_clear(&maps->found);
    paths_beside(&maps->found, buf_text(&script->map_path), origin.root, origin.source);
    *out =
        (struct maps_origin){ buf_text(&maps->found), origin.name, origin.line, origin.column };
    return true;
}

static bool is_part_of_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

bool maps_spells(struct maps *maps, const char *file, uint32_t line, uint32_t column,
                 const char *word)
{
    const struct script *script = script_of(maps, file);
    const char *at, *end, *text_end;

    if (script == NULL || script->map == NULL || line == 0 || column == 0)
        return false;
    at = buf_text(&script->text);
    text_end = at + script->text.len;
    for (uint32_t i = 1; i < line && at != NULL; i++) {
        at = memchr(at, '\n', (size_t)(text_end - at));
        at = at != NULL ? at + 1 : NULL;
    }
    if (at == NULL || (size_t)(text_end - at) < column - 1 + strlen(word))
        return false;
    for (uint32_t i = 0; i + 1 < column; i++) {
        if ((unsigned char)at[i] >= 0x80 || at[i] == '\n')
            return false;
    }
    end = at + column - 1 + strlen(word);
    return memcmp(end - strlen(word), word, strlen(word)) == 0 && word[0] != '\0' &&
           (end == text_end || !is_part_of_word(*end));
}

void maps_failures(const struct maps *maps,
                   void (*each)(const char *file, const char *why, void *user), void *user)
{
    for (size_t i = 0; i < maps->count; i++) {
        if (maps->scripts[i].why != NULL)
            each(maps->scripts[i].name, maps->scripts[i].why, user);
    }
}
