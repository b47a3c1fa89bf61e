// SPDX-License-Identifier: MIT
//
// hostile.js GROUP: agents that lie. Each case is a server of its own; the command must end in
// time, stay small, and print nothing that could drive a terminal, whatever it is sent. Prints
// what went wrong, and how many cases there were. GROUP: texts and figures are small documents,
// all asked by one process; wires and sizes are asked by a process each, whose memory counts.
'use strict';

const { spawn } = require('node:child_process');
const net = require('node:net');
const zlib = require('node:zlib');

const TIMEOUT_MS = 700;         // of one target; of hundreds together:
const TOGETHER_MS = 5000;
const PATIENCE_MS = 2000;       // beyond the deadline
const BUSY = 3;                 // a machine that tests beside this one may be so much slower
const MOST_KB = 64 * 1024;      // of memory, for one target
const AT_ONCE = 4;

// ---- Documents ------------------------------------------------------------------------

function state() {
  return {
    porthole: { schema: 1, version: '0.1.0' },
    service: {
      name: 'shop', component: 'web', ident: 'web-3/4121', version: '1.4.2', host: 'web-3',
      pid: 4121, node: 'v20.20.2', started: '2026-11-20T23:05:31.506Z', uptime_s: 86.4,
    },
    captured: { at: '2026-11-20T23:06:57Z', tick: 86 },
    process: {
      rss_bytes: 118489088, rss_anon_bytes: 1, malloc_bytes: 1, cpu_user_s: 1, cpu_system_s: 1,
      fds: { open: 41, limit: 1024 },
      cgroup: { memory_bytes: 1, memory_limit_bytes: 2, oom_kills: 0 },
    },
    threads: [{
      id: 0, name: 'main', age_ms: 3.1,
      loop: {
        state: 'idle', blocked_ms: 0, utilization: 0.1, delay_ms: { p50: 1, p99: 3 },
        blocks: { count: 0 },
      },
      heap: { used_bytes: 2, limit_bytes: 4, external_bytes: 1, used_after_full_gc_bytes: 1 },
      gc: { pause_s: 0.25, num_full_gc: 1 }, handles: { total: 23 },
      listeners: { total: 230, max_exceeded: { count: 0 } },
      http: { server: { active: 1, started: 2 }, client: { active: 0, errors: 0 } },
    }],
    sockets: { total: 18, tcp: { established: 12, close_wait: 0 }, outside_libuv: 0 },
    suspects: [{
      series: 'sockets.tcp.established', class: 'sockets', grade: 'suspect', says: 'they grow',
      slope_per_hour: 100,
    }],
  };
}

// The document with one value replaced by text that need not be JSON; latin1 keeps its bytes.
function replaced(path, literal) {
  const doc = state();
  const keys = path.split('.');
  const last = keys.pop();
  const at = keys.reduce((value, key) => value[key], doc);

  at[last] = '@@@';
  return Buffer.from(JSON.stringify(doc).replace('"@@@"', () => literal), 'latin1');
}

// Paths of all values of one type.
function pathsOf(type, value = state(), prefix = '') {
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = prefix + key;
    if (inner !== null && typeof inner === 'object') return pathsOf(type, inner, `${path}.`);
    return typeof inner === type ? [path] : [];
  });
}

const TEXTS = {
  csi: '\\u001b[2J\\u001b[31m', osc: '\\u001b]0;owned\\u0007',
  osc8: '\\u001b]8;;http://x\\u001b\\\\',
  dcs: '\\u001bP$q\\u001b\\\\',
  c1: '\\u009b31m\\u009d0;x\\u009c', c1raw: '\xc2\x9b31m',
  del: '\\u007f\x7f',
  lines: 'a\\r\\nporthole: all is well\\n\\t\\b\\f\\u000b',
  nul: 'a\\u0000b',
  bidi: '\\u202eevil\\u2066\\u2069',
  wide: '\\u200b\\u200d\\ufeff\\u2060',
  tags: '\\udb40\\udc41x',
  surrogate: '\\ud800', invalid: 'a\xff\xfe\xc0\xafb', cut: '\xe2\x82', long: 'x'.repeat(70000),
  combining: `a${'\\u0301'.repeat(500)}`,
};
const NUMBERS = ['-1', '-1e308', '1e999', '1e300', 'NaN', 'Infinity', 'null', 'true', '"12"',
  '[]', '{}', '99999999999999999999999999'];

