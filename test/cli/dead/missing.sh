#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a process that left nothing
porthole dead 4000001
