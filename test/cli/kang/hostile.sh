#!/bin/sh
# SPDX-License-Identifier: MIT
#
# no byte of a target drives the terminal, in no format but where it is JSON
for f in text csv; do
    porthole -h "127.0.0.1:$KANGEVIL" -l -f "$f" evil >"$f"
done
porthole -h "127.0.0.1:$KANGEVIL" -l service >>text
porthole -h "127.0.0.1:$KANGEVIL" type >>text
porthole -h "127.0.0.1:$KANGEVIL" nope 2>>text
LC_ALL=C grep -c "$(printf '\033\|\302[\200-\237]')" text
cat text
