// SPDX-License-Identifier: MIT
//
// The face of `porthole flame`'s page. It draws what is wide enough to be seen and
// nothing else, so that a tree of any size costs no more than the screen has room for.
// Every text of the profile is data: it reaches the page by textContent and fillText only.
'use strict';

const ROW = 18;
const LEAST_WIDTH = 0.5;
const TEXT_WIDTH = 24;
const HOTTEST = 40;
const CRUMBS = 7;

const KINDS = {
    app: { says: 'application', hue: 28, colour: 70 },
    package: { says: 'node_modules', hue: 205, colour: 55 },
    runtime: { says: 'node:', hue: 145, colour: 40 },
    native: { says: 'native, collector, idle', hue: 0, colour: 0 },
};

const element = (id) => document.getElementById(id);
const view = { zoom: 0, selected: -1, matches: null, rows: 1 };
const dark = matchMedia('(prefers-color-scheme: dark)');

function showTitle()
{
    const { service, pid, thread, at, span_us: span, samples, loop_ms: cost } = profile;
    const who = service ? ` of ${service}${pid === null ? '' : ` (pid ${pid})`}` : '';
    const what = profile.unit === 'bytes' ? 'live memory by allocation' : 'CPU profile';
    const facts = [
        at && `taken ${at}`,
        span !== null && `${(span / 1e6).toFixed(2)} s`,
        samples > 0 && `${samples} samples`,
        `${amount(tree.total[0])} in all`,
        cost !== null && `cost ${cost} ms of the loop`,
        profile.truncated && 'cut at the agent\'s ceiling',
    ];

    element('title').textContent = clean(
        `${what}${who}${thread ? `, thread ${thread}` : ''}`);
    element('facts').textContent = clean(facts.filter(Boolean).join(' \u00b7 '));
    document.title = element('title').textContent;
}

// ---- Drawing ---------------------------------------------------------------------------

// A shade of its own for every function, always the same one.
const shades = profile.functions.map(([name, url]) => {
    let hash = 0;

    for (const c of name + url)
        hash = Math.imul(hash ^ c.codePointAt(0), 16777619);
    return (hash >>> 8) % 100 / 100;
});

function fill(func)
{
    const { hue, colour } = KINDS[kinds[func]];
    const light = dark.matches ? 30 + 10 * shades[func] : 66 + 14 * shades[func];

    if (view.matches !== null && view.matches[func])
        return dark.matches ? '#a03a9e' : '#e58be3';
    return `hsl(${hue + 14 * shades[func] - 7} ${colour}% ${
        view.matches === null ? light : dark.matches ? light * 0.7 : light * 0.3 + 66}%)`;
}

// As much of a text as fits; measured, because fonts differ.
function fit(context, text, width)
{
    let low = 0;
    let high = Math.min(text.length, Math.ceil(width / 3));

    if (high === text.length && context.measureText(text).width <= width)
        return text;
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);

        if (context.measureText(`${text.slice(0, middle)}\u2026`).width <= width)
            low = middle;
        else
            high = middle - 1;
    }
    return low > 0 ? `${text.slice(0, low)}\u2026` : '';
}

function drawNode(context, node, box)
{
    const y = tree.depth[node] * ROW - element('view').scrollTop;
    const width = Math.max(box.width - (box.width > 2 ? 1 : 0), LEAST_WIDTH);

    context.globalAlpha = tree.depth[node] < tree.depth[view.zoom] ? 0.5 : 1;
    context.fillStyle = fill(tree.func[node]);
    context.fillRect(box.x, y, width, ROW - 1);
    if (node === view.selected) {
        context.strokeStyle = dark.matches ? '#fff' : '#000';
        context.lineWidth = 2;
        context.strokeRect(box.x + 1, y + 1, Math.max(width - 2, 1), ROW - 3);
    }
    if (width >= TEXT_WIDTH) {
        context.fillStyle = dark.matches ? '#f2f2f2' : '#111';
        context.fillText(fit(context, nameOf(profile.functions[tree.func[node]]), width - 8),
            box.x + 4, y + ROW / 2);
    }
    context.globalAlpha = 1;
}

