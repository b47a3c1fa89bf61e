/* SPDX-License-Identifier: MIT */
/*
 * A headless Chromium for the tests that need a real one, spoken to in the DevTools protocol
 * over a pipe: no port, and it ends when we do.
 */
'use strict';

const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage',
    '--remote-debugging-pipe', '--window-size=1200,900'];

/** Name of the browser of this machine; undefined if there is none. */
const binary = NAMES.find((name) => spawnSync(name, ['--version']).status === 0);

/** For test(): why the test cannot run here, or false. */
const skip = binary === undefined && 'no chromium on this machine: apt-get install chromium';

class Browser
{
    #child;
    #home = fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-chromium-'));
    #calls = new Map();
    #pages = new Map();
    #last = 0;

    constructor()
    {
        this.#child = spawn(binary, [...FLAGS, `--user-data-dir=${this.#home}`, 'about:blank'],
            { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
        this.closed = once(this.#child, 'close');
        this.#child.on('close', () => this.#fail());
        process.once('exit', () => this.#child.kill('SIGKILL'));
        this.#read(this.#child.stdio[4]);
    }

    /* Messages end in a NUL. */
    #read(pipe)
    {
        let rest = '';

        pipe.setEncoding('utf8').on('data', (text) => {
            const messages = (rest + text).split('\0');

            rest = messages.pop();
            messages.forEach((message) => this.#receive(JSON.parse(message)));
        });
    }

    #receive({ id, result, error, method, params, sessionId })
    {
        const call = this.#calls.get(id);

        this.#calls.delete(id);
        if (call !== undefined)
            error ? call.reject(new Error(error.message)) : call.resolve(result);
        else
            this.#pages.get(sessionId)?.heard.push({ method, params });
    }

    #fail()
    {
        for (const { reject } of this.#calls.values())
            reject(new Error('chromium ended'));
    }

    send(method, params = {}, sessionId = undefined)
    {
        const id = ++this.#last;

        return new Promise((resolve, reject) => {
            this.#calls.set(id, { resolve, reject });
            this.#child.stdio[3].write(
                `${JSON.stringify({ id, method, params, sessionId })}\0`);
        });
    }

    /** Open a page and wait until it has loaded. */
    async open(url)
    {
        const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
        const { sessionId } = await this.send('Target.attachToTarget',
            { targetId, flatten: true });
        const page = new Page(this, sessionId);

        this.#pages.set(sessionId, page);
        for (const domain of ['Page', 'Runtime', 'Network', 'Log'])
            await page.send(`${domain}.enable`);
        await page.send('Page.navigate', { url });
        await page.until(
            'document.readyState === "complete" && location.href !== "about:blank"');
        return page;
    }

    async close()
    {
        /* killed, it would leave children that still write into the folder */
        await this.send('Browser.close').catch(() => {});
        await this.closed;
        fs.rmSync(this.#home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }
}

class Page
{
    /** Events of the page, { method, params }, oldest first. */
    heard = [];

    constructor(browser, session)
    {
        this.send = (method, params) => browser.send(method, params, session);
    }

    /** The value of an expression, promises awaited. */
    async evaluate(expression)
    {
        const { result, exceptionDetails: wrong } = await this.send('Runtime.evaluate',
            { expression, awaitPromise: true, returnByValue: true });

        assert.strictEqual(wrong, undefined, wrong?.exception?.description ?? wrong?.text);
        return result.value;
    }

    /** Wait until an expression is true; the page itself looks at every frame. */
    async until(expression)
    {
        for (const end = Date.now() + 30000; Date.now() < end;) {
            if (await this.evaluate(`Boolean(${expression})`))
                return;
            await this.evaluate('new Promise((resolve) => setTimeout(resolve, 20))');
        }
        assert.fail(`did not come true: ${expression}`);
    }

    async key(key, text = undefined)
    {
        await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text });
        await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    }

    async mouse(type, x, y)
    {
        await this.send('Input.dispatchMouseEvent',
            { type, x, y, button: type === 'mouseMoved' ? 'none' : 'left', clickCount: 1 });
    }

    /** What went wrong in it: exceptions and whatever the console calls an error. */
    complaints()
    {
        return this.heard.filter(({ method, params }) => method === 'Runtime.exceptionThrown'
            || method === 'Log.entryAdded' && params.entry.level === 'error')
            .map(({ params }) => params.exceptionDetails?.exception?.description
                ?? params.entry?.text ?? 'exception');
    }

    /** URLs it has asked for. */
    requests()
    {
        return this.heard.filter(({ method }) => method === 'Network.requestWillBeSent')
            .map(({ params }) => params.request.url);
    }
}

module.exports = { skip, Browser };
