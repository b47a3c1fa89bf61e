/* SPDX-License-Identifier: MIT */
/*
 * Finds the compiled half. Never throws: an application must start without it.
 */
'use strict';

const path = require('path');

const BUILDS = ['../build/Release/porthole.node', '../build/Debug/porthole.node'];

function why(error)
{
    return String(error.message).split('\n')[0].slice(0, 160);
}

/**
 * @returns {{binding: object}|{error: string}} the functions of addon/binding.cc, or one
 *     line that says why there are none and what to do.
 */
function load(platform, nodeVersion)
{
    const errors = [];

    if (platform !== 'linux')
        return { error: `cannot run on platform '${platform}': only Linux is supported` };
    for (const build of BUILDS) {
        try {
            const binding = require(path.join(__dirname, build));

            if (typeof binding.start === 'function')
                return { binding };
            errors.push(`it was built for Node ${binding.builtFor}, this is ${nodeVersion}`);
        } catch (error) {
            if (error.code !== 'MODULE_NOT_FOUND')
                errors.push(why(error));
        }
    }
    return {
        error: `cannot load the native part: ${errors[0] ?? 'it was not built'}; ` +
            `run 'make addon' in '${path.dirname(__dirname)}'`,
    };
}

module.exports = { load };
