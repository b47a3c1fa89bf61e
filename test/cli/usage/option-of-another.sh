#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an option of another command is refused
porthole ps --once
