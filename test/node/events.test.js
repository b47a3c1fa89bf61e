/* SPDX-License-Identifier: MIT */
/* porthole.on(): by itself, with a stand-in for the native half, and in a process. */
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { evaluate } = require('./helper.js');
const { Events } = require('../../addon/events.js');

/* An agent that says what the test wants. */
function standIn()
{
    return {
        serial: 0,
        asked: 0,
        list: [],
        suspectsSerial() {
            return this.serial;
        },
        suspects() {
            this.asked++;
            return JSON.stringify({ suspects: this.list });
        },
        say(...list) {
            this.list = list.map(([series, grade]) => ({ series, thread: null, grade }));
            this.serial++;
        },
    };
}

function listen(warn = () => {})
{
    const events = new Events(warn);
    const told = [];

    events.on('suspect', ({ series, grade }) => told.push(`${series} ${grade}`));
    return { events, told, agent: standIn() };
}

test('a_grade_and_a_higher_one_are_told_once_each', () => {
    const { events, told, agent } = listen();

    for (const grade of ['suspect', 'suspect', 'urgent', 'confirmed']) {
        agent.say(['a', grade]);
        events.sample(agent);
        events.sample(agent);
    }
    assert.deepStrictEqual(told, ['a suspect', 'a urgent']);
});

test('what_comes_back_after_it_was_gone_is_news', () => {
    const { events, told, agent } = listen();

    for (const list of [[['a', 'suspect']], [], [['a', 'suspect'], ['b', 'confirmed']]]) {
        agent.say(...list);
        events.sample(agent);
    }
    assert.deepStrictEqual(told, ['a suspect', 'a suspect', 'b confirmed']);
});

test('without_news_the_list_is_not_asked_for_and_without_listeners_nothing_is', () => {
    const { events, agent } = listen();
    const idle = new Events(() => {});

    idle.sample({}); /* anything asked of it would throw */
    events.sample(agent);
    events.sample(agent);
    assert.strictEqual(agent.asked, 1);
});

test('another_agent_has_told_nothing_yet', () => {
    const { events, told, agent } = listen();

    agent.say(['a', 'suspect']);
    events.sample(agent);
    events.attach();
    events.sample(agent);
    assert.deepStrictEqual(told, ['a suspect', 'a suspect']);
});

test('a_listener_that_throws_is_warned_about_and_the_others_hear_all_the_same', () => {
    const warnings = [];
    const events = new Events((message, code) => warnings.push([message, code]));
    const agent = standIn();
    let heard = 0;

    events.on('suspect', () => {
        throw new Error('no');
    });
    events.on('suspect', () => heard++);
    agent.say(['a', 'suspect']);
    events.sample(agent);
    assert.strictEqual(heard, 1);
    assert.deepStrictEqual(warnings,
        [["listener for 'suspect' has thrown: Error: no", 'PORTHOLE_LISTENER']]);
});

test('what_a_listener_throws_need_not_be_an_error', () => {
    const warnings = [];
    const events = new Events((message) => warnings.push(message));
    const agent = standIn();

    for (const thrown of [Symbol('s'), Object.create(null), null]) {
        events.on('suspect', () => {
            throw thrown;
        });
    }
    agent.say(['a', 'suspect']);
    events.sample(agent);
    assert.deepStrictEqual(warnings.map((text) => text.replace(/.*: /, '')),
        ['Symbol(s)', 'what has no text', 'null']);
});

test('a_listener_that_is_taken_off_hears_nothing', () => {
    const events = new Events(() => {});
    const agent = standIn();
    let heard = 0;
    const listener = () => heard++;

    events.on('suspect', listener);
    events.off('suspect', listener);
    events.off('suspect', listener);
    agent.say(['a', 'suspect']);
    events.sample(agent);
    assert.strictEqual(heard, 0);
});

test('other_names_and_what_is_no_function_are_refused', () => {
    const { events } = listen();

    for (const [name, listener] of [['leak', () => {}], [undefined, () => {}], ['suspect', {}]])
        assert.throws(() => events.on(name, listener), { code: 'PORTHOLE_OPTION' });
});

test('listeners_keep_no_process_alive_and_work_without_an_agent', async () => {
    const { value, stderr } = await evaluate(`const p = require('./addon');
        p.on('suspect', () => {});
        p.start();
        setTimeout(() => console.log(JSON.stringify(p.state().suspects)), 300);`);

    assert.deepStrictEqual(value, []);
    assert.strictEqual(stderr, '');
});
