// SPDX-License-Identifier: MIT
//
// nodtrace.js: preloaded into kang, whose dtrace-provider is not built here and says so on
// stdout at length.
'use strict';

const Module = require('node:module');

const load = Module._load;
Module._load = function loadOrStub(request, ...rest) {
  if (request !== 'dtrace-provider') return load.call(this, request, ...rest);
  const probe = { fire() {} };
  const provider = { addProbe: () => probe, enable() {}, fire() {}, disable() {} };
  return { DTraceProvider: class {}, createDTraceProvider: () => provider };
};
