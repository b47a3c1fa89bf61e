#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test/lint/selftest.sh: a checker that accepts everything looks like a clean tree. Give
# each one a tree of its own with one thing wrong and see it rejected for that reason, and
# the same tree without it and see it accepted.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# A small tree that every checker accepts.
reset() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{agent,addon,cli,include,test/lint,test/unit}
    cp "$root/.clang-format" "$root/.clang-tidy" "$tree"
    cp "$root/test/banned.txt" "$tree/test"
    : >"$tree/test/lint/exceptions.txt"
    printf 'agent/low:\nagent/high: agent/low\n' >"$tree/test/layers.txt"
    printf 'microhttpd.h: agent/high.c\n' >"$tree/test/fences.txt"
    put agent/low.h '#ifndef LOW_H' '#define LOW_H' 'int low(int n);' '#endif'
    put agent/low.c '#include "low.h"' '' 'int low(int n)' '{' '    return n + 1;' '}'
    put agent/high.c '#include "low.h"' 'int high(void);' '' 'int high(void)' '{' \
        '    return low(1);' '}'
    printf "// SPDX-License-Identifier: MIT\n'use strict';\n" >"$tree/addon/index.js"
}

put() {
    local file=$1
    shift
    printf '%s\n' '/* SPDX-License-Identifier: MIT */' "$@" >"$tree/$file"
}

run() {
    (cd "$tree" && "$@" 2>&1)
}

# rejects PATTERN COMMAND...: the command fails and says why.
rejects() {
    local pattern=$1 said
    shift
    if said=$(run "$@") || ! grep -qE -- "$pattern" <<<"$said"; then
        echo "selftest: '$pattern' was not rejected by: $*" >&2
        echo "$said" >&2
        failed=1
    fi
    reset
}

accepts() {
    local said
    if ! said=$(run "$@"); then
        echo "selftest: a good tree was rejected by: $*" >&2
        echo "$said" >&2
        failed=1
    fi
}

numbered() {
    local i
    for ((i = 0; i < $1; i++)); do echo "    n += $i;"; done
}

layers=(node "$here/layers.mjs")
text=(node "$here/text.mjs" agent/low.c agent/low.h)
limits=(node "$here/limits.mjs" agent/low.c)
headers=("$here/headers.sh" -std=c11 -Wall -Wextra -Wpedantic -Werror)
format=("$here/format.py" agent/low.c agent/low.h)
tidy=(clang-tidy-14 --quiet agent/low.c -- -std=c11)
reset

for check in layers text limits format tidy; do
    declare -n command=$check
    accepts "${command[@]}"
done

# layers
put agent/low.c '#include "low.h"' '#include "high.h"'
put agent/high.h 'int high(void);'
rejects "agent/low.c: may not include 'high.h'" "${layers[@]}"
put agent/new.c 'int fresh;'
rejects "module 'agent/new' is not listed" "${layers[@]}"
rm "$tree"/agent/high.c
rejects "no such module 'agent/high'" "${layers[@]}"
printf 'agent/high: agent/low\nagent/low:\n' >"$tree/test/layers.txt"
rejects "names 'agent/low', which is not above it" "${layers[@]}"
put agent/high.c 'int high(void);'
rejects "'agent/high' does not include 'agent/low'" "${layers[@]}"
put agent/low.c '#include "gone.h"'
rejects "cannot find 'gone.h'" "${layers[@]}"
put agent/low.c '#include "low.h"' '#include <microhttpd.h>'
rejects "may not include 'microhttpd.h'; see test/fences.txt" "${layers[@]}"

# text
printf 'int n;\n' >"$tree/agent/low.c"
rejects "low.c:1: no 'SPDX" "${text[@]}"
put agent/low.c $'\tint n;'
rejects 'low.c:2: tab' "${text[@]}"
put agent/low.c 'int n; '
rejects 'low.c:2: trailing space' "${text[@]}"
put agent/low.c "/* $(printf 'x%.0s' {1..91}) */"
rejects 'low.c:2: more than 96 columns' "${text[@]}"
put agent/low.c 'int n;' ''
rejects 'does not end in one newline' "${text[@]}"
put agent/low.c 'void f(char *to) { strcpy(to, "x"); }'
rejects "'strcpy' is banned" "${text[@]}"
put agent/low.c 'void f(void) { json_loads(0, 0, 0); }'
rejects "'json_loads' is banned" "${text[@]}"
put agent/low.c '/* strcpy(a, b) */ const char *n = "exit(1)";'
accepts "${text[@]}"
reset
printf '// SPDX-License-Identifier: MIT\n' >"$tree/addon/index.js"
rejects "no 'use strict'" node "$here/text.mjs" addon/index.js

# limits
put agent/low.c 'int f(int n)' '{' "$(numbered 60)" '}'
rejects "'f' has 63 lines" "${limits[@]}"
put agent/low.c 'int f(int a, int b, int c, int d, int e, int g);' \
    'int f(int a, int b, int c, int d, int e, int g)' '{' '    return a;' '}'
rejects "'f' has 6 parameters" "${limits[@]}"
put agent/low.c "$(printf '\n%.0s' {1..499}; echo 'int n;')"
rejects "'-' has 501 lines" "${limits[@]}"
printf 'agent/low.c low it was long once\n' >"$tree/test/lint/exceptions.txt"
rejects "'agent/low.c low' needs no exception" "${limits[@]}"
printf 'agent/low.c f\n' >"$tree/test/lint/exceptions.txt"
rejects 'no reason in' "${limits[@]}"
put agent/low.c 'int f(int n)' '{' "$(numbered 60)" '}'
printf 'agent/low.c f the table reads better in one piece\n' >"$tree/test/lint/exceptions.txt"
accepts "${limits[@]}"
reset

# headers
put agent/low.h 'size_t low(void);'
rejects 'agent/low.h: does not compile alone' "${headers[@]}"
put include/porthole.h 'int class;'
rejects 'include/porthole.h: does not compile alone' "${headers[@]}"

# format, clang-tidy, cppcheck, shellcheck
put agent/low.c 'int low(int n) {' '  return n;' '}'
rejects 'low.c:2: layout differs' "${format[@]}"
put agent/low.c 'struct low {' '    int   n;     /* a hand' \
    '                    aligned this */' '    char *text;' '};'
accepts "${format[@]}"
reset
put agent/low.c 'int low(const int *n);' 'int low(const int *n)' '{' \
    '    return n ? 0 : *n;' '}'
rejects 'clang-analyzer-core.NullDereference' "${tidy[@]}"
put agent/low.c 'int low(void);' 'int low(void)' '{' '    int a[2];' '    a[0] = 0;' \
    '    return a[2];' '}'
rejects 'arrayIndexOutOfBounds' cppcheck --quiet --error-exitcode=1 --enable=warning agent
printf '#!/bin/sh\nrm $%s\n' 1 >"$tree/x.sh"
rejects SC2086 shellcheck x.sh

exit "$failed"
