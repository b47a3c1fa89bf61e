// SPDX-License-Identifier: MIT
//
// lastwords.js DIR: recorder files for `porthole dead`, as records.js makes them: of a
// process that said everything before it went, of one that said only nonsense, and files
// that are damaged in every way that has a message of its own.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { state } = require('./serve.js');
const { slot, row, record, startTicks } = require('./records.js');

const SECOND = 1000000000n;
const EVIL = '\u001b[2J\u001b]0;owned\u0007\u202eevil\r\n\u0000';
const KEY = EVIL.replace('\0', ''); // no parser of ours takes NUL in a key
// five and a half hours ago, and half a minute for the test to take
const then = (BigInt(Date.now()) - 19830000n) * 1000000n;

const frame = (name, line) =>
  ({ function: name, file: '/app/x.js', line, column: 5, kind: 'js' });

function rich(pid) {
  const document = state({ service: 'shop', pid, blocked: true });
  const [main] = document.threads;

  Object.assign(document.process, {
    rss_anon_bytes: 98e6,
    cgroup: { memory_bytes: 120e6, memory_limit_bytes: 512e6, oom_kills: 0 },
  });
  Object.assign(main.loop, {
    in_syscall: 'wait4',
    blocks: {
      count: 7, longest_ms: 5123.2, last_at: '2026-11-20T23:06:40.100Z',
      last_stack: [frame('spin', 3), frame('spin', 3), frame('', 9)],
      last_stack_truncated: true,
      recent: [
        { at: '2026-11-20T23:06:40.100Z', ms: 512.3, top: 'spin (/app/x.js:3:5)' },
        { at: '2026-11-20T23:05:59.000Z', ms: 5123.2, top: null },
      ],
    },
  });
  main.handles.by_kind = { tcp: { open: 12 }, timer: { open: 4 }, idle: { open: 0 } };
  main.listeners.top = [{ emitter: 'Socket', event: 'error', listeners: 120 }];
  document.sockets.by_peer = ['10.0.0.7:443', '10.0.0.8:443'].map((peer, i) =>
    ({ peer, count: 9 - i }));
  document.threads.push({ id: 1, name: 'worker 1', loop: { state: 'idle' } });
  return document;
}

function hostile() {
  const many = Array.from({ length: 50 }, (_, i) =>
    [`${KEY}${i}`, { open: i + 1, count: i + 1 }]);
  return {
    porthole: { schema: 1 },
    service: { name: EVIL, version: EVIL, ident: 7, host: ['x'], node: EVIL, uptime_s: -5 },
    process: { rss_bytes: 1e300, fds: [], cgroup: 'none' },
    sockets: { total: 'many', by_peer: many.map(([peer]) => ({ peer, count: -1 })) },
    objects: Object.fromEntries(many),
    threads: [null, 7, {
      name: EVIL, loop: { state: EVIL, in_syscall: EVIL, utilization: 1e9, blocks: {
        count: 1e300, recent: [null, { at: EVIL, ms: 'x', top: EVIL }], last_stack: [{}, 5] } },
      handles: { by_kind: Object.fromEntries(many) },
      listeners: { top: [null, { emitter: EVIL, event: EVIL, listeners: EVIL }] },
    }],
  };
}

// Ten minutes, a tick a second: a heap that grows, a loop that blocks at the end.
function trail() {
  return Array.from({ length: 600 }, (_, i) => row(i + 1, then - BigInt(600 - i) * SECOND, [
    100e6 + i * 5e4, 10 + i / 2, 41, 12, 20e6 + i * 8e3, 1e6, Math.floor(i / 100), i / 5000,
    i < 580 ? 0.12 : 1, i < 580 ? 3.25 : 900, i < 580 ? 0 : (i - 579) * 1000, 23, 230,
  ]));
}

function main(dir) {
  const put = (name, bytes) => fs.writeFileSync(path.join(dir, name), bytes, { mode: 0o600 });
  const bytes = (document) => Buffer.from(JSON.stringify(document));
  const never = slot(0, Buffer.alloc(0), 0n).fill(0);
  const file = (pid, document, more) => record({
    pid, ticks: 1n, slots: [slot(600, document, then), never], rows: trail(), ...more,
  });
  const test = Number(process.env.PORTHOLE_TEST_PID);

  fs.chmodSync(dir, 0o700);
  put('4000001.porthole', file(4000001, bytes(rich(4000001))));
  put('4000001-20261120T230641123Z-1-stack.json', Buffer.alloc(12345));
  put('4000001-20261120T230642123Z-2-profile.cpuprofile.new', 'x');
  put('40000011-20261120T230641123Z-1-stack.json', 'of another process');
  put('4000002.porthole', file(4000002, bytes(hostile()), {
    rows: [row(1, 2n ** 64n - 1n, [1e300, -1, Infinity]), row(2, 0n, [])],
  }));
  put('4000003.porthole', file(4000003, bytes([1, 2])));
  put('4000004.porthole', file(4000004, Buffer.from('{"porthole":{')));
  put('4000005.porthole', file(4000005, Buffer.from('['.repeat(1000))));
  put('4000006.porthole', file(4000006, bytes(rich(4000006)), { rows: [] }));
  put('4000007.porthole', file(4000007, bytes(rich(4000007))).subarray(0, 70000));
  put(`${test}.porthole`, file(test, bytes(rich(test)), { ticks: startTicks(test) }));
  fs.symlinkSync('4000001.porthole', path.join(dir, '4000008.porthole'));
  // stopped in good order, right before it would have removed the file
  const closed = file(4000010, bytes(rich(4000010)));
  closed.writeBigUInt64LE(then, 56);
  put('4000010.porthole', closed);
  put('4000009.porthole', file(4000001, bytes(rich(4000001))));
}

main(process.argv[2]);
