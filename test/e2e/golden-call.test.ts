// One rich call, and every event that the page was told of it, beside a file that a person can read.
// `UPDATE_GOLDEN=1` writes the file anew; look at the difference before it is committed.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Golden } from '../support/golden.js';
import type { Room } from '../support/room.js';
import { Stage } from '../support/stage.js';
import type { Visit } from '../support/visit.js';

const FILE = new URL('golden/rich-call.txt', import.meta.url);

let stage: Stage;
let room: Room;
let visit: Visit;
const golden = new Golden();

beforeAll(async () => {
  stage = await Stage.open();
  room = await stage.room();
  visit = await stage.visit({ microphone: room }, 'tools.html');
  await visit.set({ greeting: '', redact: '', 'turn-taking': 'push-to-talk' });
});
afterAll(() => stage.close());

const isTurn = (detail: object): boolean => 'kind' in detail && detail.kind === 'turn';

/** Everything that the service has sent so far has arrived. */
async function arrived(): Promise<void> {
  const from = visit.events.length;
  await visit.page.$eval('voice-agent', (element) =>
    (element as unknown as { updateSession(session: object): void }).updateSession({}),
  );
  await visit.serverEvent('session.updated', { from });
}

/** Writes down what comes of an act, from the number on that it returns. */
async function act(title: string, doing: (from: number) => Promise<unknown>): Promise<void> {
  const from = visit.events.length;
  const began = await doing(from);
  const end = visit.events.length;
  golden.add(title, visit.events.slice(typeof began === 'number' ? began : from, end));
}

/** The agent has spoken, to the end. */
async function spoken(from: number): Promise<void> {
  await visit.serverEvent('output_audio_buffer.stopped', { from });
  await visit.state('live listening', { from });
  await visit.event('voice-metrics', isTurn, { from });
  const end = visit.events.length;
  await arrived();
  // The question whether all has arrived is no part of the story.
  visit.events.splice(end);
}

async function type(text: string): Promise<void> {
  await (await visit.button('input')).focus();
  await visit.page.keyboard.type(text);
  await visit.page.keyboard.press('Enter');
}

it('tells the page the same as always', async () => {
  await act('The visitor starts, and is greeted', async (from) => {
    await visit.press('start-button');
    await spoken(from);
  });

  await act('The visitor holds the button and asks for prices', async () => {
    for (let tries = 1; ; tries++) {
      const from = visit.events.length;
      await (await visit.button('talk-button')).hover();
      await visit.page.mouse.down();
      await visit.state('live hearing', { from });
      await room.say('what are your prices');
      await visit.page.mouse.up();
      const { detail } = await visit.said('user', /^/, { from });
      await spoken(from);
      // A busy machine swallows syllables; what was asked in vain is no part of the story.
      if (detail.text !== '' || tries === 4) return from;
    }
  });

  await act('The visitor types, and allows a tool', async (from) => {
    await type('I want to buy a cactus');
    await visit.event('voice-approval-request', undefined, { from });
    await visit.press('approve-button');
    await visit.event('voice-tool-result', undefined, { from });
    await spoken(from);
  });

  await act('The visitor stops a long story', async (from) => {
    await type('Tell me a long story');
    const { at } = await visit.state('live speaking', { from });
    await visit.heard('agent', true, at);
    await visit.event('voice-metrics', isTurn, { from });
    await visit.press('interrupt-button');
    await visit.serverEvent('output_audio_buffer.cleared', { from });
    await visit.state('live listening', { from });
    const end = visit.events.length;
    await arrived();
    // What came of the stop may have come after the silence.
    const marker = visit.events.findIndex(
      ({ detail }, index) => index >= end && detail.type === 'session.updated',
    );
    visit.events.splice(marker);
  });

  await act('The visitor shows a picture', async (from) => {
    await visit.page.$eval('voice-agent', async (element) => {
      const canvas = new OffscreenCanvas(80, 60);
      canvas.getContext('2d')?.fillRect(0, 0, 40, 30);
      await (element as unknown as { sendImage(blob: Blob): Promise<void> }).sendImage(
        await canvas.convertToBlob(),
      );
    });
    await spoken(from);
  });

  await act('The visitor gives an address, which leaves nobody', async (from) => {
    await type('Write to jane@example.com');
    await spoken(from);
  });

  await act('The visitor ends the call', async (from) => {
    await visit.press('end-button');
    await visit.event('voice-end', undefined, { from });
  });

  expect(visit.complaints).toEqual([]);
  const told = golden.toString();
  if (process.env['UPDATE_GOLDEN']) await writeFile(FILE, told);
  expect(told).toBe(await readFile(FILE, 'utf8'));
  expect(told).not.toContain('jane@example.com');
}, 120_000);
