/* SPDX-License-Identifier: MIT */
/*
 * paths: arithmetic on names of files. The names are a stranger's: what opens one must
 * itself look at what it has opened.
 */
#include "paths.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char file_scheme[] = "file://";

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool paths_decode(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '%') {
            int high = i + 2 < len ? hex(text[i + 1]) : -1;
            int low = i + 2 < len ? hex(text[i + 2]) : -1;

            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0' || !buf_add(out, &c, 1))
            return false;
    }
    return true;
}

bool paths_has_scheme(const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789+-.");

    return len > 0 && isalpha((unsigned char)name[0]) && name[len] == ':';
}

bool paths_local(struct buf *out, const char *name)
{
    size_t len = sizeof file_scheme - 1;
    struct buf path = { 0 };
    const char *rest;
    bool good;

    if (name[0] == '/')
        return buf_puts(out, name);
    if (strncasecmp(name, file_scheme, len) != 0)
        return false;
    rest = strchr(name + len, '/');
    if (rest == NULL || (rest != name + len && strncmp(name + len, "localhost/", 10) != 0))
        return false;
    good = paths_decode(&path, rest, strcspn(rest, "?#")) &&
           buf_add(out, buf_text(&path), path.len);
    buf_fini(&path);
    return good;
}

/* Append `path` to the absolute one in `out`, a folder at a time. */
static void descend(struct buf *out, const char *path)
{
    while (path[0] != '\0') {
        size_t len = strcspn(path, "/");

        if (len == 2 && strncmp(path, "..", 2) == 0) {
            while (out->len > 0 && out->data[--out->len] != '/')
                continue;
            if (out->data != NULL)
                out->data[out->len] = '\0';
        } else if (len > 0 && !(len == 1 && path[0] == '.')) {
            buf_puts(out, "/");
            buf_add(out, path, len);
        }
        path += len + (path[len] == '/');
    }
}

void paths_beside(struct buf *out, const char *base, const char *root, const char *reference)
{
    struct buf joined = { 0 }, path = { 0 };
    const char *slash = strrchr(base, '/');

    if (root[0] != '\0' && reference[0] != '/' && !paths_has_scheme(reference)) {
        buf_puts(&joined, root);
        if (root[strlen(root) - 1] != '/')
            buf_puts(&joined, "/");
    }
    buf_puts(&joined, reference);
    if (paths_has_scheme(buf_text(&joined))) {
        if (!paths_local(out, buf_text(&joined)))
            buf_puts(out, buf_text(&joined));
    } else {
        struct buf folder = { 0 };

        buf_add(&folder, base, slash != NULL ? (size_t)(slash - base) : 0);
        if (buf_text(&joined)[0] != '/')
            descend(&path, buf_text(&folder));
        descend(&path, buf_text(&joined));
        buf_puts(out, path.len > 0 ? buf_text(&path) : "/");
        buf_fini(&folder);
    }
    buf_fini(&path);
    buf_fini(&joined);
}
