#!/bin/sh
# SPDX-License-Identifier: MIT
#
# wrong types and numbers are unknown, not zero
porthole stack "127.0.0.1:$STACK_WEIRD"
porthole stack --blocks "127.0.0.1:$STACK_WEIRD"