const json = (body, headers = '') => Buffer.concat([Buffer.from(
  `HTTP/1.1 200 OK\r\nX-Porthole: 0.1.0\r\nContent-Type: application/json\r\n${headers}` +
  `Content-Length: ${body.length}\r\n\r\n`), Buffer.from(body)]);
const says = (bytes) => (socket) => socket.write(bytes);
const ends = (bytes) => (socket) => socket.end(bytes);

function endless(head, piece) {
  return (socket) => {
    const more = () => { while (socket.writable && socket.write(piece)); };

    socket.write(head);
    socket.on('drain', more);
    more();
  };
}

function drip(head, piece) {
  return (socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.on('close', () => clearInterval(timer));
  };
}

function texts() {
  return pathsOf('string').flatMap((path) => Object.entries(TEXTS).map(([name, text]) =>
    [`${path} ${name}`, says(json(replaced(path, `"${text}"`)))]));
}

function figures() {
  const whole = ['porthole', 'service', 'captured', 'process', 'process.fds', 'threads',
    'threads.0', 'threads.0.loop', 'threads.0.loop.delay_ms', 'threads.0.heap',
    'sockets', 'sockets.tcp',
    'suspects', 'suspects.0'];
  const numbers = pathsOf('number').flatMap((path) => NUMBERS.map((n) => [path, n]));
  const parts = whole.flatMap((path) => ['null', '7', '"x"', '[]', '[[]]', '{}']
    .map((literal) => [path, literal]));

  return [...numbers, ...parts].map(([path, literal]) =>
    [`${path} ${literal}`, says(json(replaced(path, literal)))]);
}

// ---- Wires ----------------------------------------------------------------------------

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

function cuts() {
  const whole = json(JSON.stringify(state()));

  return [0, 1, 5, 9, 12, 15, 17, 40, 90, 120, 200, 900, whole.length - 1].map((at) =>
    [`closed after ${at} bytes`, ends(whole.subarray(0, at))]);
}

function statuses() {
  return ['100 Continue', '101 Switching Protocols', '204 No Content', '206 Partial Content',
    '301 Moved\r\nLocation: file:///etc/passwd', '302 Found\r\nLocation: gopher://127.0.0.1/',
    '304 Not Modified', '407 Proxy\r\nProxy-Authenticate: Basic',
    '401 No\r\nWWW-Authenticate: NTLM',
    '429 Wait\r\nRetry-After: 99999999999', '500 \u001b[2J', '999 Nine', '0 Zero', '-1 Minus',
    '2000 Many', '20 Few'].map((line) =>
    [`status ${line.split('\r')[0]}`,
      ends(`HTTP/1.1 ${line}\r\nContent-Length: 2\r\n\r\n{}`)]);
}

