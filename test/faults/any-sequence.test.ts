// Whatever visitors, pages, services and networks do, and in whatever order: at the end no call goes on,
// each start has ended once, and nothing is open. Two elements a page, and some pages at a time.
import fc from 'fast-check';
import { setTimeout } from 'node:timers/promises';
import type { CDPSession } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Visit } from '../support/visit.js';
import { helps, says, SCRIPT, Site } from './support/site.js';
import { installSteps, type VisitorStep } from './support/steps.js';

const isWhole = process.env['FAULTS'] === 'all';
const SEQUENCES = Number(process.env['SEQUENCES'] ?? (isWhole ? 300 : 40));
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const PAGES = 6;
/** Everything is closed so long after the end, on a machine that is busy with other pages. */
const CLOSED_WITHIN_MS = 5_000;

const element = (more: string) =>
  `<voice-agent token-url="/token" greeting transcript text-input allow-programmatic-start ${more}></voice-agent>`;

/** A page with two elements, of which one may talk beside the other. */
class World {
  private constructor(
    readonly visit: Visit,
    readonly network: CDPSession,
  ) {}

  static async open(): Promise<World> {
    const visit = await Visit.open(site.browser, 'about:blank');
    const world = new World(visit, await visit.page.createCDPSession());
    await world.network.send('Network.enable');
    await world.online(true);
    await visit.page.evaluateOnNewDocument(installSteps);
    await visit.page.goto(site.url('/'));
    await visit.button('start-button');
    return world;
  }

  does(step: VisitorStep, number: number): Promise<void> {
    return this.visit.page.evaluate((name, which) => steps.take(name, which), step, number);
  }

  async online(isOnline: boolean): Promise<void> {
    await this.network.send('Network.emulateNetworkConditions', {
      ...{ offline: !isOnline, latency: 1, downloadThroughput: -1, uploadThroughput: -1 },
      packetLoss: isOnline ? 0 : 100,
    });
  }

  /** The next call of an element goes to a host and a service in which this goes wrong. */
  async fault(search: string, number: number): Promise<void> {
    await this.visit.page.evaluate(
      (url, which) => {
        steps.elements[which]!.setAttribute('token-url', url);
      },
      `/token?${search}`,
      number,
    );
  }

  async freeze(): Promise<void> {
    await this.network.send('Page.setWebLifecycleState', { state: 'frozen' });
    await this.network.send('Page.setWebLifecycleState', { state: 'active' });
  }

  /** Resolves when the element has come to this state. */
  async comes(state: string): Promise<void> {
    // A page behind another one draws no frames, by which it would be looked for.
    const often = { polling: 100 };
    await this.visit.page.waitForFunction((one) => steps.told.states.includes(one), often, state);
  }

  /** @returns what is not as it should be after the end of everything */
  async leave(): Promise<string[]> {
    const { visit } = this;
    await this.online(true);
    for (const number of [0, 1]) await this.does(number ? 'leave' : 'end', number);
    const until = performance.now() + CLOSED_WITHIN_MS;
    let left: string[];
    do {
      await setTimeout(50);
      left = await this.#left();
    } while (left.length > 0 && performance.now() < until);
    const { told, wrong } = await visit.page.evaluate(() => ({
      told: steps.told,
      wrong: steps.wrong,
    }));
    for (const state of told.states) seen.add(state);
    const complaints = visit.complaints.filter((one) => !one.startsWith('Failed to load resource'));
    return [...left, ...complaints, ...wrong];
  }

  async #left(): Promise<string[]> {
    const { visit } = this;
    const { starts, ends, now } = await visit.page.evaluate(() => ({
      ...steps.told,
      now: steps.elements.map(({ state }) => state.status),
    }));
    const open = Object.entries(await visit.open()).filter(([, count]) => count > 0);
    return [
      ...now.filter((status) => !/^(idle|ended)$/.test(status)).map((one) => `it is ${one}`),
      ...(starts === ends ? [] : [`${ends} ends of ${starts} starts`]),
      ...open.map(([what, count]) => `${count} ${what} open`),
    ];
  }
}

type Step = readonly [name: string, act: (world: World, number: number) => Promise<void>];

const visitor: Step[] = (
  [
    ...['start', 'start', 'press start', 'press start', 'press end', 'end', 'mute', 'unmute'],
    ...['interrupt', 'type', 'tell', 'change', 'move', 'remove', 'put back', 'put back'],
  ] as VisitorStep[]
).map((name) => [name, (world, number) => world.does(name, number)]);

