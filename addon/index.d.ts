/* SPDX-License-Identifier: MIT */
/**
 * porthole: look into a running Node.js process from outside, also while its event loop is
 * blocked. A native agent on two threads of its own serves JSON on a side port and on a
 * unix socket; this module starts it and feeds it.
 *
 * porthole is a guest. Whatever goes wrong with it, the application starts and runs: the
 * only exceptions are for wrong options in the caller's own code. It reports trouble with
 * process.emitWarning (name 'PortholeWarning', with a code), never prints, never keeps the
 * event loop alive, and installs no signal handler.
 *
 *     const porthole = require('porthole');
 *     const agent = porthole.start({ service: 'api' });
 *     agent.url; // 'http://127.0.0.1:9090'
 *
 * Without a line of code: node -r porthole/register app.js, or --import porthole/register.
 *
 * Under systemd, in a service with WatchdogSec=, the agent sends WATCHDOG=1 as long as the
 * main thread's event loop turns, if that thread was the first to start().
 *
 * Units are the last word of a name: Ms, Bytes.
 */

/**
 * Every option can also come from the environment variable named with it; an option given
 * in code wins. A wrong option in code throws; a wrong variable is ignored with a warning.
 */
export interface Options {
    /** TCP port, 9090. A taken port gives way to the next free one of 100. 0: any free one.
     *  false: no TCP. PORTHOLE_PORT */
    port?: number | false;
    /** IP address to listen on, or 'localhost'; '127.0.0.1'. Anything but loopback needs
     *  `token` or `insecure`. PORTHOLE_HOST */
    host?: string;
    /** Directory for the unix socket and the recorder file; '/dev/shm/porthole-UID'. Empty:
     *  neither. PORTHOLE_RUN_DIR */
    runDir?: string;
    /** Secret that clients must show as `Authorization: Bearer`; 16 .. 256 printable
     *  characters. PORTHOLE_TOKEN */
    token?: string;
    /** File whose first line is the token. If it cannot be used, the agent does not start:
     *  it would be open. PORTHOLE_TOKEN_FILE */
    tokenFile?: string;
    /** Further names that clients may use in the Host header; an array, or a string with
     *  commas. PORTHOLE_ALLOWED_HOSTS */
    allowedHosts?: string | string[];
    /** 'all': /metrics, /healthz and /livez need the token as well. PORTHOLE_PROTECT */
    protect?: 'all';
    /** Allow an address other than loopback without a token. PORTHOLE_INSECURE */
    insecure?: boolean;
    /** Name of the service; the `name` in the application's package.json, else the script's
     *  name. PORTHOLE_SERVICE */
    service?: string;
    /** Part of the service that this process is: 'web', 'worker'. PORTHOLE_COMPONENT */
    component?: string;
    /** Name of this process; HOSTNAME/PID. PORTHOLE_IDENT */
    ident?: string;
    /** Version of the service. PORTHOLE_VERSION */
    version?: string;
    /** Time between two states, 50 .. 60000; 1000. PORTHOLE_TICK_MS */
    tickMs?: number;
    /** A loop that has not turned for longer is blocked; 200. PORTHOLE_BLOCKED_MS */
    blockedMs?: number;
    /** A blocked loop makes /healthz answer 503 from here on; 5000. PORTHOLE_UNHEALTHY_MS */
    unhealthyMs?: number;
    /** Connections, 4 .. 4096; 256. The oldest idle one gives way to a new one.
     *  PORTHOLE_MAX_CONNECTIONS */
    maxConnections?: number;
    /** Time a connection may take to complete a request; 10000. PORTHOLE_IDLE_MS */
    idleMs?: number;
    /** Interval of the native timer that measures how late the loop is; 50. 0: not measured.
     *  PORTHOLE_DELAY_INTERVAL_MS */
    delayIntervalMs?: number;
    /** Count event listeners; true. Hooks EventEmitter.init and EventEmitter.prototype.on,
     *  addListener and prependListener until close(). PORTHOLE_LISTENERS */
    listeners?: boolean;
    /** Count HTTP requests as server and as client, and the connections of HTTP agents; true.
     *  Subscribes to the channels of diagnostics_channel on which Node and undici publish
     *  these, until close(). PORTHOLE_HTTP */
    http?: boolean;
    /** Notice when this thread's heap nears its limit, for /state and `capture`; false. V8
     *  asks only its newest listener and expects to be given room: the limit is raised once,
     *  by 32 MiB or a thirty-second, and the listener goes. PORTHOLE_NEAR_HEAP_LIMIT */
    nearHeapLimit?: boolean;
    /** Rules for evidence that is kept in the run directory by itself, by comma: when, and
     *  what of stack, histogram and profile: 'blocked>5s:stack,heap>90%:histogram,
     *  confirmed=heap:histogram'. None.
     *  PORTHOLE_CAPTURE */
    capture?: string;
    /** A rule file, as `porthole watch` reads it: its rules with `do: capture` are added to
     *  `capture`, and mean here what they mean there. None. PORTHOLE_RULES */
    rules?: string;
    /** Memory for the history of numbers in bytes: 0, which is none, or 65536 .. 16777216;
     *  4194304, which is room for some 600. PORTHOLE_HISTORY_BYTES */
    historyBytes?: number;
    /** Do nothing at all, silently; false. PORTHOLE_DISABLE */
    disable?: boolean;
}