function boxOf(node, width)
{
    const zoom = view.zoom;
    const scale = tree.total[zoom] > 0 ? width / tree.total[zoom] : 0;

    if (tree.depth[node] <= tree.depth[zoom])
        return { x: 0, width };
    return {
        x: (tree.start[node] - tree.start[zoom]) * scale, width: tree.total[node] * scale,
    };
}

/** Everything that is at least half a pixel wide below the zoomed node, and the way to it. */
function visible(width)
{
    const nodes = ancestors(view.zoom);
    const scale = tree.total[view.zoom] > 0 ? width / tree.total[view.zoom] : 0;

    for (let i = nodes.length - 1; i < nodes.length; i++) {
        for (const child of tree.children[nodes[i]]) {
            if (tree.total[child] * scale >= LEAST_WIDTH)
                nodes.push(child);
        }
    }
    return nodes;
}

function resize(canvas, nodes)
{
    const ratio = devicePixelRatio || 1;
    let deepest = 0;

    for (const node of nodes)
        deepest = Math.max(deepest, tree.depth[node]);
    const height = Math.min((deepest + 1) * ROW, Math.max(innerHeight * 0.66, 10 * ROW));
    const [w, h] = [Math.round(canvas.clientWidth * ratio), Math.round(height * ratio)];

    element('space').style.height = `${(deepest + 1) * ROW - height}px`;
    canvas.style.height = `${height}px`;
    if (canvas.width !== w || canvas.height !== h)
        [canvas.width, canvas.height] = [w, h];
    return { ratio, height };
}

function draw()
{
    const canvas = element('graph');
    const nodes = visible(canvas.clientWidth);
    const { ratio, height } = resize(canvas, nodes);
    const context = canvas.getContext('2d');
    const top = element('view').scrollTop;

    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.clientWidth, height);
    context.font = '12px system-ui, sans-serif';
    context.textBaseline = 'middle';
    for (const node of nodes) {
        const y = tree.depth[node] * ROW - top;

        if (y > -ROW && y < height)
            drawNode(context, node, boxOf(node, canvas.clientWidth));
    }
}

let drawing = 0;

function redraw()
{
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(draw);
}

// ---- Zoom and selection ----------------------------------------------------------------

function crumb(node)
{
    const button = document.createElement('button');

    button.type = 'button';
    button.textContent = nameOf(profile.functions[tree.func[node]]);
    button.addEventListener('click', () => zoomTo(node));
    return button;
}

function showCrumbs()
{
    const path = ancestors(view.zoom);
    const shown = path.length > CRUMBS ? [0, ...path.slice(1 - CRUMBS)] : path;
    const buttons = shown.map(crumb);

    if (path.length > CRUMBS) {
        const gap = document.createElement('span');

        gap.textContent = `\u2026 ${path.length - CRUMBS} more \u2026`;
        buttons.splice(1, 0, gap);
    }
    buttons.at(-1).setAttribute('aria-current', 'true');
    element('crumbs').replaceChildren(...view.zoom === 0 ? [] : buttons);
}

function zoomTo(node)
{
    view.zoom = node;
    if (view.selected >= 0 && !isInside(view.selected, node))
        view.selected = node;
    element('reset').disabled = node === 0;
    showCrumbs();
    redraw();
}

function select(node)
{
    const box = element('view');
    const y = tree.depth[node] * ROW;

    view.selected = node;
    element('status').textContent = describe(node).join(' \u00b7 ');
    if (y < box.scrollTop || y + ROW > box.scrollTop + box.clientHeight)
        box.scrollTop = y - box.clientHeight / 2;
    redraw();
}

function beside(node, step)
{
    const siblings = node === 0 ? [0] : tree.children[tree.parent[node]];

    return siblings[siblings.indexOf(node) + step] ?? node;
}

