#!/bin/sh
# SPDX-License-Identifier: MIT
#
# a process that is stopped
"$NODE" "$HERE/lastwords.js" "$PORTHOLE_RUN_DIR"
sleep 100 & pid=$!
kill -STOP $pid
ticks=$(cut -d' ' -f22 /proc/$pid/stat)
"$NODE" -e '
  const [file, to, pid, ticks] = process.argv.slice(1);
  const bytes = fs.readFileSync(file);
  bytes.writeBigUInt64LE(BigInt(pid), 32);
  bytes.writeBigUInt64LE(BigInt(ticks), 40);
  fs.writeFileSync(to, bytes);
' "$PORTHOLE_RUN_DIR/4000001.porthole" "$PORTHOLE_RUN_DIR/$pid.porthole" "$pid" "$ticks"
porthole dead "$pid" | sed -n 2p | sed "s/$pid/{CHILD}/"
kill -KILL $pid
