#!/bin/sh
# SPDX-License-Identifier: MIT
#
# types of all targets, the most numerous first
porthole objects -h "127.0.0.1:$AGENT"
porthole objects -h "127.0.0.1:$AGENT,127.0.0.1:$AGENTSTALE" -h "127.0.0.1:$KANGS"
porthole objects --json -h "127.0.0.1:$AGENT,127.0.0.1:$KANG2"
