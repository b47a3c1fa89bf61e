/* SPDX-License-Identifier: MIT */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { ROOT, REGISTER, evaluate, run } = require('./helper.js');
const { load } = require('../../addon/native.js');
const { serviceName } = require('../../addon/identity.js');

const START = "const p = require('./addon'); const a = p.start();";
const show = (expression) => `console.log(JSON.stringify(${expression}));`;

function temporary(t)
{
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'porthole-'));

    t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
    return dir;
}

test('start_returns_an_active_agent_with_its_address', async () => {
    const { value, stderr } = await evaluate(
        `${START} ${show('[a.active, a.url, a.port, a.pid === process.pid, a.error]')}`);

    const [active, url, port, ownPid, error] = value;
    assert.deepStrictEqual([active, ownPid, error, stderr], [true, true, null, '']);
    assert.strictEqual(url, `http://127.0.0.1:${port}`);
    assert.ok(port > 0);
});

test('start_twice_returns_the_same_agent_silently', async () => {
    const { value, stderr } = await evaluate(`${START} ${show('p.start() === a')}`);

    assert.strictEqual(value, true);
    assert.strictEqual(stderr, '');
});

test('start_again_with_other_options_warns_once_and_names_them', async () => {
    const { value, stderr } = await evaluate(`${START}
        const same = [1, 2].every(() => p.start({ tickMs: 500, service: 'x' }) === a);
        ${show('same')}`);

    assert.strictEqual(value, true);
    assert.match(stderr, /PORTHOLE_ALREADY_RUNNING.*ignoring 'tickMs', 'service'/);
    assert.strictEqual(stderr.match(/PORTHOLE_ALREADY_RUNNING/g).length, 1);
});

test('start_again_with_the_options_in_force_is_silent', async () => {
    const { stderr } = await evaluate(`const p = require('./addon');
        p.start({ tickMs: 500 }); p.start({ tickMs: 500 }); console.log(1)`);

    assert.strictEqual(stderr, '');
});

test('close_leaves_an_inert_agent_and_start_makes_a_new_one', async () => {
    const { value } = await evaluate(`${START} a.close(); a.close(); p.close();
        const closed = [a.active, a.url, a.socket, a.port, p.state()];
        const b = p.start();
        ${show('[closed, b !== a, b.active, b.port > 0, p.state() !== null]')}`);

    assert.deepStrictEqual(value, [[false, '', '', null, null], true, true, true, true]);
});

test('a_thousand_starts_and_closes_leave_no_descriptor_and_no_thread', async () => {
    const { value } = await evaluate(`const p = require('./addon'); const fs = require('fs');
        const count = () => ['fd', 'task'].map((d) => fs.readdirSync('/proc/self/' + d).length);
        p.start().close();
        const before = count();
        for (let i = 0; i < 1000; i++) p.start().close();
        ${show('[before, count()]')}`);

    const [before, after] = value;
    assert.deepStrictEqual(after, before);
});

test('state_is_the_document_and_null_without_an_agent', async () => {
    const { value } = await evaluate(`const p = require('./addon');
        const none = p.state(); p.start();
        ${show('[none, p.state().service.pid === process.pid]')}`);

    assert.deepStrictEqual(value, [null, true]);
});

test('wrong_options_throw_and_start_nothing', async () => {
    const { value } = await evaluate(`const p = require('./addon');
        let code; try { p.start({ prot: 1 }); } catch (e) { code = e.code; }
        ${show('[code, p.state()]')}`);

    assert.deepStrictEqual(value, ['PORTHOLE_OPTION', null]);
});

test('two_copies_of_the_package_share_one_agent', async (t) => {
    const copy = path.join(temporary(t), 'addon');

    fs.cpSync(path.join(ROOT, 'addon'), copy, { recursive: true });
    const { value } = await evaluate(
        `${START} ${show(`require(${JSON.stringify(copy)}).start() === a`)}`);

    assert.strictEqual(value, true);
});

