/* SPDX-License-Identifier: MIT */
/*
 * A real Prometheus finds processes, scrapes them and judges them by our rules; a real
 * Alertmanager tells of it, once; a VictoriaMetrics shows the same screen.
 */
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const fs = require('node:fs');
const { execFileSync } = require('node:child_process');
const { launch, line, runDir } = require('../node/helper.js');
const { COMMAND, answer, areThere, file, folder, freePort, porthole, query, start, sweep,
    until } = require('./kit.js');

const skip = areThere('prometheus', 'promtool', 'prometheus-alertmanager', 'victoria-metrics')
    ? false : 'needs the packages prometheus, prometheus-alertmanager and victoria-metrics';

/* A process that adds listeners until a line comes on stdin, then drops them all. */
const APP = `const p = require('./addon'), { EventEmitter } = require('events');
    const bus = new EventEmitter().setMaxListeners(0); let leaks = process.env.LEAKS === '1';
    setInterval(() => { for (let i = 0; leaks && i < 5; i++) bus.on('x', () => i); }, 100);
    process.stdin.once('data', () => { leaks = false; bus.removeAllListeners(); });
    require('http').createServer(() => {}).listen(0, '127.0.0.1');
    new (require('worker_threads').Worker)("require('./addon').start();" +
        "setInterval(() => 0, 1000)", { eval: true });
    setInterval(() => gc(), 1000);
    p.counter('jobs', 'Jobs.').inc();
    console.log(p.start({ service: process.env.SERVICE, version: '1.0' }).url);`;

/* No growth: it needs more time than a test has; promtool's own clock has it, below. */
const RULES = `listeners-many:
  when: listeners.total > 400
  where: service=*
  for: 1s
  severity: critical
many-sockets:
  when: sockets.total > 90%
gone:
  when: absent
  where: service=ghost
  misses: 1
`;

const webhooks = [];
const urls = {};
let leaky;
const apps = [];

const host = (url) => url.replace('http://', '');

/* Each in a run directory of its own: what is found by it is that process alone. */
function ownDir(service)
{
    fs.mkdirSync(`${runDir}/${service}`, { recursive: true, mode: 0o700 });
    return `${runDir}/${service}`;
}

async function app(service, leaks)
{
    const child = launch(['--expose-gc', '-e', APP],
        { env: { SERVICE: service, LEAKS: leaks,
            PORTHOLE_RUN_DIR: ownDir(service) }, livesMs: 110000 });

    apps.push(child);
    child.url = await line(child);
    return child;
}

/* The leaking process is found by its recorder file, and served with what it says of itself. */
async function discovery()
{
    const port = await freePort();

    start(COMMAND, ['targets', '--serve', `127.0.0.1:${port}`],
        { PORTHOLE_RUN_DIR: ownDir('leaky') });
    await until('targets are served',
        async () => (await fetch(`http://127.0.0.1:${port}/`)).json(),
        (list) => list.length === 1);
    return `http://127.0.0.1:${port}/`;
}

/* The quiet one, and one that is not there, as a file for file_sd that the command keeps. */
async function listing()
{
    const from = file('list.json', JSON.stringify([
        { targets: [host(urls.quiet)], labels: { service: 'quiet' } },
        { targets: [urls.ghost], labels: { service: 'ghost' } }]));
    const { status, stderr } =
        await porthole(['targets', '--once', '--file', `${folder}/targets.json`, `@${from}`]);

    assert.strictEqual(status, 0, stderr);
    return `${folder}/targets.json`;
}

function scrapes(sd, others)
{
    return `scrape_configs:
  - job_name: http
    scrape_interval: 500ms
    http_sd_configs: [{ url: "${sd}"${others} }]
  - job_name: files
    scrape_interval: 500ms
    file_sd_configs: [{ files: ["${urls.files}"] }]
`;
}

async function startAlertmanager()
{
    const port = await freePort();
    const hook = await answer(null, (request, response) => {
        let text = '';

        request.on('data', (part) => text += part).on('end', () => {
            webhooks.push(...JSON.parse(text).alerts);
            response.end();
        });
    });

    start('prometheus-alertmanager', [`--config.file=${file('alertmanager.yml', `
route: { receiver: test, group_by: [alertname, instance], group_wait: 0s, group_interval: 1s,
    repeat_interval: 1h }
receivers: [{ name: test, webhook_configs: [{ url: "${hook.url}", send_resolved: true }] }]
`)}`, '--storage.path=alertmanager', '--cluster.listen-address=',
        `--web.listen-address=127.0.0.1:${port}`]);
    return `127.0.0.1:${port}`;
}

