/* SPDX-License-Identifier: MIT */
/* Workers are processes: the modules under test stay as they are, and one that crashes is
 * seen. Each takes the next process that nobody has. */
#include "workers.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void *shared(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return at == MAP_FAILED ? NULL : at;
}

struct outcome *workers_memory(size_t n)
{
    return shared(n * sizeof(struct outcome));
}

static void show(size_t done, size_t n)
{
    static size_t shown;

    if (done * 100 / n == shown || !isatty(STDERR_FILENO))
        return;
    shown = done * 100 / n;
    fprintf(stderr, "\r%3zu %% of %zu processes%s", shown, n, done == n ? "\n" : "");
}

bool workers_run(struct outcome *outcomes, size_t n, const struct set *set, unsigned n_workers)
{
    atomic_size_t *next = shared(sizeof *next);
    bool ok = next != NULL;

    fflush(stdout);
    for (unsigned i = 0; ok && i < n_workers; i++) {
        pid_t pid = fork();

        ok = pid >= 0;
        if (pid != 0)
            continue;
        for (size_t job = (*next)++; job < n; job = (*next)++) {
            score_process(&outcomes[job], set);
            show(job + 1, n);
        }
        _exit(0);
    }
    for (int status; wait(&status) > 0;)
        ok = ok && status == 0;
    return ok;
}
