// SPDX-License-Identifier: MIT
//
// lives.js: targets for the live screen, which asks for whole documents. LIVE answers all that
// a process can be asked; LIVE2 is a second one of its service, on another host, with figures
// near their limits; EVILLIVE sends what could drive a terminal with each.
'use strict';

const counts = require('./counts.js');

const TYPE = { 'Content-Type': 'application/json', 'X-Porthole': '0.1.0' };
const EVIL = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil\u200b\u007f\r\n\u0000\u{e0041}';

const frame = (name) =>
  ({ function: name, file: '/srv/app/jobs.js', line: 12, column: 3 });

function state(name, { pid = 4121, host = 'web-3', open = 41, version = '1.4.2' } = {}) {
  const whole = counts.state(0);
  return {
    ...whole,
    service: { name, component: 'web', ident: `${host}/${pid}`, version, host, pid,
      node: 'v20.20.2', started: '2026-11-20T23:05:31.506Z', uptime_s: 86.4 },
    process: { ...whole.process, fds: { open, limit: 1024 } },
    threads: [{ ...whole.threads[0],
      loop: { state: 'idle', blocked_ms: 0, turns: 1200, utilization: 0.125,
        delay_ms: { mean: 1.1, p50: 1, p90: 2, p99: 3.25, max: 9 },
        blocks: { count: 2, longest_ms: 5123, last_at: '2026-11-20T23:06:01.000Z',
          last_stack: [frame(name)] } } }],
  };
}

// no key of a document may hold a NUL
const objects = (name) => ({ types: {
  [name.replace('\0', '')]: { count: 12, created: 40, released: 28, created_per_s: 0.5 },
  job: { count: 3, created: 3, released: 0, created_per_s: null } } });

const suspects = (name) => ({ suspects: [{
  series: 'sockets.tcp.established', thread: null, class: 'sockets', verdict: 'growing',
  grade: 'confirmed', gates: { trend: true }, confidence: 0.997, slope_per_hour: 118.2,
  slope_interval: [109, 126.5], since: null, window_s: 10800, level: 402, limit: 1024,
  reaches_limit_in_s: null, moves_with: [], says: `${name}: sockets grow by 118 an hour` }] });

const stack = (name) => ({ captured: { at: '2026-11-20T23:06:57.906Z' }, threads: [{
  id: 0, name: 'main', loop: { state: 'idle', blocked_ms: 0, in_syscall: null },
  frames: [frame(name),
    { function: 'tick', file: '/srv/app/main.js', line: 7, column: 1 }] }] });

const serve = (name, more) => (req, res) => {
  const { pathname } = new URL(req.url, 'http://x');
  const answers = { '/state': () => state(name, more), '/objects': () => objects(name),
    '/suspects': () => suspects(name), '/stack': () => stack(name) };
  const known = answers[pathname];

  res.writeHead(known ? 200 : 404, TYPE);
  res.end(JSON.stringify(known ? known()
    : { error: { code: 'not-found', message: `no such path ${name}` } }));
};

const handlers = () => ({
  LIVE: serve('shop'),
  LIVE2: serve('shop', { pid: 77, host: 'web-4', open: 1000, version: '1.4.3' }),
  EVILLIVE: serve(EVIL, { host: EVIL }),
});

module.exports = { handlers };
