/* SPDX-License-Identifier: MIT */
/*
 * What watch.js looks into: the main thread and some workers, all joined to the agent, whose
 * loops are always busy: in each turn they wait 20 ms for something that does not come. To
 * the watch that is the same as work, and it leaves the processor alone.
 *
 *     node test/bench/loops.js '{"workers": 16, "blockedMs": 200}'
 */
'use strict';

const { once } = require('node:events');
const path = require('node:path');
const { Worker, isMainThread, workerData, parentPort } = require('node:worker_threads');
const { obey } = require('./orders.js');

const TURN_MS = 20;
const never = new Int32Array(new SharedArrayBuffer(4));

function turn()
{
    Atomics.wait(never, 0, 0, TURN_MS);
    setImmediate(turn);
}

function live({ blockedMs })
{
    const porthole = require(path.join(__dirname, '..', '..', 'addon'));

    setImmediate(turn);
    return porthole.start({ service: 'bench', blockedMs }).url;
}

async function main(options)
{
    for (let i = 0; i < options.workers; i++)
        await once(new Worker(__filename, { workerData: options }), 'message');
    obey({}, { porthole: live(options) });
}

if (isMainThread)
    main(JSON.parse(process.argv[2]));
else
    parentPort.postMessage(live(workerData));
