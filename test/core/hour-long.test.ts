/**
 * An hour of talk, in which one session after the other reaches its limit, on a simulated clock: nothing
 * of it is lost, nobody notices, and at its end no more is held than what was said.
 */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Call, type ServerEvent } from '../../src/core/index.js';
import { attachLimits } from '../../src/core/limits/attach-limits.js';
import { attachMicrophoneWatch } from '../../src/core/microphone/attach-microphone-watch.js';
import { attachRecovery } from '../../src/core/recovery/attach-recovery.js';
import { attachTools } from '../../src/core/tools/attach-tools.js';
import { attachUsage } from '../../src/core/usage/attach-usage.js';
import { ScriptedService } from '../support/scripted-service.js';
import { answered, spoken } from '../support/server-events.js';
import { SimulatedBrowser } from '../support/simulated-browser.js';
import { SimulatedClock } from '../support/simulated-clock.js';
import { collect } from './call-stories.js';

const TURNS = 600;
const TURN_MS = 6_000;
const SESSION_SECONDS = 600;
/** What a new session is told of the conversation, in characters, at most: and the last item. */
const REPLAY_CHARACTERS = 16_000 + 100;

const clock = new SimulatedClock();
const browser = new SimulatedBrowser(clock);
const service = new ScriptedService(browser);
let restore: (() => void)[] = [];

beforeEach(() => {
  restore = [clock.install(), browser.install()];
});
afterEach(() => {
  for (const one of restore.reverse()) one();
});

const usage = { output_tokens: 10, output_token_details: { audio_tokens: 10 } };

/** The events of a turn; with each answer comes what it cost. */
function turn(number: number): ServerEvent[] {
  const previous = number === 1 ? null : `a${number - 1}`;
  const answer = answered(`resp_${number}`, `a${number}`, `Answer ${number}.`, `u${number}`);
  return [
    ...spoken(`u${number}`, `What about ${number}?`, previous),
    ...answer.map((one) =>
      one.type === 'response.done' ? { ...one, response: { ...one.response, usage } } : one,
    ),
  ] as ServerEvent[];
}

describe('a call of an hour', () => {
  it('goes through one session after the other, in order, and holds what was said', async () => {
    service.lastsSeconds = SESSION_SECONDS;
    const call = new Call(service.callOptions);
    const recovery = attachRecovery(call);
    const counted = attachUsage(call);
    attachMicrophoneWatch(call, () => undefined);
    attachLimits(call, { idleTimeout: 60 }, () => undefined);
    attachTools(call, [{ name: 'look_up', execute: () => 'Found.' }]);
    const states = collect(call, 'voice-state-change');

    const starting = call.start();
    await clock.advance(1_000);
    await starting;
    const talk = async (from: number, to: number) => {
      for (let number = from; number <= to; number++) {
        for (const one of turn(number)) {
          service.send(one);
          await clock.advance(100);
        }
        await clock.advance(TURN_MS - 100 * turn(number).length);
      }
    };
    const held = () => ({
      timers: clock.pending,
      connections: browser.peers.filter(({ isClosed }) => !isClosed).length,
      microphones: browser.tracks.length,
      ofAttempt: getEventListeners(call.attempt!.signal, 'abort').length,
      ofEvents: getEventListeners(call, 'voice-server-event').length,
      ofStates: getEventListeners(call, 'voice-state-change').length,
    });
    await talk(1, TURNS / 10);
    const early = held();
    await talk(TURNS / 10 + 1, TURNS);

    expect(held()).toEqual(early);
    const said = Array.from({ length: TURNS }, (_, index) => [
      `What about ${index + 1}?`,
      `Answer ${index + 1}.`,
    ]);
    expect(call.items.map(({ text }) => text)).toEqual(said.flat());
    expect(call.items.every(({ final }) => final)).toBe(true);
    expect(counted.total.output.audio).toBe(TURNS * 10);
    // One after nine minutes each, in a pause.
    expect(service.sessions).toBe(7);
    expect(recovery.seams.map(({ cause }) => cause)).toEqual(Array(6).fill('session-limit'));
    expect(new Set(states.map(({ state }) => state.status))).toEqual(
      new Set(['connecting', 'live']),
    );
    const replay = service.received.flatMap(({ item }) => item?.content?.[0]?.text ?? []);
    expect(replay.at(-1)).toMatch(/^Answer \d+\.$/);
    // More at once is refused.
    expect(replay.length).toBeLessThan(200);
    expect(replay.join('').length).toBeLessThan(REPLAY_CHARACTERS);

    const ending = call.end();
    await clock.advance(500);
    await ending;
    await clock.advance(60_000);
    expect(browser.left()).toEqual([]);
  }, 60_000);
});
