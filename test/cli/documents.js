// SPDX-License-Identifier: MIT
//
// documents.js: write documents to compare into the current folder.
'use strict';

const fs = require('node:fs');
const { EVIL, histogram } = require('./captures.js');
const { state } = require('./serve.js');

const later = (document) => ({ ...document, captured: { at: '2026-11-20T23:08:57.906Z' } });
const put = (name, document) => fs.writeFileSync(`${name}.json`, JSON.stringify(document));

put('before', histogram({ rows: [['Socket', 40, null], ['Old', 7, null]] }));
put('after', later(histogram({
  jobs: 1500, rows: [['Socket', 30, null], ['Fresh', 3, null]],
})));
put('other-pid', later(histogram({ pid: 77 })));
put('other-service', later(histogram({ service: 'mailer' })));
put('evil', later(histogram({ rows: [[EVIL, 9, null]] })));
put('state1', state());
put('state2', state({ step: 4 }));