/**
 * What start() returns. Also when there is no agent: then `active` is false, `error` says
 * why, and everything else is harmless.
 */
export interface Agent {
    /** 'http://127.0.0.1:9090', or '' without a TCP listener or when not active. */
    readonly url: string;
    /** Path of the unix socket, or '' without one or when not active. */
    readonly socket: string;
    /** The TCP port in use, or null. */
    readonly port: number | null;
    /** process.pid, which names the process to `porthole`. */
    readonly pid: number;
    /** Is this thread observed now? */
    readonly active: boolean;
    /** Why the agent could not start; null if it did. */
    readonly error: string | null;
    /**
     * Take this thread out of the agent: hooks are taken back, nothing is published any
     * more. When the last thread has left, the port closes and the agent's threads end.
     * Again, or on an agent that never started: does nothing.
     */
    close(): void;
}

/** The /state document; README and `curl /state` show what is in it. */
export interface State {
    porthole: { schema: 1; version: string; [key: string]: unknown };
    service: { name: string; pid: number; [key: string]: unknown };
    captured: { at: string; tick: number; [key: string]: unknown };
    process: Record<string, unknown>;
    threads: Array<{ id: number; name: string; [key: string]: unknown }>;
    [section: string]: unknown;
}

/**
 * Observe this thread, and start the process's agent if no other thread has.
 *
 * In a worker thread this joins the agent that runs; what an agent is as a whole (address,
 * token, names, times) is settled by the thread that was first. A second call returns the
 * same agent. Options that would differ from those in force are ignored with one warning.
 *
 * Returns an inert agent, with one warning, when the agent cannot run: no native build,
 * another platform than Linux, no free port, unusable token file.
 *
 * @throws TypeError for an unknown option or one of a wrong type, RangeError for a value out
 *     of range; both name the option and have the code 'PORTHOLE_OPTION'.
 * @throws RangeError with the code 'PORTHOLE_OPTION' for a rule in `capture`, given in code,
 *     that the agent does not understand.
 * @throws Error with the code 'PORTHOLE_REFUSED' if `host`, given in code, is not loopback
 *     and there is neither `token` nor `insecure`.
 */
export function start(options?: Options): Agent;

/**
 * The state document as of the last tick; the same as `GET /state`. Parses some kilobytes
 * of JSON: meant for tests and debugging. null when this thread is not observed.
 */
export function state(): State | null;

/** How the objects of a type are read. A comma in a name separates two. */
export interface TrackOptions {
    /** Show only these properties of an object's top level. */
    fields?: string[];
    /** Further parts of keys, in any case, whose values are shown as "[redacted]"; those that
     *  look like a secret ("password", "apiKey", "token", "cookie", …) are in any case. false:
     *  none at all. The password in a URL is never shown. */
    redact?: false | string[];
    /** Levels of objects, lists and maps that are opened, 1 .. 16; 3. */
    depth?: number;
}

