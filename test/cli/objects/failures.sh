#!/bin/sh
# SPDX-License-Identifier: MIT
#
# those that fail are named, the others shown
porthole objects job:17 "127.0.0.1:$AGENT" "127.0.0.1:$AGENTSTUCK" "127.0.0.1:$CLOSED"
echo "$?"
porthole objects --json job:17 "127.0.0.1:$AGENTSTUCK"
echo "$?"
porthole objects job --timeout 300ms "127.0.0.1:$HUNG" "127.0.0.1:$NGINX" "127.0.0.1:$KANGS"
echo "$?"
porthole objects job:18 "127.0.0.1:$AGENT"
echo "$?"
porthole objects none "127.0.0.1:$AGENT"
echo "$?"
porthole objects "localhost:$AGENT"
echo "$?"
porthole objects :x
echo "$?"
