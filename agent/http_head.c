/* SPDX-License-Identifier: MIT */
/* Owns the reading of request heads. */
#include "http_head.h"

#include <string.h>

static enum MHD_Result see_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                  size_t name_size, const char *value, size_t value_size)
{
    struct ph_head *head = ctx;

    (void)kind;
    value = value ? value : "";
    if (strlen(name) != name_size || (value_size && strlen(value) != value_size))
        head->has_nul = true;
    ph_policy_see(head, name, value);
    return MHD_YES;
}

void ph_http_read_head(struct MHD_Connection *c, struct ph_head *head)
{
    head->accept = "";
    MHD_get_connection_values_n(c, MHD_HEADER_KIND, see_header, head);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t ph_http_unescape(void *unused, struct MHD_Connection *c, char *text)
{
    char *to = text;

    (void)unused;
    (void)c;
    for (const char *s = text; *s; s++) {
        int high = *s == '%' ? hex(s[1]) : -1;
        int low = high >= 0 ? hex(s[2]) : -1;

        if (low >= 0 && (high || low)) {
            *to++ = (char)(high * 16 + low);
            s += 2;
        } else {
            *to++ = *s;
        }
    }
    *to = '\0';
    return (size_t)(to - text);
}

const char *ph_http_query(const struct ph_request *request, const char *name)
{
    const char *value = NULL;
    size_t size = 0;

    if (MHD_lookup_connection_value_n(request->connection, MHD_GET_ARGUMENT_KIND, name,
                                      strlen(name), &value, &size) != MHD_YES)
        return NULL;
    return value ? value : "";
}
