#!/bin/sh
# SPDX-License-Identifier: MIT
#
# json
printf 'a:\n  when: absent\n' > r.yml
porthole check --json r.yml 127.0.0.1:1 | sed 's/"\(at\|began\)":"[^"]*"/"\1":"T"/g'
