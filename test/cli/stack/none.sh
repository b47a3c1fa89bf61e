#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no target at all
porthole stack
