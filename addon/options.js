/* SPDX-License-Identifier: MIT */
/*
 * The options: one table that feeds checking, environment variables and documentation.
 *
 * An explicit option that is wrong throws at once, naming the option; a wrong environment
 * variable is ignored with one warning, because nobody's service may fail to start over it.
 */
'use strict';

const HOUR_MS = 3600000;

/* type: see `types` below. `default` is what stands in the documentation; undefined means
 * that the agent, or start() itself, finds the value. */
const table = [
    { name: 'port', env: 'PORTHOLE_PORT', type: 'port', min: 0, max: 65535, default: 9090,
      help: 'TCP port; a taken one gives way to the next; 0 any free one; false none' },
    { name: 'host', env: 'PORTHOLE_HOST', type: 'address', default: '127.0.0.1',
      help: 'IP address to listen on; other than loopback needs a token or insecure' },
    { name: 'runDir', env: 'PORTHOLE_RUN_DIR', type: 'text', min: 0, max: 90,
      help: 'directory of the unix socket and the recorder file; empty for neither' },
    { name: 'token', env: 'PORTHOLE_TOKEN', type: 'token', min: 16, max: 256,
      help: 'secret that clients must show' },
    { name: 'tokenFile', env: 'PORTHOLE_TOKEN_FILE', type: 'text', min: 1, max: 4096,
      help: 'file that holds the token in its first line' },
    { name: 'allowedHosts', env: 'PORTHOLE_ALLOWED_HOSTS', type: 'names', min: 0, max: 64,
      help: 'further names that clients may use in the Host header' },
    { name: 'protect', env: 'PORTHOLE_PROTECT', type: 'choice', choices: ['all'],
      help: "'all': /metrics, /healthz and /livez need the token as well" },
    { name: 'insecure', env: 'PORTHOLE_INSECURE', type: 'flag', default: false,
      help: 'allow an address other than loopback without a token' },
    { name: 'service', env: 'PORTHOLE_SERVICE', type: 'text', min: 1, max: 128,
      help: "name of the service; default: the name in the application's package.json" },
    { name: 'component', env: 'PORTHOLE_COMPONENT', type: 'text', min: 1, max: 128,
      help: 'part of the service that this process is' },
    { name: 'ident', env: 'PORTHOLE_IDENT', type: 'text', min: 1, max: 128,
      help: 'name of this process; default: HOSTNAME/PID' },
    { name: 'version', env: 'PORTHOLE_VERSION', type: 'text', min: 1, max: 128,
      help: 'version of the service' },
    { name: 'tickMs', env: 'PORTHOLE_TICK_MS', type: 'integer', min: 50, max: 60000,
      default: 1000, help: 'time between two states' },
    { name: 'blockedMs', env: 'PORTHOLE_BLOCKED_MS', type: 'integer', min: 10, max: HOUR_MS,
      default: 200, help: 'a loop that has not turned for longer is blocked' },
    { name: 'unhealthyMs', env: 'PORTHOLE_UNHEALTHY_MS', type: 'integer', min: 10,
      max: HOUR_MS, default: 5000, help: '/healthz answers 503 from here on' },
    { name: 'maxConnections', env: 'PORTHOLE_MAX_CONNECTIONS', type: 'integer', min: 4,
      max: 4096, default: 256, help: 'connections; the oldest idle one gives way' },
    { name: 'idleMs', env: 'PORTHOLE_IDLE_MS', type: 'integer', min: 100, max: HOUR_MS,
      default: 10000, help: 'time a connection may take to complete a request' },
    { name: 'delayIntervalMs', env: 'PORTHOLE_DELAY_INTERVAL_MS', type: 'integer', min: 0,
      max: 1000, default: 50, help: 'interval of the native lateness timer; 0 off' },
    { name: 'listeners', env: 'PORTHOLE_LISTENERS', type: 'flag', default: true,
      help: 'count event listeners' },
    { name: 'http', env: 'PORTHOLE_HTTP', type: 'flag', default: true,
      help: 'count HTTP requests, and the connections of HTTP agents' },
    { name: 'nearHeapLimit', env: 'PORTHOLE_NEAR_HEAP_LIMIT', type: 'flag', default: false,
      help: 'notice when the heap nears its limit, which then is raised a little, once' },
    { name: 'historyBytes', env: 'PORTHOLE_HISTORY_BYTES', type: 'integer', min: 65536,
      max: 16 << 20, or: 0, default: 4 << 20,
      help: 'memory for the history of numbers; 0 none' },
    { name: 'capture', env: 'PORTHOLE_CAPTURE', type: 'text', min: 0, max: 4096,
      help: "evidence to keep by itself: 'blocked>5s:stack,heap>90%:histogram'" },
    { name: 'rules', env: 'PORTHOLE_RULES', type: 'text', min: 0, max: 4096,
      help: "a rule file, whose 'do: capture' are for this process" },
    { name: 'disable', env: 'PORTHOLE_DISABLE', type: 'flag', default: false,
      help: 'do nothing at all' },
];

