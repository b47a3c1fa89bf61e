// SPDX-License-Identifier: MIT
//
// kangreal.js FILE: the kang 1.3.0 server of node_modules with the objects of kangs.js; its
// port goes into FILE once it listens. Ends when its stdin does.
'use strict';

require('./nodtrace.js');

const fs = require('node:fs');
const kang = require('../../node_modules/kang');
const { fixture } = require('./kangs.js');

const objects = fixture(300);

kang.knStartServer({
  uri_base: '/kang',
  port: 0,
  host: '127.0.0.1',
  service_name: 'fixture',
  component: 'web',
  version: '1.0.0',
  ident: 'h/1',
  list_types: () => Object.keys(objects),
  list_objects: (type) => Object.keys(objects[type]),
  get: (type, id) => objects[type][id],
}, (error, server) => {
  if (error) throw error;
  fs.writeFileSync(`${process.argv[2]}.new`, String(server.address().port));
  fs.renameSync(`${process.argv[2]}.new`, process.argv[2]);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
