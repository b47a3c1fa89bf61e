#!/bin/sh
# SPDX-License-Identifier: MIT
#
# from a target to a page, all in one file
porthole flame "127.0.0.1:$CAPTURES" --seconds 1
ls
grep -c "<script" shop-4121-20261120T230657.html
