#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what leaks is said to, with exit code 1: sockets, and memory that goes with the requests.
# Only words are compared: the figures are the detector's, which has tests of its own.
# (build/corpus/corpus --csv 'figure: sockets, 1/min' 3, and 'bytes leak per request, daily';
# a row each five minutes)
judge() {
    porthole suspects --series "$HERE/suspects/$1.csv" --load requests >out
    echo "$1: $?"
    awk '!/^ / { print $1, $2, $3 }' out
    sed -n 's/ by .*//p' out
}
judge leak-sockets
judge leak-rss
porthole suspects --json --series "$HERE/suspects/leak-sockets.csv" --load requests \
    --limit 10K |
    "$NODE" -p '
        const [v] = JSON.parse(fs.readFileSync(0, "utf8"));
        const [low, high] = v.slope_interval, { slope_per_hour: slope } = v;
        const in_order = v.first_suspect_s < v.first_confirmed_s;
        JSON.stringify([v.series, v.kind, v.class, v.verdict, v.grade, v.gates, v.limit,
            low < slope && slope < high, Math.round(slope / 10), in_order,
            v.reaches_limit_in_s > 0, v.says.length > 0])'