function wires() {
  const body = JSON.stringify(state());
  const raw = Object.entries({
    nothing: () => {}, 'http/0.9': ends(body), ssh: ends('SSH-2.0-x\r\n'),
    tls: ends('\x16\x03\x01'),
    'http/2': ends('HTTP/2 200 OK\r\n\r\n'), 'http/9.9': ends('HTTP/9.9 200 OK\r\n\r\n{}'),
    reset: (socket) => socket.resetAndDestroy(),
    'only lf': ends(`HTTP/1.1 200 OK\n\n${body}`),
    'nul in head': ends(`${OK}A: \0\r\n\r\n`), 'nuls': endless('', '\0'.repeat(4096)),
    'header without end': endless(OK, `X: ${'y'.repeat(4000)}`),
    'headers without end': endless(OK, `X: ${'y'.repeat(40)}\r\n`),
    'long header': endless(`${OK}X: `, 'y'.repeat(4096)),
    'dripped header': drip(OK, 'X: y\r\n'),
    'folded header': ends(`${OK}A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}`),
    '1xx flood': endless('', 'HTTP/1.1 100 Continue\r\n\r\n'),
    '1xx dripped': drip('', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
    'chunk size -1': ends(`${CHUNKED}-1\r\n{}`), 'chunk size z': ends(`${CHUNKED}z\r\n{}`),
    'chunk size huge': says(`${CHUNKED}ffffffffffffffff\r\n{}`),
    'chunk size long': endless(CHUNKED, '0'.repeat(4096)),
    'chunk extension': endless(`${CHUNKED}2;`, 'x'.repeat(4096)),
    'chunk cut': ends(`${CHUNKED}ff\r\n{`), 'chunks dripped': drip(CHUNKED, '1\r\n \r\n'),
    'trailers without end': endless(`${CHUNKED}2\r\n{}\r\n0\r\n`, 'X: y\r\n'),
    'length -1': ends(`${OK}Content-Length: -1\r\n\r\n${body}`),
    'length huge': says(`${OK}Content-Length: 99999999999999999999\r\n\r\n${body}`),
    'length 1 GB': says(`${OK}Content-Length: 1073741824\r\n\r\n${body}`),
    'two lengths': ends(`${OK}Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}`),
    'length and chunks':
      ends(`${OK}Content-Length: 2\r\n${CHUNKED.slice(OK.length)}2\r\n{}\r\n0\r\n\r\n`),
    'gzip that is none': ends(json(body, 'Content-Encoding: gzip\r\n')),
    'br': ends(json(body, 'Content-Encoding: br\r\n')),
    'many encodings': ends(json(body, `Content-Encoding: ${'gzip,'.repeat(50)}gzip\r\n`)),
    'garbage after body':
      says(Buffer.concat([json(body), Buffer.from('\x1b[2J'.repeat(1000))])),
    'second answer': says(Buffer.concat([json(body), json('{"porthole":{"schema":1}}')])),
    'cookie bomb':
      ends(`${OK}${'Set-Cookie: a=b\r\n'.repeat(2000)}Content-Length: 2\r\n\r\n{}`),
    'dripped body': drip(`${OK}Content-Length: 999999\r\n\r\n`, ' '),
    'dripped from the first byte': drip('', 'H'),
    'no length': ends(`${OK}\r\n${body}`), 'no length, no end': says(`${OK}\r\n${body}`),
    'cost bomb': ends(json(body, `X-Porthole-Cost: ${'\x1b[2J'.repeat(500)}\r\n`)),
  });

  return [...raw, ...cuts(), ...statuses()];
}

// ---- Sizes ----------------------------------------------------------------------------

const GB = 2 ** 30;

function grown(change) {
  const doc = state();

  change(doc);
  return says(json(JSON.stringify(doc)));
}

const keys = (count) => Array.from({ length: count }, (_, i) => `"k${i}":0,`).join('');

function sizes() {
  const [thread] = state().threads;
  const bomb = () => zlib.gzipSync(Buffer.alloc(GB / 16, ' '));
  const zip = 'Content-Encoding: gzip\r\n';

  return Object.entries({
    '1 GB by length': endless(`${OK}Content-Length: ${GB}\r\n\r\n`, ' '.repeat(65536)),
    '1 GB in chunks': endless(CHUNKED, `10000\r\n${' '.repeat(65536)}\r\n`),
    '1 GB of one string': endless(`${OK}\r\n{"a":"`, 'x'.repeat(65536)),
    '1 GB of digits': endless(`${OK}\r\n{"a":1`, '0'.repeat(65536)),
    'error body of 1 GB': endless(`HTTP/1.1 500 No\r\n\r\n`, 'x'.repeat(65536)),
    'gzip bomb': (socket) => socket.write(json(bomb(), zip)),
    'depth 10,000 of arrays': says(json('['.repeat(10000))),
    'depth 10,000 of objects': says(json('{"a":'.repeat(10000))),
    'depth 63': says(json(`${'['.repeat(63)}${']'.repeat(63)}`)),
    '190,000 empty objects': says(json(`[${'{},'.repeat(190000)}{}]`)),
    '190,000 keys': says(json(`{${keys(190000)}"z":0}`)),
    '190,000 empty lists': says(json(`[${'[],'.repeat(190000)}[]]`)),
    '190,000 texts': says(json(`[${'"abcdefgh",'.repeat(190000)}""]`)),
    '3 million commas': says(json(`[${'0,'.repeat(3000000)}0]`)),
    'quotes only': says(json('"'.repeat(1 << 20))),
    'backslashes only': says(json(`"${'\\'.repeat(1 << 20)}`)),
    'string of 1 MB': grown((doc) => { doc.service.name = 'x'.repeat(1 << 20); }),
    'string of 7 MB': grown((doc) => { doc.service.name = '\u0301'.repeat(3500000); }),
    'escapes of 6 MB': says(json(replaced('service.name', `"${'\\u001b'.repeat(1000000)}"`))),
    '1,000 threads': grown((doc) => { doc.threads = Array(1000).fill(thread); }),
    '100,000 threads': grown((doc) => { doc.threads = Array(100000).fill({ id: 1 }); }),
    '10,000 suspects': grown((doc) => { doc.suspects = Array(10000).fill(doc.suspects[0]); }),
    'the same key 100,000 times': says(json(`{${'"service":{},'.repeat(60000)}"a":0}`)),
    'a key of 1 MB': grown((doc) => { doc['k'.repeat(1 << 20)] = 1; }),
  });
}

// ---- Asking ---------------------------------------------------------------------------

async function serve(cases) {
  return Promise.all(cases.map(([name, handler]) => new Promise((resolve) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => handler(socket));
    });

    server.listen(0, '127.0.0.1', () => resolve({ name, port: server.address().port }));
  })));
}

