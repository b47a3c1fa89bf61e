#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the token comes from a file or the environment
porthole get "127.0.0.1:$SECRET" /state
echo "$?"
printf 'correct-horse-battery\n' >token
porthole top --once --token-file token "127.0.0.1:$SECRET"
PORTHOLE_TOKEN=correct-horse-battery porthole top --once "127.0.0.1:$SECRET"