/** What track() returns. It does not keep the object alive, nor need it be kept. */
export interface Tracked {
    readonly type: string;
    /** As text. What is shown is cut beyond 511 bytes. */
    readonly id: string;
    /** Is the object tracked: neither released nor collected? Always false when tracking is
     *  not possible. */
    readonly active: boolean;
    /** The object is not shown any more, and counts as released. Again, or when it has been
     *  collected: does nothing. */
    release(): void;
}

/**
 * Show an object live, as /objects/TYPE/ID, and count it among its type, for as long as it
 * exists: it is held weakly. Costs a third of a microsecond, and some 100 bytes outside the
 * JavaScript heap.
 *
 * It is read natively when somebody asks, also while the loop is blocked: own enumerable
 * properties that hold data. No getter, proxy trap, toJSON or other code of the application
 * runs; what is no data is named in brackets ("[Getter]"). What is too deep, long or broad is
 * cut, and the cut is seen. A loop that V8 has optimised may hold a property's newest value
 * back until it calls something.
 *
 * When an object is dropped, its count falls after the next full garbage collection: V8
 * treats the weak handles of young objects as strong, so that a small collection never
 * takes a tracked object, and those that live for milliseconds only are better released.
 *
 * Works before start() and without an agent, in each thread for itself; when the native half
 * is missing, or porthole is disabled, what is returned is inert. So it is beyond 1,048,576
 * objects or 256 types of one thread, with one warning.
 *
 * An id should be unique among the live objects of its type; of two the younger is found.
 *
 * @param type     1 .. 127 bytes, without NUL; of few different values.
 * @param object   an object or a function.
 * @param options  hold for all objects of the type, until they are given again.
 *
 * @throws TypeError with the code 'PORTHOLE_OPTION', naming the argument that is wrong.
 */
export function track(type: string, id: string | number | bigint, object: object,
    options?: TrackOptions): Tracked;

/** What watch() returns. It does not keep the emitter alive, nor need it be kept. */
export interface Watched {
    readonly name: string;
    /** Is the emitter watched: neither released, collected, nor watched under a newer name?
     *  Always false beyond the ceiling. */
    readonly active: boolean;
    /** Not watched any more; it is still shown while it has many listeners. Again, or when it
     *  has been collected: does nothing. */
    release(): void;
}

/**
 * Give an emitter a name, and count its listeners exactly from the first on, event by event,
 * with what there was a minute, ten minutes and an hour ago: `listeners.heavy` in /state.
 * Emitters without a name are shown there from 16 listeners of one event on, by their class.
 *
 * It is held weakly, and costs nothing when listeners are added or events emitted: once per
 * tick it is read, natively or by own data properties, so that no getter or proxy of the
 * application runs. Of one emitter 32 events are followed, of one thread 256 emitters; what
 * is beyond is seen as a cut in the list, and in one warning.
 *
 * Works before start() and without an agent, in each thread for itself. An emitter that is
 * watched again has the newer name.
 *
 * @param name     1 .. 127 bytes, without NUL; 47 are shown.
 * @param emitter  an EventEmitter, or what has its methods; an EventTarget (AbortSignal,
 *     MessagePort). No proxy of one.
 *
 * @throws TypeError with the code 'PORTHOLE_OPTION', naming the argument that is wrong.
 */
export function watch(name: string, emitter: object): Watched;

/** That a number of the process grows and should not; as in /suspects. */
export interface Verdict {
    /** The path of the number in /state: 'sockets.tcp.established'. */
    series: string;
    /** threads[].id; null for what is no thread's own. */
    thread: number | null;
    class: 'heap' | 'external' | 'native' | 'sockets' | 'handles' | 'listeners' | 'objects' |
        'descriptors';
    verdict: 'growing' | 'stepwise' | 'settling' | 'stable' | 'unknown';
    grade: 'suspect' | 'confirmed' | 'urgent';
    /** true: passed; false: failed of late; absent: not looked at. */
    gates: Record<string, boolean>;
    confidence: number;
    slope_interval: [number, number] | null;
    slope_per_hour: number;
    since: string | null;
    window_s: number;
    level: number | null;
    limit: number | null;
    reaches_limit_in_s: number | null;
    moves_with: Array<{ series: string; correlation: number; per_event: number | null }>;
    /** All of it in one sentence. */
    says: string;
}

