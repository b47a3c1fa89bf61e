// SPDX-License-Identifier: MIT
//
// counts.js: targets whose /state counts listeners, handles, sockets, collections and memory,
// and that answer /listeners and /trace, for serve.js. A path of the target's own chooses the
// document: /step/N is the same process 30 s later each, /grow/NAME one step more each time it
// is asked, /old an agent before these fields, /empty, /hostile, /threads, /page any HTML.
'use strict';

const { EVIL } = require('./captures.js');

const TYPE = { 'X-Porthole': '0.1.0', 'Content-Type': 'application/json' };
const MB = 1048576;

const service = (step) => ({
  name: 'shop', component: 'web', ident: 'web-3/4121', version: '1.4.2', host: 'web-3',
  pid: 4121, node: 'v20.20.2', started: '2026-11-20T23:05:31.506Z',
  uptime_s: 86.4 + 30 * step,
});

const captured = (step) => ({
  at: new Date(Date.UTC(2026, 10, 20, 23, 6, 57) + step * 30000).toISOString(),
  tick: 86 + step * 30,
});

const listeners = (step) => ({
  total: 1240 + 12 * step, low: 1180 + 12 * step, high: 1310 + 12 * step, emitters: 310 + step,
  standard_error: 32, counted_by: '16 or more on one emitter: exact; others: one in 64 '
    + 'sampled, once they outlive a full GC',
  top: [
    { emitter: 'Socket', event: 'error', listeners: 812 + 10 * step,
      most_on_one: 640 + 10 * step, emitters: 40, standard_error: 0 },
    { emitter: 'AbortSignal', event: 'abort', listeners: 256, most_on_one: 4,
      emitters: 128, standard_error: 31.6 },
    ...(step > 0 ? [{ emitter: 'PoolConnectionOfAVeryLongNameIndeedForAClass',
      event: 'connection-state-changed-again', listeners: 2 * step, most_on_one: 2 * step,
      emitters: 1, standard_error: null }] : []),
  ],
  top_truncated: true, top_total: 60,
  heavy: [
    { name: 'primary-db', event: 'error', listeners: 640 + 10 * step, minute_ago: 620,
      ten_minutes_ago: 400, hour_ago: null,
      added_by: 'PoolConnection.acquire '
        + '(/srv/shop/node_modules/pool/lib/connection.js:114:9)' },
    ...[31, 30, 29].map((count) => ({ name: 'Socket', event: 'error', minute_ago: 16,
      listeners: count + step, ten_minutes_ago: null, hour_ago: null,
      added_by: 'ship (/srv/shop/ship.js:77:20)' })),
    { name: 'process', event: 'uncaughtException', listeners: 17, minute_ago: 17,
      ten_minutes_ago: 17, hour_ago: 17, added_by: null },
  ],
  max_exceeded: { count: 3 + step, last: 'Socket error' },
});

const handles = (step) => ({
  total: 23 + 2 * step, active: 20,
  by_kind: {
    tcp: { open: 12 + 2 * step, active: 10, created: 1234 + 45 * step, closed: 1222 },
    timer: { open: 2, active: 2, created: 2, closed: 0 },
    process: { open: 0, active: 0, created: null, closed: null },
  },
  timers: 4, immediates: 0,
  requests: { in_flight: 3 + step,
    by_kind: { FSReqCallback: 2 + step, GetAddrInfoReqWrap: 1 } },
});

const pauses = (count, unit) => ({
  count, sum: count * unit, mean: unit, p50: unit, p90: unit * 2, p99: unit * 3, max: unit * 4,
});

const gc = (step) => ({
  pause_ms: { minor: pauses(120 + 6 * step, 1.2), major: pauses(12 + step, 160),
    incremental: pauses(30, 4.1), weakcb: pauses(0, 0) },
  num_full_gc: 12 + step, num_inc_gc: 30, num_minor_gc: 120 + 6 * step, heap_compactions: 12,
  pause_s: 0.25, usage_trend: -0.25, estimated_base: 36 * MB,
  min: { bytes: 30 * MB, when: '2026-11-20T22:00:00.000Z' }, max: { bytes: null, when: null },
  time_share: 0.021, allocated_bytes_per_s: 12 * MB, promoted_bytes_per_s: 1.25 * MB,
  floor: { bytes: 35.2 * MB, slope_bytes_per_hour: 1.2 * MB, slope_low: 0.8 * MB,
    slope_high: 1.5 * MB, window_s: 3840, samples: 12 },
});

const space = (size, used) => ({ size_bytes: size, used_bytes: used,
  available_bytes: size - used, physical_bytes: size });

const heap = (step) => ({
  used_bytes: 36 * MB + 1000 * step, total_bytes: 48 * MB, limit_bytes: 4144 * MB,
  physical_bytes: 47 * MB, external_bytes: 2 * MB, array_buffers_bytes: 16384,
  malloced_bytes: 278624, native_contexts: 1, detached_contexts: 0,
  used_after_full_gc_bytes: 35 * MB, allocated_bytes: 1500 * MB + 360 * MB * step,
  promoted_bytes: 20 * MB + 37.5 * MB * step,
  spaces: { read_only_space: space(0, 0), new_space: space(16 * MB, 2 * MB + 1000 * step),
    old_space: space(32 * MB, 30 * MB) },
});

