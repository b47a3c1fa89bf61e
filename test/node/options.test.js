/* SPDX-License-Identifier: MIT */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { table, toNames, checkOptions, readEnvironment, resolve } =
    require('../../addon/options.js');

const typeErrors = [
    [null, /^options must be an object, not null$/],
    ['9090', /^options must be an object, not a value of type 'string'$/],
    [[], /^options must be an object, not an array$/],
    [{ prot: 1 }, /^unknown option 'prot': did you mean 'port'\?$/],
    [{ tickms: 1 }, /^unknown option 'tickms': did you mean 'tickMs'\?$/],
    [{ qqqqqqqqqqqq: 1 }, /^unknown option 'qqqqqqqqqqqq'$/],
    [{ 'a\nb': 1 }, /^unknown option 'a\\nb'/],
    [{ port: '9090' }, /^option 'port' must be an integer or false, not a value of type/],
    [{ port: 1.5 }, /^option 'port' must be an integer or false, not 1\.5$/],
    [{ port: true }, /^option 'port' must be an integer or false/],
    [{ port: NaN }, /^option 'port' must be an integer or false, not NaN$/],
    [{ host: 1 }, /^option 'host' must be a string, not 1$/],
    [{ token: null }, /^option 'token' must be a string, not null$/],
    [{ insecure: 'yes' }, /^option 'insecure' must be true or false/],
    [{ listeners: 1 }, /^option 'listeners' must be true or false, not 1$/],
    [{ allowedHosts: [1] }, /^option 'allowedHosts' must be an array of strings or/],
    [{ protect: true }, /^option 'protect' must be a string/],
    [{ tickMs: '1000' }, /^option 'tickMs' must be an integer/],
    [{ service: {} }, /^option 'service' must be a string, not a value of type 'object'$/],
];

const rangeErrors = [
    [{ port: -1 }, /^option 'port' must be 0 \.\. 65535, not -1$/],
    [{ port: 65536 }, /^option 'port' must be 0 \.\. 65535, not 65536$/],
    [{ tickMs: 49 }, /^option 'tickMs' must be 50 \.\. 60000, not 49$/],
    [{ historyBytes: 65535 },
        /^option 'historyBytes' must be 0 or 65536 \.\. 16777216, not 65535$/],
    [{ tickMs: 60001 }, /^option 'tickMs' must be 50 \.\. 60000/],
    [{ maxConnections: 3 }, /^option 'maxConnections' must be 4 \.\. 4096, not 3$/],
    [{ host: 'example.org' }, /^option 'host' must be an IP address or 'localhost'/],
    [{ protect: 'some' }, /^option 'protect' must be 'all', not "some"$/],
    [{ service: '' }, /^option 'service' must be 1 \.\. 128 bytes/],
    [{ service: 'a\u001b[31m' }, /^option 'service' must be 1 \.\. 128 bytes without control/],
    [{ allowedHosts: 'a b' }, /^option 'allowedHosts' must be at most 64 host names/],
    [{ token: 'short' }, /^option 'token' must be 16 \.\. 256 printable characters$/],
    [{ token: 'a token with blanks' }, /^option 'token' must be 16 \.\. 256 printable/],
];

for (const [options, message] of typeErrors) {
    test(`throws_TypeError_for_${JSON.stringify(options)}`, () => {
        assert.throws(() => checkOptions(options),
            { name: 'TypeError', code: 'PORTHOLE_OPTION', message });
    });
}

for (const [options, message] of rangeErrors) {
    test(`throws_RangeError_for_${JSON.stringify(options)}`, () => {
        assert.throws(() => checkOptions(options),
            { name: 'RangeError', code: 'PORTHOLE_OPTION', message });
    });
}

const accepted = {
    port: [0, 65535, false], host: ['::1', '127.0.0.1', 'localhost'], runDir: ['', '/x'],
    token: ['0123456789abcdef'], tokenFile: ['/x'], allowedHosts: ['a,b', ['a', 'b'], ''],
    protect: ['all'], insecure: [true, false], service: ['api'], component: ['web'],
    ident: ['web-3/1'], version: ['1.0.0'], tickMs: [50, 60000], blockedMs: [10],
    unhealthyMs: [10], maxConnections: [4, 4096], idleMs: [100], delayIntervalMs: [0, 1000],
    listeners: [true, false], http: [true, false], disable: [true, false],
    nearHeapLimit: [true, false], historyBytes: [0, 65536, 16777216],
    capture: ['', 'blocked>5s:stack'], rules: ['', '/etc/porthole.rules'],
};

for (const { name } of table) {
    test(`accepts_the_good_values_of_${name}`, () => {
        assert.ok(accepted[name].length > 0);
        for (const value of accepted[name])
            assert.deepStrictEqual(checkOptions({ [name]: value }), { [name]: value });
    });
}

test('takes_undefined_for_not_given', () => {
    assert.deepStrictEqual(checkOptions({ port: undefined }), {});
    assert.deepStrictEqual(checkOptions(undefined), {});
});