const FLAGS = new Map([
    ['1', true], ['true', true], ['yes', true], ['on', true],
    ['0', false], ['false', false], ['no', false], ['off', false], ['', false],
]);

const printable = /^[\x21-\x7e]+$/;
const control = /[\0-\x1f\x7f]/;

/*
 * Per type: what it is called in messages; `is`, whether a value has the right JavaScript
 * type; `fits`, whether it is in range; `limits`, what to say when it is not; `parse`, from
 * an environment variable (undefined: not a value of this type).
 */
const types = {
    port: {
        called: 'an integer or false',
        is: (value) => value === false || Number.isInteger(value),
        fits: (value, { min, max }) => value === false || (value >= min && value <= max),
        limits: ({ min, max }) => `${min} .. ${max}`,
        parse: (text) => FLAGS.get(text) === false && text !== '0' ? false : parseInteger(text),
    },
    integer: {
        called: 'an integer',
        is: (value) => Number.isInteger(value),
        fits: (value, { min, max, or }) => (value >= min && value <= max) || value === or,
        limits: ({ min, max, or }) => `${or === undefined ? '' : `${or} or `}${min} .. ${max}`,
        parse: parseInteger,
    },
    flag: {
        called: 'true or false',
        is: (value) => typeof value === 'boolean',
        fits: () => true,
        parse: (text) => FLAGS.get(text.toLowerCase()),
    },
    text: {
        called: 'a string',
        is: (value) => typeof value === 'string',
        fits: (value, { min, max }) => lengthFits(value, min, max) && !control.test(value),
        limits: ({ min, max }) => `${min} .. ${max} bytes without control characters`,
        parse: (text) => text,
    },
    token: {
        called: 'a string',
        is: (value) => typeof value === 'string',
        fits: (value, { min, max }) => lengthFits(value, min, max) && printable.test(value),
        limits: ({ min, max }) => `${min} .. ${max} printable characters`,
        parse: (text) => text,
        secret: true,
    },
    address: {
        called: 'a string',
        is: (value) => typeof value === 'string',
        fits: (value) => value === 'localhost' || require('net').isIP(value) !== 0,
        limits: () => "an IP address or 'localhost'",
        parse: (text) => text,
    },
    names: {
        called: 'an array of strings or a string with commas',
        is: (value) => typeof value === 'string' ||
            (Array.isArray(value) && value.every((name) => typeof name === 'string')),
        fits: (value, { max }) => toNames(value).length <= max &&
            toNames(value).every((name) => lengthFits(name, 1, 255) && printable.test(name)),
        limits: ({ max }) => `at most ${max} host names`,
        parse: (text) => text,
    },
    choice: {
        called: 'a string',
        is: (value) => typeof value === 'string',
        fits: (value, { choices }) => choices.includes(value),
        limits: ({ choices }) => choices.map((choice) => `'${choice}'`).join(' or '),
        parse: (text) => text,
    },
};

