#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a local process that is not there: where its last words are
porthole stack pid:4000001
