#!/bin/sh
# SPDX-License-Identifier: MIT
#
# names of strangers come back from the file of the last look as they went in
for c in listeners handles; do
    porthole $c "127.0.0.1:$COUNTS/hostile" >/dev/null
    porthole $c "127.0.0.1:$COUNTS/hostile" | grep -c new
done
