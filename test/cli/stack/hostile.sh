#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nothing a target sends can drive the terminal; long texts are cut
porthole stack "127.0.0.1:$STACK_HOSTILE"
porthole stack --blocks "127.0.0.1:$STACK_HOSTILE"
