// A visitor on a page with `<voice-agent>`: presses its buttons, and waits for what happens. It keeps
// every event in order and never waits without a bound. It knows no server.
import { setTimeout } from 'node:timers/promises';
import type { Browser, ElementHandle, Frame, Page } from 'puppeteer-core';
import { installProbe, type Open, type PageEvent, type Side } from './page-probe.js';
import type { Room } from './room.js';
import type { Pcm } from './speech.js';
import { Waiting } from './waiting.js';

const EVENTS = [
  'voice-start',
  'voice-state-change',
  'voice-end',
  'voice-transcript',
  'voice-error',
  'voice-metrics',
  'voice-server-event',
  'voice-tool-call',
  'voice-tool-result',
  'voice-approval-request',
  'voice-handoff',
  'voice-guardrail',
  'voice-usage',
];
const PATIENCE_MS = 20_000;
/** Above comfort noise, below the softest syllable: about −36 dBFS. */
const AUDIBLE = 0.015;

/**
 * The element's part of this name, once it is there. Puppeteer's own wait looks again only when the
 * document changes, and what happens in a shadow root is no change of the document.
 */
export async function whenThere(page: Page | Frame, part: string): Promise<ElementHandle> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await page.$(`voice-agent >>> [part~="${part}"]:not([hidden])`);
    if (found) return found;
    if (performance.now() > until) throw new Error(`Waited ${PATIENCE_MS} ms for the ${part}.`);
    await setTimeout(50);
  }
}

export interface Wait {
  /** Number of the first event that counts. */
  readonly from?: number;
  readonly ms?: number;
}

/** What is open when nothing is: after every end of a call. */
export const NOTHING = {
  microphones: 0,
  connections: 0,
  contexts: 0,
  speakers: 0,
  sockets: 0,
} as const;

