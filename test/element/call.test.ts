/** A visitor's call from the first look to the next call: what is on screen, and what the page is told. */
import { expect } from '@open-wc/testing';
import { answered, event, spoken } from '../support/server-events.js';
import { reasonOf } from '../core/call-stories.js';
import { clear, customStates, visit } from './visitor.js';

describe('a visitor', () => {
  afterEach(clear);

  it('finds an invitation and one button', async () => {
    const visitor = await visit();
    expect(visitor.text('status')).to.equal('Have a question? Just ask.');
    expect(visitor.label).to.equal('Start talking');
    expect(visitor.root.querySelectorAll('button')).to.have.length(1);
    expect(visitor.find('notice')).to.equal(null);
    expect(visitor.part('error').hidden).to.equal(true);
    expect(visitor.element.state).to.deep.equal({ status: 'idle' });
    expect(customStates(visitor.element)).to.deep.equal(['idle']);
    expect(visitor.element.items).to.deep.equal([]);
    expect(visitor.element.callId).to.equal(undefined);
  });

  it('clicks and can speak; the page hears of every step, each in a state of its own', async () => {
    const visitor = await visit();
    const { element } = visitor;
    const states: unknown[] = [element.state];
    element.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
      expect(element.state).to.equal(state);
      expect(Object.isFrozen(state)).to.equal(true);
      expect(state).to.not.equal(previous);
      expect(customStates(element)[0]).to.equal(state.status);
      states.push(state);
    });
    await visitor.talk();
    expect(new Set(states)).to.have.length(states.length);
    const names = visitor.states();
    expect(names[0]).to.equal('connecting: microphone token connection');
    expect(names).to.have.length(5);
    expect(names.slice(-2)).to.deep.equal(['connecting: ', 'live: listening']);
    expect(visitor.seen.map(({ name }) => name).slice(0, 2)).to.deep.equal([
      'voice-start',
      'voice-state-change',
    ]);
    expect(visitor.details('voice-metrics').map(({ kind }) => kind)).to.deep.equal(['connect']);
    expect(visitor.details('voice-error')).to.deep.equal([]);
    expect(element.callId).to.equal('rtc_1');
  });

  it('can cancel while it connects', async () => {
    const visitor = await visit();
    const started = visitor.element.start();
    await visitor.element.updateComplete;
    expect(visitor.text('status')).to.equal('Connecting…');
    expect(visitor.label).to.equal('Cancel');
    await visitor.hangUp();
    expect((await reasonOf(started)).name).to.equal('AbortError');
    expect(visitor.text('status')).to.equal('Have a question? Just ask.');
    expect(visitor.label).to.equal('Start talking');
    expect(visitor.details('voice-end')).to.deep.equal([
      { reason: 'user', durationMs: 0, error: undefined },
    ]);
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('sees whose turn it is', async () => {
    const visitor = await visit();
    await visitor.talk();
    expect(visitor.text('status')).to.equal('Listening');
    expect(visitor.part('status').textContent).to.contain('Connected. You can speak now.');
    const [started, stopped, ...rest] = spoken('u1', 'Hello?', null);
    await visitor.hears(started!);
    expect(visitor.text('status')).to.equal('Hearing you');
    expect(customStates(visitor.element)).to.deep.equal(['live', 'hearing']);
    await visitor.hears(stopped!, ...rest);
    expect(visitor.text('status')).to.equal('Thinking…');
    expect(customStates(visitor.element)).to.deep.equal(['live', 'thinking']);
    const answer = answered('resp_1', 'a1', 'Yes?', 'u1');
    await visitor.hears(...answer.slice(0, 6));
    expect(visitor.text('status')).to.equal('Speaking');
    expect(customStates(visitor.element)).to.deep.equal(['live', 'speaking']);
    await visitor.hears(...answer.slice(6));
    expect(visitor.text('status')).to.equal('Listening');
    expect(visitor.element.items.map(({ role, text }) => [role, text])).to.deep.equal([
      ['user', 'Hello?'],
      ['agent', 'Yes?'],
    ]);
    expect(visitor.details('voice-transcript').filter(({ final }) => final)).to.have.length(2);
  });

  it('is told that the call is over and how long it was, and can talk again', async () => {
    const visitor = await visit();
    const { now } = performance;
    await visitor.talk();
    try {
      performance.now = () => now.call(performance) + 83_000;
      await visitor.hangUp();
    } finally {
      performance.now = now;
    }
    expect(visitor.text('status')).to.match(/^Call ended · 1:2[34]$/);
    expect(visitor.label).to.equal('Talk again');
    expect(customStates(visitor.element)).to.deep.equal(['ended']);
    const [end] = visitor.details('voice-end');
    expect(end?.reason).to.equal('user');
    expect(end?.durationMs).to.be.within(83_000, 90_000);
    await visitor.talk();
    expect(visitor.text('status')).to.equal('Listening');
    expect(visitor.service.secrets).to.deep.equal(['ek_1', 'ek_2']);
    await visitor.hangUp();
    expect(visitor.details('voice-end')).to.have.length(2);
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('is told that the network is bad, while it is', async () => {
    const visitor = await visit();
    const peers = visitor.resources.peers.length;
    await visitor.talk();
    const peer = visitor.resources.peers[peers]!;
    const set = async (state: RTCPeerConnectionState) => {
      Object.defineProperty(peer, 'connectionState', { value: state, configurable: true });
      Object.defineProperty(peer, 'iceConnectionState', { value: state, configurable: true });
      const changed = visitor.next('voice-state-change');
      peer.dispatchEvent(new Event('iceconnectionstatechange'));
      peer.dispatchEvent(new Event('connectionstatechange'));
      await changed;
      await visitor.element.updateComplete;
    };
    await set('disconnected');
    expect(visitor.text('status')).to.equal('The network is unstable. Hold on…');
    expect(customStates(visitor.element)).to.deep.equal(['live', 'listening', 'poor']);
    await set('connected');
    expect(visitor.text('status')).to.equal('Listening');
    expect(customStates(visitor.element)).to.deep.equal(['live', 'listening']);
  });

  it('cannot start where it is disabled, but can end', async () => {
    const visitor = await visit({ disabled: '' });
    expect(visitor.main.disabled).to.equal(true);
    await visitor.press('start-button');
    expect(visitor.seen).to.deep.equal([]);
    visitor.element.disabled = false;
    await visitor.element.updateComplete;
    await visitor.talk();
    visitor.element.disabled = true;
    await visitor.element.updateComplete;
    expect(visitor.element.hasAttribute('disabled')).to.equal(true);
    expect(visitor.main.disabled).to.equal(false);
    await visitor.hangUp();
    expect(visitor.main.disabled).to.equal(true);
  });

  it('hears the page’s own greeting', async () => {
    const visitor = await visit({ greeting: '' });
    const asked = visitor.service.next('response.create');
    await visitor.talk();
    await asked;
    expect(visitor.text('status')).to.equal('Thinking…');
  });

  it('is not disturbed by events that nobody knows', async () => {
    const visitor = await visit();
    await visitor.talk();
    const before = visitor.states();
    await visitor.hears(event('a.future.event', { secret: 5 }));
    expect(visitor.states()).to.deep.equal(before);
    const passed = visitor.details('voice-server-event').map(({ type }) => type as string);
    expect(passed).to.include('a.future.event');
  });
});
