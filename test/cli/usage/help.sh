#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the whole help fits a screen and goes to stdout
porthole --help
