// SPDX-License-Identifier: MIT
//
// kangs.js: kang servers for the golden tests, good and broken, as plain HTTP: the real one
// does not start on Node 24. What each is follows from its name.
'use strict';

const zlib = require('node:zlib');

const JSON_TYPE = { 'Content-Type': 'application/json' };

const EVIL = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eevil\u007f\r\n\u0000';

// A chain of six, and a hub that forty point to and that points to ten of them.
function chain() {
  const objects = { chain: {}, hub: { 1: { out: [] } }, spoke: {} };
  for (let i = 1; i <= 6; i++) objects.chain[i] = { next: `chain:${i + 1}` };
  for (let i = 1; i <= 40; i++) objects.spoke[i] = { 'hub:1': true };
  for (let i = 1; i <= 10; i++) objects.hub[1].out.push(`spoke:${i}`);
  return objects;
}

function snapshot(objects, service = {}) {
  return {
    service: { name: 'fixture', ident: 'h/1', version: '1.0.0', component: 'web', ...service },
    stats: { requests: 42, started: '2026-11-20T23:05:31.506Z', memory: { rss: 61730816 } },
    types: Object.keys(objects),
    ...objects,
  };
}

// What kangfix.js of the research serves.
function fixture(count) {
  const objects = { conn: {}, request: {}, lease: {} };
  for (let i = 0; i < count; i++) {
    objects.conn[`c${i}`] = {
      remote: `10.0.0.${i % 250}:${40000 + (i % 20000)}`,
      state: i % 7 ? 'open' : 'closing',
      bytes_in: i * 17,
    };
    if (i % 3 === 0)
      objects.request[`r${i}`] = { method: 'GET', url: `/obj/${i}`, conn: `conn:c${i}` };
    if (i % 10 === 0) objects.lease[`l${i}`] = `lease body ${i}`;
  }
  return objects;
}

// What test/tst.snapshot_merge.js of kang merges.
const instances = {
  instr: {
    cn01: { last_contact: '2012-02-10T23:41:20.095Z', present: false },
    cn02: { last_contact: '2012-02-09T23:41:20.095Z', present: true },
    cn03: { present: true, known_instns: ['instn:007'] },
  },
  instn: {
    '005': { metric: 'node.httpc_ops', granularity: 5, instrs: {} },
    '007': {
      metric: 'node.httpd_ops',
      granularity: 10,
      instrs: { 'instr:cn03': { enabled: true }, 'instr:cn01': { enabled: false } },
    },
  },
};

const odd = {
  17: { 2: { a: null }, 10: { a: [1, null, 'x,y', [2, 3]] }, b: { a: 'say "hi"' } },
  nothing: { n: null, five: 5, yes: true, list: [1, { a: 2 }], text: 'words' },
  constructor: { constructor: { toString: 'own', __proto__x: 1 } },
  named: { a: { named: 'lost', origin: 'lost', kept: 'kept' } },
  empty: {},
};

const answers = (body, headers = JSON_TYPE, status = 200) => (req, res) => {
  if (req.url !== '/kang/snapshot' && req.url !== '/own/path') {
    res.writeHead(404, JSON_TYPE);
    res.end('{"code":"ResourceNotFound"}');
    return;
  }
  res.writeHead(status, headers);
  res.end(body);
};

const serves = (objects, service) => answers(JSON.stringify(snapshot(objects, service)));
const other = { component: 'ledger', ident: 'h/2' };

const AGENT_TYPE = { 'Content-Type': 'application/json', 'X-Porthole': '0.1.0' };
const CAPTURED = { at: '2026-11-20T23:06:57.906Z' };

const tracked = (id, value, seconds = 12.3) => ({ id, thread: 0, tracked_s: seconds, value });

const jobs = [
  tracked('17', { state: 'sending', tries: 2, peer: 'conn:c3', note: 'x'.repeat(60) }, 7265),
  tracked('a/b c', { state: 'done', nested: { deep: [1, 2] }, nothing: null }),
  tracked('..', 'words'),
];

