#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nothing in the environment redirects a request
http_proxy="http://127.0.0.1:$CLOSED" ALL_PROXY="http://127.0.0.1:$CLOSED" \
    porthole get "127.0.0.1:$GOOD" /
