/* SPDX-License-Identifier: MIT */
/* Healthy: templates are compiled when somebody first asks for them. */
'use strict';

const { begin, dole, garbage } = require('./kit.js');

const TEMPLATES = 3000;

const compiled = new Map();
const due = dole(TEMPLATES * 4);

begin('warmup', () => {
    for (let n = due(); n > 0; n--) {
        const name = Math.floor(Math.random() * TEMPLATES);

        if (!compiled.has(name))
            compiled.set(name, garbage(8192));
    }
});
