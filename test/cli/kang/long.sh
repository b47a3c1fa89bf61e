#!/bin/sh
# SPDX-License-Identifier: MIT
#
# -l shows all fields, the id first; targets are merged
porthole -h "127.0.0.1:$KANGS" -h "127.0.0.1:$KANG2" -l conn
porthole -h "127.0.0.1:$KANGS,127.0.0.1:$KANG2" -l type
porthole -h "127.0.0.1:$KANGS,127.0.0.1:$KANG2" -l service
