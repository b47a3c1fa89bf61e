// SPDX-License-Identifier: MIT
//
// growths.js: targets that have /suspects and /history, for serve.js. LEAK1, LEAK2 and LEAK3
// are three processes of one service: sockets grow in the first two, in the first twice as
// fast, and it has twice as many client requests. CALM grows nowhere; OLDLEAK has its suspects
// in /state only; EVILLEAK sends what could drive a terminal.
'use strict';

const { EVIL } = require('./captures.js');

const TYPE = { 'X-Porthole': '0.1.0', 'Content-Type': 'application/json' };
const BORN = Date.UTC(2026, 10, 20, 22, 20, 0) / 1000;
const END = Date.UTC(2026, 10, 20, 23, 6, 0) / 1000;
const STEPS = {
  '1s': 1, '15s': 15, '1m': 60, '5m': 300, '20m': 1200, '1h': 3600, '4h': 14400,
};

const iso = (unix) => new Date(unix * 1000).toISOString();
const passed = (...names) => Object.fromEntries(names.map((name) => [name, true]));
const GATES = passed('data', 'trend', 'noise', 'effect', 'load', 'steps', 'settling',
  'persists');

const verdict = (more) => ({
  series: 'sockets.tcp.established', thread: null, class: 'sockets', verdict: 'growing',
  grade: 'confirmed', gates: GATES, confidence: 0.997, slope_interval: [109, 126.5],
  slope_per_hour: 118.2, since: iso(END - 10800), window_s: 10800, level: 402, limit: null,
  reaches_limit_in_s: null,
  moves_with: [{ series: 'http.client.started', correlation: 0.98, per_event: 1 }],
  says: 'established TCP sockets grow by 118 an hour for 3 h, most of them to 10.0.0.7:443; '
    + 'they move with HTTP client requests (1.0 each)',
  ...more,
});

const heap = (more) => verdict({
  series: 'heap.used_after_full_gc_bytes', thread: 0, class: 'heap', grade: 'suspect',
  slope_interval: [7.6e6 / 24, 8.6e6 / 24], slope_per_hour: 8.1e6 / 24, window_s: 76800,
  since: null, level: 3e8, limit: 4345298944, reaches_limit_in_s: 1382400,
  moves_with: [], says: '', ...more,
});

const flat = (series, failed, more) => verdict({
  series, thread: 0, class: 'handles', verdict: 'stable', grade: null, confidence: 0.4,
  gates: { data: true, [failed]: false }, slope_per_hour: 0.4, slope_interval: [-1, 2],
  moves_with: [], says: '', ...more,
});

const list = (suspects, more) => ({ suspects, total: suspects.length, truncated: false,
  judged: 87, watched_s: 18120, ...more });

// A point per step up to END; a gap in the middle, a predecessor before BORN.
function points(step, value) {
  const end = Math.floor(END / step) * step;
  const count = step === 1 ? 120 : 64;
  return Array.from({ length: count }, (_, i) => {
    const t = end - (count - i) * step;
    if (step === 60 && i >= 40 && i < 44) return [t, null, null, null];
    const [low, mean, high] = value(t, i, step);
    return step === 1 ? [t, mean, mean, mean] : [t, low, mean, high];
  });
}

const gauge = (series, unit, value) => (step, resolution) => ({
  series, thread: unit === 'bytes' ? 0 : null, kind: 'gauge', unit, resolution, step_s: step,
  until: iso(Math.floor(END / step) * step), born: iso(BORN), points: points(step, value),
});

const counter = (series, perSecond) => (step, resolution) => ({
  series, thread: 0, kind: 'counter', unit: 'count', per_second: true, resolution,
  step_s: step, until: iso(END), born: null,
  points: points(step, () => [perSecond / 2, perSecond, perSecond * 2]),
});

const MB = 1048576;
const growing = (t, i) => [30 * MB + i * MB / 8, 34 * MB + i * MB / 8 + (i % 7) * MB / 3,
  40 * MB + i * MB / 8 + (i % 7) * MB];

const histories = (rate) => ({
  'heap.used_bytes': gauge('heap.used_bytes', 'bytes', growing),
  'sockets.tcp.established': gauge('sockets.tcp.established', 'count', () => [4, 4, 4]),
  'sockets.by_peer[10.0.0.7:443].count': gauge('sockets.by_peer[10.0.0.7:443].count', 'count',
    (t, i) => [i % 9, i % 9 + 0.5, i % 9 + 1]),
  'http.client.started': counter('http.client.started', rate),
});

