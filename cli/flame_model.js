// SPDX-License-Identifier: MIT
//
// What `porthole flame`'s page knows of its profile: the tree, sums over it, and words for
// them. It touches nothing of the page but the block of data.
'use strict';

const profile = JSON.parse(document.getElementById('profile').textContent);

// ---- The tree --------------------------------------------------------------------------

function kindOf(url)
{
    if (url === '')
        return 'native';
    if (/^node:/.test(url))
        return 'runtime';
    return /(^|[\\/])node_modules[\\/]/.test(url) ? 'package' : 'app';
}

// What cannot be seen, or would turn the text around it, is shown as what it is.
function clean(text)
{
    return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
        (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

function nameOf([name])
{
    return name === '' ? '(anonymous)' : clean(name);
}

function placeOf([, url, line, column])
{
    if (url === '')
        return '';
    return clean(line > 0 ? `${url}:${line}${column > 0 ? `:${column}` : ''}` : url);
}

// The widest first; idle time last, because nobody looks for it.
function inOrder(tree, children)
{
    const idle = (i) => profile.functions[tree.func[i]][0] === '(idle)';

    return children.sort((a, b) => idle(a) - idle(b) || tree.total[b] - tree.total[a] || a - b);
}

// Nodes come as parent, function, self; parents stand before their children.
function readTree(flat)
{
    const count = flat.length / 3;
    const tree = {
        count, parent: new Int32Array(count), func: new Int32Array(count),
        depth: new Int32Array(count), self: new Float64Array(count),
        total: new Float64Array(count), start: new Float64Array(count),
        children: Array.from({ length: count }, () => []),
    };

    for (let i = 0; i < count; i++) {
        tree.parent[i] = flat[3 * i];
        tree.func[i] = flat[3 * i + 1];
        tree.self[i] = tree.total[i] = flat[3 * i + 2];
        if (i > 0) {
            tree.depth[i] = tree.depth[tree.parent[i]] + 1;
            tree.children[tree.parent[i]].push(i);
        }
    }
    for (let i = count - 1; i > 0; i--)
        tree.total[tree.parent[i]] += tree.total[i];
    for (let i = 0; i < count; i++) {
        let at = tree.start[i];

        for (const child of inOrder(tree, tree.children[i])) {
            tree.start[child] = at;
            at += tree.total[child];
        }
    }
    return tree;
}

const tree = readTree(profile.nodes);
const kinds = profile.functions.map(([, url]) => kindOf(url));

function ancestors(node)
{
    const path = [node];

    while (path[0] !== 0)
        path.unshift(tree.parent[path[0]]);
    return path;
}

function isInside(node, outer)
{
    while (tree.depth[node] > tree.depth[outer])
        node = tree.parent[node];
    return node === outer;
}

function functionSums()
{
    const self = new Float64Array(profile.functions.length);
    const total = new Float64Array(profile.functions.length);
    const active = new Int32Array(profile.functions.length);
    const path = [];

    for (let i = 0; i < tree.count; i++) {
        while (path.length > tree.depth[i])
            active[path.pop()]--;
        self[tree.func[i]] += tree.self[i];
        if (active[tree.func[i]]++ === 0)
            total[tree.func[i]] += tree.total[i];
        path.push(tree.func[i]);
    }
    return { self, total };
}

// ---- Words -----------------------------------------------------------------------------

function percent(value)
{
    return `${(tree.total[0] > 0 ? 100 * value / tree.total[0] : 0).toFixed(1)} %`;
}

function amount(value)
{
    if (profile.unit === 'bytes') {
        const step = value >= 1 ? Math.min(Math.floor(Math.log2(value) / 10), 4) : 0;

        return `${(value / 1024 ** step).toFixed(step > 0 ? 1 : 0)} ${
            ['B', 'KiB', 'MiB', 'GiB', 'TiB'][step]}`;
    }
    return value >= 1e6 ? `${(value / 1e6).toFixed(2)} s` : `${(value / 1e3).toFixed(1)} ms`;
}

function describe(node)
{
    const func = profile.functions[tree.func[node]];
    const place = placeOf(func);

    return [nameOf(func), ...place === '' ? [] : [place],
        `total ${amount(tree.total[node])}, ${percent(tree.total[node])}`,
        `self ${amount(tree.self[node])}, ${percent(tree.self[node])}`];
}

// ---- Search ----------------------------------------------------------------------------

// Text is looked for as it is, whatever its case; /.../ is a regular expression.
function matcher(words)
{
    const pattern = /^\/(.+)\/([iu]*)$/.exec(words);

    if (pattern !== null) {
        const expression = new RegExp(pattern[1], pattern[2]);

        return (text) => expression.test(text);
    }
    return (text) => text.toLowerCase().includes(words.toLowerCase());
}

/** The part of everything that ran in or below what matches; nested matches count once. */
function matchedShare(matches)
{
    const inside = new Uint8Array(tree.count);
    let sum = 0;

    for (let i = 0; i < tree.count; i++) {
        const above = i > 0 && inside[tree.parent[i]];

        inside[i] = above || matches[tree.func[i]] ? 1 : 0;
        sum += inside[i] && !above ? tree.total[i] : 0;
    }
    return sum;
}
