/* SPDX-License-Identifier: MIT */
/* Owns the two checks a request has to pass before any route sees it. */
#include "guard.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX 255

/* The name without port and brackets in `out`; false if it is no host at all. */
static bool strip(const char *host, char *out)
{
    bool bracket = host[0] == '[';
    const char *start = host + bracket;
    size_t n = strcspn(start, bracket ? "]" : ":");
    const char *rest = start + n;

    if (n == 0 || n > HOST_MAX || (bracket && *rest++ != ']'))
        return false;
    if (*rest && (*rest != ':' || rest[1 + strspn(rest + 1, "0123456789")] != '\0'))
        return false;
    memcpy(out, start, n);
    out[n] = '\0';
    return true;
}

static bool is_listed(const char *name, const char *list)
{
    size_t len = strlen(name);

    while (list && *list) {
        size_t n;

        list += strspn(list, ", ");
        n = strcspn(list, ", ");
        if (n == len && n > 0 && strncasecmp(list, name, n) == 0)
            return true;
        list += n;
    }
    return false;
}

bool ph_guard_host(const char *host, const char *allowed)
{
    char name[HOST_MAX + 1];
    unsigned char address[16];

    if (!strip(host, name))
        return false;
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1 ||
           strcasecmp(name, "localhost") == 0 || is_listed(name, allowed);
}

bool ph_guard_token(const char *authorization, const char *token)
{
    static const char scheme[] = "Bearer ";
    size_t want = strlen(token), have;
    unsigned char differs = 0;
    const char *given;

    if (!authorization || strncasecmp(authorization, scheme, sizeof scheme - 1) != 0)
        return false;
    given = authorization + sizeof scheme - 1;
    have = strlen(given);
    /* The length may show; which character is wrong must not. */
    for (size_t i = 0; i < want; i++)
        differs |= (unsigned char)(token[i] ^ (have ? given[i % have] : 0));
    return differs == 0 && have == want;
}
