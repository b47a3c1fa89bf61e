#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test/lint/headers.sh CFLAGS...: every header compiles alone, as the first thing a file
# includes; the public ones as C++ as well. Empty folders are fine, a missing one is not.
set -uo pipefail
shopt -s nullglob

status=0
node_include=$(node -p "path.resolve(process.execPath, '../../include/node')")
napi_include=$(node -p "require('node-addon-api').include_dir")
cxx_standard=$(grep -o 'gnu++[0-9]*' "$node_include/common.gypi" | head -n 1)

alone() {
    local header=$1
    shift
    printf '#include "%s"\ntypedef int not_empty;\n' "$header" | "$@" -fsyntax-only -I. - || {
        echo "$header: does not compile alone" >&2
        status=1
    }
}

for header in include/*.h agent/*.h cli/*.h test/unit/*.h; do
    alone "$header" gcc -x c "$@"
done
for header in include/*.h; do
    alone "$header" g++ -x c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -Iinclude
done
for header in addon/*.h; do
    alone "$header" g++ -x c++ -std="$cxx_standard" -Wall -Wextra -Werror \
        -Wno-unused-parameter -DNAPI_VERSION=8 -DNAPI_DISABLE_CPP_EXCEPTIONS -Iinclude \
        -isystem "$node_include" -isystem "$napi_include"
done
exit "$status"
