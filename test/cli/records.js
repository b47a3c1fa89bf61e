// SPDX-License-Identifier: MIT
//
// records.js DIR: fill a run directory with recorder files, good and hostile, as
// include/porthole_wire.h lays them out. The living process is the one that runs the
// golden test (PORTHOLE_TEST_PID).
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { state } = require('./serve.js');

const HEADER = 256; // 8 + 4 + 4 + 8 + 4 + 4 + 4 * 8 + 64 + 128
const SLOT = 65536;
const ROW = 128; // 8 + 8 + 13 * 8 + 4 + 4
const ROWS = 600;

const startTicks = (pid) =>
  BigInt(fs.readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').pop().split(' ')[19]);

function fnv1a(bytes, hash = 2166136261) {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash;
}

function slot(sequence, document, unixNs) {
  const head = Buffer.alloc(24);
  head.writeBigUInt64LE(BigInt(sequence), 0);
  head.writeBigUInt64LE(unixNs, 8);
  head.writeUInt32LE(document.length, 16);
  head.writeUInt32LE(fnv1a(document, fnv1a(head.subarray(0, 20))), 20);
  return Buffer.concat([head, document], SLOT);
}

// One row of the trail: `figures` in the order of enum porthole_figure.
function row(sequence, unixNs, figures) {
  const bytes = Buffer.alloc(ROW);
  bytes.writeBigUInt64LE(BigInt(sequence), 0);
  bytes.writeBigUInt64LE(unixNs, 8);
  for (let i = 0; i < 13; i++) bytes.writeDoubleLE(figures[i] ?? NaN, 16 + 8 * i);
  bytes.writeUInt32LE(fnv1a(bytes.subarray(0, 124)), 124);
  return bytes;
}

function trail(rows) {
  const bytes = Buffer.alloc(ROWS * ROW);
  for (const one of rows) one.copy(bytes, Number(one.readBigUInt64LE(0) % BigInt(ROWS)) * ROW);
  return bytes;
}

function record({ pid, ticks, url = '', socket = '', slots, rows = [], tickMs = 1000n }) {
  const head = Buffer.alloc(HEADER);
  head.write('PORTHOLE', 0, 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(HEADER, 12);
  head.writeBigUInt64LE(BigInt(SLOT), 16);
  head.writeUInt32LE(ROWS, 24);
  head.writeUInt32LE(ROW, 28);
  head.writeBigUInt64LE(BigInt(pid), 32);
  head.writeBigUInt64LE(ticks, 40);
  head.writeBigUInt64LE(tickMs, 48);
  head.write(url, 64, 64, 'utf8');
  head.write(socket, 128, 128, 'utf8');
  return Buffer.concat([head, ...slots, trail(rows)]);
}

function main(dir) {
  const alive = Number(process.env.PORTHOLE_TEST_PID);
  const now = BigInt(Date.now()) * 1000000n;
  const long = now - 3600n * 1000000000n;
  const doc = (options) => Buffer.from(`${JSON.stringify(state({ step: 121, ...options }))}\n`);
  const good = (options) => slot(4, doc(options), now);
  const put = (name, bytes) => fs.writeFileSync(path.join(dir, name), bytes, { mode: 0o600 });
  const ticks = startTicks(alive);
  const older = slot(3, doc({ service: 'older' }), long);
  const never = Buffer.alloc(SLOT);
  const url = 'http://127.0.0.1:9090';
  const base = { pid: alive, ticks, url, slots: [good({ pid: alive }), older] };
  const figures = [100e6, 12.5, 40, 9, 60e6, 2e6, 7, 0.2, 0.25, 11.5, 0, 30, 120];
  base.rows = [1, 2, 3, 4].map((n) => row(n, now - BigInt(4 - n) * 1000000000n,
    figures.map((figure) => figure * (1 + n / 10))));

  fs.chmodSync(dir, 0o700);
  put(`${alive}.porthole`, record(base));
  // the same pid with another start time: somebody else's now
  const before = [good({ service: 'before', pid: 1 }), never];
  put('1.porthole', record({ ...base, pid: 1, ticks: 1n, slots: before }));
  // its newest slot was being written when it died: the older one counts
  const torn = slot(9, doc({ service: 'torn', pid: 4000001 }), now);
  torn[100] ^= 1;
  const whole = slot(8, doc({ service: 'whole', pid: 4000001 }), long);
  put('4000001.porthole', record({ ...base, pid: 4000001, slots: [torn, whole] }));
  put('4000002.porthole', record({ ...base, pid: 4000002, slots: [never, never] }));
  put('4000003.porthole', record({
    ...base, pid: 4000003, url: '\u001b[31m\u202e',
    slots: [good({ service: '\u001b]0;x\u0007\u009b', pid: 4000003 }), never],
  }));

  // from here on: nothing that may be shown
  const bad = (name, change) => {
    const document = good({ service: 'HOSTILE' });
    const bytes = record({ ...base, pid: Number(name), slots: [document, document] });
    change(bytes);
    put(`${name}.porthole`, bytes);
  };
  bad('4000010', (b) => b.write('porthole', 0));
  bad('4000011', (b) => b.writeUInt32LE(1, 8));
  bad('4000012', (b) => b.writeUInt32LE(0xFFFFFFFF, 12));
  bad('4000013', (b) => b.writeBigUInt64LE(0xFFFFFFFFFFFFFFFFn, 16));
  bad('4000014', (b) => b.writeBigUInt64LE(8n, 16));
  bad('4000015', (b) => b.fill(0x41, 64, 128));
  bad('4000016', (b) => b.fill(0x41, 128, 256));
  bad('4000017', (b) => b.writeBigUInt64LE(99n, 32));
  put('4000018.porthole', Buffer.alloc(0));
  put('4000019.porthole', Buffer.from('PORTHOLE'));
  put('4000020.porthole', record({ ...base, pid: 4000020, slots: [] }).subarray(0, HEADER));
  fs.symlinkSync(`${alive}.porthole`, path.join(dir, '4000021.porthole'));
  fs.mkdirSync(path.join(dir, '4000022.porthole'));
  put('x.porthole', 'x');
  put('07.porthole', record({ ...base, pid: 7 }));
  put('12345678901234567890.porthole', record(base));
}

module.exports = { slot, row, record, startTicks };
if (require.main === module) main(process.argv[2]);
