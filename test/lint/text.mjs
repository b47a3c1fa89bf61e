// SPDX-License-Identifier: MIT
//
// text.mjs FILE...: what can be seen line by line. Licence line first, no tab, no trailing
// space, no line above 96 columns, a newline at the end, 'use strict' in CommonJS, and no
// call that test/banned.txt bans in the file's folder.
import { readFileSync } from 'node:fs';

const MAX_COLUMNS = 96;
const wrong = [];

const banned = readFileSync('test/banned.txt', 'utf8').split('\n')
  .filter((line) => /^[^#\s]/.test(line))
  .map((line) => {
    const [folders, names, reason] = line.split(/\s{2,}/);
    const any = names.replaceAll(' ', '|').replaceAll('*', '\\w*');
    const call = new RegExp(`(?<![\\w.>])(${any})\\s*\\(`);
    return { folders: folders.split(','), call, reason };
  });

// Comments and the insides of strings become blanks; line numbers stay.
function codeOf(text) {
  const tokens = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return text.replace(tokens, (token) => token.replace(/[^\n]/g, ' '));
}

function checkLine(file, line, number) {
  const at = `${file}:${number}`;
  if (/\t/.test(line) && !/(Makefile|\.mk)$/.test(file)) wrong.push(`${at}: tab`);
  if (/\s$/.test(line)) wrong.push(`${at}: trailing space`);
  if ([...line].length > MAX_COLUMNS) wrong.push(`${at}: more than ${MAX_COLUMNS} columns`);
}

function checkCalls(file, text) {
  const rules = banned.filter((rule) => rule.folders.some((dir) => file.startsWith(`${dir}/`)));
  for (const [i, line] of codeOf(text).split('\n').entries()) {
    for (const { call, reason } of rules) {
      const hit = line.match(call);
      if (hit) wrong.push(`${file}:${i + 1}: '${hit[1]}' is banned: ${reason}`);
    }
  }
}

function check(file) {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  const first = lines[0].startsWith('#!') ? lines[1] : lines[0];

  if (!/^(\/\*|\/\/|#|;) SPDX-License-Identifier: MIT( \*\/)?$/.test(first ?? '')) {
    wrong.push(`${file}:1: no 'SPDX-License-Identifier: MIT' line`);
  }
  if (!/[^\n]\n$/.test(text)) wrong.push(`${file}: does not end in one newline`);
  lines.forEach((line, i) => checkLine(file, line, i + 1));
  if (/\.c?js$/.test(file) && !/^'use strict';$/m.test(text)) {
    wrong.push(`${file}: no 'use strict'`);
  }
  if (/\.(c|h|cc)$/.test(file)) checkCalls(file, text);
}

process.argv.slice(2).forEach(check);
for (const line of wrong) console.error(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
