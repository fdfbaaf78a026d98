// A visitor who cannot see: what is said to her of a whole call, beside a file that a person can read.
// `UPDATE_GOLDEN=1` writes the file anew; read the difference aloud before it is committed.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Room } from '../support/room.js';
import { ScreenReader } from '../support/screen-reader.js';
import { Stage } from '../support/stage.js';
import type { Visit } from '../support/visit.js';

const FILE = new URL('golden/screen-reader.txt', import.meta.url);

let stage: Stage;
let room: Room;
let visit: Visit;
let reader: ScreenReader;
const told: string[] = [];

beforeAll(async () => {
  stage = await Stage.open();
  room = await stage.room();
  visit = await stage.visit({ microphone: room }, 'tools.html');
  await visit.button('start-button');
  reader = await ScreenReader.open(visit.page);
});
afterAll(() => stage.close());

/** Writes down what is said while somebody does something, in a call or not. */
async function act(title: string, doing: (from: number) => Promise<unknown>): Promise<void> {
  const from = reader.spoken.length;
  await doing(visit.events.length);
  await reader.settled(visit.page);
  // How long a call took is no part of the story, nor whether connecting took long enough to be said.
  const said = reader.spoken
    .slice(from)
    .map((line) => line.replace(/(ended)\. .+/, '$1. <duration>'))
    .filter((line) => line !== 'polite: Connecting…');
  told.push([`# ${title}`, '', ...(said.length > 0 ? said : ['(nothing)']), ''].join('\n'));
}

async function type(text: string): Promise<void> {
  await (await visit.button('input')).focus();
  await visit.page.keyboard.type(text);
  await visit.page.keyboard.press('Enter');
}

/** The agent has answered by voice, to the end. */
async function spoken(from: number): Promise<void> {
  await visit.serverEvent('output_audio_buffer.stopped', { from });
  await visit.state('live listening', { from });
}

it('tells a visitor who cannot see what happens, once, and leaves the talking to the agent', async () => {
  await act('She starts, and can speak', async (from) => {
    await visit.press('start-button');
    await visit.state('live listening', { from });
  });

  await act('She asks, and is answered', async (from) => {
    await visit.ask(room, 'what are your prices');
    await spoken(from);
  });

  await act('She mutes herself', async (from) => {
    await visit.press('mute-button');
    await visit.state('live listening muted', { from });
  });

  await act('She is heard again', async (from) => {
    await visit.press('mute-button');
    await visit.state('live listening', { from });
  });

  await act('She types, and is asked whether a tool may run', async (from) => {
    await type('I want to buy a cactus');
    await visit.event('voice-approval-request', undefined, { from });
  });

  await act('She allows it, and hears what came of it from the agent', async (from) => {
    await visit.press('approve-button');
    await visit.event('voice-tool-result', undefined, { from });
    await spoken(from);
  });

  await act('She ends the call', async (from) => {
    await visit.press('end-button');
    await visit.event('voice-end', undefined, { from });
  });

  await act('She types without a call, and is read the answer', async (from) => {
    await type('When are you open?');
    await visit.said('agent', /./, { from });
  });

  await act('She ends that too', async (from) => {
    await visit.press('end-button');
    await visit.event('voice-end', undefined, { from });
  });

  await act('She starts again, and the site gives no secret', async (from) => {
    await visit.set({ 'token-url': '/nothing-here' });
    await visit.press('start-button');
    await visit.event('voice-end', undefined, { from });
  });

  const story = told.join('\n');
  if (process.env['UPDATE_GOLDEN']) await writeFile(FILE, story);
  expect(story).toBe(await readFile(FILE, 'utf8'));
  // Nothing is said twice in a row.
  const twice = reader.spoken.filter((line, index) => line === reader.spoken[index - 1]);
  expect(twice).toEqual([]);
}, 120_000);
