#!/bin/sh
# SPDX-License-Identifier: MIT
#
# usage errors
porthole stack --thread main "127.0.0.1:$STACK"; echo "$?"
porthole stack --thread -1 "127.0.0.1:$STACK"; echo "$?"
porthole stack --json --source-maps "127.0.0.1:$STACK"; echo "$?"
porthole state --blocks "127.0.0.1:$STACK"; echo "$?"
porthole stack --all "127.0.0.1:$STACK"; echo "$?"
