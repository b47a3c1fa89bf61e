/* SPDX-License-Identifier: MIT */
/*
 * target: the grammar of targets. It decides everything about the URL, so that no byte
 * the user did not mean reaches libcurl: host names are letters, digits, '.', '-', '_';
 * there is no user:password@.
 */
#include "target.h"

#include "mem.h"
#include "porthole_wire.h"
#include "units.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/* The pieces of one target. */
struct parts {
    const char *name;
    const char *scheme;
    char host[256]; /* with its brackets if it is IPv6 */
    char path[1024];
    unsigned first_port; /* 0: none was given */
    unsigned last_port;
    unsigned default_port;
    bool kang;
};

__attribute__((format(printf, 3, 4))) static bool
fail(struct target_error *error, const char *name, const char *format, ...)
{
    char why[128];
    va_list args;

    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    snprintf(error->text, sizeof error->text, "bad target '%.100s': %s", name, why);
    return false;
}

static struct target *append(struct target_list *list)
{
    if ((list->count & (list->count - 1)) == 0)
        list->items =
            mem_resize(list->items, list->count > 0 ? list->count * 2 : 1, sizeof *list->items);
    list->items[list->count] = (struct target){ 0 };
    return &list->items[list->count++];
}

static char *copy(const char *text)
{
    return mem_text(text, strlen(text));
}

void target_set_socket(struct target *target, const char *socket)
{
    char origin[64];

    /* libcurl keeps one connection pool per host name, and searching it is linear: with
     * one name for 2,000 sockets a round took 0.70 s, with a name for each 0.075 s. */
    unsigned hash = 2166136261u;

    for (const char *c = socket; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    snprintf(origin, sizeof origin, "http://localhost.%08x", hash);
    free(target->socket);
    free(target->origin);
    target->socket = copy(socket);
    target->origin = copy(origin);
}

void target_add_socket(struct target_list *list, const char *name, const char *socket,
                       unsigned pid)
{
    struct target *target = append(list);

    target->name = copy(name);
    target->path = copy("");
    target->pid = pid;
    target_set_socket(target, socket);
}

/* ---- host:port/path ---------------------------------------------------------------- */

static bool parse_port(const char *text, unsigned *port)
{
    return units_parse_count(text, 1, 65535, port);
}

static bool parse_ports(struct parts *p, char *text, struct target_error *error)
{
    char *dash = strchr(text, '-');

    if (dash == NULL) {
        if (!parse_port(text, &p->first_port))
            return fail(error, p->name, "port '%.16s' is not a number from 1 to 65535", text);
        p->last_port = p->first_port;
        return true;
    }
    *dash = '\0';
    if (!parse_port(text, &p->first_port) || !parse_port(dash + 1, &p->last_port))
        return fail(error, p->name, "port range '%.12s-%.12s' is not two numbers", text,
                    dash + 1);
    if (p->last_port < p->first_port)
        return fail(error, p->name, "port range runs backwards");
    if (p->last_port - p->first_port >= TARGET_RANGE_CEILING)
        return fail(error, p->name, "port range has more than %d ports", TARGET_RANGE_CEILING);
    return true;
}

/* Four numbers that are no address, as "10.0.0.300", are a slip and no host name. */
static bool is_bad_ipv4(const char *host)
{
    struct in_addr address;
    unsigned dots = 0;

    for (const char *c = host; *c != '\0'; c++) {
        if (*c != '.' && (*c < '0' || *c > '9'))
            return false;
        dots += *c == '.';
    }
    return dots == 3 && inet_pton(AF_INET, host, &address) != 1;
}

static bool is_host(const char *host)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

    return host[0] != '\0' && host[0] != '-' && host[0] != '.' &&
           strspn(host, allowed) == strlen(host);
}

/* Cut `text` into host and port; an IPv6 address stands in brackets. */
static bool parse_host(struct parts *p, char *text, struct target_error *error)
{
    char *end = strchr(text, ':');
    struct in6_addr address;

    if (text[0] == '[') {
        char *close = strchr(text, ']');

        if (close == NULL)
            return fail(error, p->name, "'[' without ']'");
        *close = '\0';
        if (inet_pton(AF_INET6, text + 1, &address) != 1)
            return fail(error, p->name, "'%.64s' is no IPv6 address", text + 1);
        if (close[1] != '\0' && close[1] != ':')
            return fail(error, p->name, "expected ':' behind ']'");
        snprintf(p->host, sizeof p->host, "[%.250s]", text + 1);
        end = close[1] == ':' ? close + 1 : NULL;
    } else {
        if (end != NULL && strchr(end + 1, ':') != NULL)
            return fail(error, p->name, "IPv6 addresses need brackets: [::1]:9090");
        if (end != NULL)
            *end = '\0';
        if (!is_host(text))
            return fail(error, p->name, "'%.64s' is no host name", text);
        if (is_bad_ipv4(text))
            return fail(error, p->name, "'%.64s' is no IPv4 address", text);
        snprintf(p->host, sizeof p->host, "%.253s", text);
    }
    return end == NULL || parse_ports(p, end + 1, error);
}

static bool parse_path(struct parts *p, const char *path, struct target_error *error)
{
    for (const char *c = path; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7F)
            return fail(error, p->name, "the path has characters a URL cannot have");
    }
    if (strchr(path, '#') != NULL)
        return fail(error, p->name, "a path cannot have a '#'");
    if (strlen(path) >= sizeof p->path)
        return fail(error, p->name, "the path is too long");
    snprintf(p->path, sizeof p->path, "%s", path);
    return true;
}

