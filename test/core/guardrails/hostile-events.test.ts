/** Whatever order and shape events come in: one hit per turn, and no listener that throws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachGuardrails } from '../../../src/core/guardrails/attach-guardrails.js';
import { attachInputGate } from '../../../src/core/guardrails/attach-input-gate.js';
import type { VoiceGuardrailDetail } from '../../../src/core/guardrails/guardrail-events.js';
import { detailsOf, FakeCall } from '../../support/fake-call.js';
import { answered, event, spoken } from '../../support/server-events.js';
import { avoids, settled } from './guardrail-stories.js';

const held = { type: 'server_vad', create_response: false };
const session = (type: string) =>
  event(type, { session: { audio: { input: { turn_detection: held } } } });
const honest = [
  ...spoken('u1', 'A bad question ', null),
  ...answered('r1', 'a1', 'A bad answer. ', 'u1'),
  ...answered('r2', 'a2', 'Another bad answer. ', 'a1', { interrupted: true }),
  session('session.updated'),
];

const hostile = fc
  .record({ one: fc.constantFrom(...honest), value: fc.jsonValue(), key: fc.nat(9) })
  .map(({ one, value, key }) => {
    const { type, ...fields } = one;
    const keys = Object.keys(fields);
    const name = keys[key % keys.length] ?? '';
    return event(type, { ...fields, [name]: value });
  });

function guarded() {
  const call = new FakeCall();
  const hits = detailsOf<VoiceGuardrailDetail>(call, 'voice-guardrail');
  attachGuardrails(call, [avoids('bad'), avoids('answer')], { every: 3 });
  attachInputGate(call, [avoids('bad')]);
  call.start(session('session.created'));
  return { call, hits };
}

describe('guardrails', () => {
  it('hit a turn once, in whatever order events come and however often', async () => {
    const stream = fc.array(fc.constantFrom(...honest), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(stream, async (events) => {
        const { call, hits } = guarded();
        for (const one of events) {
          call.receive(one);
          if (one.type === 'response.done') await settled();
        }
        await settled();
        const ids = hits.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('bear events of any shape', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile), async (events) => {
        // An error in a listener would be uncaught, and so fail the run.
        const { call } = guarded();
        call.receive(...events);
        await settled();
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});
