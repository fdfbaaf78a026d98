/** What is typed, told or changed around an outage reaches the next session, once and in order. */
import { describe, expect, it } from 'vitest';
import type { TranscriptItem } from '../../../src/core/index.js';
import { errorEvent, event, spoken } from '../../support/server-events.js';
import { simulatedCalls, textsOf, type SimulatedCall } from './simulated-call.js';

const simulated = simulatedCalls();

const types = (events: readonly { type: string }[] = []) => events.map(({ type }) => type);

describe('around an outage', () => {
  it('what is typed meanwhile is sent once, and answered', async () => {
    const world = simulated();
    await world.start();
    world.lose();
    world.call.sendText('Are you there?');
    await world.clock.advance(200);
    expect(textsOf(world.told[1])).toEqual(['user: Are you there?']);
    expect(types(world.told[1])).toEqual(['conversation.item.create', 'response.create']);
    expect(world.call.items).toMatchObject([{ role: 'user', text: 'Are you there?' }]);
    await world.loseAndGoOn();
    expect(textsOf(world.told[2])).toEqual(['user: Are you there?']);
  });

  it('what the agent is told meanwhile is sent, and asks for nothing', async () => {
    const world = simulated();
    await world.start();
    world.lose();
    world.call.sendText('They look at prices.', 'system');
    await world.clock.advance(200);
    expect(types(world.told[1])).toEqual(['conversation.item.create']);
    expect(textsOf(world.told[1])).toEqual(['system: They look at prices.']);
  });

  it('a change of the session meanwhile is part of how the next one begins', async () => {
    const world = simulated();
    await world.start();
    world.lose();
    world.call.updateSession({ instructions: 'Be kind.' });
    await world.clock.advance(200);
    expect(world.told[1]).toEqual([
      {
        type: 'session.update',
        event_id: 'voice-agent-replay',
        session: { type: 'realtime', instructions: 'Be kind.' },
      },
    ]);
  });

  it('nothing else can be sent meanwhile', async () => {
    const world = simulated();
    await world.start();
    world.lose();
    expect(() => {
      world.call.send({ type: 'input_audio_buffer.commit' });
    }).toThrow('no live call');
    await world.clock.advance(200);
    expect(world.told[1]).toEqual([]);
  });

  it('what was typed just before, and perhaps never arrived, is sent again', async () => {
    const world = simulated();
    world.confirms = false;
    await world.start();
    world.call.sendText('Hello?');
    world.confirms = true;
    await world.loseAndGoOn();
    expect(textsOf(world.told[1])).toEqual(['user: Hello?']);
    expect(types(world.told[1])).toContain('response.create');
  });

  it('the same words typed twice are sent twice, where the second of them did not arrive', async () => {
    const world = simulated();
    await world.start();
    world.call.sendText('Yes.');
    world.confirms = false;
    world.call.sendText('Yes.');
    await world.clock.advance(50);
    world.confirms = true;
    await world.loseAndGoOn();
    expect(textsOf(world.told[1])).toEqual(['user: Yes.', 'user: Yes.']);
  });

  it('what the agent is told meanwhile under an id of the page’s own is sent once', async () => {
    const world = simulated();
    await world.start();
    world.lose();
    const content = [{ type: 'input_text' as const, text: 'They look at prices.' }];
    const item = { id: 'ctx_1', type: 'message' as const, role: 'system' as const, content };
    world.call.send({ type: 'conversation.item.create', item });
    await world.clock.advance(200);
    expect(textsOf(world.told[1])).toEqual(['system: They look at prices.']);
    await world.loseAndGoOn();
    expect(textsOf(world.told[2])).toEqual(['system: They look at prices.']);
  });

  it('a change of the session that was refused is none of how the next one begins', async () => {
    const world = simulated();
    await world.start();
    world.call.updateSession({ audio: { output: { voice: 'nobody' } } });
    world.say(errorEvent('invalid_value'));
    world.call.updateSession({ instructions: 'Be kind.' });
    await world.loseAndGoOn();
    expect(world.told[1]).toMatchObject([{ session: { instructions: 'Be kind.' } }]);
    expect(JSON.stringify(world.told[1])).not.toContain('nobody');
  });

  it('what a listener sends as soon as the call is back is sent once', async () => {
    const world = simulated('later');
    world.call.addEventListener('voice-state-change', ({ detail: { state, previous } }) => {
      if (state.status !== 'live' || previous.status !== 'recovering') return;
      world.call.sendText('They are back.', 'system');
      world.call.updateSession({ instructions: 'Be kind.' });
    });
    world.attach();
    await world.start();
    await world.loseAndGoOn();
    expect(textsOf(world.told[1])).toEqual(['system: They are back.']);
    await world.loseAndGoOn();
    expect(world.told[2]?.[0]).toMatchObject({ session: { instructions: 'Be kind.' } });
  });

  it('the outputs of tools are known to the next session', async () => {
    const world = simulated();
    await world.start();
    const call = { type: 'function_call', call_id: 'c1', name: 'order', arguments: '{}' };
    world.say(
      ...['u1', 'u2', 'u3'].flatMap((id, index, ids) => spoken(id, 'Two', ids[index - 1] ?? null)),
      event('conversation.item.done', { item: { id: 'f1', ...call } }),
    );
    const output = { type: 'function_call_output' as const, call_id: 'c1', output: 'Done.' };
    world.call.send({ type: 'conversation.item.create', item: output });
    await world.loseAndGoOn();
    expect(world.told[1]?.slice(3, 5)).toMatchObject([{ item: call }, { item: output }]);
  });

  it('events of any shape do no harm', async () => {
    const world = simulated();
    await world.start();
    for (const raw of ['{"type":"conversation.item.done"}', '{"type":"session.created"}']) {
      world.service.sendRaw(raw);
    }
    world.say(...spoken('u1', 'Hello?', null));
    await world.loseAndGoOn();
    expect(textsOf(world.told[1])).toEqual(['user: Hello?']);
  });
});

