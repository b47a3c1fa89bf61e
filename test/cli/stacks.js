// SPDX-License-Identifier: MIT
//
// stacks.js: targets that answer /stack and /blocks, for serve.js.
'use strict';

const JSON_TYPE = { 'Content-Type': 'application/json', 'X-Porthole': '0.1.0' };
const AT = '2026-11-20T23:06:57.906Z';

const js = (name, file, line, column, more = {}) =>
  ({ function: name, file, line, column, kind: 'js', ...more });

const SPIN = [
  js('spin', '/app/x.js', 3, 5),
  js('Shop', '/app/shop.js', 40, 11, { constructor: true }),
  js('', '/app/shop.js', 12, 3),
  js('outer', '', 0, 0, { kind: 'eval' }),
  js('wasm-function[7]', 'wasm://wasm/9c2', 1, 312, { kind: 'wasm' }),
  js('processTicksAndRejections', 'node:internal/process/task_queues', 95, 5,
    { kind: 'runtime' }),
];

const BLOCKED = { state: 'blocked', blocked_ms: 5123.2, in_syscall: null };
const IDLE = { state: 'idle', blocked_ms: 0, in_syscall: null };

const thread = (id, more) => ({
  id, name: id === 0 ? 'main' : `worker ${id}`, status: 'ok', loop: IDLE, waited_ms: 0.2,
  late_ms: 0.2, after: null, async_id: null, trigger_async_id: null, frames: [],
  frames_truncated: false, cost: { loop_ms: 0.1 }, ...more,
});

const THREADS = [
  thread(0, { loop: BLOCKED, async_id: 5, trigger_async_id: 1, frames: SPIN }),
  thread(1),
  thread(2, {
    status: 'unreachable', frames: null,
    loop: { state: 'blocked', blocked_ms: 640, in_syscall: 'wait4' },
    reason: 'inside a system call (wait4, waiting in do_wait)',
  }),
  thread(3, {
    loop: BLOCKED, late_ms: 180.4, after: 'native call', frames_truncated: true,
    frames: [...Array(40).fill(js('dive', '/app/deep.js', 2, 9)), SPIN[0]],
  }),
];

const block = (more) => ({
  at: AT, duration_ms: 512.3, ongoing: false, status: 'ok', late_ms: 0.2, after: null,
  in_syscall: null, reason: null, frames: SPIN.slice(0, 1), frames_truncated: false, ...more,
});

const BLOCKS = [{
  id: 0, name: 'main', count: 7,
  blocks: [
    block({ ongoing: true }),
    block({ late_ms: 20, after: 'native call' }),
    block({ status: 'unreachable', frames: null, in_syscall: 'wait4',
      reason: 'inside a system call (wait4, waiting in do_wait)' }),
    block({ status: 'ended', frames: null,
      reason: 'the block ended before its stack could be taken' }),
    block({ status: 'porthole', frames: [], reason: 'porthole read the heap' }),
  ],
}, { id: 1, name: 'worker 1', count: 0, blocks: [] }];

const EVIL = '\u001b[2J\u001b]0;owned\u0007\u202eevil\u200b\r\n\u0000';
const HOSTILE = [
  thread(0, {
    name: EVIL, late_ms: 5000, after: EVIL, loop: { state: EVIL, in_syscall: EVIL },
    frames: [js(EVIL, EVIL, 1, 1), js('x'.repeat(5000), `/${'y'.repeat(5000)}`, 1, 1)],
  }),
  thread(1, { status: EVIL, frames: null, reason: EVIL }),
];
const WEIRD = [
  7, null, [], 'thread', {}, { id: -1, name: 5, frames: {} }, { id: 1e300, frames: [[]] },
  thread(1, {
    loop: [], late_ms: '5', after: 9, async_id: -4, frames_truncated: 'yes',
    frames: [null, 3, {}, { function: {}, file: 7, line: -1, column: 1e99, kind: [] },
      { function: 'f', file: '/x.js', line: 0.5, column: 1, constructor: 1 }],
  }),
];

const answer = (res, body, status = 200) => {
  res.writeHead(status, JSON_TYPE);
  res.end(`${JSON.stringify(body)}\n`);
};
const missing = (res, code, message) => answer(res, { error: { code, message } }, 404);

function serve(threads, blocks) {
  return (req, res) => {
    const url = new URL(req.url, 'http://x');
    const all = { '/stack': threads, '/blocks': blocks }[url.pathname];
    const id = url.searchParams.get('thread');

    if (all === undefined) return missing(res, 'not-found', 'nothing here');
    const some = id === null ? all : all.filter((one) => one.id === Number(id));
    if (id !== null && some.length === 0)
      return missing(res, 'no-such-thread', `no thread ${id}`);
    return answer(res, { captured: { at: AT }, threads: some });
  };
}

// A stack in the scripts of a folder: /FOLDER is what the target's own path says.
function mapped(req, res) {
  const place = (name, line, column, file = 'app.js') =>
    js(name, `${decodeURIComponent(req.url)}/${file}`, line, column);
  const frames = [place('a', 1, 16), place('b', 1, 30), place('', 2, 1),
    place('plain', 4, 2, 'plain.js'), place('gone', 1, 1, 'gone.js'),
    place('broken', 1, 1, 'broken.js')];

  answer(res, { captured: { at: AT }, threads: [thread(0, { frames })] });
}

// Answers only what it was asked to wait for: shows that the command leaves it less.
function echo(req, res) {
  const name = `asked for ${req.url.replace(/^\//, '')}`;
  answer(res, { captured: { at: AT }, threads: [thread(0, { name })] });
}

module.exports = {
  handlers: () => ({
    STACK: serve(THREADS, BLOCKS),
    STACK_HOSTILE: serve(HOSTILE, [{ ...HOSTILE[0], count: 1, blocks: [
      block({ at: EVIL, reason: EVIL, status: EVIL, frames: null, in_syscall: EVIL })] }]),
    STACK_WEIRD: serve(WEIRD, [...WEIRD, { id: 0, count: -5, blocks: [1, {}, []] }]),
    STACK_NONE: serve([], []),
    MAPPED: mapped,
    ECHO: echo,
  }),
};
