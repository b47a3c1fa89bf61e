#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the version
porthole --version
