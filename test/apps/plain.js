/* SPDX-License-Identifier: MIT */
/*
 * The least application: it prints its pid and stays. With an argument, SIGUSR2 makes it
 * misbehave:
 *
 *     node -r ./addon/register.js test/apps/plain.js [spin|regexp|sleep|once]
 *
 *     spin    while (true), for ever
 *     once    while (true), for two seconds, then healthy again
 *     regexp  a regular expression that backtracks for a long time
 *     sleep   a synchronous wait in the kernel, for ten seconds
 */
'use strict';

const misdeeds = {
    spin() {
        for (;;);
    },
    once() {
        const end = Date.now() + 2000;

        while (Date.now() < end);
    },
    regexp() {
        /^(a+)+$/.test(`${'a'.repeat(40)}b`);
    },
    sleep() {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10000);
    },
};

const misdeed = misdeeds[process.argv[2]];

if (misdeed !== undefined)
    process.on('SIGUSR2', misdeed);
setInterval(() => {}, 1000);
console.log(process.pid);
