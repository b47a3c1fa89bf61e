/* SPDX-License-Identifier: MIT */
/* The peer of record.c: writes as many bytes as a document has into one of two places of a
 * file in turn, and nothing else.
 *
 *     pwrite DIRECTORY WRITES BYTES...
 *
 * Prints JSON as record.c does: p50 and p99 of one write in microseconds, by size.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_WRITES 100000
#define MOST_BYTES (16u << 20)
#define PLACES 2 /* as the recorder's slots */

static double took_us[MOST_WRITES];

static uint64_t now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double *p = a, *q = b;

    return (*p > *q) - (*p < *q);
}

static bool write_one(int fd, const char *bytes, size_t n, size_t i)
{
    return pwrite(fd, bytes, n, (off_t)(i % PLACES * n)) == (ssize_t)n;
}

/* False: out of memory, here or there. */
static bool measure(int fd, size_t n, size_t writes)
{
    char *bytes = malloc(n);
    bool ok = bytes && posix_fallocate(fd, 0, (off_t)(PLACES * n)) == 0;

    if (bytes)
        memset(bytes, 'x', n);
    for (size_t i = 0; ok && i < writes; i++) {
        uint64_t began = now_ns();

        ok = write_one(fd, bytes, n, i);
        took_us[i] = (double)(now_ns() - began) / 1e3;
    }
    free(bytes);
    qsort(took_us, writes, sizeof took_us[0], by_size);
    return ok;
}

static size_t parse(const char *text, size_t max)
{
    char *end;
    unsigned long long n = strtoull(text, &end, 10);

    return *end || n > max ? 0 : (size_t)n;
}

int main(int argc, char **argv)
{
    int fd = argc > 3 ? open(argv[1], O_RDWR | O_TMPFILE | O_CLOEXEC, 0600) : -1;
    size_t writes = argc > 3 ? parse(argv[2], MOST_WRITES) : 0;

    if (fd < 0 || !writes) {
        fputs("usage: pwrite DIRECTORY WRITES BYTES...\n", stderr);
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        size_t n = parse(argv[i], MOST_BYTES);

        if (!n || !measure(fd, n, writes)) {
            fprintf(stderr, "pwrite: cannot write '%s' bytes\n", argv[i]);
            return 1;
        }
        printf("%s\"%zu\":{\"p50_us\":%.1f,\"p99_us\":%.1f}", i == 3 ? "{" : ",", n,
               took_us[writes / 2], took_us[writes * 99 / 100]);
    }
    puts("}");
    close(fd);
    return 0;
}
