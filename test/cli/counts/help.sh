#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the page of one of them
porthole help listeners