function ask(args) {
  const began = Date.now();
  const child = spawn('/usr/bin/time', ['-q', '-f', '%M', 'porthole', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = { stdout: [], stderr: [] };

  for (const stream of ['stdout', 'stderr'])
    child[stream].on('data', (data) => parts[stream].push(data));
  return new Promise((resolve) => child.on('close', (code, signal) => {
    const stderr = Buffer.concat(parts.stderr).toString('latin1');
    const [, said, kb] = /^([^]*?)(\d+)\n$/.exec(stderr) ?? ['', stderr, 'NaN'];

    resolve({ code, signal, ms: Date.now() - began, kb: Number(kb),
      text: Buffer.concat([...parts.stdout, Buffer.from(said, 'latin1')]) });
  }));
}

// C0, DEL and C1; what is invisible or turns the direction; tags.
const BAD = new RegExp('[^\\x20-\\x7e\\n\\u00a0-\\u{10ffff}]|[\\u{e0000}-\\u{e007f}]|' +
  '[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]', 'u');

// What is wrong with the bytes; '' if nothing.
function unclean(bytes) {
  const text = bytes.toString('utf8');
  const found = BAD.exec(text);

  if (!Buffer.from(text, 'utf8').equals(bytes)) return 'invalid UTF-8';
  return found === null ? '' : `U+${found[0].codePointAt(0).toString(16)}`;
}

function judge(name, got, timeoutMs, mostKb) {
  const wrong = [];
  const dirt = unclean(got.text);

  // 1: suspects were found
  if (![0, 1, 3, 4].includes(got.code)) wrong.push(`ended with ${got.signal ?? got.code}`);
  if (got.ms > (timeoutMs + PATIENCE_MS) * BUSY) wrong.push(`took ${got.ms} ms`);
  if (!(got.kb <= mostKb)) wrong.push(`took ${got.kb} KB`);
  if (dirt !== '') wrong.push(`printed ${dirt}`);
  if (wrong.length > 0) console.log(`${name}: ${wrong.join(', ')}`);
}

const FORMS = [['top', '--once'], ['top', '--once', '--json'], ['suspects'], ['handles']];
const GROUPS = { texts, figures, wires, sizes };

async function askTogether(targets) {
  const names = targets.map(({ port }) => `127.0.0.1:${port}`);

  for (const form of FORMS)
    judge(form.join(' '), await ask([...form, '--timeout', `${TOGETHER_MS}ms`, ...names]),
      TOGETHER_MS, MOST_KB * 8);
}

async function askAlone(targets) {
  const queue = [...targets];
  let most = 0;
  const work = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const got = await ask(['top', '--once', '--timeout', `${TIMEOUT_MS}ms`,
        `127.0.0.1:${next.port}`]);

      most = Math.max(most, got.kb);
      judge(next.name, got, TIMEOUT_MS, MOST_KB);
    }
  };

  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (process.env.VERBOSE) console.log(`at most ${most} KB`);
}

async function main(group) {
  const targets = await serve(GROUPS[group]());

  await (group === 'texts' || group === 'figures' ? askTogether : askAlone)(targets);
  console.log(`${targets.length} ${group}`);
  process.exit(0);
}

main(process.argv[2]);
