#!/bin/sh
# SPDX-License-Identifier: MIT
#
# http_sd for a Prometheus
porthole targets --serve 0 a:1 2>log &
for _ in $(seq 200); do
    if grep -q at log; then break; fi
    sleep 0.1
done
url=$(sed 's/.* at //' log)
ask() {
    curl -s -w '%{http_code} %{content_type}\n' "$@"
}
ask "$url"
ask "${url}targets"
ask -I -o headers "$url"
ask "${url}other"
ask -X POST -d x "$url"
porthole targets --json "http_sd:$url"
kill $!
wait $! 2>/dev/null || echo "exit $?"
