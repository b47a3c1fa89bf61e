/* SPDX-License-Identifier: MIT */
#include "notify_url.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What stands behind "http://"; NULL if that does not. */
static const char *authority_of(const char *url)
{
    if (strncasecmp(url, "http://", 7) == 0)
        return url + 7;
    return strncasecmp(url, "https://", 8) == 0 ? url + 8 : NULL;
}

static bool is_port(const char *text, size_t len)
{
    unsigned port = 0;

    if (len == 0 || len > 5)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        port = port * 10 + (unsigned)(text[i] - '0');
    }
    return port > 0 && port <= 65535;
}

static const char *authority_fault(const char *text, size_t len)
{
    const char *close = text[0] == '[' ? memchr(text, ']', len) : NULL;
    size_t host = close != NULL ? (size_t)(close - text) + 1 : strcspn(text, ":/?#");

    if (memchr(text, '@', len) != NULL)
        return "a user or password in a URL is shown to everybody: leave it out";
    if (len == 0 || text[0] == ':' || (text[0] == '[' && host < 4))
        return "it names no host";
    if (strcspn(text, "\"<>\\^`{|}") < len)
        return "a host has no such characters";
    if (host < len && (text[host] != ':' || !is_port(text + host + 1, len - host - 1)))
        return "its port is none";
    return NULL;
}

const char *notify_url_fault(const char *url, bool base)
{
    const char *authority = authority_of(url);

    if (authority == NULL)
        return "a URL begins with http:// or https://";
    for (const char *c = url; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7F)
            return "spaces, controls and what is not ASCII have to be escaped as %20";
    }
    if (strchr(url, '#') != NULL)
        return "what stands behind '#' is not sent: leave it out";
    if (base && strchr(url, '?') != NULL)
        return "the address of an Alertmanager has no '?'";
    return authority_fault(authority, strcspn(authority, "/?"));
}

void notify_url_split(const char *url, char **origin, char **path)
{
    const char *authority = authority_of(url);
    const char *rest = authority + strcspn(authority, "/?");
    size_t len = strlen(rest);

    *origin = mem_text(url, (size_t)(rest - url));
    *path = mem_new(len + 2, 1);
    if (rest[0] != '/')
        (*path)[0] = '/';
    memcpy(*path + (rest[0] != '/'), rest, len);
}