// What an agent answers; `stale` when its loop is blocked.
function agent({ stale = false, evil = false } = {}) {
  const cause = evil ? EVIL : 'loop is blocked';
  const causes = stale ? [{ thread: { id: 0, name: evil ? EVIL : 'main' }, cause }] : [];
  const list = evil ? [tracked(EVIL, { [EVIL]: EVIL })] : jobs;
  const head = { captured: CAPTURED, age_ms: stale ? 12500 : 0.4, stale };
  const paths = {
    '/objects': {
      captured: CAPTURED,
      types: {
        [evil ? EVIL : 'job']: {
          count: 3, created: 10, released: 5, collected: 2, created_per_s: 0.4,
          source: 'tracked',
        },
        queue: {
          count: 1, created: null, released: null, collected: null, created_per_s: null,
          source: 'provided', ...(stale ? { age_ms: 12500 } : {}),
        },
      },
      types_truncated: false, complete: !stale, causes,
    },
    '/objects/job?limit=100': {
      type: 'job', total: 3, ...head, complete: !stale, causes, objects: list, shown: 3,
      truncated: false, next: null,
    },
    '/objects/job?limit=2': {
      type: 'job', total: 3, ...head, complete: !stale, causes, objects: list.slice(0, 2),
      shown: 2, truncated: true, next: 'x',
    },
    '/objects/job?fields=peer,state&limit=100': {
      type: 'job', total: 3, ...head, complete: true, causes: [], shown: 3, truncated: false,
      objects: list.map((job) => ({ ...job, value: { state: job.value.state } })), next: null,
    },
    '/objects/none?limit=100': {
      type: 'none', total: 0, ...head, complete: true, causes: [], objects: [], shown: 0,
      truncated: false, next: null,
    },
  };
  for (const job of list) {
    paths[`/objects/job/${evil ? '17' : encodeURIComponent(job.id).replaceAll('.', '%2E')}`] = {
      type: 'job', id: job.id, thread: { id: 0, name: evil ? EVIL : 'main' },
      how: stale ? 'last copy' : 'loop', ...head, cause: stale ? causes[0].cause : null,
      tracked_s: job.tracked_s, value: job.value,
    };
  }
  return (req, res) => {
    const found = paths[req.url];
    res.writeHead(found ? 200 : 404, AGENT_TYPE);
    res.end(JSON.stringify(found || { error: { code: 'not-found', message: 'no such type' } }));
  };
}

const unavailable = (req, res) => {
  res.writeHead(503, AGENT_TYPE);
  res.end('{"error":{"code":"unavailable","message":"loop is inside a system call (futex)"}}');
};

function handlers() {
  return {
    AGENT: agent(),
    AGENTSTALE: agent({ stale: true }),
    AGENTEVIL: agent({ stale: true, evil: true }),
    AGENTSTUCK: unavailable,
    KANGS: serves(fixture(12)),
    KANG2: serves({ ledger: { 1: { paid: 'conn:c3', by: 'conn:nobody' } },
      conn: { c3: { remote: 'elsewhere' } } }, other),
    KANGODD: serves(odd),
    KANGLINKS: serves(instances, { name: 'ca', component: 'configsvc', ident: 'headnode' }),
    KANGCHAIN: serves(chain()),
    KANGEVIL: serves({ [`t${EVIL}`]: { [`i${EVIL}`]: { [`f${EVIL}`]: `v${EVIL}` } },
      evil: { [`i${EVIL}`]: { [`f${EVIL}`]: `v${EVIL}`, to: `t${EVIL}:i${EVIL}` } },
    plain: { a: { [`f${EVIL}`]: `t${EVIL}:i${EVIL}`, b: 'evil:x' } } },
    { ident: EVIL }),
    KANGTWICE: answers('{"service":{"name":"x","ident":"i"},"types":["t","t"],'
      + '"t":{"a":{"v":1},"b":{"v":2},"a":{"v":3}}}'),
    KANGNULL: answers('{"service":{"name":"x","ident":"i"},"types":["t"],"t":{"a":null}}'),
    KANGABSENT: answers('{"service":{"name":"x","ident":"i"},"types":["t"]}'),
    KANGNOSERVICE: answers('{"types":[]}'),
    KANGBAD: answers('{not json'),
    KANGMOVED: answers('', { Location: '/x' }, 302),
    KANGBUSY: answers('busy', JSON_TYPE, 503),
    KANGGZIP: answers(zlib.gzipSync(JSON.stringify(snapshot(fixture(1)))),
      { ...JSON_TYPE, 'Content-Encoding': 'gzip' }),
    KANGBOMB: answers(zlib.gzipSync(Buffer.alloc(300 << 20, ' ')),
      { ...JSON_TYPE, 'Content-Encoding': 'gzip' }),
    KANGCHUNKED: (req, res) => {
      const text = JSON.stringify(snapshot(fixture(1)));
      res.writeHead(200, JSON_TYPE);
      res.write(text.slice(0, 9));
      setTimeout(() => res.end(text.slice(9)), 20);
    },
  };
}

module.exports = { fixture, handlers };