const agents = (step) => [
  { name: 'keepAlive', origin: 'tenant.auth0.example:443', sockets: 12 + 2 * step, free: 10,
    pending: 0, oldest_s: 7500 },
  { name: 'globalAgent', origin: 'kinesis.example:443', sockets: 1, free: 0, pending: 4,
    oldest_s: null },
];

const thread = (step, more) => ({
  id: 0, name: 'main', age_ms: 3.1, loop: { state: 'idle', blocked_ms: 0, turns: 12 },
  heap: heap(step), gc: gc(step), handles: handles(step),
  resources: { TCPSocketWrap: 12 + 2 * step, Timeout: 4, FSReqCallback: 0 },
  listeners: listeners(step), http: { server: null, client: null, agents: agents(step) },
  ...more,
});

const sockets = (step) => ({
  total: 18 + 2 * step,
  tcp: { established: 4, close_wait: 12 + 2 * step, listen: 1, closing: 0 },
  udp: 1, unix: 3, other: 0, recv_queue_bytes: 0, send_queue_bytes: 1234 * 1024, oldest_s: 7500,
  by_peer: [
    { peer: '10.0.0.7:443', count: 12 + 2 * step, close_wait: 12 + 2 * step,
      recv_queue_bytes: 0, send_queue_bytes: 1234 * 1024, oldest_s: 7500 },
    { peer: '[2001:db8:85a3:1234:5678:8a2e:370:7334]', local_port: 8080, count: 4,
      close_wait: 0, recv_queue_bytes: 0, send_queue_bytes: 0, oldest_s: 12 },
  ],
  by_peer_truncated: true, by_peer_total: 4096,
  by_local_port: [{ local_port: 8080, count: 4, listening: true },
    { local_port: 9090, count: 1, listening: false }],
  close_wait: { count: 12 + 2 * step, oldest_s: 7500, top_peer: '10.0.0.7:443',
    says: `the peer closed ${12 + 2 * step} connections, the application did not; the oldest `
      + '7500 s ago; most with 10.0.0.7:443' },
  views: { kernel: { tcp: 17, udp: 1, unix: 3 }, libuv: { tcp: 15, udp: 1, pipe: 3 },
    node: { tcp: 15, udp: 1, pipe: null } },
  outside_libuv: 2, source: 'netlink',
});

// Native memory grows from step to step, the heap does not.
const state = (step = 0) => ({
  porthole: { schema: 1, version: '0.1.0', cost: { cpu_ms: 41 } },
  service: service(step), captured: captured(step),
  process: { rss_bytes: 118 * MB + 12 * MB * step, rss_anon_bytes: 80 * MB + 12 * MB * step,
    malloc_bytes: 30 * MB + 11 * MB * step },
  threads: [thread(step)], sockets: sockets(step),
});

const threads = (step) => ({
  ...state(step),
  threads: [thread(step), thread(0, { id: 7, name: 'worker 7', age_ms: 12345.6,
    loop: { state: 'blocked', blocked_ms: 12345.6 }, listeners: null, http: null })],
});

// What an agent said before any of this was counted.
const old = () => ({
  porthole: { schema: 1, version: '0.0.9' }, service: service(0), captured: captured(0),
  process: { rss_bytes: 118 * MB },
  threads: [{
    id: 0, name: 'main', heap: { used_bytes: 36 * MB, total_bytes: 48 * MB },
    gc: { num_full_gc: 12, pause_s: 0.25 }, handles: { total: 23, active: 20 },
    listeners: { total: 230, emitters: 90 },
  }],
  sockets: { total: 18, tcp: { established: 12, listen: 1 }, by_peer: [] },
});

const empty = () => ({
  porthole: { schema: 1 }, service: service(0), captured: captured(0), process: {},
  threads: [{
    id: 0, name: 'main', heap: { spaces: {} }, gc: { pause_ms: {}, floor: null },
    handles: { total: 0, active: 0, by_kind: {}, requests: { in_flight: 0, by_kind: {} } },
    resources: {}, http: { agents: [] },
    listeners: { total: 0, low: 0, high: 0, emitters: 0, standard_error: 0,
      top: [], heavy: [] },
  }],
  sockets: { total: 0, tcp: {}, by_peer: [], by_local_port: [], close_wait: { says: null },
    views: {} },
});

