/**
 * Whatever visitors, services and networks do, and in whatever order: a call is idle or ended at the end,
 * has told so once, and has nothing open. On a simulated clock, with all that the element attaches.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachWarmUp, Call, type ServerEvent } from '../../src/core/index.js';
import { attachLimits } from '../../src/core/limits/attach-limits.js';
import { attachMicrophoneWatch } from '../../src/core/microphone/attach-microphone-watch.js';
import { attachRecovery } from '../../src/core/recovery/attach-recovery.js';
import { attachTools } from '../../src/core/tools/attach-tools.js';
import { attachUsage } from '../../src/core/usage/attach-usage.js';
import { ScriptedService } from '../support/scripted-service.js';
import { answered, calls, errorEvent, event, spoken, written } from '../support/server-events.js';
import { SimulatedBrowser } from '../support/simulated-browser.js';
import { settled, SimulatedClock } from '../support/simulated-clock.js';

const SEQUENCES = 10_000;

/** Everything is closed so long after the end. */
const CLOSED_WITHIN_MS = 500;
/** A start has succeeded or failed by then. */
const STARTED_WITHIN_MS = 26_000;

/** What calls came to, over all sequences. */
const seen = new Set<string>();

/** One call and all that acts on it. */
class World {
  readonly clock = new SimulatedClock();
  readonly browser = new SimulatedBrowser(this.clock);
  readonly service = new ScriptedService(this.browser);
  readonly wrong: string[] = [];
  readonly call: Call;
  readonly #restore: (() => void)[] = [];
  readonly #warmUp: () => Promise<void>;
  #starts = 0;
  #ends = 0;
  #since = 0;

