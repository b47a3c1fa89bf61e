#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the second of the same second gets a number, a file named by the user is not replaced
porthole profile "127.0.0.1:$CAPTURES" >/dev/null
porthole profile "127.0.0.1:$CAPTURES" | head -n 1
porthole profile "127.0.0.1:$CAPTURES" -o mine >/dev/null
porthole profile "127.0.0.1:$CAPTURES" -o mine
echo "$?"
porthole profile "127.0.0.1:$CAPTURES" -o mine --force | head -n 1
ls