// Everything a terminal could be driven by in every text, and numbers nobody can mean.
function hostile() {
  const evil = (value) => {
    if (typeof value === 'string') return `${EVIL}${'x'.repeat(200)}`;
    if (typeof value === 'number') return value % 2 === 0 ? 1e300 : -1;
    if (Array.isArray(value)) return value.map(evil);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, evil(v)]));
  };
  const whole = state(0);
  const one = evil(whole.threads[0]);
  one.handles.by_kind[EVIL] = { open: 1e11, active: '7', created: [], closed: {} };
  one.resources[EVIL] = 5;
  one.heap.spaces[EVIL] = space(1, 1);
  one.gc.pause_ms[EVIL] = pauses(1, 1e12);
  return { ...whole, service: { ...evil(whole.service), pid: 4121 },
    process: evil(whole.process), sockets: { ...evil(whole.sockets), tcp: { [EVIL]: 3 } },
    threads: [{ ...one, id: 0, name: EVIL, loop: { state: EVIL, blocked_ms: 1 } }] };
}

const grown = new Map();

function grow(name) {
  const step = grown.get(name) ?? 0;
  grown.set(name, step + 1);
  return state(step);
}

// `?fields=` as the agent has it: paths, lists are transparent, what identifies stays.
function pick(value, paths) {
  if (Array.isArray(value)) return value.map((item) => pick(item, paths));
  const out = {};
  for (const [key, inner] of Object.entries(value ?? {})) {
    const below = paths.filter((p) => p.startsWith(`${key}.`))
      .map((p) => p.slice(key.length + 1));
    const stays = key === 'id' || (key === 'name' && 'id' in value);
    if (stays || paths.includes(key)) out[key] = inner;
    else if (below.length > 0) out[key] = pick(inner, below);
  }
  return out;
}

// ---- /listeners and /trace ---------------------------------------------------------------

const origin = (more) => ({
  porthole: { schema: 1, version: '0.1.0' },
  service: { name: 'shop', ident: 'web-3/4121', pid: 4121 }, captured: captured(0),
  thread: { id: 0, name: 'main' }, ...more, cost: { loop_ms: 385.2 },
});

const census = () => origin({
  emitters: 100350, listeners: 12345678,
  rows: [
    { emitter: 'Socket', event: 'error', listeners: 12340000, emitters: 40, most_on_one: 640 },
    { emitter: EVIL, event: EVIL, listeners: 5678, emitters: null, most_on_one: -1 },
  ],
  rows_total: 60, truncated: true,
});

const frame = (name, file, line, column) => ({ function: name, file, line, column });

const NODE = frame('addListener', 'node:events', 610, 10);
const ACQUIRE = frame('PoolConnection.acquire',
  'file:///srv/shop/node_modules/pool/lib/some/where/deep/in/here/connection.js', 114, 9);

const trace = (what) => origin({
  what, seconds: 5, sampled_one_in: 8, added: 1240, removed: what === 'sockets' ? null : 310,
  alive: 930,
  rows: [
    { alive: 30, added: 40, what: 'AbortSignal abort', frames: [NODE] },
    { alive: 880, added: 900, what: 'Socket error',
      frames: [NODE, ACQUIRE, frame('', '/srv/shop/server.js', 12, 3)] },
    { alive: null, added: null, what: EVIL, frames: [frame(EVIL, EVIL, 1e300, -1)] },
    { alive: 20, added: 1e9, what: 'incoming :8080', frames: [] },
  ],
  rows_total: 77, truncated: true,
});

function send(res, body, status = 200) {
  res.writeHead(status, TYPE);
  res.end(`${JSON.stringify(body)}\n`);
}

const documents = { old, empty, hostile };

function find(pathname) {
  const [, kind, name] = pathname.split('/');
  if (kind === 'step') return state(Number(name));
  if (kind === 'threads') return threads(Number(name ?? 0));
  if (kind === 'grow') return grow(name);
  return documents[kind]?.();
}

function sendCensus(res, query, { allowed, refused }) {
  const reason = allowed ? null : 'its heap has 1.2 GB';
  if (query.has('estimate')) {
    send(res, { thread: { id: 0, name: 'main' }, heap_used_bytes: 262144000,
      estimate: { loop_s: allowed ? 0.024 : 4.1 }, allowed, reason });
  } else if (refused && !query.has('force')) {
    const message = 'the loop would stand still for 4.1 s';
    send(res, { error: { code: 'needs-force', message } }, 409);
  } else {
    send(res, census());
  }
}

const serve = (how) => (req, res) => {
  const { pathname, searchParams: query } = new URL(req.url, 'http://x');
  const document = find(pathname);
  if (pathname === '/state') send(res, pick(state(0), query.get('fields').split(',')));
  else if (pathname === '/listeners') sendCensus(res, query, how);
  else if (pathname === '/trace') send(res, trace(query.get('what')));
  else if (document) send(res, document);
  else send(res, { error: { code: 'not-found', message: 'no such path' } }, 404);
};

// Handlers for serve.js, by the name of their port.
const handlers = () => ({
  COUNTS: serve({ allowed: true, refused: false }),
  COUNTS_BIG: serve({ allowed: false, refused: true }),
  COUNTS_GROWN: serve({ allowed: true, refused: true }), // between estimate and census
});

module.exports = { handlers, state };
