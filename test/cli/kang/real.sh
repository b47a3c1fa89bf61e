#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the kang 0.0.3 command and ours print the same, of a kang 1.3.0 server and of ours
modules=$HERE/../../node_modules
major=$("$NODE" -p "parseInt(process.versions.node)")
if [ "$major" -gt 23 ] || [ ! -d "$modules/kang-0.0.3" ]
then
    echo 'SKIP kang runs on Node up to 23 only'
    exit 0
fi
mkfifo hold
"$NODE" --no-deprecation "$HERE/kangreal.js" port <hold &
exec 3>hold
for _ in $(seq 200); do
    [ -s port ] || sleep 0.05
done
real="127.0.0.1:$(cat port)"

# kang 1.x writes an origin into objects, 0.0.3 did not
same() {
    "$NODE" --no-deprecation -r "$HERE/nodtrace.js" "$modules/kang-0.0.3/cmd/kang.js" \
        "$@" >theirs 2>/dev/null
    porthole "$@" 2>/dev/null | sed '/^\t\t"origin": /d' >ours
    shift 2
    if cmp -s theirs ours && [ -s ours ]; then echo "same: $*"; else diff theirs ours; fi
}

same -h "$real" conn
same -h "$real" -l conn
same -h "$real,127.0.0.1:$KANG2" -l conn
same -h "$real,127.0.0.1:$KANG2" -l service
same -h "$real" -l lease
same -h "$real" -o remote,state conn:c7
same -h "$real" -l type
same -h "$real" -l nope
same -h "$real" -f json conn:c7
same -h "$real,127.0.0.1:$KANG2" -f json conn
same -h "$real" -f json lease
same -h "$real" -f json type
same -h "$real" -f json nope
same -h "127.0.0.1:$KANGS" -l stats
exec 3>&-
wait
