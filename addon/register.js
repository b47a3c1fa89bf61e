/* SPDX-License-Identifier: MIT */
/*
 * node -r porthole/register app.js, or --import porthole/register.
 *
 * NODE_OPTIONS hands this file to every child as well, so it steps aside for package
 * managers, which are not the application. In a worker it joins the process's agent.
 */
'use strict';

const path = require('path');

const PACKAGE_MANAGERS = new Set([
    'npm', 'npm-cli.js', 'npx', 'npx-cli.js', 'yarn', 'yarn.js', 'yarnpkg', 'pnpm',
    'pnpm.cjs', 'pnpm.js', 'pnpx', 'pnpx.cjs', 'corepack', 'corepack.js',
]);

if (!PACKAGE_MANAGERS.has(path.basename(process.argv[1] ?? ''))) {
    try {
        require('./index.js').start();
    } catch (error) {
        process.emitWarning(error.message, { type: 'PortholeWarning', code: error.code });
    }
}