describe('a conversation that is too long to be repeated', () => {
  /** Messages of so many letters each, oldest first. */
  const say = (world: SimulatedCall, ...lengths: number[]) => {
    lengths.forEach((length, index) => {
      const previous = index === 0 ? null : `u${index}`;
      world.say(...spoken(`u${index + 1}`, 'x'.repeat(length), previous));
    });
  };
  const lengths = (world: SimulatedCall) => textsOf(world.told.at(-1)).map((text) => text.length);
  const named = 'user: '.length;
  const SUMMARY = 'system: Earlier in this conversation: They said much.';

  // Each weighs 100 letters more than it has.
  it.each([
    [
      [10, 7_800, 8_000],
      [7_800, 8_000],
    ],
    [
      [10, 7_799, 8_000],
      [10, 7_799, 8_000],
    ],
    // A message is repeated whole, or not at all.
    [
      [10, 9_000, 9_000],
      [9_000, 9_000],
    ],
    [[10, 19_000], [19_000]],
    [
      [100, 100],
      [100, 100],
    ],
  ])('of %j letters is repeated as %j', async (said, repeated) => {
    const world = simulated();
    await world.start();
    say(world, ...said);
    await world.loseAndGoOn();
    expect(lengths(world)).toEqual(repeated.map((length) => named + length));
  });

  it('begins with what the page says of the rest', async () => {
    const asked: (readonly TranscriptItem[])[] = [];
    const world = simulated({
      summarize: (items) => {
        asked.push(items);
        return 'They said much.';
      },
    });
    await world.start();
    say(world, 10, 20, 16_000);
    await world.loseAndGoOn();
    expect(asked.map((items) => items.map(({ id }) => id))).toEqual([['u1', 'u2']]);
    expect(textsOf(world.told[1])[0]).toBe(SUMMARY);
    expect(lengths(world)).toEqual([SUMMARY.length, named + 16_000]);
  });

  it('is not summed up while all of it can be repeated', async () => {
    let asked = 0;
    const world = simulated({ summarize: () => String(++asked) });
    await world.start();
    say(world, 10, 20);
    await world.loseAndGoOn();
    expect(asked).toBe(0);
    expect(lengths(world)).toEqual([named + 10, named + 20]);
  });

  it('waits three seconds for a summary, and does without', async () => {
    const world = simulated({ summarize: () => new Promise(() => undefined) });
    await world.start();
    say(world, 10, 16_000);
    world.states.length = 0;
    world.lose();
    await world.clock.advance(10_000);
    expect(world.states).toEqual([
      [0, 'recovering: network 1'],
      [3_050, 'live: listening'],
      [3_050, 'live: thinking'],
    ]);
    expect(lengths(world)).toEqual([named + 16_000]);
  });

  it('takes a summary that comes in time', async () => {
    const world = simulated({
      summarize: () =>
        new Promise((resolve) => {
          setTimeout(() => resolve('They said much.'), 2_900);
        }),
    });
    await world.start();
    say(world, 10, 16_000);
    world.lose();
    await world.clock.advance(3_000);
    expect(textsOf(world.told[1])[0]).toBe(SUMMARY);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('No.'))],
    [
      'throws at once',
      () => {
        throw new Error('No.');
      },
    ],
  ])('does without a summary where that %s', async (_story, summarize) => {
    const world = simulated({ summarize });
    await world.start();
    say(world, 10, 16_000);
    await world.loseAndGoOn();
    expect(world.call.state.status).toBe('live');
    expect(lengths(world)).toEqual([named + 16_000]);
  });
});
