#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a web server
porthole top --once --timeout 2s "127.0.0.1:$NGINX"
