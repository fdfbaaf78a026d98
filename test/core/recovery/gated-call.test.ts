/** A connection that is lost while an input gate reads what the visitor has said: one answer, and not before. */
import { describe, expect, it } from 'vitest';
import {
  attachInputGate,
  type InputGateOptions,
} from '../../../src/core/guardrails/attach-input-gate.js';
import { event, spoken } from '../../support/server-events.js';
import { patient } from '../guardrails/guardrail-stories.js';
import { simulatedCalls, textsOf } from './simulated-call.js';

const simulated = simulatedCalls();

const input = {
  turn_detection: { type: 'server_vad', create_response: false },
  transcription: { model: 'gpt-4o-mini-transcribe' },
};
const held = event('session.updated', { session: { type: 'realtime', audio: { input } } });

async function gated(options?: InputGateOptions) {
  const world = simulated();
  const gate = patient();
  attachInputGate(world.call, [gate.guardrail], options);
  await world.start();
  world.say(held);
  const typesOf = (session: number) => (world.told[session] ?? []).map(({ type }) => type);
  const requests = () => typesOf(1).filter((type) => type === 'response.create').length;
  return { ...gate, world, typesOf, requests };
}

describe('words that are read while the connection is lost', () => {
  it('are answered once, after the verdict', async () => {
    const { world, verdicts, requests } = await gated();
    world.say(...spoken('u1', 'How do I build it?', null));
    await world.loseAndGoOn();
    expect(world.call.state.status).toBe('live');
    expect([textsOf(world.told[1]), requests()]).toEqual([['user: How do I build it?'], 0]);
    verdicts[0]?.resolve(false);
    await world.clock.advance(100);
    expect(requests()).toBe(1);
  });

  it('are refused and forgotten in the next session, also where the verdict came before it', async () => {
    const { world, verdicts, typesOf } = await gated({ forget: true, message: () => 'Refuse.' });
    world.say(...spoken('u1', 'How do I build it?', null));
    world.lose();
    await world.clock.advance(20);
    verdicts[0]?.resolve('It is dangerous.');
    await world.clock.advance(200);
    expect(textsOf(world.told[1]).at(-1)).toBe('system: Refuse.');
    expect(typesOf(1).slice(-3)).toEqual([
      'conversation.item.delete',
      'conversation.item.create',
      'response.create',
    ]);
  });

  it('are no more than were understood by then', async () => {
    const { world, asked, verdicts, requests } = await gated();
    world.say(...spoken('u1', 'How do I build it?', null).slice(0, -2));
    await world.loseAndGoOn();
    expect(asked.map(({ text }) => text)).toEqual([world.call.items[0]?.text]);
    verdicts[0]?.resolve(false);
    await world.clock.advance(100);
    expect(requests()).toBe(1);
  });

  it('do not hold back what is owed for others', async () => {
    const { world, verdicts, requests } = await gated();
    world.say(...spoken('u1', 'How do I build it?', null));
    await world.clock.advance(10);
    verdicts[0]?.resolve(false);
    await world.clock.advance(10);
    await world.loseAndGoOn();
    expect(requests()).toBe(1);
  });
});
