/* SPDX-License-Identifier: MIT */
/*
 * kang's own clients, as they are on npm, and servers for them to read.
 *
 * The 1.3.0 command takes the first and the last letter off each line, meant for the
 * parentheses that Node 0.10 put around it; so they are typed here. Clients run on any Node,
 * the original's server up to 23.
 */
'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { ROOT, launch, line } = require('./helper.js');

const KANG_130 = path.join(ROOT, 'node_modules/kang/bin/kang.js');
const KANG_003 = path.join(ROOT, 'node_modules/kang-0.0.3/cmd/kang.js');
const ORIGINAL_STARTS = Number(process.versions.node.split('.')[0]) <= 23;
const PATIENCE_MS = 20000;

async function command(args, { input = '', env = {} } = {})
{
    const child = spawn(process.execPath, ['--no-deprecation', '--no-warnings', ...args],
        { cwd: ROOT, env: { ...process.env, NODE_OPTIONS: '', ...env } });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const result = { stdout: '', stderr: '' };

    for (const stream of ['stdout', 'stderr'])
        child[stream].setEncoding('utf8').on('data', (text) => result[stream] += text);
    child.stdin.end(input);
    [result.code] = await once(child, 'close');
    clearTimeout(timer);
    return result;
}

/** One line typed into kang 1.3.0; what it prints, as lines. */
async function kang130(typed, hosts, env)
{
    const { stdout, stderr } = await command(
        [KANG_130, ...hosts === null ? [] : ['-h', hosts]], { input: `(${typed})\n`, env });

    return `${stderr}${stdout}`.split('\n').map((text) => text.replace(/^(> ?)*/, ''))
        .filter((text) => text !== '');
}

/** kang 0.0.3 with these arguments: { stdout, code }. A library of its own prints first, over
 *  many lines, that there is no DTrace. */
async function kang003(...args)
{
    const { stdout, code } = await command([KANG_003, ...args]);
    const complaint = /^Error: Cannot find module '.\/DTrace[^]*?\n}\n/;

    return { stdout: stdout.replace(complaint, ''), code };
}

/** An application that uses a kang module: { child, address }. */
async function serveKang(module, options = {})
{
    const child = launch(['--no-deprecation', '-e', `
        const fix = require('./test/apps/kangfix.js');
        require(${JSON.stringify(module)}).knStartServer({
            ...fix.kangOptions(fix.makeObjects(300)), port: 0, host: '127.0.0.1' },
        (error, server) => {
            if (error) throw error;
            console.log(server.address().address + ':' + server.address().port);
        });`], options);

    return { child, address: await line(child) };
}

module.exports = { ORIGINAL_STARTS, kang130, kang003, serveKang };
