// SPDX-License-Identifier: MIT
//
// nameserver.js: a name server for the golden tests that knows a few records and denies
// everything else. `$DNS` is its port; the command asks it where PORTHOLE_TEST_DNS says so.
'use strict';

const dgram = require('node:dgram');

const A = 1;
const AAAA = 28;
const SRV = 33;
const NO_SUCH_NAME = 3;

// "a.b" as labels; "" is the root.
function encodeName(name) {
  const labels = name.split('.').filter(Boolean);
  return Buffer.concat([...labels.map((l) => Buffer.from([l.length, ...Buffer.from(l)])),
    Buffer.from([0])]);
}

function questionOf(query) {
  const labels = [];
  let at = 12;
  for (; query[at] !== 0; at += query[at] + 1) {
    labels.push(query.subarray(at + 1, at + 1 + query[at]).toString());
  }
  return {
    name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1),
    bytes: query.subarray(12, at + 5),
  };
}

// "10.0.0.1", or an IPv6 address of eight groups.
function encodeAddress(text) {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  return Buffer.from(text.split(':').map((group) => group.padStart(4, '0')).join(''), 'hex');
}

// What stands in a record of one of these.
function dataOf({ host, port, address }) {
  if (address) return encodeAddress(address);
  return Buffer.concat([Buffer.from([0, 10, 0, 5, port >> 8, port & 255]), encodeName(host)]);
}

function typeOf({ address }) {
  if (!address) return SRV;
  return address.includes(':') ? AAAA : A;
}

function recordOf(record) {
  const data = dataOf(record);
  const head = Buffer.from([0xC0, 12, 0, typeOf(record), 0, 1, 0, 0, 0, 30, 0, data.length]);
  return Buffer.concat([head, data]);
}

function reply(query, records) {
  const question = questionOf(query);
  const known = records[question.name];
  const answers = (known ?? []).filter((r) => typeOf(r) === question.type).map(recordOf);
  const head = Buffer.alloc(12);

  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (known ? 0 : NO_SUCH_NAME), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(answers.length, 6);
  return Buffer.concat([head, question.bytes, ...answers]);
}

// records: { name: [{ host, port } or { address }] }; the answer for an empty list is damaged.
function start(records) {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (query, from) => {
    const answer = reply(query, records);
    const damaged = records[questionOf(query).name]?.length === 0;
    socket.send(damaged ? answer.subarray(0, 11) : answer, from.port, from.address);
  });
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port));
  });
}

module.exports = { start };
