#!/bin/sh
# SPDX-License-Identifier: MIT
#
# mistake
printf 'a:\n  when absent\n' > r.yml
porthole watch r.yml "127.0.0.1:$GOOD"
