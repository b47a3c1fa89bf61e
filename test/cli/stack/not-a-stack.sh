#!/bin/sh
# SPDX-License-Identifier: MIT
#
# some other document
porthole stack "127.0.0.1:$KANG"
porthole stack "127.0.0.1:$BROKEN"
porthole stack "127.0.0.1:$NGINX"
porthole stack "127.0.0.1:$DEEP"
