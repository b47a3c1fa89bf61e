// SPDX-License-Identifier: MIT
//
// captures.js: what agents answer to /profile, /heap/histogram and /heap/snapshot, for the
// golden tests and the browser tests. All of it is made up, and always the same.
'use strict';

const { setTimeout: wait } = require('node:timers/promises');

const EVIL = '\u001b[2J</script><script>document.title="owned"</script>\u2028\u202e;\n&amp;';

const call = (functionName, url = '', line = -1, column = -1) =>
  ({ functionName, scriptId: '0', url, lineNumber: line, columnNumber: column });

// Frames as [name, url, line]; a stack of them and how many milliseconds it was seen.
const SPIN = ['spin', '/app/shop.js', 2];
const SERVE = ['serve', '/app/shop.js', 10];
const STACKS = [
  [[['(idle)']], 40],
  [[['(program)']], 20],
  [[['(garbage collector)']], 30],
  [[SERVE, SPIN], 450],
  [[SERVE, ['parse', '/app/node_modules/qs/lib/parse.js', 41]], 200],
  [[['processTicks', 'node:internal/process/task_queues', 69], SERVE, SPIN], 150],
  [[['processTicks', 'node:internal/process/task_queues', 69], ['', '/app/shop.js', 30]], 60],
  [[['recurse', '/app/tree.js', 0], ['recurse', '/app/tree.js', 0]], 50],
];

function tree(stacks) {
  const nodes = [{ id: 1, callFrame: call('(root)'), hitCount: 0, children: [] }];
  const samples = [];

  for (const [frames, ms] of stacks) {
    let at = nodes[0];
    for (const [name, url = '', line = -1] of frames) {
      const known = at.children.map((id) => nodes[id - 1]).find(({ callFrame: f }) =>
        f.functionName === name && f.url === url && f.lineNumber === line);
      const node = known ?? {
        id: nodes.length + 1, hitCount: 0, children: [],
        callFrame: call(name, url, line, line < 0 ? -1 : 4),
      };
      if (!known) {
        at.children.push(node.id);
        nodes.push(node);
      }
      at = node;
    }
    at.hitCount += ms;
    for (let i = 0; i < ms; i++) samples.push(at.id);
  }
  return { nodes, samples };
}

const origin = (more) => ({
  version: '0.1.0', service: 'shop', pid: 4121, thread: { id: 0, name: 'main' },
  at: '2026-11-20T23:06:57.906Z', seconds: 1, truncated: false,
  cost: { loop_ms: 12.3 }, ...more,
});

// One second at 1 kHz: spin has 60 % of it, three quarters of that below serve alone.
function profile(stacks = STACKS) {
  const { nodes, samples } = tree(stacks);
  return {
    nodes, samples, startTime: 1000000, endTime: 1000000 + 1000 * samples.length,
    timeDeltas: samples.map((_, i) => (i === 0 ? 0 : 1000)),
    porthole: origin({ interval_us: 1000 }),
  };
}

function heapProfile() {
  const node = (id, name, url, line, selfSize, children = []) =>
    ({ callFrame: call(name, url, line, 0), selfSize, id, children });
  return {
    head: node(1, '(root)', '', -1, 0, [
      node(2, 'serve', '/app/shop.js', 10, 1048576, [
        node(3, 'spin', '/app/shop.js', 2, 3145728),
      ]),
    ]),
    samples: [2, 3].map((nodeId) => ({ size: 1048576, nodeId, ordinal: nodeId })),
    porthole: origin({ interval_bytes: 524288 }),
  };
}

function histogram({ pid = 4121, service = 'shop', jobs = 1000, rows = [] } = {}) {
  const all = [
    ['Object', 20000, null], ['Array', 9000, null], ['Job', jobs, null],
    ['ArrayBuffer', 12, 4194304], ...rows,
  ].map(([constructor, count, bytes]) => ({ constructor, count, bytes }));
  return {
    porthole: { schema: 1, version: '0.1.0' },
    service: { name: service, ident: `web-3/${pid}`, pid },
    captured: { at: '2026-11-20T23:06:57.906Z' }, thread: { id: 0, name: 'main' },
    objects: all.reduce((sum, row) => sum + row.count, 0), heap_used_bytes: 25165824,
    rows: all, rows_total: all.length, truncated: false,
    cost: { loop_ms: 85.2, gc_ms: 60.1 },
  };
}

