/* SPDX-License-Identifier: MIT */
/*
 * How long it takes to learn what a loop is doing, and what that costs the loop: GET /stack
 * over the unix socket, beside Debugger.pause of node:inspector from a worker in the process
 * itself. Nothing is pinned.
 *
 * What the loop loses is told by porthole (cost.loop_ms), and by the loop: for how long it
 * was kept from spinning, less as much as it was with nobody looking in.
 */
'use strict';

const { startApp, stop, sleep } = require('./kit.js');
const { Client } = require('./client.js');
const { median, quantile } = require('./statistics.js');

const ROUNDS = 5;
const SPIN_MS = 2500;
const AHEAD_MS = 300;       /* into the spinning, until the first question: it is blocked */
const IDLE_STACKS = 1000;
const IDLE_MS = 10000;
const EVERY_MS = 1;
const GOAL_MS = 5;

async function ask(client)
{
    const { took_ms, body } = await client.get('/stack?thread=0');
    const [thread] = JSON.parse(body).threads;

    if (thread.status !== 'ok')
        throw new Error(`no stack: ${thread.reason}`);
    return { took_ms, waited_ms: thread.waited_ms, loop_ms: thread.cost.loop_ms,
        frames: thread.frames.length };
}

/* One stretch of spinning, in which we look in as often as we can, or never. */
async function byPorthole(app, client)
{
    const end = performance.now() + SPIN_MS - AHEAD_MS;
    const spun = app.ask('spin', SPIN_MS);
    const stacks = [];

    await sleep(AHEAD_MS);
    while (client !== null && performance.now() < end) {
        stacks.push(await ask(client));
        await sleep(EVERY_MS);
    }
    return { stacks, kept_ms: await spun };
}

/* The same, and the inspector looks in. */
async function byInspector(app, spin_ms, for_ms)
{
    const { kept_ms, took_ms } = await app.ask('pause',
        { spin_ms, for_ms, ahead_ms: AHEAD_MS, every_ms: EVERY_MS });

    return { kept_ms, stacks: took_ms.map((took) => ({ took_ms: took })) };
}

async function whileSpinning(app, client)
{
    const rounds = [];

    for (let i = 0; i < ROUNDS; i++) {
        rounds.push({
            alone: await byPorthole(app, null),
            porthole: await byPorthole(app, client),
            inspector: await byInspector(app, SPIN_MS, SPIN_MS - 2 * AHEAD_MS),
        });
    }
    return rounds;
}

async function whileIdle(app, client)
{
    const porthole = [];

    for (let i = 0; i < IDLE_STACKS; i++) {
        porthole.push(await ask(client));
        await sleep(EVERY_MS);
    }
    return { porthole, inspector: (await byInspector(app, 0, IDLE_MS)).stacks };
}

/* Over all rounds: the stacks, and what each took from the loop. */
function sum(rounds, who)
{
    const taken = rounds.map(({ alone, [who]: { kept_ms, stacks: { length } } }) =>
        (kept_ms - alone.kept_ms) / length);

    return { stacks: rounds.flatMap((round) => round[who].stacks), loop_ms: median(taken) };
}

function spread(stacks, what)
{
    const values = stacks.map((stack) => stack[what]);

    return { p50: median(values), p99: quantile(values, 0.99), n: values.length };
}

function say({ p50, p99, n })
{
    return `${p50.toFixed(2)} / ${p99.toFixed(2)} ms (n = ${n})`;
}

function row(figure, stacks, { peer, paused })
{
    const ours = spread(stacks, 'took_ms');
    const theirs = spread(paused, 'took_ms');

    return {
        figure: `${figure}, p50 / p99`,
        porthole: say(ours),
        peer: `${peer}: ${say(theirs)}`,
        ratio: (ours.p99 / theirs.p99).toPrecision(2),
        goal: `p99 < ${GOAL_MS} ms`,
        met: ours.p99 < GOAL_MS,
    };
}

function rowOfInterrupt(figure, stacks)
{
    return { figure: `of it until the loop is reached, ${figure}`,
        porthole: say(spread(stacks, 'waited_ms')), peer: '' };
}

function rowOfLoop(ours, theirs)
{
    const [{ frames }] = ours.stacks;
    const told = median(ours.stacks.map(({ loop_ms: ms }) => ms));

    return {
        figure: `loop time per stack of ${frames} frames, as told / as the loop has it`,
        porthole: `${told.toFixed(2)} / ${ours.loop_ms.toFixed(2)} ms`,
        peer: `inspector, pause and resume: ${theirs.loop_ms.toFixed(2)} ms`,
        ratio: (ours.loop_ms / theirs.loop_ms).toFixed(3),
    };
}

async function run()
{
    const app = await startApp({}, { script: 'spinner.js' });
    const client = new Client(app.ready.socket);
    const rounds = await whileSpinning(app, client);
    const idle = await whileIdle(app, client);
    const ours = sum(rounds, 'porthole');
    const theirs = sum(rounds, 'inspector');

    client.end();
    await stop(app);
    return {
        data: { rounds, idle },
        rows: [
            row('stack of a spinning loop', ours.stacks,
                { peer: 'inspector in a worker', paused: theirs.stacks }),
            rowOfInterrupt('spinning', ours.stacks),
            row('stack of an idle loop', idle.porthole,
                { peer: 'inspector, when code runs next', paused: idle.inspector }),
            rowOfInterrupt('idle', idle.porthole),
            rowOfLoop(ours, theirs),
        ],
    };
}

module.exports = { run };
