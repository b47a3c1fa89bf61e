#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is odd but can be read: a mark, CRLF, quotes, gaps, one row, disorder, a day missing
columns() { porthole suspects --series - | cut -c 1-40 | head -n 4; }
printf "\357\273\277seconds,\"a \"\"b\"\", c\"\r\n1.5,2\r\n3,4\r\n" | columns
printf "seconds,x\n1,2" | columns
printf "x,seconds\n1,5\n\n,6\nNaN,7\nnull,8\n" | columns
printf "seconds,x\n5,1\n3,2\n4,2\n" | columns
printf "seconds,x\n5,9007199254740993\n90000,9007199254740992\n" | columns
printf "seconds,x,y\n1,0,0\n2,0,0\n" | porthole suspects --series - --load y --kind rate |
    cut -c 1-40
