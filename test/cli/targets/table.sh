#!/bin/sh
# SPDX-License-Identifier: MIT
#
# where each target comes from, and its labels, made harmless
printf '[{"targets":["db:5432"],"labels":{"zone":"a\\u001b[31m","job":"db"}}]' >fleet.json
porthole targets @fleet.json localhost:1 unix:/nowhere.sock
