#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a file that is no list is named with line and column
try() {
    # shellcheck disable=SC2059 # its escapes are meant
    printf "$1" >fleet.json
    porthole targets --json @fleet.json || true
}
try '[{"targets":["a:1"]},]'
try '{}'
try '\n\n[{"targets": ["a:1"'
try '[{"target":["a:1"]}]'
try '[{"targets":"a:1"}]'
try '["a:1"]'
try '[{"targets":[],"labels":[]}]'
try 'a:1\n  b:2, c:x\n'
try '\177ELF\0\1\2'
try '\303\251 [31m\n'
