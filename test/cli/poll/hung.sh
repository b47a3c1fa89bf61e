#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a target that accepts and never answers costs its deadline, no more
porthole top --once --timeout 300ms "127.0.0.1:$HUNG"
