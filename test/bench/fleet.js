/* SPDX-License-Identifier: MIT */
/*
 * fleet: one round of 100, 1,000 and 10,000 targets: what it costs the command, beside a real
 * Prometheus that scrapes the same targets at the same time, and beside the original kang. The
 * targets are farm.c, which answers with what a real agent said a moment ago.
 */
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, SERVER, runDir, start, startApp, stop, get, sleep, cpuMs } = require('./kit.js');

const SIZES = [100, 1000, 10000];
const KANG_MOST = 1000;      /* it opens all connections at once */
const ROUNDS = 5;
const INTERVAL_S = 5;
const GOAL = { wall_s: 1, cpu_s: 0.5, mb: 256 };
const PORTHOLE = path.join(ROOT, 'build', 'porthole');
const KANG = path.join(ROOT, 'node_modules', 'kang', 'bin', 'kang.js');

function address(i, port)
{
    return `127.1.${Math.floor(i / 250)}.${i % 250 + 1}:${port}`;
}

/** What a real agent says, as files for the farm. */
async function capture()
{
    const app = await startApp({ porthole: true }, { core: SERVER });
    const { porthole: url } = app.ready;
    const query = '?fields=porthole.schema,service,captured,process.cgroup,process.fds,' +
        'process.rss_bytes,process.rss_anon_bytes,process.malloc_bytes,process.cpu_user_s,' +
        'process.cpu_system_s,threads.loop.state,threads.loop.blocked_ms,' +
        'threads.loop.utilization,threads.loop.delay_ms,threads.loop.blocks.count,' +
        'threads.heap.used_bytes,threads.heap.limit_bytes,threads.heap.external_bytes,' +
        'threads.heap.used_after_full_gc_bytes,threads.gc.pause_s,threads.gc.num_full_gc,' +
        'threads.handles.total,threads.listeners.total,threads.listeners.max_exceeded,' +
        'threads.http.server,threads.http.client,sockets.total,sockets.tcp,' +
        'sockets.outside_libuv,suspects';
    const files = [];

    await sleep(3000);
    for (const part of ['state', `state${query}`, 'metrics', 'kang/snapshot']) {
        const file = path.join(runDir, `body${files.length}`);

        fs.writeFileSync(file, await get(new URL(part, `${url}/`).href, { raw: true }));
        files.push(file);
    }
    await stop(app);
    return files;
}

/** Run a command to its end: wall and CPU seconds, peak memory in MB. */
async function measure(argv, input = '')
{
    const out = path.join(runDir, 'time');
    const [command, ...args] = ['/usr/bin/time', '-o', out, '-f', '%e %U %S %M', ...argv];
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] });

    child.stdin.end(input);
    await new Promise((resolve) => child.on('exit', resolve));
    const line = fs.readFileSync(out, 'utf8').trim().split('\n').at(-1);
    const [wall, user, system, kb] = line.split(' ').map(Number);

    return { wall_s: wall, cpu_s: user + system, mb: kb / 1024 };
}

/** One round: the slope between one round and several, so that starting is not counted. */
async function measurePorthole(list)
{
    const once = await measure([PORTHOLE, 'top', '--once', '--timeout', '10s', `@${list}`]);
    const many = await measure([PORTHOLE, 'top', '--count', String(ROUNDS + 1), '--timeout',
        '10s', '--interval', `${INTERVAL_S}s`, `@${list}`]);

    return { wall_s: once.wall_s, first_cpu_s: once.cpu_s, mb: many.mb,
        cpu_s: (many.cpu_s - once.cpu_s) / ROUNDS };
}

async function startPrometheus(size, port)
{
    const dir = path.join(runDir, 'prometheus');
    const targets = Array.from({ length: size }, (_, i) => address(i, port));
    const config = path.join(dir, 'prometheus.yml');

    fs.rmSync(dir, { recursive: true, force: true });
    fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(path.join(dir, 'targets.json'), JSON.stringify([{ targets, labels: {} }]));
    fs.writeFileSync(config, `global: { scrape_interval: ${INTERVAL_S}s, ` +
        `scrape_timeout: ${INTERVAL_S}s }\nscrape_configs:\n- job_name: fleet\n` +
        `  file_sd_configs: [{ files: ['${path.join(dir, 'targets.json')}'] }]\n`);
    return spawn('setpriv', ['--pdeathsig', 'KILL', 'prometheus', `--config.file=${config}`,
        `--storage.tsdb.path=${path.join(dir, 'data')}`, '--web.listen-address=127.0.0.1:0',
        '--log.level=error'], { stdio: 'ignore' });
}

async function measurePrometheus(size, port)
{
    const child = await startPrometheus(size, port);

    try {
        await sleep(3 * INTERVAL_S * 1000);
        const before = cpuMs(child.pid);

        await sleep(ROUNDS * INTERVAL_S * 1000);
        const status = fs.readFileSync(`/proc/${child.pid}/status`, 'utf8');

        return { cpu_s: (cpuMs(child.pid) - before) / 1000 / ROUNDS,
            mb: Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024 };
    } finally {
        await stop(child);
    }
}

/* Its command line eats the first and the last letter: hence the parentheses. */
async function measureKang(size, port)
{
    const list = Array.from({ length: size }, (_, i) => address(i, port)).join(',');

    return measure([process.execPath, '--no-deprecation', KANG, '-h', list], '(print 1)\n');
}

function show({ wall_s, cpu_s, mb })
{
    const wall = wall_s === undefined ? '' : `${wall_s.toFixed(2)} s, `;

    return `${wall}${cpu_s.toFixed(3)} CPU-s, ${mb.toFixed(0)} MB`;
}

function rowsOf(size, { porthole, prometheus, kang })
{
    const name = size.toLocaleString('en');
    const goal = size === 10000 ? { goal: '1 s, 0.5 CPU-s, 256 MB',
        met: Object.keys(GOAL).every((key) => porthole[key] <= GOAL[key]) } : {};
    const rows = [{ figure: `round of ${name} targets, beside Prometheus`,
        porthole: show(porthole), peer: show(prometheus),
        ratio: `${(prometheus.cpu_s / porthole.cpu_s).toFixed(1)}× CPU, ` +
            `${(prometheus.mb / porthole.mb).toFixed(1)}× memory`, ...goal }];

    if (kang !== undefined) {
        rows.push({ figure: `round of ${name} targets, beside kang`, porthole: show(porthole),
            peer: show(kang), ratio: `${(kang.wall_s / porthole.wall_s).toFixed(1)}× wall` });
    }
    return rows;
}

async function run()
{
    const farm = await start([path.join(ROOT, 'build', 'bench', 'farm'), '0',
        ...await capture(), '50'], { core: SERVER });
    const { port } = farm.ready;
    const sizes = (process.env.BENCH_FLEET ?? SIZES.join()).split(',').map(Number);
    const figures = {};
    const rows = [];

    for (const size of sizes) {
        const list = path.join(runDir, `targets${size}`);
        const lines = Array.from({ length: size }, (_, i) => address(i, port));

        fs.writeFileSync(list, `${lines.join('\n')}\n`);
        figures[size] = { porthole: await measurePorthole(list),
            prometheus: await measurePrometheus(size, port),
            kang: size <= KANG_MOST ? await measureKang(size, port) : undefined };
        rows.push(...rowsOf(size, figures[size]));
    }
    await stop(farm);
    return { rows, figures };
}

module.exports = { run };
