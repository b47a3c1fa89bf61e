/* SPDX-License-Identifier: MIT */
/* Leaks listeners: whoever asks wants to hear of the next reload, and nobody ever lets go. */
'use strict';

const { EventEmitter } = require('node:events');
const porthole = require('../../../addon');
const { begin, dole } = require('./kit.js');

const settings = new EventEmitter().setMaxListeners(0);
const due = dole(600);

porthole.watch('settings', settings);
begin('listener', () => {
    for (let n = due(); n > 0; n--)
        settings.on('reload', () => n); /* LEAK */
});