const faults: Step[] = [
  ...['', 'refuse=401', 'refuse=429', 'refuse=500', 'refuse=never'].map((search) => search),
  ...['calls-status:400', 'calls-status:503', 'calls-hang', 'answer-malformed'].map(fault),
  ...['bad-fingerprint', 'no-session-created', 'quota', 'session-limit:9000'].map(fault),
  ...['close-channel', 'close-peer', 'crash', 'expire', 'server-error', 'malformed-event'].flatMap(
    (name) => [fault(`${name}:0`), fault(`${name}:400`)],
  ),
].map(failing);

function failing(search: string): Step {
  return [search || 'no fault', (world, number) => world.fault(search, number)];
}

function fault(name: string): string {
  return `fault=${name}`;
}

const page: Step[] = [
  ['offline', (world) => world.online(false)],
  ['online', (world) => world.online(true)],
  ['freeze', (world) => world.freeze()],
  // All other pages are hidden by it.
  ['come to the front', (world) => world.visit.page.bringToFront()],
];

const step = fc.record({
  step: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...visitor) },
    { weight: 3, arbitrary: fc.constantFrom(...faults) },
    { weight: 1, arbitrary: fc.constantFrom(...page) },
  ),
  number: fc.constantFrom(0, 0, 1),
  ms: fc.constantFrom(0, 0, 20, 100, 300, 800),
});
const start: fc.Arbitrary<Step> = fc.constantFrom(...visitor.slice(0, 3));
const sequence = fc
  .tuple(
    fc.constantFrom(...faults),
    fc.record({ step: start, number: fc.constant(0), ms: fc.constantFrom(0, 100, 800) }),
    fc.array(step, { minLength: 2, maxLength: 10 }),
  )
  .map(([wrong, first, more]) => [{ step: wrong, number: 0, ms: 0 }, first, ...more]);

const taking = (name: VisitorStep): Step => [name, (world) => world.does(name, 0)];
const until = (state: string): Step => [state, (world) => world.comes(state)];

/** One for each end that a call can come to, which a few random ones may all miss. */
const certain: Step[][] = [
  [taking('start'), until('live'), taking('end'), until('ended: user')],
  [taking('start'), until('live'), taking('remove'), until('ended: removed')],
  [failing('refuse=401'), taking('start'), until('ended: error')],
  // Nothing comes in place of the connection: the host refuses a second secret.
  [
    failing(`${fault('close-peer:400')}&next=401`),
    taking('start'),
    until('ended: connection-lost'),
  ],
];

const seen = new Set<string>();
const asked = new Set<string>();
let site: Site;

beforeAll(async () => {
  site = await Site.open();
  site.page('/', { head: SCRIPT, body: element('') + element('concurrent') });
  site.answer = (response, request, count) => {
    const { searchParams } = new URL(request.url ?? '/', site.url());
    const next = searchParams.get('next');
    const refuse = searchParams.get('refuse') ?? (next && asked.has(next) ? next : null);
    if (next) asked.add(next);
    if (refuse === null) return helps(response, request, count);
    return refuse === 'never' ? undefined : says(Number(refuse))(response, request, count);
  };
});
afterAll(() => site.close());

it(
  `ends clean: ${SEQUENCES} sequences in a real browser`,
  { timeout: 60_000 + SEQUENCES * 5_000 },
  async () => {
    const random = fc.sample(sequence, { numRuns: SEQUENCES, seed: SEED });
    const queue = [
      ...certain.map((one) => one.map((step) => ({ step, number: 0, ms: 0 }))),
      ...random,
    ].entries();
    const failed: string[] = [];
    await Promise.all(
      Array.from({ length: PAGES }, async () => {
        for (const [index, steps] of queue) {
          const world = await World.open();
          for (const { step, number, ms } of steps) {
            await step[1](world, number);
            await setTimeout(ms);
          }
          const left = await world.leave();
          await world.visit.close();
          if (left.length === 0) continue;
          const told = steps.map(({ step, number, ms }) => `${step[0]} (${number}), ${ms} ms`);
          failed.push(
            `seed ${SEED}, sequence ${index}: ${left.join('; ')}\n  ${told.join('\n  ')}`,
          );
        }
      }),
    );
    expect(failed.join('\n')).toBe('');
    // They come to all that there is.
    const all = ['connecting', 'live', 'ended: user', 'ended: removed', 'ended: error'];
    expect([...seen]).toEqual(expect.arrayContaining([...all, 'ended: connection-lost']));
  },
);