test('a_fresh_realm_in_the_same_thread_joins_and_does_not_disturb', async () => {
    const { value, stderr } = await evaluate(`${START}
        const dir = process.cwd() + '/addon';
        const code = require('fs').readFileSync(dir + '/index.js', 'utf8');
        const load = require('vm').compileFunction(code,
            ['require', 'module', '__dirname', 'globalThis']);
        const module = { exports: {} };
        load((name) => require(name.replace(/^[.]/, dir)), module, dir, {});
        const b = module.exports.start();
        const timer = setInterval(() => {
            const { threads } = p.state();
            if (threads.length === 0) return;
            clearInterval(timer);
            ${show('[module.exports !== p, b.url === a.url, threads.length]')}
        }, 20);`);

    assert.deepStrictEqual(value, [true, true, 1]);
    assert.strictEqual(stderr, '');
});

test('import_and_require_name_the_same_things_as_the_types', async () => {
    const types = fs.readFileSync(path.join(ROOT, 'addon/index.d.ts'), 'utf8');
    const named = [...types.matchAll(/^export (?:function|const) (\w+)/gm)].map((m) => m[1]);
    const code = `import porthole, * as all from './addon/index.mjs';
        import { createRequire } from 'module';
        const required = createRequire(process.cwd() + '/x')('./addon');
        console.log(JSON.stringify([Object.keys(all), Object.keys(porthole),
            porthole === required]));`;

    const { value } = await evaluate(code, { node: ['--input-type=module'] });

    assert.deepStrictEqual(value[0].sort(), [...named, 'default'].sort());
    assert.deepStrictEqual(value[1].sort(), named.sort());
    assert.strictEqual(value[2], true);
});

test('version_is_the_one_of_the_package_and_of_the_native_part', () => {
    const { version } = require('../../addon');

    assert.strictEqual(version, require('../../package.json').version);
    assert.strictEqual(version, load('linux', process.version).binding.version);
});

for (const flag of ['-r', '--import']) {
    test(`node_${flag}_register_starts_the_agent`, async () => {
        const { value } = await evaluate(show("require('./addon').state() !== null"),
            { node: [flag, REGISTER] });

        assert.strictEqual(value, true);
    });
}

for (const name of ['npm-cli.js', 'npx', 'yarn.js', 'pnpm.cjs', 'corepack']) {
    test(`register_steps_aside_for_${name}`, async (t) => {
        const script = path.join(temporary(t), name);
        const addon = JSON.stringify(path.join(ROOT, 'addon'));

        fs.writeFileSync(script, `console.log(require(${addon}).state())`);
        const { stdout, stderr } = await run(['-r', REGISTER, script]);

        assert.deepStrictEqual([stdout, stderr], ['null\n', '']);
    });
}

