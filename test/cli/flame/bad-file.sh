#!/bin/sh
# SPDX-License-Identifier: MIT
#
# what is no profile says so
echo "{}" >empty.json
echo "{" >cut.json
echo garbage >garbage.cpuprofile
mkdir folder.json
for f in empty.json cut.json garbage.cpuprofile missing.cpuprofile folder.json ./nowhere; do
    porthole flame "$f"
    echo "$?"
done
ls