async function startPrometheus(sd, rules, alertmanager)
{
    const port = await freePort();
    const config = file('prometheus.yml', `global: { evaluation_interval: 500ms }
rule_files: ["${rules}"]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["${alertmanager}"] }] }] }
${scrapes(sd, ', refresh_interval: 1s')}`);

    execFileSync('promtool', ['check', 'config', config]);
    const program = start('prometheus', [`--config.file=${config}`,
        '--storage.tsdb.path=prometheus', `--web.listen-address=127.0.0.1:${port}`]);
    urls.prometheus = `http://127.0.0.1:${port}`;
    await until('Prometheus scrapes both', () => query(urls.prometheus, 'up == 1'),
        (reply) => reply.data.result.length === 2 || program.exitCode !== null);
    assert.strictEqual(program.exitCode, null, program.text);
}

async function startVictoria(sd)
{
    const port = await freePort();

    start('victoria-metrics', [`-promscrape.config=${file('victoria.yml', scrapes(sd, ''))}`,
        '-storageDataPath=victoria', `-httpListenAddr=127.0.0.1:${port}`,
        '-search.latencyOffset=0s', '-promscrape.httpSDCheckInterval=1s']);
    urls.victoria = `http://127.0.0.1:${port}`;
}

/* The rule file of Prometheus; '' while the command cannot make one. */
async function rulesOf(name, text)
{
    const made = await porthole(['rules', '--prometheus', file(`${name}.rules`, text)]);

    if (/not built yet/.test(made.stderr))
        return '';
    assert.strictEqual(made.status, 0, made.stderr);
    return file(`${name}.yml`, made.stdout);
}

before(async () => {
    if (skip)
        return;
    [leaky, { url: urls.quiet }] = await Promise.all([app('leaky', 1), app('quiet', 0)]);
    urls.ghost = `127.0.0.1:${await freePort()}`;
    const sd = await discovery();

    urls.files = await listing();

    urls.rules = await rulesOf('e2e', RULES);
    await Promise.all([
        startPrometheus(sd, urls.rules || file('none.yml', 'groups: []'),
            await startAlertmanager()),
        startVictoria(sd),
    ]);
}, { timeout: 60000 });

after(() => {
    apps.forEach((child) => child.kill('SIGKILL'));
    sweep();
});

test('prometheus_finds_processes_by_http_and_by_file', { skip }, async () => {
    const { data } = await query(urls.prometheus, 'up == 1');

    assert.deepStrictEqual(data.result.map(({ metric }) => [metric.job, metric.service]).sort(),
        [['files', 'quiet'], ['http', 'leaky']]);
});

for (const server of ['prometheus', 'victoria'])
    test(`${server}_serves_the_screen`, { skip }, async () => {
        const top = () => porthole(['top', '--once', '--json', '--from',
            `prometheus=${urls[server]}`]);
        const { stdout, status } = await until('rows are there', top, (result) => {
            const { totals, targets } = JSON.parse(result.stdout || '{}');
            return totals?.up === 2 && totals.down === 1 &&
                targets.every(({ up, listeners }) => !up || listeners > 0);
        });
        const rows = JSON.parse(stdout).targets.filter(({ up }) => up);

        assert.strictEqual(status, 3);
        assert.deepStrictEqual(rows.map(({ target }) => target).sort(),
            [host(leaky.url), host(urls.quiet)].sort());
        assert.deepStrictEqual(rows.map(({ service }) => service).sort(), ['leaky', 'quiet']);
        for (const row of rows)
            for (const figure of ['uptime_s', 'heap_used_bytes', 'rss_bytes', 'sockets',
                'fds_limit', 'gc_pause_s', 'handles', 'started', 'host', 'round_trip_ms'])
                assert.ok(row[figure] !== null, `${figure} ${JSON.stringify(row)}`);
    });

