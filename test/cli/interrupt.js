// SPDX-License-Identifier: MIT
//
// interrupt.js ARG...: run `porthole ARG...`, send it SIGINT once it is connected and has
// its file, and say how it ended.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');

const child = spawn('porthole', process.argv.slice(2),
  { stdio: ['ignore', 'inherit', 'ignore'] });
const connected = () => fs.readdirSync(`/proc/${child.pid}/fd`).some((fd) => {
  try {
    return fs.readlinkSync(`/proc/${child.pid}/fd/${fd}`).startsWith('socket:');
  } catch {
    return false; // closed in the meantime
  }
});
const ready = process.argv[2] === 'snapshot'
  ? () => fs.existsSync('x.heapsnapshot.partial')
    && fs.statSync('x.heapsnapshot.partial').size > 0
  : connected;
const timer = setInterval(() => {
  if (!ready()) return;
  clearInterval(timer);
  child.kill('SIGINT');
}, 10);

child.on('exit', (code, signal) => {
  clearInterval(timer);
  console.log(signal ?? code);
});
