/* SPDX-License-Identifier: MIT */
/*
 * What being watched costs the shop: requests it serves per second of processor time, all
 * threads of the process included, while it is scraped at 10 Hz, against not being watched
 * at all. Beside it the same with prom-client.
 *
 * The goal, 0.99, is far below what the speed of a (virtual) processor varies by from one
 * second to the next, and below what two processes of the same program differ by: +-15 % and
 * +-5 % on the machine this was written on. So three warmed processes share one core and are
 * measured in the same moment: one watched by porthole, one by prom-client, one alone. Then
 * they change roles. When each has had each role, speed and differences cancel out.
 *
 * Requests per second of the clock would not do here: the agent's threads would take their
 * time from all three. On a core that is saturated the one is the other's measure.
 */
'use strict';

const http = require('node:http');
const { SERVER, startApp, startStock, stop, get, load, sleep } = require('./kit.js');
const { summarize } = require('./statistics.js');

const ROTATIONS = 6;      /* the fewest that give a 95 % interval */
const WARM_MS = 5000;
const SETTLE_MS = 1500;     /* V8 compiles anew what the change of roles has touched */
const STRETCH_MS = 2000;    /* two ticks */
const SCRAPE_MS = 100;
const CONNECTIONS = 8;
const GOAL = 0.99;
const ROLES = ['alone', 'porthole', 'prom'];

/* Asks for `url` at 10 Hz, never twice at once, until end() is called; that resolves to how
 * many answers there were. */
function scrape(url)
{
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    let answers = 0;
    let ending = false;

    async function loop()
    {
        for (let due = performance.now(); !ending; due += SCRAPE_MS) {
            await get(url, { agent });
            answers++;
            await sleep(Math.max(0, due + SCRAPE_MS - performance.now()));
        }
        agent.destroy();
        return answers;
    }

    const ended = loop();

    return () => {
        ending = true;
        return ended;
    };
}

/* Put the app into a role; end() takes it out again. */
async function enter(app, role)
{
    if (role === 'alone')
        return () => 0;
    const url = await app.ask(role, true);
    const end = scrape(url === null ? `${app.ready.url}/metrics` : `${url}/state`);

    return async () => {
        const scrapes = await end();

        await app.ask(role, false);
        return scrapes;
    };
}

function rate(before, after)
{
    return (after.served - before.served) / (after.cpu_us - before.cpu_us) * 1e6;
}

/* The apps in the roles of the same number. By role: requests per second of processor time,
 * and answers to scrapes. */
async function stretch(apps, roles)
{
    const ask = () => Promise.all(apps.map((app) => app.ask('served')));
    const ends = await Promise.all(apps.map((app, i) => enter(app, roles[i])));
    const result = {};

    await sleep(SETTLE_MS);
    const before = await ask();

    await sleep(STRETCH_MS);
    const after = await ask();

    for (const [i, role] of roles.entries())
        result[role] = { rate: rate(before[i], after[i]), scrapes: await ends[i]() };
    return result;
}

/* Every app in every role, one after the other. */
async function rotate(apps)
{
    const roles = [...ROLES];
    const stretches = [];

    for (let i = 0; i < ROLES.length; i++) {
        stretches.push(await stretch(apps, roles));
        roles.push(roles.shift());
    }
    return stretches;
}

async function measure(stock)
{
    const apps = [];
    const rotations = [];

    for (let i = 0; i < ROLES.length; i++)
        apps.push(await startApp({ stock: stock.ready.url }, { core: SERVER }));
    const customers = apps.map((app) => load(`${app.ready.url}/products/7`, CONNECTIONS));

    await sleep(WARM_MS);
    for (let i = 0; i <= ROTATIONS; i++) {
        const stretches = await rotate(apps);

        if (i > 0) /* the first one loads what it takes */
            rotations.push(stretches);
    }
    await Promise.all([...customers, ...apps].map(stop));
    return rotations;
}

/* The ratio that one rotation gives: the geometric mean over its stretches. */
function toAlone(stretches, role)
{
    const product = stretches.reduce((all, at) => all * at[role].rate / at.alone.rate, 1);

    return product ** (1 / stretches.length);
}

function interval({ median, interval95: [low, high] })
{
    return `${median.toFixed(3)} (${low.toFixed(3)} .. ${high.toFixed(3)})`;
}

async function run()
{
    const stock = await startStock();
    const rotations = await measure(stock);
    const ratio = (role) => summarize(rotations.map((stretches) => toAlone(stretches, role)));
    const porthole = ratio('porthole');
    const prom = ratio('prom');

    await stop(stock);
    return {
        data: { porthole, prom, rotations },
        rows: [{
            figure: "the shop's throughput scraped at 10 Hz, to not watched (95 % interval)",
            porthole: interval(porthole),
            peer: `prom-client: ${interval(prom)}`,
            goal: `>= ${GOAL}`,
            met: porthole.median >= GOAL,
        }],
    };
}

module.exports = { run };
