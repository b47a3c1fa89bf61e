#!/bin/sh
# SPDX-License-Identifier: MIT
#
# pid:N of a process that is not there
porthole top --once pid:999999
