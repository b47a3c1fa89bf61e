#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an agent that knows no stacks
porthole stack "127.0.0.1:$GOOD"