  constructor() {
    this.#restore.push(this.clock.install(), this.browser.install());
    const call = (this.call = new Call(this.service.callOptions));
    attachRecovery(call, { summarize: () => 'Words were said.' });
    attachMicrophoneWatch(call, () => undefined);
    attachLimits(call, { maxDuration: 600, idleTimeout: 120 }, () => undefined);
    attachUsage(call);
    attachTools(call, [
      { name: 'look_up', execute: () => 'Found.' },
      { name: 'hang', execute: () => new Promise(() => undefined), timeout: 3_000 },
      { name: 'ask', confirm: true, execute: () => 'Done.' },
      {
        name: 'throw',
        execute: () => {
          throw new Error('No.');
        },
      },
    ]);
    this.#warmUp = attachWarmUp(call);
    call.addEventListener('voice-end', () => {
      this.#ends++;
    });
    call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
      if (state.status === previous.status) return;
      this.#since = this.clock.now;
      seen.add(state.status === 'ended' ? `ended: ${state.reason}` : state.status);
      if (previous.status === 'recovering' && state.status === 'live') seen.add('recovered');
      if (state.status === 'connecting') this.#starts++;
      if (state.status === 'ended' && this.#ends !== this.#starts - 1) this.#say('ended too often');
    });
  }

  start(voice: boolean): void {
    this.call.start(voice).catch(() => undefined);
  }

  warmUp(): void {
    void this.#warmUp();
  }

  /** What a page does where there may be no call: it may be told so, in the one way that is documented. */
  attempt(act: (call: Call) => void): void {
    try {
      act(this.call);
    } catch (error) {
      if ((error as Error).name !== 'InvalidStateError') this.#say(String(error));
    }
  }

  /** Time goes by, and nobody waits for ever, but for the visitor. */
  async wait(ms: number): Promise<void> {
    await this.clock.advance(ms);
    const waited = this.clock.now - Math.max(this.#since, this.browser.answeredAt);
    if (this.call.state.status === 'connecting' && waited > STARTED_WITHIN_MS) {
      this.#say(`connecting for ${waited} ms`);
    }
  }

  async leave(): Promise<readonly string[]> {
    try {
      await settled();
      void this.call.dispose();
      await this.clock.advance(CLOSED_WITHIN_MS);
      if (!/idle|ended/.test(this.call.state.status)) this.#say(`it is ${this.call.state.status}`);
      if (this.#ends !== this.#starts) this.#say(`${this.#ends} ends of ${this.#starts} starts`);
      // A late answer of the visitor to the browser's question.
      await this.clock.advance(60_000);
      this.wrong.push(...this.browser.left().map((what) => `left open: ${what}`));
    } finally {
      for (const restore of this.#restore.reverse()) restore();
    }
    return this.wrong;
  }

  #say(what: string): void {
    this.wrong.push(what);
  }
}

type Step = readonly [name: string, act: (world: World) => void | Promise<void>];

const visitor: Step[] = [
  ['start', (world) => world.start(true)],
  ['start by text', (world) => world.start(false)],
  ['warm up', (world) => world.warmUp()],
  ['end', ({ call }) => void call.end()],
  ['end for a reason', ({ call }) => void call.end('idle')],
  ['mute', ({ call }) => call.mute()],
  ['unmute', ({ call }) => call.unmute()],
  ['hold', ({ call }) => call.hold(true)],
  ['release', ({ call }) => call.hold(false)],
  ['interrupt', ({ call }) => call.interrupt()],
  ['respond', ({ call }) => call.respond()],
  ['hear', ({ call }) => void call.resumePlayback()],
  ['type', (world) => world.attempt((call) => call.sendText('Hello?'))],
  ['tell', (world) => world.attempt((call) => call.sendText('They look at prices.', 'system'))],
  ['change', (world) => world.attempt((call) => call.updateSession({ instructions: 'Be kind.' }))],
  [
    'show',
    (world) =>
      world.attempt((call) =>
        call.send({
          type: 'conversation.item.create',
          item: {
            type: 'message',
            role: 'user',
            content: [{ type: 'input_image', image_url: 'data:image/jpeg;base64,AAAA' }],
          },
        }),
      ),
  ],
  ['change the microphone', ({ call }) => void call.attempt?.openMicrophone('b').catch(() => 0)],
];

const honest: ServerEvent[] = [
  event('session.created', { session: { id: 'sess_1', expires_at: 1, audio: { input: {} } } }),
  event('session.updated', { session: { id: 'sess_1', audio: { input: {} } } }),
  ...spoken('u1', 'Hello? ', null),
  ...answered('resp_1', 'a1', 'Good morning.', 'u1', { interrupted: true }),
  ...spoken('u2', 'And what does that cost? ', 'a1'),
  ...answered('resp_2', 'a2', 'Two coins.', 'u2'),
  ...written('a3', 'Bye.', 'a2'),
  ...['look_up', 'hang', 'ask', 'throw', 'unknown'].flatMap((name) => calls(name, {}, name)),
  event('input_audio_buffer.timeout_triggered', { item_id: 'u3' }),
  event('conversation.item.deleted', { item_id: 'u2' }),
  event('something.new', { with: 'fields' }),
];
const errors = [
  null,
  'invalid_value',
  'rate_limit_exceeded',
  'conversation_already_has_active_response',
];
const fatal = ['session_expired', 'insufficient_quota'];

const speaks = (name: string, ...events: ServerEvent[]): Step => [
  name,
  ({ service }) => service.send(...events),
];
const raw = (data: unknown): Step => [
  `sends ${String(data)}`,
  ({ service }) => service.sendRaw(data),
];

const service: Step[] = [
  ...honest.map((one) => speaks(one.type, one)),
  ...errors.map((code) => speaks(`error ${code}`, errorEvent(code))),
  speaks('a turn', ...spoken('u4', 'Hello', null), ...answered('resp_4', 'a4', 'Hi.', 'u4')),
  speaks(
    'two answers',
    ...answered('r5', 'a5', 'Yes.', null),
    ...answered('r5', 'a5', 'Yes.', null),
  ),
  speaks('in reverse', ...answered('resp_6', 'a6', 'No.', null).reverse()),
  speaks(
    'a flood',
    ...Array.from({ length: 200 }, () =>
      event('response.output_audio_transcript.delta', { item_id: 'a1', delta: 'la ' }),
    ),
  ),
  ...['', '{', 'null', '[]', '{"type":7}', '{"type":"response.done"}', '{"type":"error"}'].map(raw),
  raw('{"type":"session.created","session":null}'),
  raw('{"type":"response.done","response":{"output":[{"type":"function_call"}]}}'),
  raw('{"type":"conversation.item.added","item":{"__proto__":1,"content":7,"type":"message"}}'),
  raw(new ArrayBuffer(8)),
];

const faults: Step[] = [
  ...fatal.map((code) => speaks(`error ${code}`, errorEvent(code))),
  ...(['ok', 'hang', 'token-unreachable', 'token-unauthorized', 'token-rate-limited'] as const).map(
    (manner): Step => [`secret ${manner}`, ({ service }) => void (service.secret = manner)],
  ),
  ...(['ok', 'hang', 'negotiation-rejected', 'network-blocked', 'nonsense'] as const).map(
    (manner): Step => [`offer ${manner}`, ({ service }) => void (service.offer = manner)],
  ),
  ...(['open', 'blocked', 'dtls-failed', 'no-channel'] as const).map((route): Step => [
    `route ${route}`,
    ({ browser }) => void (browser.route = route),
  ]),
  ...([true, false] as const).flatMap((on): Step[] => [
    [`session ${on}`, ({ service }) => void (service.opensSession = on)],
    [`network ${on}`, ({ browser }) => browser.network(on)],
    [`online ${on}`, ({ browser }) => browser.network(on, true)],
  ]),
  ...[undefined, 20, 90].map((seconds): Step => [
    `sessions of ${seconds} s`,
    ({ service }) => void (service.lastsSeconds = seconds),
  ]),
  ...[
    { ms: 5 },
    { ms: 300 },
    { ms: 40_000 },
    { ms: 5, error: 'NotAllowedError' },
    { ms: 5, error: 'NotFoundError' },
  ].map((microphone): Step => [
    `microphone ${JSON.stringify(microphone)}`,
    ({ browser }) => void (browser.microphone = microphone),
  ]),
  ['unplug', ({ browser }) => browser.unplug()],
  ['channel closes', ({ service }) => service.peer?.closeChannel()],
  ['connection fails', ({ service }) => service.peer?.fail()],
];

const waits: Step[] = [0, 7, 25, 60, 300, 1_500, 4_000, 16_000, 30_000].map((ms) => [
  `${ms} ms`,
  (world) => world.wait(ms),
]);

const inACall: Step[] = [visitor[0]!, waits[4]!];
/** Another session is being got ready. */
const beforeTheLimit: Step[] = [
  ['sessions of 20 s', ({ service }) => void (service.lastsSeconds = 20)],
  ...inACall,
  speaks('a turn', ...spoken('u0', 'Hello', null), ...answered('resp_0', 'a0', 'Hi.', 'u0')),
  ['13.2 s', (world) => world.wait(13_200)],
];
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...visitor) },
  { weight: 3, arbitrary: fc.constantFrom(...service) },
  { weight: 3, arbitrary: fc.constantFrom(...faults) },
  { weight: 4, arbitrary: fc.constantFrom(...waits) },
);
const sequence = fc
  .tuple(fc.constantFrom([], inACall, beforeTheLimit), fc.array(step, { maxLength: 20 }))
  .map(([first, more]) => [...first, ...more]);

describe('any sequence', () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => {
    uncaught.push(error);
  };

  beforeAll(() => {
    process.on('unhandledRejection', note).on('uncaughtException', note);
  });
  afterAll(() => {
    process.off('unhandledRejection', note).off('uncaughtException', note);
  });

  it(`ends clean: ${SEQUENCES} of them`, { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (steps) => {
        const world = new World();
        for (const [, act] of steps) await act(world);
        const wrong = await world.leave();
        await settled();
        const thrown = uncaught.splice(0).map((error) => (error as Error).stack ?? String(error));
        expect([...wrong, ...thrown], steps.map(([name]) => name).join(' → ')).toEqual([]);
      }),
      { numRuns: Number(process.env['SEQUENCES'] ?? SEQUENCES) },
    );
    // They come to all that there is.
    expect([...seen].sort()).toEqual([
      'connecting',
      'ended: connection-lost',
      'ended: error',
      'ended: idle',
      'ended: removed',
      'ended: user',
      'live',
      'recovered',
      'recovering',
    ]);
  });
});