export class Visit {
  readonly page: Page;
  readonly events: PageEvent[] = [];
  /** `METHOD url` of every request, in order. */
  readonly requests: string[] = [];
  /** Exceptions that nobody caught, and console errors. */
  readonly complaints: string[] = [];
  readonly #waiting = new Waiting(() => this.story());

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, url: string): Promise<Visit> {
    const page = await browser.newPage();
    const visit = new Visit(page);
    page.on('request', (request) => {
      visit.requests.push(`${request.method()} ${request.url()}`);
      visit.#waiting.changed();
    });
    page.on('pageerror', (error) => visit.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') visit.complaints.push(message.text());
    });
    await page.exposeFunction('probeEvent', (event: string) => {
      visit.events.push(JSON.parse(event) as PageEvent);
      visit.#waiting.changed();
    });
    await page.evaluateOnNewDocument(installProbe, EVENTS);
    await page.goto(url);
    return visit;
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  /** The button whose part is `part`, once it is there. */
  async button(part: string): Promise<ElementHandle<HTMLButtonElement>> {
    return (await whenThere(this.page, part)) as ElementHandle<HTMLButtonElement>;
  }

  async press(part: string): Promise<void> {
    await (await this.button(part)).click();
  }

  /** What is on screen in a part of the element. */
  text(part: string): Promise<string> {
    return this.page.$eval(`voice-agent >>> [part~="${part}"]`, (found) => {
      const shown = found.cloneNode(true) as Element;
      for (const unseen of shown.querySelectorAll('.spoken-only')) unseen.remove();
      return shown.textContent.trim();
    });
  }

  /** Resolves when the sentence is there for something that went wrong; it may be on its way. */
  async tells(sentence: RegExp): Promise<void> {
    await this.page.waitForFunction(
      (source) => {
        const error = document.querySelector('voice-agent')?.shadowRoot?.querySelector('.error');
        return new RegExp(source).test(error?.textContent ?? '');
      },
      { timeout: 20_000 },
      sentence.source,
    );
  }

  /** Changes attributes of the element. */
  async set(attributes: Readonly<Record<string, string>>): Promise<void> {
    await this.page.$eval(
      'voice-agent',
      async (element, given) => {
        for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
        await (element as unknown as { updateComplete: Promise<unknown> }).updateComplete;
      },
      attributes,
    );
  }

  /** Resolves when `found` gives something; rejects with what happened so far. */
  until<T>(what: string, found: () => T | undefined | false, ms = PATIENCE_MS): Promise<T> {
    return this.#waiting.until(what, found, ms);
  }

  /** The first event of this name that fits, from the `from`th event on. */
  event(
    name: string,
    fits: (detail: PageEvent['detail']) => boolean = () => true,
    { from = 0, ms = PATIENCE_MS }: Wait = {},
  ): Promise<PageEvent> {
    return this.until(
      name,
      () => this.events.slice(from).find((event) => event.name === name && fits(event.detail)),
      ms,
    );
  }

  /** The first server event of a type. */
  serverEvent(type: string, wait: Wait = {}): Promise<PageEvent> {
    return this.event('voice-server-event', (detail) => detail.type === type, wait);
  }

  /** The call has got to `state`, written as in `states()`. */
  state(state: string, wait: Wait = {}): Promise<PageEvent> {
    return this.event('voice-state-change', (detail) => nameOf(detail.state) === state, wait);
  }

  /** The agent, or the visitor, has said something, and these are the final words. */
  async said(role: 'user' | 'agent', text: string | RegExp, wait: Wait = {}): Promise<PageEvent> {
    return this.event(
      'voice-transcript',
      (item) =>
        item.role === role &&
        item.final &&
        (typeof text === 'string' ? item.text === text : text.test(item.text)),
      wait,
    );
  }

  /**
   * Asks for `text` in a room, and again when the agent has not understood, as one does: a busy machine
   * swallows syllables on the way to a browser. For stories that are not about being understood.
   */
  async ask(room: Room, text: string): Promise<void> {
    for (let tries = 1; tries <= 3; tries++) {
      const from = this.events.length;
      await room.say(text);
      const { detail } = await this.said('user', /^/, { from });
      if (detail.text.toLowerCase() === text) return;
      await this.serverEvent('output_audio_buffer.stopped', { from });
    }
    throw new Error(`"${text}" was not understood.\n  ${this.story().join('\n  ')}`);
  }

  /**
   * Says `text` with the button held, from its very beginning to its very end; again if it is not understood.
   * @returns number of the first event of it
   */
  async holdAndSay(room: Room, text: string): Promise<number> {
    for (let tries = 1; ; tries++) {
      const from = this.events.length;
      await (await this.button('talk-button')).hover();
      await this.page.mouse.down();
      await this.state('live hearing', { from });
      await room.say(text);
      await this.page.mouse.up();
      const { detail } = await this.said('user', /^/, { from });
      if (detail.text.toLowerCase() === text) return from;
      if (tries === 3) throw new Error(`"${text}" was understood as "${detail.text}".`);
      await this.serverEvent('output_audio_buffer.stopped', { from });
    }
  }

  /** Opens the settings and takes the last microphone. @returns how many there are to choose from */
  async takeLastMicrophone(): Promise<number> {
    await this.press('settings-button');
    const select = (await this.button('select')) as unknown as ElementHandle<HTMLSelectElement>;
    const ids = await select.evaluate(({ options }) => [...options].map(({ value }) => value));
    await select.select(ids.at(-1)!);
    return ids.length;
  }

  /** The states that the page was told, in order, as short words. */
  states(from = 0): string[] {
    return this.events
      .slice(from)
      .filter(({ name }) => name === 'voice-state-change')
      .map(({ detail }) => nameOf(detail.state));
  }

  named(name: string, from = 0): PageEvent[] {
    return this.events.slice(from).filter((event) => event.name === name);
  }

  open(): Promise<Open> {
    return this.page.evaluate(() => probe.open());
  }

  /** Waits until a side is heard (or silent for 300 ms) after `since`, and says when, in page time. */
  async heard(side: Side, sound: boolean, since: number): Promise<number> {
    const handle = await this.page.waitForFunction(
      (name: Side, wanted: boolean, from: number, audible: number) => {
        const levels = probe.levels[name].filter(([at]) => at >= from);
        if (wanted) return levels.find(([, peak]) => peak >= audible)?.[0];
        const last = levels.findLast(([, peak]) => peak >= audible)?.[0] ?? from;
        return (levels.at(-1)?.[0] ?? 0) - last > 300 ? last : undefined;
      },
      { timeout: PATIENCE_MS, polling: 50 },
      side,
      sound,
      since,
      AUDIBLE,
    );
    return (await handle.jsonValue()) as number;
  }

  /** When the last audible frame of a side came between two times of the page. */
  lastSound(side: Side, from: number, to: number): Promise<number | undefined> {
    return this.page.evaluate(
      (name, start, end, audible) =>
        probe.levels[name].findLast(
          ([at, peak]) => at >= start && at < end && peak >= audible,
        )?.[0],
      side,
      from,
      to,
      AUDIBLE,
    );
  }

  /** The present time of the page. */
  now(): Promise<number> {
    return this.page.evaluate(() => performance.now());
  }

  /** What came of a side since a time of the page. */
  async recording(side: Side, since: number): Promise<Pcm> {
    const { sampleRate, base64 } = await this.page.evaluate(
      (name, from) => probe.sound(name, from),
      side,
      since,
    );
    const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
    return { sampleRate, samples: new Int16Array(bytes.buffer) };
  }

  /** Everything so far, a line each, for error messages. */
  story(): string[] {
    return this.events
      .filter(({ name, detail }) =>
        name === 'voice-transcript'
          ? detail.final
          : !('type' in detail && detail.type.endsWith('.delta')),
      )
      .map(({ at, name, detail }) => {
        const more =
          name === 'voice-server-event'
            ? detail.type
            : JSON.stringify(name === 'voice-state-change' ? detail.state : detail);
        return `${Math.round(at)} ${name} ${more.slice(0, 200)}`;
      })
      .concat(this.complaints);
  }
}

/** `connecting`, `live speaking muted`, `ended user` and the like. */
function nameOf(state: PageEvent['detail']['state']): string {
  if (state.status === 'ended') return `ended ${String(state.reason)}`;
  if (state.status !== 'live') return state.status;
  const { turn, muted, quality } = state;
  return ['live', turn, muted && 'muted', quality === 'poor' && 'poor'].filter(Boolean).join(' ');
}
