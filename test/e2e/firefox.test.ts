// Firefox, in a room with a microphone and a loudspeaker: connect, talk, end. What is compared and
// recognised is what came out of the loudspeaker.
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shopAgent } from '../../src/local/agents/shop.js';
import { splitAnswer } from '../../src/local/agents/understanding.js';
import type { Room } from '../support/room.js';
import { recognize, similarity, wordsInCommon } from '../support/sound.js';
import { synthesize, type Pcm } from '../support/speech.js';
import { answerTo, Stage } from '../support/stage.js';
import { NOTHING, Visit } from '../support/visit.js';

let stage: Stage;
let room: Room;
let browser: Browser | undefined;
let visit: Visit;

beforeAll(async () => {
  const executablePath = process.env['FIREFOX_PATH'];
  if (!executablePath) throw new Error('There is no Firefox: set FIREFOX_PATH.');
  stage = await Stage.open();
  room = await stage.room();
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    env: { ...process.env, ...room.env },
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      // The token host and the realtime service are on this machine.
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
    },
  });
  visit = await Visit.open(browser, stage.url);
});

afterAll(async () => {
  await browser?.close();
  await stage.close();
});

/** How much the recording sounds like the agent saying `text`; a late machine may tear a word apart. */
function likeness(recorded: Pcm, text: string): number {
  const parts = splitAnswer(text).map((part) =>
    similarity(recorded, synthesize(part, { voice: 'slt' })),
  );
  return parts.reduce((sum, part) => sum + part) / parts.length;
}

/** How many of the words that are recognised in `text` itself are recognised in the recording, 0 to 1. */
async function recognized(recorded: Pcm, text: string): Promise<number> {
  const original = await recognize(synthesize(text, { voice: 'slt' }));
  return wordsInCommon(await recognize(recorded), original);
}

it('Firefox connects, talks and ends', async () => {
  expect(await visit.page.evaluate(() => navigator.userAgent)).toContain('Firefox/');
  const began = performance.now();
  await visit.press('start-button');
  await visit.state('live listening');
  const speaking = await visit.state('live speaking');
  await visit.said('agent', shopAgent.greeting);
  await visit.state('live listening', { from: visit.events.indexOf(speaking) });
  const greeting = await room.heardToTheEnd(began);
  expect(likeness(greeting, shopAgent.greeting)).toBeGreaterThan(0.55);

  const asked = performance.now();
  let from = visit.events.length;
  await room.say('where is my order');
  await visit.said('user', 'Where is my order', { from });
  await visit.said('agent', answerTo('order-status'), { from });
  await visit.serverEvent('output_audio_buffer.stopped', { from });
  const answer = await room.heardToTheEnd(asked);
  expect(likeness(answer, answerTo('order-status'))).toBeGreaterThan(0.55);
  expect(likeness(answer, answerTo('returns'))).toBeLessThan(0.45);
  expect(await recognized(answer, answerTo('order-status'))).toBeGreaterThan(0.6);

  from = visit.events.length;
  await visit.press('end-button');
  const end = await visit.event('voice-end', undefined, { from });
  expect(end.detail.reason).toBe('user');
  expect(end.open).toEqual(NOTHING);
  expect(visit.states().filter((state) => state !== 'connecting')).toEqual([
    'live listening',
    ...['live thinking', 'live speaking', 'live listening'],
    ...['live hearing', 'live thinking', 'live speaking', 'live listening'],
    'ended user',
  ]);
  expect(visit.named('voice-error')).toEqual([]);
});

it('Firefox whose service dies in a call is called again, and both are heard', async () => {
  await visit.set({ 'token-url': '/token?fault=crash:12000' });
  let from = visit.events.length;
  await visit.press('start-button');
  await visit.said('agent', shopAgent.greeting, { from });
  const recovering = await visit.state('recovering', { from, ms: 60_000 });
  from = visit.events.indexOf(recovering);
  await visit.state('live listening', { from });

  const asked = performance.now();
  await room.say('where is my order');
  await visit.said('user', 'Where is my order', { from });
  await visit.said('agent', answerTo('order-status'), { from });
  await visit.serverEvent('output_audio_buffer.stopped', { from });
  const answer = await room.heardToTheEnd(asked);
  expect(likeness(answer, answerTo('order-status'))).toBeGreaterThan(0.55);
  expect(await recognized(answer, answerTo('order-status'))).toBeGreaterThan(0.6);
  await visit.press('end-button');
  const end = await visit.event('voice-end', undefined, { from });
  expect(end.open).toEqual(NOTHING);
});