static bool parse_network(struct parts *p, const char *text, struct target_error *error)
{
    char authority[320];
    size_t len = strcspn(text, "/?#");

    if (len == 0)
        return fail(error, p->name, "no host");
    if (len >= sizeof authority)
        return fail(error, p->name, "the host name is too long");
    if (text[len] == '?' || text[len] == '#')
        return fail(error, p->name, "expected '/' before '%c'", text[len]);
    snprintf(authority, sizeof authority, "%.*s", (int)len, text);
    if (strchr(authority, '@') != NULL)
        return fail(error, p->name, "no user or password here; use --token-file");
    return parse_host(p, authority, error) && parse_path(p, text + len, error);
}

/* Remove the scheme, if there is one, and set the port that goes with it. */
static bool parse_scheme(struct parts *p, const char **text, struct target_error *error)
{
    const char *colon = strstr(*text, "://");

    p->scheme = "http";
    p->default_port = p->kang && strchr(*text, '/') != NULL ? 80 : PORTHOLE_DEFAULT_PORT;
    if (colon == NULL)
        return true;
    if (strncasecmp(*text, "http://", 7) == 0) {
        p->default_port = 80;
    } else if (strncasecmp(*text, "https://", 8) == 0) {
        p->scheme = "https";
        p->default_port = 443;
    } else {
        return fail(error, p->name, "scheme '%.*s' is neither http nor https",
                    colon - *text < 32 ? (int)(colon - *text) : 32, *text);
    }
    *text = colon + 3;
    return true;
}

bool target_add_network(struct target_list *list, const char *name, struct target_error *error)
{
    struct parts p = { .name = name, .kang = list->kang };
    const char *rest = name;

    if (!parse_scheme(&p, &rest, error) || !parse_network(&p, rest, error))
        return false;
    if (p.first_port == 0)
        p.first_port = p.last_port = p.default_port;
    if (list->count + (p.last_port - p.first_port) >= TARGET_CEILING)
        return fail(error, name, "more than %d targets", TARGET_CEILING);
    for (unsigned port = p.first_port; port <= p.last_port; port++) {
        struct target *target = append(list);
        char text[1536];

        snprintf(text, sizeof text, "%s:%u%s", p.host, port, p.path);
        target->name = copy(p.first_port == p.last_port ? name : text);
        snprintf(text, sizeof text, "%s://%s:%u", p.scheme, p.host, port);
        target->origin = copy(text);
        target->path = copy(p.path);
    }
    return true;
}

/* ---- The other forms --------------------------------------------------------------- */

static bool add_unix(struct target_list *list, const char *name, struct target_error *error)
{
    const char *path = name + strlen("unix:");

    if (path[0] != '/')
        return fail(error, name, "a socket's path begins with '/'");
    if (strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path)
        return fail(error, name, "the path is longer than a unix socket's can be");
    target_add_socket(list, name, path, 0);
    return true;
}

static bool add_pid(struct target_list *list, const char *name, struct target_error *error)
{
    unsigned pid;
    struct target *target;

    if (!units_parse_count(name + strlen("pid:"), 1, 999999999, &pid))
        return fail(error, name, "'%.16s' is no process id", name + strlen("pid:"));
    target = append(list);
    target->name = copy(name);
    target->origin = copy("");
    target->path = copy("");
    target->pid = pid;
    return true;
}

/* Where a list names another, the user means the command's own grammar (sd.h). */
static bool names_a_list(const char *name)
{
    static const char *const prefixes[] = { "@", "http_sd:", "dns+srv:", "dns+a:" };

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    }
    return false;
}

bool target_add_one(struct target_list *list, const char *name, struct target_error *error)
{
    if (list->count >= TARGET_CEILING)
        return fail(error, name, "more than %d targets", TARGET_CEILING);
    if (names_a_list(name))
        return fail(error, name, "a target file cannot name another");
    if (strncmp(name, "unix:", 5) == 0)
        return add_unix(list, name, error);
    if (strncmp(name, "pid:", 4) == 0)
        return add_pid(list, name, error);
    return target_add_network(list, name, error);
}

char *target_next_piece(char **rest)
{
    char *piece = strsep(rest, ","), *end;

    piece += strspn(piece, " \t");
    end = piece + strlen(piece);
    while (end > piece && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    return piece;
}

bool target_add(struct target_list *list, const char *spec, struct target_error *error)
{
    char *text = copy(spec), *rest = text;
    size_t before = list->count;
    bool good = true;

    while (good && rest != NULL) {
        const char *piece = target_next_piece(&rest);

        good = piece[0] == '\0' || target_add_one(list, piece, error);
    }
    if (good && list->count == before)
        good = fail(error, spec, "it is empty");
    free(text);
    return good;
}

void target_copy(struct target_list *to, const struct target *from)
{
    struct target *target = append(to);

    target->name = copy(from->name);
    target->origin = copy(from->origin);
    target->path = copy(from->path);
    target->socket = from->socket != NULL ? copy(from->socket) : NULL;
    target->source = from->source != NULL ? copy(from->source) : NULL;
    target->pid = from->pid;
    labels_inherit(&target->labels, &from->labels);
}

void target_free(struct target *target)
{
    free(target->name);
    free(target->origin);
    free(target->path);
    free(target->socket);
    free(target->source);
    labels_fini(&target->labels);
    *target = (struct target){ 0 };
}

void target_fini(struct target_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        target_free(&list->items[i]);
    free(list->items);
    *list = (struct target_list){ 0 };
}
