#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the agent is given a little less time than the target
porthole stack "127.0.0.1:$ECHO"
porthole stack --timeout 500ms "127.0.0.1:$ECHO"
porthole stack --timeout 1d "127.0.0.1:$ECHO"
porthole stack --timeout 1s --thread 3 "127.0.0.1:$ECHO"
