#!/bin/sh
# SPDX-License-Identifier: MIT
#
# -o chooses fields, also origin, and may stand behind
porthole -h "127.0.0.1:$KANGS,127.0.0.1:$KANG2" conn:c3 -o remote,conn -o origin,nothing
