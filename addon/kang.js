/* SPDX-License-Identifier: MIT */
/*
 * require('porthole/kang'): in place of require('kang'). The contract is in kang.d.ts.
 */
'use strict';

const { fetchJson, fetchMany } = require('./kang/fetch.js');
const { isObject, mergeSchemas, mergeSnapshots } = require('./kang/merge.js');
const { restifyHandler, startServer } = require('./kang/server.js');
const { SOURCES_VARIABLE, makeSource, parseEnvironment, parseSources } =
    require('./kang/source.js');

const SNAPSHOT_END = /\/snapshot$/;

function checkSources(sources)
{
    if (!Array.isArray(sources))
        throw new TypeError("'sources' must be an array");
    for (const source of sources) {
        if (!isObject(source) || typeof source.host !== 'string' ||
            typeof source.path !== 'string' || typeof source.port !== 'number' ||
            !['http', 'https'].includes(source.protocol))
            throw new TypeError("each of 'sources' must be as from knMakeSource()");
    }
    return sources;
}

function fetchAll({ sources, clientOptions = {} }, callback)
{
    fetchMany(checkSources(sources), (source, answer) => {
        fetchJson(source, source.path, clientOptions, (error, snapshot) =>
            answer(error, error === null ? Object.assign(snapshot, { source }) : undefined));
    }, (error, snapshots) => callback(error, mergeSnapshots(snapshots)));
}

function fetchSchema({ sources, clientOptions = {} }, callback)
{
    fetchMany(checkSources(sources), (source, answer) => {
        if (SNAPSHOT_END.test(source.path)) {
            fetchJson(source, source.path.replace(SNAPSHOT_END, '/schema'), clientOptions,
                answer);
        } else {
            setImmediate(answer,
                new Error(`cannot tell the schema's path from '${source.path}'`));
        }
    }, (error, schemas) => callback(error, mergeSchemas(schemas)));
}

module.exports = {
    knSourcesEnvVar: SOURCES_VARIABLE,
    knMakeSource: makeSource,
    knParseSources: parseSources,
    knParseEnv: parseEnvironment,
    knFetchAll: fetchAll,
    knFetchSchema: fetchSchema,
    knRestifyHandler: restifyHandler,
    knStartServer: startServer,
    knMergeSnapshots: mergeSnapshots,
};
