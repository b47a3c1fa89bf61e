#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a line for each object; what does not fit is named
porthole objects job "127.0.0.1:$AGENT"
porthole objects job --limit 2 "127.0.0.1:$AGENT" "127.0.0.1:$AGENTSTALE"
porthole objects -o peer,state job -h "127.0.0.1:$AGENT"
porthole objects conn --limit 3 "127.0.0.1:$KANGS"
porthole objects nothing "127.0.0.1:$KANGODD"