function parseInteger(text)
{
    return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

function lengthFits(text, min, max)
{
    const bytes = Buffer.byteLength(text);

    return bytes >= min && bytes <= max;
}

function toNames(value)
{
    const names = Array.isArray(value) ? value : value.split(',');

    return names.map((name) => name.trim()).filter((name) => name !== '');
}

/* Number of single-character edits between two words. */
function distance(a, b)
{
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);

    for (let i = 1; i <= a.length; i++) {
        const next = [i];

        for (let j = 1; j <= b.length; j++) {
            const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);

            next[j] = Math.min(change, row[j] + 1, next[j - 1] + 1);
        }
        row = next;
    }
    return row[b.length];
}

function nearest(word)
{
    const name = word.slice(0, 64).toLowerCase();
    const ranked = table
        .map((option) => ({ option, far: distance(name, option.name.toLowerCase()) }))
        .sort((a, b) => a.far - b.far);

    return ranked[0].far <= 3 ? ranked[0].option.name : null;
}

/* For messages: short, and on one line whatever it is. */
function show(value)
{
    return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}

function fail(ErrorType, code, message)
{
    throw Object.assign(new ErrorType(message), { code });
}

function checkOne(option, value)
{
    const type = types[option.type];

    if (!type.is(value)) {
        fail(TypeError, 'PORTHOLE_OPTION',
            `option '${option.name}' must be ${type.called}, not ${kindOf(value)}`);
    }
    if (!type.fits(value, option)) {
        const not = type.secret ? '' : `, not ${show(value)}`;

        fail(RangeError, 'PORTHOLE_OPTION',
            `option '${option.name}' must be ${type.limits(option)}${not}`);
    }
}

function kindOf(value)
{
    if (value === null)
        return 'null';
    if (typeof value === 'number')
        return String(value);
    return Array.isArray(value) ? 'an array' : `a value of type '${typeof value}'`;
}

/**
 * Check the options given in code. Throws TypeError or RangeError, naming the option.
 * A value of undefined counts as not given.
 */
function checkOptions(options)
{
    const known = new Map(table.map((option) => [option.name, option]));
    const explicit = {};

    if (options === undefined)
        return explicit;
    if (options === null || typeof options !== 'object' || Array.isArray(options))
        fail(TypeError, 'PORTHOLE_OPTION', `options must be an object, not ${kindOf(options)}`);
    for (const [name, value] of Object.entries(options)) {
        const option = known.get(name);

        if (option === undefined) {
            const near = nearest(name);

            fail(TypeError, 'PORTHOLE_OPTION', `unknown option ${quote(name)}` +
                (near === null ? '' : `: did you mean '${near}'?`));
        }
        if (value === undefined)
            continue;
        checkOne(option, value);
        explicit[name] = value;
    }
    return explicit;
}

function quote(name)
{
    return `'${JSON.stringify(name.slice(0, 60)).slice(1, -1)}'`;
}

/**
 * Read the options from environment variables. `warn(message, code)` is told about each
 * one that is wrong, which is then ignored. An empty variable counts as not set, except
 * PORTHOLE_RUN_DIR, where it says "none".
 */
function readEnvironment(env, warn)
{
    const found = {};

    for (const option of table) {
        const text = env[option.env];

        if (text === undefined || (text === '' && option.name !== 'runDir'))
            continue;
        const type = types[option.type];
        const value = type.parse(text);

        if (value === undefined || !type.fits(value, option)) {
            const must = type.limits === undefined ? type.called : type.limits(option);
            const not = type.secret ? '' : `, not ${show(text)}`;

            warn(`ignoring environment variable '${option.env}': must be ${must}${not}`,
                'PORTHOLE_ENVIRONMENT');
        } else {
            found[option.name] = value;
        }
    }
    return found;
}

/** Defaults, then environment, then explicit options: the later wins. */
function resolve(explicit, environment)
{
    const resolved = {};

    for (const option of table) {
        resolved[option.name] =
            explicit[option.name] ?? environment[option.name] ?? option.default;
    }
    /* Each form of the token displaces the other when it is given closer by. */
    if (explicit.token !== undefined && explicit.tokenFile === undefined)
        resolved.tokenFile = undefined;
    if (explicit.tokenFile !== undefined && explicit.token === undefined)
        resolved.token = undefined;
    return resolved;
}

module.exports = { table, toNames, checkOptions, readEnvironment, resolve };
