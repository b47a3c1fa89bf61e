#!/bin/sh
# SPDX-License-Identifier: MIT
#
# the page says where the file goes and how long it takes
porthole help profile
