#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a standard output that fails is an internal error, not silence
porthole --help >/dev/full
