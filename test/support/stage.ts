// Everything a story needs, opened and closed together: the demo's servers, recordings for
// microphones, browsers. It knows no story.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { shopAgent } from '../../src/local/agents/shop.js';
import { launchChromium, type ChromiumOptions } from './browsers.js';
import { Room } from './room.js';
import { startDevServer, type DevServer } from './dev-server.js';
import { atMicrophone, scriptSpeech, writeWav, type ScriptPart, type Voice } from './speech.js';
import { Visit } from './visit.js';

/** What the shop's agent answers to an intent. */
export function answerTo(name: string): string {
  const intent = shopAgent.intents.find((known) => known.name === name);
  if (!intent) throw new Error(`The shop knows no "${name}".`);
  return intent.answer;
}

export class Stage {
  readonly server: DevServer;
  readonly #folder: string;
  readonly #browsers: Browser[] = [];
  readonly #rooms: Room[] = [];
  #recordings = 0;

  private constructor(server: DevServer, folder: string) {
    this.server = server;
    this.#folder = folder;
  }

  static async open(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'voice-agent-'));
    return new Stage(await startDevServer(), folder);
  }

  get url(): string {
    return this.server.url;
  }

  /** Writes what a visitor says, with silences in ms, and returns the file. */
  recording(script: readonly ScriptPart[], voice?: Voice): string {
    const { samples, sampleRate } = scriptSpeech(script, voice);
    return this.file(samples, sampleRate);
  }

  file(samples: Int16Array, sampleRate: number): string {
    const path = join(this.#folder, `visitor-${++this.#recordings}.wav`);
    writeWav(path, atMicrophone(samples), sampleRate);
    return path;
  }

  async room(): Promise<Room> {
    const room = await Room.open();
    this.#rooms.push(room);
    return room;
  }

  /** With a microphone that hears nothing, unless told otherwise. */
  async browser({ microphone = this.recording([100]) }: ChromiumOptions = {}): Promise<Browser> {
    const browser = await launchChromium({ microphone });
    this.#browsers.push(browser);
    return browser;
  }

  /** A visitor of the demo, with a browser of their own. */
  async visit(options: ChromiumOptions = {}, path = ''): Promise<Visit> {
    return Visit.open(await this.browser(options), new URL(path, this.url).href);
  }

  async close(): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()));
    await Promise.all(this.#rooms.map((room) => room.close()));
    await this.server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
