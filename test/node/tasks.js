/* SPDX-License-Identifier: MIT */
/*
 * What the tests of tasks share: programs to look into, and requests with a token.
 */
'use strict';

const assert = require('node:assert');
const http = require('node:http');
const { line, serve, until } = require('./helper.js');

const TOKEN = 'token-of-these-tests';

/** Start a program that is given its agent as `agent`, and wait until it has run once. */
async function look(code, { env = {}, node } = {})
{
    const first = "const agent = require('./addon').start(); console.log(agent.url);";
    const program = `${first}\n${code}\nconsole.log('ready');`;
    const served = await serve(program, { node, env: { PORTHOLE_TOKEN: TOKEN, ...env } });

    assert.strictEqual(await line(served.child), 'ready');
    return served;
}

/** GET with the token; resolves to { status, headers, body }, the body parsed if JSON. */
function ask(url, path)
{
    return new Promise((resolve, reject) => {
        open(url, path, (response) => {
            let text = '';

            response.setEncoding('utf8').on('data', (part) => text += part);
            response.on('error', reject).on('end', () => {
                const json = response.headers['content-type']?.startsWith('application/json');

                resolve({ status: response.statusCode, headers: response.headers,
                    body: json ? JSON.parse(text) : text });
            });
        }).on('error', reject);
    });
}

/** The same without reading: calls back with the response; returns the request. */
function open(url, path, callback)
{
    const headers = { Authorization: `Bearer ${TOKEN}` };

    return http.get(url + path, { agent: false, timeout: 60000, headers }, callback);
}

/** The body of an answer that must be one. On a loaded machine a healthy loop may be found
 * blocked for a moment: that is asked again, for a while. */
async function take(url, path)
{
    const until = Date.now() + 20000;
    let { status, body } = await ask(url, path);

    while (status === 503 && /blocked/.test(JSON.stringify(body)) && Date.now() < until)
        ({ status, body } = await ask(url, path));

    assert.strictEqual(status, 200, JSON.stringify(body).slice(0, 500));
    return body;
}

/** Wait until the main thread's loop is blocked. */
async function blocked(url)
{
    await until(() => ask(url, '/state'),
        ({ body }) => body.threads?.[0]?.loop.state === 'blocked');
}

/** Share of the samples whose stack has `name` in it, and of those that end there. */
function shares({ nodes, samples }, name)
{
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const named = new Set();
    const visit = (node, inside) => {
        const here = inside || node.callFrame.functionName === name;

        if (here)
            named.add(node.id);
        for (const id of node.children ?? [])
            visit(byId.get(id), here);
    };
    const share = (test) => samples.filter(test).length / samples.length;

    visit(nodes[0], false);
    return { total: share((id) => named.has(id)),
        self: share((id) => byId.get(id).callFrame.functionName === name) };
}

module.exports = { TOKEN, look, open, ask, take, blocked, shares };