/**
 * Hear of growth verdicts on this thread's loop, at the tick after one got a grade or a higher
 * one; also of those that are there already. Never keeps the loop alive. May be called before
 * start(), and is quiet without an agent. What a listener throws becomes a warning.
 *
 * @throws TypeError with the code 'PORTHOLE_OPTION' for another name, or no function.
 */
export function on(name: 'suspect', listener: (verdict: Verdict) => void): void;

/** Hear of them no longer. One that was added twice goes once. */
export function off(name: 'suspect', listener: (verdict: Verdict) => void): void;

/** close() of this thread's agent, if there is one. */
export function close(): void;

/** What provide() and kang() return. */
export interface Provided {
    /** Not asked any more. Again: does nothing. */
    remove(): void;
}

export interface ProvideOptions {
    /** What one call may take, above 0 up to 60000; 50. */
    budgetMs?: number;
}

/**
 * Show what `fn` returns, whenever somebody asks: as the only object of a type, both called
 * `name`, at /objects/NAME and /kang/snapshot.
 *
 * `fn` is called on the event loop, only then, and never while nobody asks. Its value is
 * written as JSON.stringify() would, at once; what that cannot write (cycles, BigInt), or
 * what takes more than 64 KiB, is shown cut. undefined is shown as null. If `fn` throws, or
 * returns a promise, `{"error": …}` is shown in its place, and nothing else is lost. Unlike
 * what track() shows, nothing is redacted: what `fn` returns is there to be seen.
 *
 * A call cannot be stopped, but one that takes longer than `budgetMs` is the last for a
 * hundred times as long: the last copy is shown, marked so, until then.
 *
 * Works before start(), and over close() and start(); belongs to this thread. A name that is
 * provided again is the newer function's.
 *
 * @throws TypeError or RangeError that names the argument, with the code 'PORTHOLE_OPTION'.
 */
export function provide(name: string, fn: () => unknown, options?: ProvideOptions): Provided;

/** Whom a kang source speaks for. */
export interface KangService {
    name: string;
    ident: string;
    version: string;
    component?: string;
}

/** kang's own options, as for knStartServer(); `this` in the functions are the options. */
export interface KangOptions {
    /** Required, as by kang; the agent serves under /kang whatever it says. */
    uri_base: string;
    /** With `version` and `component` in the snapshot's `service`, of the first kang source
     *  there is. `ident` there is the agent's. */
    service_name: string;
    version: string;
    ident: string;
    component?: string;
    list_types(): string[];
    /** Only asked for listed types, and get() for listed objects. */
    list_objects(type: string): Array<string | number>;
    /** undefined: the object is left out. */
    get(type: string, id: any): unknown;
    stats?(): object;
    schema?(type: string): unknown;
}

/**
 * Show the objects of a kang options object, unchanged: what moray, cueball and others make
 * for kang. Any number of them; types of one name are shown as one, with the objects of all,
 * and where an id is the same as well the later registered counts. `prefix`, up to 64 bytes,
 * is put before the names of types to keep them apart.
 *
 * As with provide(), one object that fails is an error in its own place. If list_types() or
 * list_objects() fails, the answer says that it is incomplete and why. All that one source
 * takes for one request may be 500 ms, in slices of about one; what is left then is cut, and
 * the source is not asked again for a hundred times what it took. Meanwhile the last complete
 * copy is shown, if nobody else of this thread is asked in the same request; else the cause.
 *
 * @throws TypeError or RangeError that names the field, with the code 'PORTHOLE_OPTION'.
 */
export function kang(options: KangOptions, how?: { prefix?: string }): Provided;

/** Values of a metric's labels. What is left out is empty, which Prometheus takes for absent;
 *  what is no string is turned into one. Longer ones than 127 bytes are cut and end in '…'. */
