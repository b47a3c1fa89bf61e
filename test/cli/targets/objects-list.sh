#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a list that cannot be read is told by the exit code, also where objects are read
porthole objects -h "127.0.0.1:$LIVE" -h "http_sd:http://127.0.0.1:1/" >/dev/null
echo $?
porthole objects -h "http_sd:http://127.0.0.1:1/"
echo $?
