// SPDX-License-Identifier: MIT
//
// serve.js: targets of every kind, good and bad, for the golden tests. Each listens on a
// free port of 127.0.0.1 (`good-unix` on $DIR/good.sock); one line of JSON on stdout says
// which has which: {"GOOD":41234, ...}. Ends when its stdin does.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const captures = require('./captures.js');
const counts = require('./counts.js');
const growths = require('./growths.js');
const kangs = require('./kangs.js');
const lists = require('./lists.js');
const lives = require('./lives.js');
const nameserver = require('./nameserver.js');
const stacks = require('./stacks.js');

const JSON_TYPE = { 'Content-Type': 'application/json', 'X-Porthole': '0.1.0' };
const TEXT_TYPE = { 'Content-Type': 'text/plain', 'X-Porthole': '0.1.0' };

// A /state document; `step` makes sockets and listeners grow from round to round.
function state({ service = 'shop', pid = 4121, step = 0, blocked = false } = {}) {
  const at = new Date(Date.UTC(2026, 10, 20, 23, 6, 57) + step * 30000).toISOString();
  return {
    porthole: { schema: 1, version: '0.1.0', cost: { cpu_ms: 41 } },
    service: {
      name: service, component: 'web', ident: `web-3/${pid}`, version: '1.4.2',
      host: 'web-3', pid, node: 'v20.20.2', started: '2026-11-20T23:05:31.506Z',
      uptime_s: 86.4 + step * 30,
    },
    captured: { at, tick: 86 + step * 30 },
    process: {
      rss_bytes: 118489088, cpu_user_s: 1.5, cpu_system_s: 0.25, threads: 13,
      fds: { open: 41, limit: 1024 },
    },
    threads: [{
      id: 0, name: 'main', age_ms: 3.1,
      loop: {
        state: blocked ? 'blocked' : 'idle', blocked_ms: blocked ? 12345.6 : 0,
        utilization: 0.125, delay_ms: { mean: 1.1, p50: 1, p90: 2, p99: 3.25, max: 9 },
      },
      heap: { used_bytes: 25165824, total_bytes: 50331648, limit_bytes: 4345298944 },
      gc: { pause_s: 0.25 },
      handles: { total: 23, active: 20 },
      listeners: { total: 230 + step * 4, emitters: 90 },
    }],
    sockets: { total: 18 + step, tcp: { established: 12 + step, listen: 1 } },
    big: 9007199254740993, 'half': 0.1, nothing: null,
  };
}

// Everything a terminal could be driven by, in every string the command shows.
function hostile() {
  const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil\u200b\u007f\r\n\u0000'
    + '\u{e0041}';
  const text = JSON.stringify(state({ service: evil }));
  return text.replace('"web-3/4121"', JSON.stringify(evil))
    .replace('"web-3"', JSON.stringify(evil));
}

const answers = (body, headers = JSON_TYPE, status = 200) => (req, res) => {
  res.writeHead(status, headers);
  res.end(body);
};

let rounds = 0;

const servers = {
  GOOD: (req, res) => {
    const known = /^\/(state|own\/path|state\?fields=threads\.loop\.state,.*)$/.test(req.url);
    if (known) answers(`${JSON.stringify(state())}\n`)(req, res);
    else if (req.url === '/') answers('/state  the whole state\n', TEXT_TYPE)(req, res);
    else answers('{"error":{"code":"not-found"}}\n', JSON_TYPE, 404)(req, res);
  },
  OTHER: answers(JSON.stringify(state({ service: 'mailer', pid: 77 }))),
  GROWS: (req, res) => answers(JSON.stringify(state({ step: rounds++ })))(req, res),
  BLOCKED: answers(JSON.stringify(state({ service: 'stuck', blocked: true }))),
  SPARSE: answers('{"porthole":{"schema":1},"threads":[{"heap":{"used_bytes":null}},{}]}'),
  ABSURD: answers(JSON.stringify({
    porthole: { schema: 1 }, service: { name: 7, pid: -3, uptime_s: 1e300 },
    process: { rss_bytes: -1, fds: 'many' }, sockets: [], threads: { loop: 1 },
  })),
  HOSTILE: answers(hostile()),
  LEAKY: answers('plain \u001b[31mred\u001b[0m\n', TEXT_TYPE),
  HUNG: () => {},
  DRIP: (req, res) => {
    res.writeHead(200, JSON_TYPE);
    res.write('{"porthole":');
    const timer = setInterval(() => res.write(' '), 50);
    res.on('close', () => clearInterval(timer));
  },
  TRUNCATED: (req, res) => {
    res.writeHead(200, { ...JSON_TYPE, 'Content-Length': 999 });
    res.write('{"porthole":{"schema":1}}', () => res.socket.end());
  },
  BROKEN: answers('{not json'),
  CUT: answers('{"porthole":{"schema":1}'),
  HUGE: (req, res) => {
    res.writeHead(200, JSON_TYPE);
    const more = () => { while (res.writable && res.write(' '.repeat(65536))); };
    res.on('drain', more);
    more();
  },
  MANY: answers(`[${'{},'.repeat(300000)}{}]`),
  DEEP: answers('['.repeat(10000)),
  BUSY: answers('{"error":{"code":"busy"}}\n', JSON_TYPE, 503),
  MOVED: answers('', { Location: '/elsewhere' }, 302),
  NGINX: answers('<html>hello</html>', { 'Content-Type': 'text/html' }),
  KANG: answers('{"service":{"name":"k"},"stats":{}}', { 'Content-Type': 'application/json' }),
  SECRET: (req, res) => {
    const good = req.headers.authorization === 'Bearer correct-horse-battery';
    answers(good ? JSON.stringify(state()) : '{"error":{"code":"token"}}\n', JSON_TYPE,
      good ? 200 : 401)(req, res);
  },
};

async function listen(server, ...where) {
  await new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(...where, resolve);
  });
  return server.address().port;
}

async function main() {
  const ports = {};
  Object.assign(servers, captures.handlers(state()), stacks.handlers(), kangs.handlers(),
    counts.handlers(), growths.handlers(), lives.handlers(), lists.handlers(ports));
  for (const [name, handler] of Object.entries(servers))
    ports[name] = await listen(http.createServer(handler), 0, '127.0.0.1');
  // the same on all addresses of the loopback range: a fleet of one port
  ports.FLEET = await listen(http.createServer(servers.GOOD), 0, '0.0.0.0');
  ports.NOHTTP = await listen(net.createServer((s) => s.end('SSH-2.0-x\r\n')), 0, '127.0.0.1');
  ports.SILENT = await listen(net.createServer((s) => s.end()), 0, '127.0.0.1');
  ports.DNS = await nameserver.start({
    '_porthole._tcp.test': [{ host: '127.0.0.1', port: ports.GOOD },
      { host: 'localhost', port: ports.OTHER }],
    '_damaged._tcp.test': [],
    'both.test': [{ address: 'fd00:0:0:0:0:0:0:2' }, { address: '127.0.0.3' },
      { address: 'fd00:0:0:0:0:0:0:1' }, { address: 'fd00:0:0:0:0:0:0:2' }],
    'six.test': [{ address: '2001:db8:0:0:0:0:0:1' }],
  });
  if (process.env.DIR)
    await listen(http.createServer(servers.GOOD), path.join(process.env.DIR, 'good.sock'));

  // a port that nobody listens on: taken, and closed again
  const closed = net.createServer();
  ports.CLOSED = await listen(closed, 0, '127.0.0.1');
  closed.close();

  fs.writeSync(1, `${JSON.stringify(ports)}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

module.exports = { state };
if (require.main === module) main();
