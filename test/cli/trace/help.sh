#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the page
porthole help trace
