/* SPDX-License-Identifier: MIT */
/**
 * In place of kang: `require('porthole/kang')` has the functions of `require('kang')` 1.x,
 * on every Node that porthole runs on. What differs is said at each.
 */
import { KangOptions, KangService } from './index';

export { KangOptions };

/** Where a kang server is. */
export interface Source {
    protocol: 'http' | 'https';
    host: string;
    port: number;
    path: string;
}

/** What knStartServer() calls back with: a handle, the server itself is the agent's. */
export interface Server {
    readonly name: 'Kang';
    readonly url: string;
    /** Where the objects really are; a path if the agent has no TCP port; null once closed. */
    address(): { address: string; family: string; port: number } | string | null;
    /** Shown no more. Ends the agent if knStartServer() has started it. */
    close(callback?: () => void): this;
    on(event: 'close', listener: () => void): this;
    /** As a server of net: it keeps the process alive, unless it is told not to. */
    ref(): this;
    unref(): this;
}

export interface ServerArguments extends KangOptions {
    /** 80. 0: any free one. */
    port?: number | string;
    /** '127.0.0.1', not all addresses as in kang. An IP address or 'localhost'; one that is
     *  not loopback is refused as start() says. */
    host?: string;
}

/**
 * Serve objects under /kang.
 *
 * Without a running agent one is started on exactly this address, with the service, version,
 * component and ident given here. With one, the objects are added to it; when that is not at
 * `port`, a process warning says so, once, and server.address() where they are.
 *
 * `uri_base` must be '/kang'. The callback gets an error for another one, and for an address
 * that cannot be had (EADDRINUSE); kang never told of the latter.
 *
 * @throws TypeError or RangeError, naming the field, with the code 'PORTHOLE_OPTION'.
 */
export function knStartServer(args: ServerArguments,
    callback: (error: Error | null, server?: Server) => void): void;

/**
 * A handler for restify, express or node's own http, under any `uri_base`. It computes on the
 * loop, as the original does, so it answers only while the loop turns; an object that fails is
 * shown as {"error": …} instead of losing all others.
 */
export function knRestifyHandler(args: KangOptions):
    (request: any, response: any, next?: () => void) => void;

/** From `[http[s]://]host[:port][/path]`. @throws Error that says what is wrong. */
export function knMakeSource(text: string): Source;
/** From a list with commas; empty pieces are passed over. */
export function knParseSources(text: string): Source[];
/** From the environment variable; none if it is not set. */
export function knParseEnv(variable?: string): Source[];
/** 'KANG_SOURCES' */
export const knSourcesEnvVar: string;

export interface ClientOptions {
    /** For the whole of one answer, body included; 10000. */
    requestTimeout?: number;
    /** Until there is a connection; none of its own. */
    connectTimeout?: number;
    /** Of one answer, unpacked; 256 MiB. */
    maxBytes?: number;
    /** Sent as well: { authorization: 'Bearer …' }. */
    headers?: Record<string, string>;
    /** As in node's tls; so are cert, key, pfx, passphrase, rejectUnauthorized, servername. */
    ca?: unknown;
    [tls: string]: unknown;
}

/** Names the first of what went wrong; errors() has all, each with its `source`. */
export interface FetchError extends Error {
    cause: Error;
    errors(): Array<Error & { source?: Source }>;
}

/**
 * Ask all sources at once and merge what comes. Calls back in time whatever they do; if some
 * fail, with an error and what the others said.
 */
export function knFetchAll(args: { sources: Source[]; clientOptions?: ClientOptions },
    callback: (error: FetchError | null, snapshot: Snapshot) => void): void;

/** The same for schemas, from where /snapshot is replaced by /schema. */
export function knFetchSchema(args: { sources: Source[]; clientOptions?: ClientOptions },
    callback: (error: FetchError | null, schema: Schemas) => void): void;

export interface Schemas {
    types: Record<string, Record<string, Record<string, unknown>>>;
}

/**
 * All objects of all sources. Each has its own id under the name of its type, and `origin`,
 * the name of its service. A string becomes { body }, null becomes { value: null }.
 */
export interface Snapshot {
    types(): string[];
    list(type: string): string[];
    lookup(type: string, id: string): any[];
    lookupFirst(type: string, id: string): any;
    queryParse(query: string): { type: string; id?: string };
    /** 'type' or 'type:id'; the type 'type' lists the types. */
    query(query: string): { fields: string[]; objects: any[] };
    fieldsFor(type: string, objects: any[]): string[];
    /** The texts 'type:id' in a value, keys included, that name an object of this snapshot. */
    links(value: any): string[];
    add(type: string, id: string, value: any): void;
    cs_objects: Record<string, Record<string, any[]>>;
}

/** Snapshots as they come from servers, each with its `source`. */
export function knMergeSnapshots(snapshots: Array<{ service: KangService; source: Source;
    stats?: unknown; types?: string[]; [type: string]: any }>): Snapshot;
