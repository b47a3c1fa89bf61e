#!/bin/sh
# SPDX-License-Identifier: MIT
#
# without -l only the ids; the word kang may be there or not
porthole -h "127.0.0.1:$KANGS" conn
porthole kang -h "127.0.0.1:$KANGS" lease