test('a_missing_native_build_gives_one_warning_and_an_inert_agent', async (t) => {
    const copy = path.join(temporary(t), 'addon');

    fs.cpSync(path.join(ROOT, 'addon'), copy, { recursive: true });
    const { value, stderr } = await evaluate(`
        const p = require(${JSON.stringify(copy)});
        const a = p.start({ port: 0 }); p.start(); a.close(); p.close();
        ${show('[a.active, a.url, a.socket, a.port, p.state(), a.error]')}`);

    assert.deepStrictEqual(value.slice(0, 5), [false, '', '', null, null]);
    assert.match(value[5], /^cannot load the native part: it was not built; run 'make addon/);
    assert.strictEqual(stderr.match(/PORTHOLE_UNAVAILABLE/g).length, 1);
});

test('another_platform_gives_one_warning_and_an_inert_agent', async () => {
    const { value, stderr } = await evaluate(`
        Object.defineProperty(process, 'platform', { value: 'sunos' });
        const a = require('./addon').start(); ${show('[a.active, a.error]')}`);

    assert.deepStrictEqual(value,
        [false, "cannot run on platform 'sunos': only Linux is supported"]);
    assert.match(stderr, /PORTHOLE_UNAVAILABLE.*sunos/);
});

for (const [what, content, message] of [
    ['missing', null, /^cannot read token file '.*': ENOENT$/],
    ['short', 'secret\n', /^cannot use token file '.*': not 16 \.\. 256 printable characters$/],
]) {
    test(`a_token_file_that_is_${what}_keeps_the_agent_closed`, async (t) => {
        const file = path.join(temporary(t), 'token');

        if (content !== null)
            fs.writeFileSync(file, content);
        const { value, stderr } = await evaluate(`${START} ${show('[a.active, a.error]')}`,
            { env: { PORTHOLE_TOKEN_FILE: file } });

        assert.strictEqual(value[0], false);
        assert.match(value[1], message);
        assert.match(stderr, /PORTHOLE_TOKEN_FILE/);
    });
}

test('a_non_loopback_host_without_token_in_code_is_refused_with_an_error', async () => {
    const { value } = await evaluate(`let e;
        try { require('./addon').start({ host: '0.0.0.0' }); } catch (error) { e = error; }
        ${show("[e.code, e.message.includes('0.0.0.0')]")}`);

    assert.deepStrictEqual(value, ['PORTHOLE_REFUSED', true]);
});

test('a_non_loopback_host_without_token_in_the_environment_only_warns', async () => {
    const { value, stderr } = await evaluate(`${START} ${show('a.active')}`,
        { env: { PORTHOLE_HOST: '0.0.0.0' } });

    assert.strictEqual(value, false);
    assert.match(stderr, /PORTHOLE_REFUSED/);
});

test('PORTHOLE_DISABLE_makes_everything_inert_and_silent', async () => {
    const { value, stderr } = await evaluate(`${START} ${show('[a.active, a.url, p.state()]')}`,
        { env: { PORTHOLE_DISABLE: '1' }, node: ['-r', REGISTER] });

    assert.deepStrictEqual(value, [false, '', null]);
    assert.strictEqual(stderr, '');
});

test('a_wrong_variable_warns_once_and_the_agent_starts', async () => {
    const { value, stderr } = await evaluate(`${START} ${show('a.active')}`,
        { env: { PORTHOLE_TICK_MS: 'often' } });

    assert.strictEqual(value, true);
    assert.match(stderr, /PORTHOLE_ENVIRONMENT.*'PORTHOLE_TICK_MS': must be 50 \.\. 60000/);
});

test('port_false_opens_no_port', async () => {
    const { value } = await evaluate(`const a = require('./addon').start({ port: false });
        ${show("[a.active, a.url, a.port, a.socket !== '']")}`);

    assert.deepStrictEqual(value, [true, '', null, true]);
});

test('a_taken_port_gives_way_to_the_next', async () => {
    const { value } = await evaluate(`
        const server = require('net').createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            const a = require('./addon').start({ port });
            ${show('[port, a.port]')}
            server.close();
        });`);

    const [taken, port] = value;
    assert.ok(port > taken && port < taken + 100, `${taken} ${port}`);
});

test('service_is_named_after_the_nearest_package_json', (t) => {
    const dir = temporary(t);

    fs.mkdirSync(path.join(dir, 'src'));
    fs.writeFileSync(path.join(dir, 'package.json'), '{"name": "shop"}');

    assert.strictEqual(serviceName(path.join(dir, 'src', 'main.js')), 'shop');
});

test('service_is_named_after_the_script_where_package_json_is_missing_or_broken', (t) => {
    const dir = path.join(temporary(t), 'a/b/c/d');

    fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(path.join(dir, 'package.json'), '{"name": ');

    assert.strictEqual(serviceName(path.join(dir, 'server.js')), 'server');
    assert.strictEqual(serviceName(undefined), undefined);
});
