/* SPDX-License-Identifier: MIT */
/* The flame page in a real Chromium: opened as a file, searched, zoomed, walked by keys. */
'use strict';

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { promisify } = require('node:util');

const { Browser, skip } = require('./browser.js');
const { REGISTER, serve } = require('./helper.js');
const { EVIL, evilProfile, heapProfile, profile, tree } = require('../cli/captures.js');

const PORTHOLE = path.join(__dirname, '..', '..', 'build', 'porthole');
const text = (id) => `document.getElementById('${id}').textContent`;

describe('the flame page', { skip }, () => {
    let browser;
    let folder;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-flame-'));
        browser = new Browser();
    });
    after(async () => {
        await browser.close();
        fs.rmSync(folder, { recursive: true });
    });

    /* The page of `porthole flame ARGUMENTS`, opened from the disk. */
    async function flame(...words)
    {
        const page = path.join(folder, 'x.html');

        await promisify(execFile)(PORTHOLE, ['flame', ...words, '--force', '-o', page]);
        return browser.open(pathToFileURL(page).href);
    }

    function open(document, suffix = 'cpuprofile')
    {
        const name = path.join(folder, `x.${suffix}`);

        fs.writeFileSync(name, JSON.stringify(document));
        return flame(name);
    }

    async function search(page, words)
    {
        await page.evaluate('document.getElementById("search").select()');
        await page.send('Input.insertText', { text: words });
        return page.evaluate(text('share'));
    }

    test('opens_without_a_complaint_and_asks_the_network_for_nothing', async () => {
        const page = await open(profile());

        const title = await page.evaluate(text('title'));

        assert.strictEqual(title, 'CPU profile of shop (pid 4121), thread main');
        assert.deepStrictEqual(page.complaints(), []);
        assert.strictEqual(page.requests().length, 1);
    });

    test('finds_a_function_and_tells_the_share_of_time_in_and_below_it', async () => {
        const page = await open(profile());

        assert.strictEqual(await search(page, 'spin'), 'matched: 60.0 %');
        assert.strictEqual(await search(page, 'SERVE'), 'matched: 80.0 %');
        assert.strictEqual(await search(page, 'node_modules/qs'), 'matched: 20.0 %');
        assert.strictEqual(await search(page, 'recurse'), 'matched: 5.0 %');
        assert.strictEqual(await search(page, '/^(spin|parse) /'), 'matched: 80.0 %');
        assert.strictEqual(await search(page, 'nobody'), 'matched: 0.0 %');
        assert.strictEqual(await search(page, '/(/'), 'not a regular expression');
    });

    test('paints_what_was_found_in_another_colour', async () => {
        const page = await open(profile());
        const painted = `(() => {
            const canvas = document.getElementById('graph');
            const ratio = canvas.width / canvas.clientWidth;
            const at = canvas.getContext('2d').getImageData(60 * ratio, 45 * ratio, 1, 1);
            return [...at.data].join();
        })()`;
        const plain = await page.evaluate(painted);

        await search(page, 'spin');

        await page.until(`${painted} !== '${plain}'`);
    });

    test('lists_the_hottest_functions_with_their_share_warmest_first', async () => {
        const page = await open(profile());

        const rows = await page.evaluate(`[...document.querySelectorAll('#hottest tr')].map(
            (row) => [...row.cells].map((cell) => cell.textContent).join('|'))`);

        assert.strictEqual(rows[0], '60.0 %|600.0 ms|60.0 %|spin|/app/shop.js:3:5');
        assert.strictEqual(rows[1],
            '20.0 %|200.0 ms|20.0 %|parse|/app/node_modules/qs/lib/parse.js:42:5');
        assert.strictEqual(rows.length, 7);
    });

    test('zooms_in_by_a_click_shows_the_way_back_and_Escape_leads_out_again', async () => {
        const page = await open(profile());
        const { x, y } = await page.evaluate(`(({ x, y }) => ({ x, y }))(
            document.getElementById('graph').getBoundingClientRect())`);

        await page.mouse('mousePressed', x + 60, y + 27);
        await page.mouse('mouseReleased', x + 60, y + 27);
        assert.strictEqual(await page.evaluate(text('crumbs')), '(root)serve');
        assert.match(await page.evaluate(text('status')),
            /^serve · .*total 650\.0 ms, 65\.0 %/);

        await page.key('Escape');
        assert.strictEqual(await page.evaluate(text('crumbs')), '');
    });

    test('tells_what_is_under_the_pointer', async () => {
        const page = await open(profile());
        const { x, y } = await page.evaluate(`(({ x, y }) => ({ x, y }))(
            document.getElementById('graph').getBoundingClientRect())`);

        await page.mouse('mouseMoved', x + 60, y + 45);

        assert.strictEqual(await page.evaluate(text('tip')),
            'spin\n/app/shop.js:3:5\ntotal 450.0 ms, 45.0 %\nself 450.0 ms, 45.0 %');
    });

    test('can_be_walked_with_the_keys_alone', async () => {
        const page = await open(profile());

        await page.evaluate('document.getElementById("graph").focus()');
        for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter'])
            await page.key(key);
        assert.match(await page.evaluate(text('status')), /^parse · /);
        assert.strictEqual(await page.evaluate(text('crumbs')), '(root)serveparse');

        await page.key('/', '/');
        assert.strictEqual(await page.evaluate('document.activeElement.id'), 'search');
    });

    test('shows_memory_as_memory', async () => {
        const page = await open(heapProfile(), 'heapprofile');

        assert.match(await page.evaluate(text('title')), /^live memory by allocation of shop/);
        assert.match(await page.evaluate(text('hottest')), /^75\.0 %3\.0 MiB75\.0 %spin/);
    });

    test('takes_names_that_would_be_markup_script_or_control_characters_as_text', async () => {
        const page = await open(evilProfile());

        assert.strictEqual(await page.evaluate('document.scripts.length'), 3);
        assert.match(await page.evaluate('document.title'), /^CPU profile of shop/);
        assert.strictEqual(await page.evaluate('profile.functions.some(([name]) => name === '
            + `${JSON.stringify(EVIL)})`), true);
        assert.deepStrictEqual(page.complaints(), []);
    });

    test('finds_the_hot_function_of_a_spinning_process', async () => {
        const { child, url } = await serve(`
            const { url } = require('${REGISTER}/..').start();
            function spin() { for (;;); }
            console.log(url);
            setImmediate(spin);`);
        const page = await flame(url, '--seconds', '1');

        child.kill('SIGKILL');
        const share = /^matched: (.*) %$/.exec(await search(page, 'spin'))[1];

        assert.ok(share >= 90, `${share} %`);
    });

    test('draws_20000_nodes_within_a_second', async () => {
        const stacks = Array.from({ length: 20000 }, (_, i) =>
            [[`a${i % 20}`, `b${i % 400}`, `c${i}`].map((name) => [name, '/a.js', 1]), 1]);
        const page = await open({ ...profile(), ...tree(stacks), timeDeltas: undefined });

        const ms = await page.evaluate(`(() => {
            const began = performance.now();
            draw();
            document.getElementById('graph').getContext('2d').getImageData(0, 0, 1, 1);
            return performance.now() - began;
        })()`);

        assert.strictEqual(await page.evaluate('tree.count'), 20421);
        assert.ok(ms < 1000, `${ms} ms`);
    });
});
