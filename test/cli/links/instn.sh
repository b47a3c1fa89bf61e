#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what kang's own test of links finds, in both directions
porthole links instn:007 "127.0.0.1:$KANGLINKS"
porthole links -h "127.0.0.1:$KANGLINKS" instr:cn01
porthole links -h "127.0.0.1:$KANGLINKS" instr:cn02