const variables = [
    ['PORTHOLE_PORT', '8080', 'port', 8080],
    ['PORTHOLE_PORT', 'false', 'port', false],
    ['PORTHOLE_PORT', '0', 'port', 0],
    ['PORTHOLE_HOST', '::1', 'host', '::1'],
    ['PORTHOLE_RUN_DIR', '', 'runDir', ''],
    ['PORTHOLE_TOKEN', '0123456789abcdef', 'token', '0123456789abcdef'],
    ['PORTHOLE_TOKEN_FILE', '/run/t', 'tokenFile', '/run/t'],
    ['PORTHOLE_ALLOWED_HOSTS', 'a,b', 'allowedHosts', 'a,b'],
    ['PORTHOLE_PROTECT', 'all', 'protect', 'all'],
    ['PORTHOLE_INSECURE', '1', 'insecure', true],
    ['PORTHOLE_INSECURE', 'off', 'insecure', false],
    ['PORTHOLE_SERVICE', 'api', 'service', 'api'],
    ['PORTHOLE_COMPONENT', 'web', 'component', 'web'],
    ['PORTHOLE_IDENT', 'x', 'ident', 'x'],
    ['PORTHOLE_VERSION', '2', 'version', '2'],
    ['PORTHOLE_TICK_MS', '500', 'tickMs', 500],
    ['PORTHOLE_BLOCKED_MS', '50', 'blockedMs', 50],
    ['PORTHOLE_UNHEALTHY_MS', '900', 'unhealthyMs', 900],
    ['PORTHOLE_MAX_CONNECTIONS', '8', 'maxConnections', 8],
    ['PORTHOLE_IDLE_MS', '1000', 'idleMs', 1000],
    ['PORTHOLE_DELAY_INTERVAL_MS', '0', 'delayIntervalMs', 0],
    ['PORTHOLE_LISTENERS', 'no', 'listeners', false],
    ['PORTHOLE_HTTP', 'off', 'http', false],
    ['PORTHOLE_NEAR_HEAP_LIMIT', '1', 'nearHeapLimit', true],
    ['PORTHOLE_HISTORY_BYTES', '0', 'historyBytes', 0],
    ['PORTHOLE_CAPTURE', 'blocked>5s:stack', 'capture', 'blocked>5s:stack'],
    ['PORTHOLE_RULES', '/etc/porthole.rules', 'rules', '/etc/porthole.rules'],
    ['PORTHOLE_DISABLE', 'true', 'disable', true],
];

for (const [variable, text, name, value] of variables) {
    test(`reads_${variable}=${text}`, () => {
        const warnings = [];

        const found = readEnvironment({ [variable]: text },
            (message) => warnings.push(message));

        assert.deepStrictEqual(found, { [name]: value });
        assert.deepStrictEqual(warnings, []);
    });
}

test('has_a_variable_of_its_own_for_every_option', () => {
    const tested = new Set(variables.map(([variable]) => variable));

    assert.deepStrictEqual(table.filter(({ env }) => !tested.has(env)), []);
    assert.strictEqual(new Set(table.map(({ env }) => env)).size, table.length);
});

const wrongVariables = [
    ['PORTHOLE_PORT', 'http'], ['PORTHOLE_PORT', '70000'], ['PORTHOLE_PORT', '9090 '],
    ['PORTHOLE_PORT', '1e3'], ['PORTHOLE_HOST', 'example.org'], ['PORTHOLE_TOKEN', 'short'],
    ['PORTHOLE_PROTECT', 'none'], ['PORTHOLE_INSECURE', 'maybe'], ['PORTHOLE_TICK_MS', '1'],
    ['PORTHOLE_TICK_MS', '99999999999999999999'], ['PORTHOLE_DISABLE', '2'],
    ['PORTHOLE_SERVICE', 'x'.repeat(200)], ['PORTHOLE_LISTENERS', 'some'],
];

for (const [variable, text] of wrongVariables) {
    test(`ignores_${variable}=${text.slice(0, 24)}_with_one_warning`, () => {
        const warnings = [];

        const found = readEnvironment({ [variable]: text }, (...args) => warnings.push(args));

        assert.deepStrictEqual(found, {});
        assert.strictEqual(warnings.length, 1);
        assert.ok(warnings[0][0].includes(`'${variable}'`), warnings[0][0]);
        assert.strictEqual(warnings[0][1], 'PORTHOLE_ENVIRONMENT');
    });
}

test('never_repeats_a_token_in_a_message', () => {
    const warnings = [];
    const secret = 'secret with blanks';

    readEnvironment({ PORTHOLE_TOKEN: secret }, (message) => warnings.push(message));

    assert.ok(!warnings[0].includes('secret'), warnings[0]);
    assert.throws(() => checkOptions({ token: secret }), (e) => !e.message.includes('secret'));
});

test('lets_code_win_over_environment_and_environment_over_defaults', () => {
    const options = resolve({ port: 1 }, { port: 2, tickMs: 500 });

    assert.strictEqual(options.port, 1);
    assert.strictEqual(options.tickMs, 500);
    assert.strictEqual(options.idleMs, 10000);
});

test('lets_a_token_in_code_displace_a_token_file_in_the_environment', () => {
    const options = resolve({ token: '0123456789abcdef' }, { tokenFile: '/run/t' });

    assert.strictEqual(options.tokenFile, undefined);
});

test('splits_host_names_at_commas', () => {
    assert.deepStrictEqual(toNames(' a, b ,,c'), ['a', 'b', 'c']);
    assert.deepStrictEqual(toNames(['a', ' b ']), ['a', 'b']);
});

test('documents_every_option_and_variable_in_index_d_ts', () => {
    const types = fs.readFileSync(path.join(__dirname, '../../addon/index.d.ts'), 'utf8');

    for (const { name, env } of table) {
        assert.match(types, new RegExp(`^    ${name}\\?:`, 'm'));
        assert.ok(types.includes(env), env);
    }
});
