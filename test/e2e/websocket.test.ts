// A network, or a browser, in which WebRTC gets nowhere: the same call goes over a WebSocket. What is heard
// is measured in the page, and what is sent is read on the wire.
import type { CDPSession } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shopAgent } from '../../src/local/agents/shop.js';
import { splitAnswer } from '../../src/local/agents/understanding.js';
import { similarity } from '../support/sound.js';
import { synthesize } from '../support/speech.js';
import type { Room } from '../support/room.js';
import { answerTo, Stage } from '../support/stage.js';
import { NOTHING, type Visit } from '../support/visit.js';

let stage: Stage;
let room: Room;
let visit: Visit;

beforeAll(async () => {
  stage = await Stage.open();
  room = await stage.room();
});
afterAll(() => stage.close());
afterEach(() => visit.close());

/** What crosses the sockets of a page. */
interface Wire {
  readonly addresses: string[];
  /** The types of what the page has sent. */
  readonly sent: string[];
}

async function watchWire(): Promise<Wire> {
  const wire: Wire = { addresses: [], sent: [] };
  const session: CDPSession = await visit.page.createCDPSession();
  await session.send('Network.enable');
  session.on('Network.webSocketCreated', ({ url }) => wire.addresses.push(url));
  session.on('Network.webSocketFrameSent', ({ response: { payloadData } }) => {
    wire.sent.push((JSON.parse(payloadData) as { type: string }).type);
  });
  return wire;
}

/** @param take what is taken away before the page begins */
async function open(take: () => void, path = ''): Promise<void> {
  visit = await stage.visit({ microphone: room }, path);
  await visit.page.evaluateOnNewDocument(take);
  await visit.page.reload();
  await visit.set({ fallback: 'websocket' });
}

function takeWebRtc(): void {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
}

/** As in a network that lets nothing through but the web: the service's addresses lead nowhere. */
function takeRoutes(): void {
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    override setRemoteDescription({ type, sdp }: RTCSessionDescriptionInit): Promise<void> {
      const address = /(?<=a=candidate:(?:\S+ ){4})\S+ \d+/g;
      return super.setRemoteDescription({ type, sdp: sdp?.replace(address, '192.0.2.1 9') });
    }
  };
}

