#!/bin/sh
# SPDX-License-Identifier: MIT
#
# options that do not go together
for o in "--series x y" "--series x --all" "--series x --watch 1s" "--kind heap" "--load x" \
    --ever "--limit 4G" "--count 3" "--limit 0" "--limit 4X" "--limit 4.G" "--limit -1"; do
    # shellcheck disable=SC2086 # several words
    porthole suspects $o
    echo "$?"
done
