#!/bin/sh
# SPDX-License-Identifier: MIT
#
# links lead from process to process
porthole links conn:c3 "127.0.0.1:$KANGS" "127.0.0.1:$KANG2"
porthole links -h "127.0.0.1:$KANGS,127.0.0.1:$KANG2" ledger:1
