#!/bin/sh
# SPDX-License-Identifier: MIT
#
# nothing at all for days: it is stable, and zero has no sign
awk 'BEGIN { print "seconds,x_bytes,y"; for (i = 0; i < 5000; i++) print 60 * i ",0,0" }' |
    porthole suspects --series -
awk 'BEGIN { print "seconds,x_bytes,y"; for (i = 0; i < 5000; i++) print 60 * i ",nan,NA" }' |
    porthole suspects --series - | cut -c 1-40