const SERIES = [
  ['heap.used_bytes', 0, 'gauge', 'bytes', 38 * MB],
  ['sockets.tcp.established', null, 'gauge', 'count', 4],
  ['sockets.by_peer[10.0.0.7:443].count', null, 'gauge', 'count', 12],
  ['http.client.started', 0, 'counter', 'count', 123456],
  ['loop.utilization', 1, 'gauge', 'ratio', 0.03125],
  ['gc.pause_s', 0, 'counter', 'seconds', null],
].map(([series, thread, kind, unit, last]) => ({ series, thread, kind, unit, last }));

const catalogue = (more) => ({ series: SERIES, total: SERIES.length, truncated: false,
  refused: 0, memory_bytes: 4194304, resolutions: Object.keys(STEPS), ...more });

const error = (message) => [404, { error: { code: 'not-found', message } }];

function history(all, url) {
  const name = decodeURIComponent(url.pathname.slice('/history/'.length));
  const resolution = url.searchParams.get('resolution') || '1m';
  if (url.pathname === '/history') return [200, catalogue()];
  if (!all[name]) return error(`no series '${name}'`);
  if (!STEPS[resolution])
    return [400, { error: { code: 'bad-request', message: 'no such resolution' } }];
  const document = all[name](STEPS[resolution], resolution);
  if (name === 'http.client.started' && resolution === '4h')
    document.points = document.points.slice(-1);
  return [200, document];
}

function agent({ service = 'api', suspects, all = [], rate = 1, old = false }) {
  return (req, res) => {
    const url = new URL(req.url, 'http://x');
    let [status, body] = error(`no such path '${url.pathname}'`);

    if (url.pathname === '/suspects' && !old)
      [status, body] = [200, list(url.searchParams.has('all') ? [...suspects, ...all]
        : suspects)];
    else if (url.pathname === '/state')
      [status, body] = [200, { porthole: { schema: 1 }, service: { name: service },
        ...(old ? { suspects } : {}) }];
    else if (url.pathname.startsWith('/history') && !old)
      [status, body] = history(histories(rate), url);
    res.writeHead(status, TYPE);
    res.end(`${JSON.stringify(body)}\n`);
  };
}

const plain = (body) => (req, res) => {
  res.writeHead(200, TYPE);
  res.end(JSON.stringify(body));
};

const evil = verdict({ series: `${EVIL}_bytes`, class: EVIL, says: EVIL, grade: 'urgent',
  moves_with: [{ series: EVIL }] });

function handlers() {
  return {
    LEAK1: agent({ suspects: [verdict(), heap()], all: [flat('handles.total', 'trend'),
      flat('handles.timers', 'effect')],
    rate: 0.0328 }),
    LEAK2: agent({ suspects: [verdict({ slope_per_hour: 62.6, slope_interval: [58, 67],
      says: 'established TCP sockets grow by 63 an hour for 3 h' })], rate: 0.0164 }),
    LEAK3: agent({ suspects: [] }),
    CALM: agent({ service: 'mailer', suspects: [], all: [flat('handles.total', 'data', {
      verdict: 'unknown', slope_per_hour: null, slope_interval: null, window_s: 0 })] }),
    OLDLEAK: agent({ service: 'old', suspects: [heap({ grade: 'urgent',
      slope_per_hour: 3e8, reaches_limit_in_s: 13000 })], old: true }),
    EVILLEAK: (req, res) => {
      if (req.url.startsWith('/history/'))
        plain({ ...gauge(EVIL, EVIL.slice(0, 8), growing)(60, EVIL), series: EVIL })(req, res);
      else if (req.url.startsWith('/history'))
        plain(catalogue({ series: [{ series: EVIL, thread: 0, unit: EVIL, last: 1e300 },
          7, null] }))(req, res);
      else plain(list([evil, 7, null, {}, verdict({ series: 7, gates: [], slope_per_hour: 'x',
        moves_with: {}, since: 3 })]))(req, res);
    },
    ODDLEAK: plain({ suspects: 7, points: 7, series: 7 }),
  };
}

module.exports = { handlers };
