/* SPDX-License-Identifier: MIT */
/*
 * target: the grammar of targets. It decides everything about the URL, so that no byte
 * the user did not mean reaches libcurl: host names are letters, digits, '.', '-', '_';
 * there is no user:password@.
 */
#include "target.h"

#include "mem.h"
#include "porthole_wire.h"
#include "text.h"
#include "units.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define FILE_CEILING ((size_t)4 << 20)

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

static bool add_network(struct target_list *list, const char *name, struct target_error *error)
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

static bool add_list(struct target_list *list, char *spec, bool files,
                     struct target_error *error);

/* Cut spaces away, and what follows one of `stops`. */
static char *trim(char *line, const char *stops)
{
    char *end;

    line += strspn(line, " \t");
    end = line + strcspn(line, stops);
    while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    return line;
}

static bool add_lines(struct target_list *list, FILE *file, const char *name,
                      struct target_error *error)
{
    char line[2048], reason[TEXT_REASON_BYTES];
    size_t total = 0;

    for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        struct target_error why;

        total += strlen(line);
        if (total > FILE_CEILING || (strchr(line, '\n') == NULL && !feof(file)))
            return fail(error, name, "line %u is too long, or the file is", number);
        if (!add_list(list, trim(line, "#\r\n"), false, &why)) {
            snprintf(error->text, sizeof error->text, "%.100s line %u: %.120s", name + 1,
                     number, why.text);
            return false;
        }
    }
    if (!ferror(file))
        return true;
    text_reason(reason, errno);
    return fail(error, name, "cannot read the file: %s", reason);
}

static bool add_file(struct target_list *list, const char *name, struct target_error *error)
{
    FILE *file = fopen(name + 1, "re");
    char reason[TEXT_REASON_BYTES];
    bool good;

    if (file == NULL) {
        text_reason(reason, errno);
        return fail(error, name, "cannot open the file: %s", reason);
    }
    good = add_lines(list, file, name, error);
    fclose(file);
    return good;
}

static bool add_one(struct target_list *list, const char *name, bool files,
                    struct target_error *error)
{
    if (list->count >= TARGET_CEILING)
        return fail(error, name, "more than %d targets", TARGET_CEILING);
    if (name[0] == '@')
        return files ? add_file(list, name, error)
                     : fail(error, name, "a target file cannot name another");
    if (strncmp(name, "unix:", 5) == 0)
        return add_unix(list, name, error);
    if (strncmp(name, "pid:", 4) == 0)
        return add_pid(list, name, error);
    return add_network(list, name, error);
}

/* Empty pieces of a list are skipped, as kang does. */
static bool add_list(struct target_list *list, char *spec, bool files,
                     struct target_error *error)
{
    char *rest = spec;

    while (rest != NULL) {
        char *piece = trim(strsep(&rest, ","), "");

        if (piece[0] != '\0' && !add_one(list, piece, files, error))
            return false;
    }
    return true;
}

bool target_add(struct target_list *list, const char *spec, struct target_error *error)
{
    char *text = copy(spec);
    size_t before = list->count;
    bool good = add_list(list, text, true, error);

    if (good && list->count == before && strchr(spec, '@') == NULL)
        good = fail(error, spec, "it is empty");
    free(text);
    return good;
}

void target_free(struct target *target)
{
    free(target->name);
    free(target->origin);
    free(target->path);
    free(target->socket);
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