test('every_query_of_the_dashboard_is_understood', { skip }, async () => {
    const { panels } = JSON.parse((await porthole(['dashboard'])).stdout);
    const exprs = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

    assert.ok(exprs.length > 20);
    for (const expr of exprs) {
        const filled = expr.replaceAll('$__rate_interval', '2m').replaceAll(/\$\w+/g, '.*');
        const sparse = expr.includes('porthole_suspect_slope_per_hour');
        /* a rate is there from the second scrape on */
        const reply = await until(expr, () => query(urls.prometheus, filled),
            ({ status, data }) => status === 'error' || sparse || data.result.length > 0);

        assert.strictEqual(reply.status, 'success', `${expr}: ${reply.error}`);
    }
});

test('no_two_panels_of_the_dashboard_overlap', async () => {
    const { panels } = JSON.parse((await porthole(['dashboard'])).stdout);
    const taken = new Set();

    for (const { title, gridPos: { x, y, w, h } } of panels) {
        assert.ok(x + w <= 24, title);
        for (let at = 0; at < w * h; at++) {
            const cell = `${x + at % w},${y + Math.floor(at / w)}`;

            assert.ok(!taken.has(cell), title);
            taken.add(cell);
        }
    }
});

test('an_alert_is_told_once_and_so_is_its_end', { skip }, async (t) => {
    if (!urls.rules)
        return t.skip('the command makes no rules yet');
    const of = (name, status) => webhooks.filter((alert) =>
        alert.labels.alertname === name && alert.status === status);

    await until('the leak is told of', () => of('ListenersMany', 'firing'), ([one]) => one);
    leaky.stdin.write('stop\n');
    await until('its end is told of', () => of('ListenersMany', 'resolved'), ([one]) => one);
    await new Promise((resolve) => setTimeout(resolve, 3000));

    const [{ labels }] = of('ListenersMany', 'firing');
    assert.deepStrictEqual([labels.service, labels.severity, labels.instance],
        ['leaky', 'critical', host(leaky.url)]);
    assert.deepStrictEqual(['firing', 'resolved'].map((s) => of('ListenersMany', s).length),
        [1, 1]);
    assert.deepStrictEqual([...new Set(webhooks.map((alert) => alert.labels.alertname))].sort(),
        ['Gone', 'ListenersMany']);
});

/* ---- The rules, by promtool's own clock -------------------------------------------------- */

const LONG = `listeners-grow:
  when: listeners.total grows > 100/h over 30m
  where: service=a*, version!=2.*
  for: 5m
`;

/* Series at 15 s: what they do, and whether that is growth after 80 minutes. */
const SHAPES = {
    'leaks': ['100+2x400', true],
    'leaks_and_is_noisy': [Array.from({ length: 400 },
        (_, i) => 100 + 2 * i + (i * 7919 % 41)).join(' '), true],
    'stands_still': ['100+0x400', false],
    'jumps_once': [`${'100 '.repeat(290)}${'900 '.repeat(110)}`, false],
    'is_only_noisy': [Array.from({ length: 400 },
        (_, i) => 100 + (i * 7919 % 97)).join(' '), false],
    'grows_too_slowly': ['100+0.1x400', false],
    'falls': ['2000-2x400', false],
};

test('rules_fire_on_what_leaks_and_on_nothing_else', { skip }, async (t) => {
    const rules = await rulesOf('long', LONG);

    if (!rules)
        return t.skip('the command makes no rules yet');
    execFileSync('promtool', ['check', 'rules', rules]);
    const labels = (name) => `job="j", instance="${name}", service="api", version="1.0"`;
    const series = Object.entries(SHAPES).flatMap(([name, [values]]) => [
        [`porthole_listeners{${labels(name)}}`, values],
        [`porthole_info{${labels(name)}, ident="x"}`, '1+0x400'],
        [`process_start_time_seconds{${labels(name)}}`, '-100000+0x400']]);
    const fired = Object.keys(SHAPES).filter((name) => SHAPES[name][1]);

    /* without annotations, whose numbers nobody promises, the alert itself is looked at */
    const unit = file('long.test.yml', JSON.stringify({ rule_files: [rules],
        evaluation_interval: '15s', tests: [{ interval: '15s',
            input_series: series.map(([name, values]) => ({ series: name, values })),
            promql_expr_test: [{ eval_time: '80m',
                expr: 'count by (instance) (ALERTS{alertstate="firing"})',
                exp_samples: fired.map((name) =>
                    ({ labels: `{instance="${name}"}`, value: 1 })) }] }] }));
    execFileSync('promtool', ['test', 'rules', unit], { encoding: 'utf8' });
});