describe('A call in a browser without WebRTC', () => {
  let wire: Wire;
  beforeEach(async () => {
    await open(takeWebRtc);
    wire = await watchWire();
  });

  it('is a whole conversation: greeted, understood, answered aloud, interrupted, muted, ended', async () => {
    await visit.press('start-button');
    const { at } = await visit.state('live speaking');
    await visit.said('agent', shopAgent.greeting);
    await visit.serverEvent('output_audio_buffer.stopped');
    const greeting = await visit.recording('agent', at - 500);
    for (const part of splitAnswer(shopAgent.greeting)) {
      expect(similarity(greeting, synthesize(part, { voice: 'slt' }))).toBeGreaterThan(0.65);
    }
    const connected = await visit.event('voice-metrics', (detail) => 'socket' in detail);
    expect(connected.detail).not.toHaveProperty('channel');

    await visit.ask(room, 'when are you open');
    const from = visit.events.length;
    const speaking = await visit.state('live speaking', { from });
    await visit.heard('agent', true, speaking.at);
    // The visitor speaks before the end of the answer.
    await room.say('where is my order');
    const stopped = await visit.serverEvent('input_audio_buffer.speech_started', { from });
    const silent = await visit.heard('agent', false, stopped.at);
    expect(silent - stopped.at).toBeLessThan(300);
    await visit.serverEvent('output_audio_buffer.cleared', { from });
    const answer = answerTo('hours');
    await visit.event(
      'voice-transcript',
      ({ interrupted, text }) =>
        interrupted && answer.startsWith(text) && text !== '' && text !== answer,
      { from },
    );
    // Understood or not, the turn is answered.
    const next = visit.events.indexOf(stopped);
    await visit.serverEvent('output_audio_buffer.stopped', { from: next });

    await visit.press('mute-button');
    await visit.state('live listening muted');
    const sent = wire.sent.length;
    await room.say('what are your prices');
    expect(wire.sent.slice(sent)).toEqual([]);
    await visit.press('mute-button');
    const unmuted = visit.events.length;
    await room.say('good morning');
    await visit.serverEvent('input_audio_buffer.speech_started', { from: unmuted });

    const pressed = await visit.now();
    await visit.press('end-button');
    const end = await visit.event('voice-end');
    expect(end.at - pressed).toBeLessThan(500);
    expect(end.open).toEqual(NOTHING);
    expect(wire.addresses).toHaveLength(1);
    expect(wire.addresses[0]).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/v1\/realtime\?model=[\w.-]+$/);
    // The greeting is longer than a silence that would be told.
    expect(visit.named('voice-error')).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });

  it('is stopped by the button, and what was not heard is not in the transcript', async () => {
    await visit.set({ transcript: '' });
    await visit.press('start-button');
    const { at } = await visit.state('live speaking');
    await visit.heard('agent', true, at);
    await visit.press('interrupt-button');
    const now = await visit.now();
    const silent = await visit.heard('agent', false, now - 200);
    expect(silent - now).toBeLessThan(300);
    await visit.state('live listening');
    await visit.event(
      'voice-transcript',
      ({ interrupted, text }) => interrupted && text.length < shopAgent.greeting.length,
    );
    await visit.press('end-button');
    expect((await visit.event('voice-end')).open).toEqual(NOTHING);
  });

  it('ends at any time', async () => {
    await visit.press('start-button');
    // With a key, wherever the button is by now: the call may begin in this moment.
    const button = await visit.button('end-button');
    await button.focus();
    await visit.until('the socket is asked for', () => wire.addresses.length > 0);
    await visit.page.keyboard.press('Enter');
    expect((await visit.event('voice-end')).open).toEqual(NOTHING);
  });
});

it('C4 A call in a network without UDP goes over a WebSocket instead, with the same secret', async () => {
  await open(takeRoutes);
  const wire = await watchWire();
  await visit.press('start-button');
  await visit.said('agent', shopAgent.greeting);
  const { detail } = await visit.event('voice-metrics', (one) => 'socket' in one);
  expect((detail as unknown as { live: number }).live).toBeLessThan(12_000);
  expect(wire.addresses).toHaveLength(1);
  expect(visit.requests.filter((one) => one.includes('/token'))).toHaveLength(1);
  await visit.press('end-button');
  expect((await visit.event('voice-end')).open).toEqual(NOTHING);
  expect(visit.named('voice-error')).toEqual([]);
});

it('C4 Without that, such a call ends in words', async () => {
  await open(takeRoutes);
  await visit.set({ fallback: 'none' });
  await visit.press('start-button');
  const { detail } = await visit.event('voice-error');
  expect(detail.error?.code).toBe('network-blocked');
  expect((await visit.event('voice-end')).open).toEqual(NOTHING);
});

it('A page under a strict policy holds such a call, worklet included', async () => {
  await open(takeWebRtc, 'strict/');
  await visit.press('start-button');
  await visit.said('agent', shopAgent.greeting);
  await visit.serverEvent('output_audio_buffer.stopped');
  await visit.ask(room, 'where is my order');
  await visit.said('agent', answerTo('order-status'));
  await visit.press('end-button');
  await visit.event('voice-end');
  expect(visit.named('securitypolicyviolation')).toEqual([]);
  expect(visit.complaints).toEqual([]);
});

it('Where the site’s own host places the calls, there is no secret and no WebSocket', async () => {
  await open(takeWebRtc);
  const wire = await watchWire();
  await visit.set({ 'session-url': '/session' });
  await visit.press('start-button');
  const { detail } = await visit.event('voice-error');
  expect(detail.error?.code).toBe('unsupported');
  expect(wire.addresses).toEqual([]);
});
