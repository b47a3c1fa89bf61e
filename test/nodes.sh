#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test/nodes.sh [--build] MAJOR...: the addon and its tests (--build: not those) on other
# versions of Node, taken from npm. Each version builds in a copy of the tree of its own:
# node-gyp's build/ and the real path of the addon must not be shared. PATH, --nodedir and
# npm_config_nodedir all have to name the version, or some part of node-gyp falls back to
# another one's headers.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
nodes=$root/build/nodes
platform=linux-$(node -p process.arch)
mkdir -p "$nodes"

# fetch MAJOR: unpack bin/ and include/ of the newest release npm has, once.
fetch() {
    local dir=$nodes/$1 packed

    if [[ ! -x $dir/bin/node ]]; then
        packed=$(npm pack --silent --pack-destination "$nodes" "node-$platform@$1" |
            tail -n 1)
        rm -rf "$dir" "$dir.part"
        mkdir "$dir.part"
        tar xzf "$nodes/$packed" -C "$dir.part" --strip-components=1
        mv "$dir.part" "$dir"
        rm "$nodes/$packed"
    fi
}

copy_tree() {
    local tree=$1 file

    mkdir -p "$tree"
    tar cf - Makefile binding.gyp package.json package-lock.json agent addon include test |
        tar xf - -C "$tree"
    ln -sfn "$root/node_modules" "$tree/node_modules"
    mkdir -p "$tree/build"
    for file in porthole failalloc.so leaky.node notifier; do
        [[ ! -x build/$file ]] || cp "build/$file" "$tree/build/"
    done
}

tests='test/run.sh node'
if [[ ${1:-} == --build ]]; then
    tests=true
    shift
fi
failed=()
for major in "$@"; do
    fetch "$major"
    copy_tree "$nodes/tree-$major"
    echo "== node $("$nodes/$major/bin/node" --version)"
    (
        cd "$nodes/tree-$major"
        export PATH=$nodes/$major/bin:$PATH npm_config_nodedir=$nodes/$major
        make -s addon LOCAL_DEPS= NODEDIR="$nodes/$major" && $tests
    ) || failed+=("$major")
done
[[ ${#failed[@]} -eq 0 ]] || { echo "nodes.sh: failed on node ${failed[*]}" >&2; exit 1; }
