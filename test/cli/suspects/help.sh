#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the page of the command
porthole help suspects