const estimate = (more) => ({
  thread: { id: 0, name: 'main' }, heap_used_bytes: 262144000,
  estimate: { loop_s: 18.2, memory_bytes: 3221225472, file_bytes: 12345 },
  headroom_bytes: 8589934592, allowed: true, reason: null, ...more,
});

const SNAPSHOT = `{"snapshot":{"meta":{}},"nodes":[${'0,'.repeat(5000)}0]}\n`;

const TYPE = { 'X-Porthole': '0.1.0', 'Content-Type': 'application/json' };

function send(res, body, status = 200, headers = {}) {
  res.writeHead(status, { ...TYPE, ...headers });
  res.end(`${JSON.stringify(body)}\n`);
}

const refuse = (status, code, message, headers) => (req, res) =>
  send(res, { error: { code, message } }, status, headers);

async function sendSnapshot(res, end) {
  res.writeHead(200, { ...TYPE, 'X-Porthole-Cost': 'loop_ms=18200.5; gc_ms=4.5' });
  res.write(SNAPSHOT.slice(0, 4000));
  if (end === 'cut') {
    await wait(20);
    res.destroy();
  } else if (end === 'whole') {
    res.end(SNAPSHOT.slice(4000));
  }
}

// A whole agent: every capture at its path.
function capture({ state, more = {}, end = 'whole' }) {
  return (req, res) => {
    const { pathname, searchParams } = new URL(req.url, 'http://x');
    if (pathname === '/state') send(res, state);
    else if (pathname === '/profile') send(res, profile());
    else if (pathname === '/heap/profile') send(res, heapProfile());
    else if (pathname === '/heap/histogram') send(res, histogram());
    else if (pathname !== '/heap/snapshot') refuse(404, 'not-found', 'no such path')(req, res);
    else if (searchParams.has('estimate')) send(res, estimate(more));
    else sendSnapshot(res, end);
  };
}

const evilProfile = () => profile([[[[EVIL, `/app/${EVIL}.js`, 1], SPIN], 10], [[SPIN], 10]]);

// Handlers for serve.js, by the name of their port.
const handlers = (state) => ({
  CAPTURES: capture({ state }),
  CUTSHORT: capture({ state, end: 'cut' }),
  ENDLESS: capture({ state, end: 'never' }),
  TIGHT: capture({ state, more: { headroom_bytes: 1048576, allowed: false,
    reason: 'needs 3.0 GiB, and 1.0 MiB are left' } }),
  VAST: capture({ state, more: { estimate:
    { loop_s: 1, memory_bytes: 1, file_bytes: 1e15 } } }),
  EVILTREE: (req, res) => send(res, evilProfile()),
  LOOPED: (req, res) => send(res, { nodes: [{ id: 1 }, { id: 2, children: [2] }] }),
  TAKEN: refuse(429, 'busy', 'a heap snapshot is being taken', { 'Retry-After': '7' }),
  STUCK: refuse(503, 'unreachable', 'thread 0 (main) did not come within 5000 ms: '
    + 'inside a system call (wait4, waiting in do_wait)'),
  LOCKED: refuse(403, 'token-needed', 'heap snapshots need a token over TCP'),
  POOR: refuse(507, 'not-enough-memory', 'a snapshot needs 3.0 GiB, and 1.0 MiB are left; '
    + '\'force\' takes it all the same'),
  PICKY: refuse(400, 'bad-option', 'bad value \'400\' for \'seconds\': 0.1 .. 300'),
});

module.exports = { EVIL, handlers, profile, heapProfile, histogram, evilProfile, tree };
