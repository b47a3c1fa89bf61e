#!/bin/sh
# SPDX-License-Identifier: MIT
#
# own file is good
porthole rules > own.yml
porthole rules own.yml