function onKey(event)
{
    const node = Math.max(view.selected, 0);
    const moves = {
        ArrowUp: () => tree.parent[node],
        ArrowDown: () => tree.children[node][0] ?? node,
        ArrowLeft: () => beside(node, -1),
        ArrowRight: () => beside(node, 1),
        Home: () => view.zoom,
    };

    if (event.ctrlKey || event.altKey || event.metaKey)
        return;
    if (Object.hasOwn(moves, event.key)) {
        const next = view.selected < 0 ? view.zoom : moves[event.key]();

        if (!isInside(next, view.zoom))
            zoomTo(next);
        select(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
        zoomTo(node);
    } else {
        return;
    }
    event.preventDefault();
}

// ---- Pointer ---------------------------------------------------------------------------

function nodeAt(event)
{
    const canvas = element('graph');
    const area = canvas.getBoundingClientRect();
    const row = Math.floor((event.clientY - area.top + element('view').scrollTop) / ROW);
    const path = ancestors(view.zoom);
    const width = canvas.clientWidth;
    let node = view.zoom;

    if (row < path.length)
        return path[row] ?? -1;
    const at = tree.start[node] + (event.clientX - area.left) / width * tree.total[node];
    while (node >= 0 && tree.depth[node] < row) {
        node = tree.children[node].find((child) => at >= tree.start[child]
            && at < tree.start[child] + tree.total[child]
            && boxOf(child, width).width >= LEAST_WIDTH) ?? -1;
    }
    return node;
}

function showTip(event)
{
    const node = nodeAt(event);
    const tip = element('tip');

    tip.hidden = node < 0;
    if (node < 0)
        return;
    tip.textContent = describe(node).join('\n');
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8)}px`;
}

// ---- Search ----------------------------------------------------------------------------

function search()
{
    const words = element('search').value;
    const share = element('share');

    view.matches = null;
    share.textContent = '';
    redraw();
    if (words === '')
        return;
    try {
        const matches = matcher(words);

        view.matches = profile.functions.map((func) => (
            matches(`${nameOf(func)} ${placeOf(func)}`)));
        share.textContent = `matched: ${percent(matchedShare(view.matches))}`;
    } catch {
        share.textContent = 'not a regular expression';
    }
}

function searchFor(words)
{
    element('search').value = words;
    search();
}

// ---- The rest of the page --------------------------------------------------------------

function hottestRow(func, { self, total })
{
    const row = document.createElement('tr');
    const button = document.createElement('button');
    const words = nameOf(profile.functions[func]);
    const texts = [percent(self[func]), amount(self[func]), percent(total[func]), null,
        placeOf(profile.functions[func])];

    button.type = 'button';
    button.textContent = words;
    button.addEventListener('click', () => searchFor(words));
    for (const text of texts) {
        const cell = document.createElement('td');

        cell.append(text === null ? button : document.createTextNode(text));
        row.append(cell);
    }
    return row;
}

function showHottest()
{
    const sums = functionSums();
    const order = [...profile.functions.keys()].filter((func) => sums.self[func] > 0)
        .sort((a, b) => sums.self[b] - sums.self[a]).slice(0, HOTTEST);

    element('hottest').replaceChildren(...order.map((func) => hottestRow(func, sums)));
}

function showLegend()
{
    for (const { says, hue, colour } of Object.values(KINDS)) {
        const item = document.createElement('li');
        const sample = document.createElement('span');

        sample.style.background = `hsl(${hue} ${colour}% ${dark.matches ? 35 : 73}%)`;
        item.append(sample, says);
        element('legend').append(item);
    }
}

function listen()
{
    const canvas = element('graph');

    canvas.addEventListener('click', (event) => {
        const node = nodeAt(event);

        if (node < 0)
            return;
        zoomTo(node);
        select(node);
    });
    canvas.addEventListener('mousemove', showTip);
    canvas.addEventListener('mouseleave', () => { element('tip').hidden = true; });
    canvas.addEventListener('keydown', onKey);
    element('view').addEventListener('scroll', redraw);
    element('search').addEventListener('input', search);
    element('reset').addEventListener('click', () => zoomTo(0));
    addEventListener('resize', redraw);
    addEventListener('keydown', (event) => {
        if (event.key === 'Escape') {
            searchFor('');
            zoomTo(0);
        } else if (event.key === '/' && document.activeElement !== element('search')) {
            element('search').focus();
            event.preventDefault();
        }
    });
    dark.addEventListener('change', redraw);
}

showTitle();
showLegend();
showHottest();
listen();
draw();
