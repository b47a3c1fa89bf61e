#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a narrow page breaks the sentences and drops columns
COLUMNS=60 porthole suspects "127.0.0.1:$LEAK1" | head -n 6 | sed 's/^127[^ ]*/TARGET/'
COLUMNS=120 porthole suspects "127.0.0.1:$LEAK1" | head -n 3
