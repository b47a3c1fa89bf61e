#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no look is kept or read where that is not wanted
porthole gc --no-looks "127.0.0.1:$COUNTS/step/0" | head -n 1
PORTHOLE_NO_LOOKS=1 porthole gc "127.0.0.1:$COUNTS/step/0" | head -n 1
porthole gc --json "127.0.0.1:$COUNTS/step/0" >/dev/null
ls run
porthole gc "127.0.0.1:$COUNTS/step/0" | head -n 1
porthole gc --no-looks "127.0.0.1:$COUNTS/step/1" | head -n 1
stat -c '%a %n' run/looks run/looks/* | sed 's/-[0-9a-f]*\.json/-KEY.json/'
