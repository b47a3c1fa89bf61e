#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the deadline covers the body: a target that drips it is cut
porthole top --once --timeout 400ms "127.0.0.1:$DRIP"
