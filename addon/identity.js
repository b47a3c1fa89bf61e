/* SPDX-License-Identifier: MIT */
/*
 * What the application calls itself, when nobody says. Reads a few small files at most,
 * never throws.
 */
'use strict';

const fs = require('fs');
const path = require('path');

const LEVELS = 4;

function readName(file)
{
    try {
        const { name } = JSON.parse(fs.readFileSync(file, 'utf8'));

        return typeof name === 'string' && name !== '' ? name.slice(0, 128) : null;
    } catch {
        return null; /* no such file, or not ours to judge: look one level up */
    }
}

/**
 * The name in the nearest package.json of the script, else the script's own name, else
 * undefined (the agent then takes the program's name).
 */
function serviceName(script)
{
    if (typeof script !== 'string' || !path.isAbsolute(script))
        return undefined;
    let folder = path.dirname(script);

    for (let i = 0; i < LEVELS && folder !== path.dirname(folder); i++) {
        const name = readName(path.join(folder, 'package.json'));

        if (name !== null)
            return name;
        folder = path.dirname(folder);
    }
    return path.basename(script, path.extname(script)) || undefined;
}

module.exports = { serviceName };
