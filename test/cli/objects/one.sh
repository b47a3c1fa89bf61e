#!/bin/sh
# SPDX-License-Identifier: MIT
#
# one object, whole; ids may hold anything
porthole objects job:17 "127.0.0.1:$AGENT"
porthole objects "job:a/b c" "127.0.0.1:$AGENT"
porthole objects job:.. "127.0.0.1:$AGENT"
porthole objects job:17 "127.0.0.1:$AGENTSTALE"
porthole objects conn:c3 "127.0.0.1:$KANGS" "127.0.0.1:$KANG2" "127.0.0.1:$AGENT"
porthole objects job:17 --json "127.0.0.1:$AGENTSTALE" "127.0.0.1:$KANGS"
