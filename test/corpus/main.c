/* SPDX-License-Identifier: MIT */
/*
 * The labelled corpus: how well the detector, and others beside it, tell leaks from what only
 * looks like one.
 *
 *     corpus [--set tune|score] [--seeds N] [--families TEXT] [--threads N] [--from-level N]
 *            [--healthy N] [--detail] [--quick] | --list | --csv FAMILY SEED
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "tables.h"
#include "workers.h"

#define MOST_SEEDS 100000u
#define MOST_LEVEL 5u
#define SEEDS 14u    /* each rate twice */
#define SLOW_LEVEL 2u
#define QUICK_SEEDS 2u
#define QUICK_LEVEL 1u

struct options {
    const struct set *set;
    const char *families;
    unsigned seeds, threads, from_level;
    unsigned healthy; /* more healthy processes, judged by the slow levels alone */
    bool detail, quick, list;
    const char *csv;
};

static unsigned number(const char *text, unsigned least, unsigned most)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (*end || end == text || n < least || n > most) {
        fprintf(stderr, "corpus: '%s' is no number from %u to %u\n", text, least, most);
        exit(2);
    }
    return (unsigned)n;
}

static const struct set *set_or_exit(const char *name)
{
    const struct set *set = set_named(name);

    if (!set) {
        fprintf(stderr, "corpus: no set '%s': there are tune and score\n", name);
        exit(2);
    }
    return set;
}

static bool wanted(const struct family *f, const struct options *o)
{
    return !o->families || strstr(f->name, o->families);
}

static int list(const struct options *o)
{
    static const char *const labels[] = { "healthy", "stepwise", "leak" };
    size_t n;
    const struct family *all = families(&n);

    for (size_t f = 0; f < n; f++)
        if (wanted(&all[f], o))
            printf("%-9s %5.2f  %s\n", labels[all[f].label], all[f].weight, all[f].name);
    return 0;
}

/* A process as `porthole suspects --series` reads it. */
static int csv(const struct options *o, unsigned seed)
{
    size_t n, f = 0;
    const struct family *all = families(&n);
    struct process p;
    struct sample s;

    while (f < n && strcmp(all[f].name, o->csv) != 0)
        f++;
    if (f == n) {
        fprintf(stderr, "corpus: no family '%s': see --list\n", o->csv);
        return 2;
    }
    puts("seconds,value,load");
    process_begin(&p, &all[f], o->set, seed);
    while (process_next(&p, &s)) {
        printf("%.0f,", s.t_s);
        printf(isnan(s.value) ? "," : "%.0f,", s.value);
        printf(isnan(s.load) ? "\n" : "%.3f\n", s.load);
    }
    return 0;
}

static bool moves(const struct family *f)
{
    return !(f->odd & (ODD_CONSTANT | ODD_ZERO));
}

/* As many of each family as real processes have of such series, so that few are enough to see
 * what is rare. */
static size_t healthy_jobs(const struct options *o, struct outcome *to)
{
    size_t n, n_jobs = 0;
    const struct family *all = families(&n);
    double weight = 0;

    for (size_t f = 0; f < n; f++)
        weight += moves(&all[f]) && wanted(&all[f], o) ? all[f].weight : 0;
    for (size_t f = 0; f < n; f++) {
        double share = moves(&all[f]) && wanted(&all[f], o) ? all[f].weight / weight : 0;

        for (unsigned i = 0; i < (unsigned)(share * o->healthy); i++, n_jobs++)
            if (to)
                to[n_jobs] = (struct outcome){ .family = (unsigned)f,
                                               .seed = o->seeds + i,
                                               .from_level = SLOW_LEVEL };
    }
    return n_jobs;
}

static size_t jobs(const struct options *o, struct outcome *to)
{
    size_t n, n_jobs = 0;
    const struct family *all = families(&n);

    for (unsigned seed = 0; seed < o->seeds; seed++)
        for (size_t f = 0; f < n; f++) {
            if (!wanted(&all[f], o) || (all[f].recording && seed))
                continue;
            if (to)
                to[n_jobs] = (struct outcome){ .family = (unsigned)f,
                                               .seed = seed,
                                               .from_level = o->from_level };
            n_jobs++;
        }
    return n_jobs + healthy_jobs(o, to ? to + n_jobs : NULL);
}

static int run(const struct options *o)
{
    size_t n = jobs(o, NULL);
    struct outcome *outcomes = workers_memory(n ? n : 1);

    if (!n || !outcomes) {
        fprintf(stderr, n ? "corpus: out of memory\n" : "corpus: no family is named so\n");
        return 2;
    }
    jobs(o, outcomes);
    if (!workers_run(outcomes, n, o->set, o->threads)) {
        fputs("corpus: a worker failed\n", stderr);
        return 2;
    }
    if (o->detail)
        tables_failures(outcomes, n);
    if (!o->quick) {
        tables_families(outcomes, n);
        tables_rates(outcomes, n);
    }
    return figures_print(outcomes, n, o->quick) ? 0 : 1;
}

static const struct option known[] = {
    { "set", required_argument, NULL, 's' },
    { "seeds", required_argument, NULL, 'n' },
    { "families", required_argument, NULL, 'f' },
    { "threads", required_argument, NULL, 't' },
    { "from-level", required_argument, NULL, 'l' },
    { "healthy", required_argument, NULL, 'h' },
    { "detail", no_argument, NULL, 'd' },
    { "quick", no_argument, NULL, 'q' },
    { "list", no_argument, NULL, 'i' },
    { "csv", required_argument, NULL, 'c' },
    { 0 },
};

static void take(struct options *o, int option)
{
    switch (option) {
    case 's':
        o->set = set_or_exit(optarg);
        break;
    case 'n':
        o->seeds = number(optarg, 1, MOST_SEEDS);
        break;
    case 'f':
        o->families = optarg;
        break;
    case 't':
        o->threads = number(optarg, 1, 256);
        break;
    case 'l':
        o->from_level = number(optarg, 0, MOST_LEVEL);
        break;
    case 'h':
        o->healthy = number(optarg, 0, 100 * MOST_SEEDS);
        break;
    case 'd':
        o->detail = true;
        break;
    case 'q':
        o->quick = true;
        break;
    case 'i':
        o->list = true;
        break;
    case 'c':
        o->csv = optarg;
        break;
    default:
        exit(2);
    }
}

int main(int argc, char **argv)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct options o = { .set = set_named("tune"), .threads = cores > 0 ? (unsigned)cores : 1 };

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
        take(&o, c);
    if (!o.seeds)
        o.seeds = o.quick ? QUICK_SEEDS : SEEDS;
    if (o.quick && !o.from_level)
        o.from_level = QUICK_LEVEL;
    if (o.list)
        return list(&o);
    if (o.csv)
        return csv(&o, optind < argc ? number(argv[optind], 0, MOST_SEEDS) : 0);
    return run(&o);
}
