#!/bin/sh
# SPDX-License-Identifier: MIT
#
# names become data that cannot end the script they stand in
porthole flame "127.0.0.1:$EVILTREE" -o page.html >/dev/null
grep -c "</script>" page.html
grep -c "owned\"" page.html || true
LC_ALL=C grep -c "[^ -~]" page.html || true
