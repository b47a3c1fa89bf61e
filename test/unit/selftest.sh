#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test/unit/selftest.sh: tests that must fail, in every variant that can see why: a
# harness that lets them pass would let ours pass as well. CC and the flags come from the
# Makefile, so this is the very build the unit tests get.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

cat >"$dir/bad.c" <<'BAD'
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static int shared;

static void *wait_forever(void *unused) { (void)unused; pause(); return NULL; }

static void *count(void *unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++)
        shared++;
    return NULL;
}

Test(good, passes) { free(malloc(1)); }
Test(bad, assertion) { cr_assert_eq(1, 2); }
Test(bad, crash) { *(volatile int *)NULL = 1; }
Test(bad, descriptor) { (void)!dup(0); }
Test(bad, thread)
{
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, wait_forever, NULL), 0);
}
#if defined(__SANITIZE_ADDRESS__)
Test(bad, leak) { volatile char *lost = malloc(33); lost[0] = 1; lost = NULL; }
Test(bad, overflow) { volatile char *p = malloc(3); p[3] = 1; free((void *)p); }
Test(bad, undefined) { volatile int n = 0x7fffffff; n = n + 1; }
#endif
#if defined(__SANITIZE_THREAD__)
Test(bad, race)
{
    pthread_t one, two;
    cr_assert_eq(pthread_create(&one, NULL, count, NULL), 0);
    cr_assert_eq(pthread_create(&two, NULL, count, NULL), 0);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}
#else
Test(good, unused) { count(NULL); }
#endif
BAD

flags() {
    env -u MAKEFLAGS make -s --no-print-directory "print-$1"
}

for variant in release asan tsan; do
    read -ra command <<<"$(flags CC) $(flags C_LANGUAGE) -O1 -g $(flags "FLAGS_$variant") \
        $(flags WRAPS) $dir/bad.c test/unit/guard.c test/unit/alloc.c -o $dir/$variant \
        -lcriterion"
    "${command[@]}" || exit 2
    "$dir/$variant" --tap="$dir/$variant.tap" >/dev/null 2>&1
    if grep '^ok - bad' "$dir/$variant.tap" || grep '^not ok - good' "$dir/$variant.tap"; then
        echo "selftest: the $variant variant judged these wrongly" >&2
        failed=1
    fi
    [[ $(grep -c '^ok - good' "$dir/$variant.tap") -ge 1 ]] || failed=1
done
exit "$failed"
