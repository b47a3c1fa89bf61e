// SPDX-License-Identifier: MIT
//
// layers.mjs [ROOT]: hold every #include to test/layers.txt and every third-party header to
// test/fences.txt. A module is a .c or .cc and the .h of the same name.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = process.argv[2] ?? '.';
const folders = ['include', 'agent', 'addon', 'cli'];
const problems = [];

const read = (path) => readFileSync(join(root, path), 'utf8');
const stem = (path) => path.replace(/\.(c|cc|h)$/, '');

// Lines `name: word word`; a further line that is indented continues; # starts a comment.
function table(path) {
  const text = read(path).replace(/#.*/g, '').replace(/\n[ \t]+/g, ' ');
  const rows = text.split('\n').filter((line) => line.trim() !== '');
  return new Map(rows.map((row) => {
    const [name, words] = row.split(':');
    return [name.trim(), words.trim().split(/\s+/).filter(Boolean)];
  }));
}

function sources() {
  const all = folders.filter((dir) => existsSync(join(root, dir))).flatMap(
    (dir) => readdirSync(join(root, dir)).map((file) => `${dir}/${file}`));
  return all.filter((path) => /\.(c|cc|h)$/.test(path));
}

function includesOf(path) {
  return [...read(path).matchAll(/^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]/gm)]
    .map(([, quote, name]) => ({ ours: quote === '"', name }));
}

// Where a quoted include is found: beside the file, in include/, or from the root.
function resolve(path, name) {
  return [join(dirname(path), name), join('include', name), normalize(name)]
    .find((candidate) => existsSync(join(root, candidate)));
}

function checkLayers(files) {
  const layers = table('test/layers.txt');
  const order = [...layers.keys()];
  const modules = new Set(files.map(stem));
  const used = new Set();

  for (const name of modules) {
    if (!layers.has(name)) problems.push(`test/layers.txt: module '${name}' is not listed`);
  }
  for (const path of files) {
    for (const { ours, name } of includesOf(path)) {
      const target = ours ? resolve(path, name) : undefined;
      if (ours && !target) problems.push(`${path}: cannot find '${name}'`);
      if (!target || stem(target) === stem(path)) continue;
      used.add(`${stem(path)} ${stem(target)}`);
      if (!layers.get(stem(path))?.includes(stem(target))) {
        problems.push(`${path}: may not include '${name}'; see test/layers.txt`);
      }
    }
  }
  for (const [i, name] of order.entries()) {
    if (!modules.has(name)) problems.push(`test/layers.txt: no such module '${name}'`);
    for (const below of layers.get(name)) {
      if (order.indexOf(below) < 0 || order.indexOf(below) >= i) {
        problems.push(`test/layers.txt: '${name}' names '${below}', which is not above it`);
      } else if (!used.has(`${name} ${below}`)) {
        problems.push(`test/layers.txt: '${name}' does not include '${below}'`);
      }
    }
  }
}

function checkFences(files) {
  const fences = [...table('test/fences.txt')].map(([header, allowed]) => {
    const glob = header.replaceAll('.', '\\.').replaceAll('*', '.*');
    return { pattern: new RegExp(`^${glob}$`), allowed };
  });

  for (const path of files) {
    for (const { name } of includesOf(path)) {
      const fence = fences.find(({ pattern }) => pattern.test(name));
      if (fence && !fence.allowed.includes(path)) {
        problems.push(`${path}: may not include '${name}'; see test/fences.txt`);
      }
    }
  }
}

const files = sources();
checkLayers(files);
checkFences(files);
for (const line of problems) console.error(line);
process.exitCode = problems.length === 0 ? 0 : 1;
