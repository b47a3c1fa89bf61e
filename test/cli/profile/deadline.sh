#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the deadline is the time of the profile and --timeout
porthole profile "127.0.0.1:$HUNG" --seconds 100ms --timeout 200ms
echo "$?"
ls
