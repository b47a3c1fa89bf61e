#!/bin/sh
# SPDX-License-Identifier: MIT
#
# an abbreviated option is refused, so that a new option breaks no script
porthole top --tim 1s
porthole top --time=1s
