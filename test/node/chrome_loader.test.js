/* SPDX-License-Identifier: MIT */
/*
 * Our files in Chrome's own hands. The developer tools that are built into Chromium load a
 * .cpuprofile as their Performance panel does, and their trace engine says how much time each
 * function has; .heapprofile and .heapsnapshot go through what their Memory panel reads with.
 */
'use strict';

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { promisify } = require('node:util');

const { Browser, skip } = require('./browser.js');
const { REGISTER, serve } = require('./helper.js');
const { profile } = require('../cli/captures.js');

const PORTHOLE = path.join(__dirname, '..', '..', 'build', 'porthole');
const DEVTOOLS = 'devtools://devtools/bundled/js_app.html';

/* Runs in the developer tools. */
async function load(text)
{
    const { TimelineLoader: { TimelineLoader } } =
        await import('./panels/timeline/timeline.js');
    const { TraceModel } = await import('./models/trace/trace.js');
    const [events, , metadata] = await new Promise((resolve) => {
        const client = {
            loadingStarted() {}, loadingProgress() {}, processingStarted() {},
            loadingComplete: (...all) => resolve(all),
        };

        TimelineLoader.loadFromParsedJsonFile(JSON.parse(text), client);
    });
    const model = TraceModel.Model.createWithAllHandlers();

    if (events.length === 0)
        return null; /* refused */
    await model.parse(events, { metadata });
    const [[, threads]] = model.parsedTrace(0).data.Samples.profilesInProcess;
    const [[, { parsedProfile }]] = threads;
    const self = {};
    for (const node of parsedProfile.nodes())
        self[node.functionName] = (self[node.functionName] ?? 0) + node.self;
    return { origin: metadata.dataOrigin, total: parsedProfile.root.total, self };
}

/* The same for memory: bytes by function. */
async function loadHeap(text)
{
    const { HeapProfileView } = await import('./panels/profiler/profiler.js');
    const { root } = new HeapProfileView.SamplingHeapProfileModel(JSON.parse(text));
    const nodes = [root];
    const self = {};

    for (const node of nodes) {
        self[node.functionName] = (self[node.functionName] ?? 0) + node.self;
        nodes.push(...node.children);
    }
    return { total: root.total, self };
}

/* A snapshot as far as parsing goes: true, or why not. */
async function loadSnapshot(text)
{
    const { HeapSnapshotLoader: { HeapSnapshotLoader } } =
        await import('./entrypoints/heap_snapshot_worker/heap_snapshot_worker.js');
    const loader = new HeapSnapshotLoader({ sendEvent() {} });

    for (let i = 0; i < text.length; i += 65536)
        loader.write(text.slice(i, i + 65536));
    loader.close();
    return loader.parsingComplete.then(() => true, (error) => error.message);
}

describe('Chrome\'s own loader', { skip }, () => {
    let browser;
    let tools;
    let folder;
    let file;

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-loader-'));
        file = path.join(folder, 'x.cpuprofile');
        browser = new Browser();
        tools = await browser.open(DEVTOOLS);
    });
    after(async () => {
        await browser.close();
        fs.rmSync(folder, { recursive: true });
    });

    const loaded = (text, loader = load) => tools.evaluate(
        `(${loader})(${JSON.stringify(text)})`);

    const take = (target, ...options) => promisify(execFile)(PORTHOLE,
        ['profile', target, '--force', '-o', file, ...options]);

    test('refuses_what_is_no_profile', async () => {
        assert.strictEqual(await loaded('{"porthole":{}}'), null);
    });

    test('reads_the_file_of_porthole_profile_and_the_same_times_in_it', async () => {
        const agent = http.createServer((request, response) => {
            response.writeHead(200, { 'X-Porthole': '0.1.0' });
            response.end(JSON.stringify(profile()));
        });
        await new Promise((resolve) => agent.listen(0, '127.0.0.1', resolve));

        const { stdout } = await take(`127.0.0.1:${agent.address().port}`);
        agent.close();
        const { origin, total, self } = await loaded(fs.readFileSync(file, 'utf8'));

        assert.match(stdout, /\n {2}60\.0% {2}spin /);
        assert.strictEqual(origin, 'CPUProfile');
        assert.strictEqual(total, 1000);
        assert.strictEqual(self.spin, 600);
        assert.strictEqual(self.parse, 200);
    });

    test('finds_the_hot_function_of_a_spinning_process_at_90_percent_or_more', async () => {
        const { child, url } = await serve(`
            const { url } = require('${REGISTER}/..').start();
            function spin() { for (;;); }
            console.log(url);
            setImmediate(spin);`);

        await take(url, '--seconds', '2');
        child.kill('SIGKILL');
        const { total, self } = await loaded(fs.readFileSync(file, 'utf8'));

        assert.ok(self.spin >= 0.9 * total, `${self.spin} of ${total} ms`);
    });

    test('finds_who_allocates_in_a_live_process', async () => {
        const { child, url } = await serve(`
            const { url } = require('${REGISTER}/..').start();
            const kept = [];
            function hoard() { kept.push(new Array(20000).fill(kept.length)); }
            console.log(url);
            setInterval(hoard, 5);`);

        await take(url, '--heap', '--seconds', '2');
        child.kill('SIGKILL');
        const { total, self } = await loaded(fs.readFileSync(file, 'utf8'), loadHeap);

        assert.ok(self.hoard >= 0.5 * total, `${self.hoard} of ${total} bytes`);
    });

    test('parses_the_snapshot_of_a_spinning_process_and_not_half_of_it', async () => {
        const name = path.join(folder, 'x.heapsnapshot');
        const { child, url } = await serve(`
            const { socket } = require('${REGISTER}/..').start();
            console.log('unix:' + socket);
            setImmediate(() => { for (;;); });`);

        await promisify(execFile)(PORTHOLE, ['snapshot', url, '-o', name]);
        child.kill('SIGKILL');
        const text = fs.readFileSync(name, 'utf8');

        assert.strictEqual(await loaded(text, loadSnapshot), true);
        const half = text.slice(0, text.length / 2);
        assert.match(await loaded(half, loadSnapshot), /nexpected end/);
    });
});
