// SPDX-License-Identifier: MIT
//
// limits.mjs FILE...: no function above 60 lines or 5 parameters, no file above 500 lines
// (Makefile 200). Exceptions are lines `FILE FUNCTION|- REASON` in test/lint/exceptions.txt;
// one that excuses nothing is an error, too.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const MAX = { function: 60, file: 500, makefile: 200, parameters: 5 };
const EXCEPTIONS = 'test/lint/exceptions.txt';
const files = process.argv.slice(2);
const found = [];

function functions() {
  const code = files.filter((file) => /\.(c|cc|h|js|mjs|py)$/.test(file));
  if (code.length === 0) return [];
  const lines = execFileSync('ctags', ['--output-format=json', '--fields=+neS', '--sort=no',
    '--kinds-C=f', '--kinds-C++=f', '--kinds-JavaScript=fm', '--kinds-Python=fm',
    '-f', '-', ...code], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return lines.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

// Commas outside of brackets, so that a callback's own parameters do not count.
function parametersOf(signature = '()') {
  const inner = signature.slice(1, -1).trim();
  if (inner === '' || inner === 'void') return 0;
  let depth = 0;
  let n = 1;
  for (const c of inner) {
    if ('([{<'.includes(c)) depth++;
    else if (')]}>'.includes(c)) depth--;
    else if (c === ',' && depth === 0) n++;
  }
  return n;
}

for (const tag of functions()) {
  const lines = (tag.end ?? tag.line) - tag.line + 1;
  const parameters = parametersOf(tag.signature);
  const at = { file: tag.path, name: tag.name, line: tag.line };
  if (lines > MAX.function) {
    found.push({ ...at, says: `${lines} lines, limit ${MAX.function}` });
  }
  if (parameters > MAX.parameters) {
    found.push({ ...at, says: `${parameters} parameters, limit ${MAX.parameters}` });
  }
}
for (const file of files) {
  const lines = readFileSync(file, 'utf8').split('\n').length - 1;
  const limit = file.endsWith('Makefile') ? MAX.makefile : MAX.file;
  if (lines > limit) {
    found.push({ file, name: '-', line: 1, says: `${lines} lines, limit ${limit}` });
  }
}

const listed = existsSync(EXCEPTIONS) ? readFileSync(EXCEPTIONS, 'utf8') : '';
const exceptions = listed.split('\n').filter((line) => /^[^#\s]/.test(line))
  .map((line) => (
    line.match(/^(?<file>\S+)\s+(?<name>\S+)\s+(?<reason>.+)$/)?.groups ?? { line }));
const excuses = (e, f) => e.file === f.file && e.name === f.name;
const wrong = found.filter((f) => !exceptions.some((e) => excuses(e, f)))
  .map((f) => `${f.file}:${f.line}: '${f.name}' has ${f.says}`);

for (const e of exceptions) {
  if (!e.reason) wrong.push(`${EXCEPTIONS}: no reason in '${e.line}'`);
  else if (files.includes(e.file) && !found.some((f) => excuses(e, f))) {
    wrong.push(`${EXCEPTIONS}: '${e.file} ${e.name}' needs no exception`);
  }
}
for (const line of wrong) console.error(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
