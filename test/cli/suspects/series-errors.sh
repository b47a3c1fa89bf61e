#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bad input is named by file, line and column, and nothing is lost
# shellcheck disable=SC2059 # its escapes are meant
judge() { printf "$1" | porthole suspects --series -; }
judge ""
judge "seconds,x\n"
judge "x,y\n1,2\n"
judge "seconds;x\n1;2\n"
judge "seconds\n1\n"
judge "seconds,x\n1,2\n2,abc\n"
judge "seconds,x\n1,0x10\n"
judge "seconds,x\n1,1e999\n"
judge "seconds,x\n1\n"
judge "seconds,x\n1,2,3\n"
judge "seconds,x,x\n1,2,3\n"
judge "seconds,\n1,2\n"
judge "seconds,x\n-1,2\n"
judge "seconds,x\n1700000000000,2\n"
judge "seconds,x\n,2\n"
judge "seconds,x\nnan,2\n"
judge "seconds,\"x\n1,2\n"
judge "\377\376s\000"
judge "seconds,\033[31mx\n1,\033[2J\n"
"$NODE" -p "[\"seconds\", ...Array(256).keys()].join()" | porthole suspects --series -
"$NODE" -p "\"x\".repeat(200000)" | porthole suspects --series -
"$NODE" -p "\"seconds,\" + \"x\".repeat(200)" | porthole suspects --series -
porthole suspects --series missing.csv
porthole suspects --series .
printf "seconds,x\n1,2\n" >x.csv
porthole suspects --series x.csv --load y
porthole suspects --series x.csv --load seconds
porthole suspects --series x.csv --load x
porthole suspects --series x.csv --kind sockets