export type LabelValues = Record<string, unknown>;

export interface MetricOptions {
    /** Names of labels, at most 8: [a-zA-Z_][a-zA-Z0-9_]*, not 'le', not '__…'. None. */
    labels?: string[];
}

export interface HistogramOptions extends MetricOptions {
    /** Upper bounds, growing, at most 64; +Inf is added. Those of prom-client, for seconds:
     *  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10. */
    buckets?: number[];
}

/**
 * The application's own numbers, in use like prom-client's: shown under "metrics" in /state
 * and as families of their own in /metrics, also while the loop is blocked.
 *
 * An update is a plain write to memory that the agent reads, a few nanoseconds for a metric
 * without labels or a bound series. Metrics work before start(), without an agent, and
 * survive close(). They live as long as the thread: keep the number of series small.
 *
 * Amounts that make no sense (NaN, infinities, what is no number, less than zero for a
 * counter) are ignored. An unknown label throws TypeError. Of one metric there are 1000
 * series at most, and 4096 of all: the rest are counted together, with the label value
 * '(other)'. /state shows 100 of each and 2000 of all, and says so under "(truncated)".
 *
 * Threads: each thread that start()s contributes, and the values add up, those of gauges
 * too. When a thread ends, what it has counted or observed stays; its gauges go.
 */
export interface CounterSeries {
    /** Add 1, or `amount`. */
    inc(amount?: number): void;
}

export interface GaugeSeries {
    set(value: number): void;
    inc(amount?: number): void;
    dec(amount?: number): void;
    /** Set to the seconds between this call and that of the result, which returns them. */
    startTimer(): () => number;
}

export interface HistogramSeries {
    observe(value: number): void;
    /** Observe the seconds between this call and that of the result, which returns them. */
    startTimer(): () => number;
}

/** Series: what labels() binds; bind once where updates are frequent. */
export interface Metric<Series> {
    readonly name: string;
    /** The series with these values, by name or in the order of the names. The same again is
     *  the same object. @throws TypeError for an unknown label or a wrong number of values. */
    labels(values: LabelValues): Series;
    labels(...values: unknown[]): Series;
}

export interface Counter extends Metric<CounterSeries> {
    inc(amount?: number): void;
    inc(labels: LabelValues, amount?: number): void;
}

export interface Gauge extends Metric<GaugeSeries> {
    set(value: number): void;
    set(labels: LabelValues, value: number): void;
    inc(amount?: number): void;
    inc(labels: LabelValues, amount?: number): void;
    dec(amount?: number): void;
    dec(labels: LabelValues, amount?: number): void;
    startTimer(labels?: LabelValues): (more?: LabelValues) => number;
}

export interface Histogram extends Metric<HistogramSeries> {
    observe(value: number): void;
    observe(labels: LabelValues, value: number): void;
    startTimer(labels?: LabelValues): (more?: LabelValues) => number;
}

/**
 * A metric; the same name again returns the same one.
 *
 * A name that the agent cannot show, because another metric's lines have it ('jobs' and
 * 'jobs_total') or another thread registered it differently, gives one warning.
 *
 * @param name  [a-zA-Z_][a-zA-Z0-9_]*, at most 63 characters; of a counter without '_total',
 *     which is added.
 * @param help  one line.
 *
 * @throws TypeError or RangeError with the code 'PORTHOLE_METRIC' that name the argument:
 *     wrong ones, a name that is there with another kind, labels or buckets, too many.
 */
export function counter(name: string, help?: string, options?: MetricOptions): Counter;
export function gauge(name: string, help?: string, options?: MetricOptions): Gauge;
export function histogram(name: string, help?: string, options?: HistogramOptions): Histogram;

/** Version of porthole. */
export const version: string;

declare const porthole: {
    start: typeof start;
    state: typeof state;
    close: typeof close;
    track: typeof track;
    watch: typeof watch;
    provide: typeof provide;
    kang: typeof kang;
    counter: typeof counter;
    gauge: typeof gauge;
    histogram: typeof histogram;
    version: typeof version;
};

export default porthole;
