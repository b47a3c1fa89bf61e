/* SPDX-License-Identifier: MIT */
/*
 * What it costs to count HTTP: nanoseconds for a request that Node tells of, in isolation;
 * and requests per second of processor time of a server and of a client that do nothing
 * else, with porthole as it is by default, without its HTTP, and without porthole.
 *
 * As in throughput.js, three processes in different roles share a core at the same time, and
 * change roles: so the speed of the machine and the differences between them cancel out.
 */
'use strict';

const path = require('node:path');
const { ROOT, SERVER, startApp, startStock, stop, output, load, sleep } = require('./kit.js');
const { summarize } = require('./statistics.js');

const GOAL_NS = 1000;
const ROTATIONS = 6;        /* the fewest that give a 95 % interval */
const WARM_MS = 2000;
const SETTLE_MS = 100;
const SETTLED = 2000;       /* requests until V8 has compiled what porthole has just started */
const STRETCH_MS = 1000;
const CONNECTIONS = 8;
const ROLES = { alone: null, without: { http: false }, counted: {} };
const NAMES = Object.keys(ROLES);
const FIGURES = {
    server: 'a request that a server answers, told of by Node',
    client: 'a request that node:http sends',
    undici: 'a request that undici or fetch() sends',
};

function done(apps)
{
    return Promise.all(apps.map((app) => app.ask('done')));
}

/* By requests, not by time: a busy machine answers few in a second. */
async function settle(apps)
{
    const began = await done(apps);
    let now;

    do {
        await sleep(SETTLE_MS);
        now = await done(apps);
    } while (now.some(({ served }, i) => served < began[i].served + SETTLED));
    return now;
}

async function stretch(apps, roles)
{
    const result = {};

    await Promise.all(apps.map((app, i) => app.ask('porthole', ROLES[roles[i]])));
    const before = await settle(apps);

    await sleep(STRETCH_MS);
    const after = await done(apps);

    for (const [i, role] of roles.entries()) {
        result[role] = (after[i].served - before[i].served) /
            (after[i].cpu_us - before[i].cpu_us);
    }
    return result;
}

async function rotate(apps)
{
    const roles = [...NAMES];
    const stretches = [];

    for (let i = 0; i < NAMES.length; i++) {
        stretches.push(await stretch(apps, roles));
        roles.push(roles.shift());
    }
    return stretches;
}

/* `begin(app)` puts an app under load and resolves to what ends it. */
async function measure(begin)
{
    const rotations = [];
    const apps = [];

    for (let i = 0; i < NAMES.length; i++)
        apps.push(await startApp({}, { core: SERVER, script: 'talker.js' }));
    const loads = await Promise.all(apps.map(begin));

    await sleep(WARM_MS);
    for (let i = 0; i <= ROTATIONS; i++) {
        const stretches = await rotate(apps);

        if (i > 0)
            rotations.push(stretches);
    }
    await Promise.all([...loads, ...apps].map(stop));
    return rotations;
}

function ratio(rotations, role, to)
{
    const of = (stretches) => stretches.reduce((all, at) => all * at[role] / at[to], 1) **
        (1 / stretches.length);

    return summarize(rotations.map(of));
}

function interval({ median, interval95: [low, high] })
{
    return `${median.toFixed(3)} (${low.toFixed(3)} .. ${high.toFixed(3)})`;
}

function rowOf(side, rotations)
{
    return {
        figure: `requests/s of a bare ${side}, to the same without porthole (95 % interval)`,
        porthole: interval(ratio(rotations, 'counted', 'alone')),
        peer: `http: false: ${interval(ratio(rotations, 'without', 'alone'))}`,
    };
}

/* What a request takes more of the processor with its HTTP counted than without, in
 * nanoseconds: with what the collector has to do for it, which no loop in isolation shows. */
function extraNs(stretches)
{
    const extra = stretches.map(({ counted, without }) => 1e3 / counted - 1e3 / without);

    return extra.reduce((a, b) => a + b) / extra.length;
}

function rowOfExtra(side, rotations)
{
    const { median, interval95: [low, high] } = summarize(rotations.map(extraNs));

    return {
        figure: `a request of a bare ${side} under load, to http: false (95 % interval)`,
        porthole: `${median.toFixed(0)} ns more (${low.toFixed(0)} .. ${high.toFixed(0)})`,
        peer: '', goal: `< ${GOAL_NS} ns`, met: median < GOAL_NS,
    };
}

function rowsOfCost(told)
{
    return Object.keys(FIGURES).map((what) => {
        const { bare, porthole } = told[what];

        return { figure: FIGURES[what], porthole: `${porthole.toFixed(0)} ns`,
            peer: `bare Node: ${bare.toFixed(0)} ns`, goal: `< ${GOAL_NS} ns`,
            met: porthole < GOAL_NS };
    });
}

async function run()
{
    const told = JSON.parse(await output([process.execPath,
        path.join(ROOT, 'test', 'bench', 'publish.js')]));
    const stock = await startStock();
    const servers = await measure((app) => load(app.ready.url, CONNECTIONS));
    const clients = await measure(async (app) => {
        await app.ask('ask', { url: `${stock.ready.url}/`, connections: CONNECTIONS });
        return stock;
    });

    await stop(stock);
    return {
        data: { told, servers, clients },
        rows: [
            ...rowsOfCost(told),
            rowOfExtra('server', servers), rowOfExtra('client', clients),
            rowOf('server', servers), rowOf('client', clients),
        ],
    };
}

module.exports = { run };
