// SPDX-License-Identifier: MIT
//
// lists.js: servers of http_sd, good and bad, for the golden tests.
'use strict';

const JSON_TYPE = { 'Content-Type': 'application/json' };

const answers = (body, status = 200) => (req, res) => {
  res.writeHead(status, JSON_TYPE);
  res.end(body());
};

// `ports` is filled while the servers start: read when asked.
function handlers(ports) {
  const groups = () => JSON.stringify([
    { targets: [`127.0.0.1:${ports.GOOD}`], labels: { zone: 'a', __meta_rack: '7' } },
    { targets: [`127.0.0.1:${ports.OTHER}`, `127.0.0.1:${ports.GOOD}`] },
  ]);
  return {
    LIST: answers(groups),
    LIST_CUT: answers(() => groups().slice(0, 30)),
    LIST_HTML: answers(() => '<html>hello</html>'),
    LIST_DOWN: answers(() => '{}', 503),
  };
}

module.exports = { handlers };
