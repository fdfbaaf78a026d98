/** A call whose connection is lost: what the visitor sees, and what the next session is told. */
import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../src/core/index.js';
import { answered, event, spoken, written } from '../../support/server-events.js';
import { simulatedCalls, textsOf } from './simulated-call.js';

const simulated = simulatedCalls();

const question = spoken('u1', 'What are your prices?', null);
const answer = answered('resp_1', 'a1', 'Two coins each.', 'u1');
const until = (events: ServerEvent[], type: string) =>
  events.slice(0, events.findIndex((one) => one.type === type) + 1);
const types = (events: readonly { type: string }[] = []) => events.map(({ type }) => type);
const requests = (events: readonly { type: string }[] = []) =>
  types(events).filter((type) => type === 'response.create').length;

describe('a call that loses its connection', () => {
  it('is live again over another one, with one more secret, and the agent knows what was said', async () => {
    const world = simulated();
    await world.start();
    world.call.updateSession({ instructions: 'Be kind.' });
    world.say(...question, ...answer);
    const { items } = world.call;
    world.states.length = 0;
    const heard: string[] = [];
    world.call.addEventListener('voice-server-event', ({ detail }) => heard.push(detail.type));
    await world.loseAndGoOn();
    expect(world.states).toEqual([
      [0, 'recovering: network 1'],
      [50, 'live: listening'],
    ]);
    expect(world.secrets).toEqual([0]);
    expect(world.told[1]?.[0]).toMatchObject({ session: { instructions: 'Be kind.' } });
    expect(textsOf(world.told[1])).toEqual([
      'user: What are your prices?',
      'assistant: Two coins each.',
    ]);
    expect(requests(world.told[1])).toBe(0);
    // A new session, and nothing of the repetition.
    expect(heard).toEqual(['session.created', 'session.updated']);
    expect(world.call.items).toEqual(items);
    expect(world.recovery.seams).toEqual([{ after: 'a1', cause: 'network' }]);
    expect(world.browser.tracks).toHaveLength(1);
  });

  it('has one seam for each loss, and none in the next call', async () => {
    const world = simulated();
    await world.start();
    await world.loseAndGoOn();
    world.say(...question, ...answer);
    await world.loseAndGoOn();
    expect(world.recovery.seams).toEqual([
      { after: undefined, cause: 'network' },
      { after: 'a1', cause: 'network' },
    ]);
    await world.call.end();
    await world.start();
    expect(world.recovery.seams).toEqual([]);
    await world.loseAndGoOn();
    expect(textsOf(world.told.at(-1))).toEqual([]);
  });

  it('knows how its first session was configured', async () => {
    const world = simulated({ session: { instructions: 'Be brief.' } });
    await world.start();
    await world.loseAndGoOn();
    expect(world.told[1]).toMatchObject([{ session: { instructions: 'Be brief.' } }]);
    await world.call.end();
    await world.start();
    await world.loseAndGoOn();
    expect(world.told.at(-1)).toMatchObject([{ session: { instructions: 'Be brief.' } }]);
  });

  it('is shown as unstable where the new connection is', async () => {
    const world = simulated();
    await world.start();
    await world.loseAndGoOn();
    world.browser.network(false);
    await world.clock.advance(6_000);
    expect(world.call.state).toMatchObject({ status: 'live', quality: 'poor' });
  });

  it('knows what was said before the microphone was there', async () => {
    const world = simulated();
    world.browser.microphone = { ms: 5_000 };
    const started = world.call.start();
    await world.clock.advance(1_000);
    const content = [{ type: 'input_text', text: 'They are at home.' }];
    const item = { id: 's1', type: 'message', role: 'system', content };
    world.say(event('conversation.item.done', { item }));
    await world.clock.advance(5_000);
    await started;
    await world.loseAndGoOn();
    expect(textsOf(world.told[1])).toEqual(['system: They are at home.']);
  });

  it('goes on by text where it was by text', async () => {
    const world = simulated();
    await world.start(false);
    await world.loseAndGoOn();
    expect(world.call.state).toMatchObject({ status: 'live', voice: false });
    expect(world.browser.tracks).toEqual([]);
  });

  it('goes on by voice where the visitor allowed that meanwhile', async () => {
    const world = simulated();
    await world.start(false);
    world.browser.microphone = { ms: 30 };
    const joined = world.call.start();
    await world.loseAndGoOn();
    await joined;
    expect(world.call.state).toMatchObject({ status: 'live', voice: true });
    expect(world.told[1]?.[0]).toMatchObject({ session: { output_modalities: ['audio'] } });
  });

  it('hears nothing of a line before it is the call’s', async () => {
    const world = simulated({ summarize: () => 'Much was said.' });
    await world.start();
    world.say(...spoken('u1', 'x'.repeat(16_000), null), ...spoken('u2', 'Well?', 'u1'));
    const heard: string[] = [];
    world.call.addEventListener('voice-server-event', ({ detail }) => heard.push(detail.type));
    world.lose();
    await world.clock.advance(49);
    const peer = world.browser.peers.at(-1);
    peer?.dispatchEvent(new Event('iceconnectionstatechange'));
    expect([heard, world.call.state.status]).toEqual([[], 'recovering']);
  });

  it('asks for nothing more where the page ends it at its first sign of life', async () => {
    const world = simulated();
    await world.start();
    world.call.addEventListener('voice-server-event', () => void world.call.end());
    world.lose();
    await world.clock.advance(1);
    world.call.sendText('Are you there?');
    await world.clock.advance(1_000);
    expect(world.states.at(-1)?.[1]).toBe('ended: user');
    expect(types(world.told[1])).toEqual(['conversation.item.create']);
  });

  it('closes what it could not open', async () => {
    const world = simulated();
    await world.start();
    world.browser.route = 'no-channel';
    world.lose();
    await world.clock.advance(100);
    world.browser.route = 'open';
    await world.clock.advance(60_000);
    expect(world.browser.peers.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
  });

  it.each([
    ['a WebSocket, which takes what it cannot send', true],
    ['a data channel, which throws', false],
  ])('does not go on over one that is lost before it is the call’s: %s', async (_story, takes) => {
    const world = simulated({
      summarize: () =>
        new Promise((resolve) => {
          setTimeout(() => resolve('Much was said.'), 2_000);
        }),
    });
    const { supplies } = world.call;
    const { connection } = supplies;
    supplies.connection = (servers) => {
      const made = connection(servers);
      const send = made.send.bind(made);
      made.send = (one) => {
        if (!takes || !world.browser.peers.at(-1)?.isClosed) send(one);
      };
      return made;
    };
    await world.start();
    world.say(...spoken('u1', 'Well?', null), ...spoken('u2', 'x'.repeat(16_000), 'u1'));
    world.lose();
    await world.clock.advance(1_000);
    world.browser.peers.at(-1)?.fail();
    await world.clock.advance(60_000);
    expect(world.call.state.status).toBe('live');
    expect(world.browser.peers.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
    expect(textsOf(world.told[2])[0]).toBe('system: Earlier in this conversation: Much was said.');
  });

  it('closes one that cannot be told everything', async () => {
    const world = simulated();
    const { supplies } = world.call;
    const { connection } = supplies;
    await world.start();
    world.say(...question, ...answer);
    supplies.connection = (servers) => {
      const made = connection(servers);
      supplies.connection = connection;
      made.send = () => {
        throw new RangeError('It is too large.');
      };
      return made;
    };
    world.lose();
    await world.clock.advance(5_000);
    expect(world.call.state.status).toBe('live');
    expect(world.browser.peers.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
  });

  it('ends with the failure of its last try', async () => {
    const world = simulated();
    await world.start();
    world.service.offer = 'negotiation-rejected';
    world.lose();
    await world.clock.advance(60_000);
    expect(world.secrets).toHaveLength(5);
    expect(world.recovery.seams).toEqual([]);
    expect(world.states.at(-1)?.[1]).toBe('ended: connection-lost');
    expect(world.call.state).toMatchObject({
      error: { code: 'connection-lost', cause: { code: 'negotiation-rejected' } },
    });
  });
});

describe('a call that loses its connection again and again', () => {
  const losses = async (world: ReturnType<typeof simulated>, count: number) => {
    for (let index = 0; index < count; index++) await world.loseAndGoOn();
  };

  it('ends with the sixth time in five minutes, without another secret', async () => {
    const world = simulated();
    await world.start();
    await losses(world, 5);
    expect(world.call.state.status).toBe('live');
    await world.clock.advance(298_999);
    world.lose();
    await world.clock.advance(0);
    expect(world.call.state).toMatchObject({
      reason: 'connection-lost',
      error: { code: 'connection-lost', message: 'The connection was lost too often.' },
    });
    expect(world.secrets).toHaveLength(5);
  });

  it('goes on where the first of them is five minutes ago', async () => {
    const world = simulated();
    await world.start();
    await losses(world, 5);
    await world.clock.advance(299_000);
    await losses(world, 1);
    expect(world.call.state.status).toBe('live');
  });

  it('is not blamed for those of the call before', async () => {
    const world = simulated();
    await world.start();
    await losses(world, 5);
    await world.call.end();
    await world.start();
    await losses(world, 5);
    expect(world.call.state.status).toBe('live');
  });
});

describe('an answer that the lost session owes', () => {
  it('is asked for again where the visitor has just spoken', async () => {
    const world = simulated();
    await world.start();
    world.say(...question);
    await world.loseAndGoOn();
    expect(types(world.told[1])).toEqual(['conversation.item.create', 'response.create']);
    world.say(...spoken('u2', 'And yours?', 'u1'));
    await world.clock.advance(1_000);
    await world.loseAndGoOn();
    expect(requests(world.told[2])).toBe(1);
  });

  it('is asked for again where its words had begun', async () => {
    const world = simulated();
    await world.start();
    const words = answer.filter(({ type }) => !type.startsWith('output_audio_buffer'));
    world.say(...until(words, 'response.output_audio_transcript.delta'));
    await world.loseAndGoOn();
    // Nothing of it was heard.
    expect(world.call.items).toMatchObject([{ text: '', final: true, interrupted: true }]);
    expect(requests(world.told[1])).toBe(1);
  });

  it('is asked for again where it was cut off, and what was not heard is not repeated', async () => {
    const world = simulated();
    await world.start();
    world.say(...spoken('u0', 'Tell me a story, please', null));
    world.say(...answered('resp_0', 'a0', 'With pleasure, my friend.', 'u0'));
    const story = answered('resp_1', 'a1', 'Once upon a time there was a king who', 'a0');
    await world.clock.advance(400);
    world.say(...until(story, 'response.done'));
    expect(world.call.state).toMatchObject({ turn: 'speaking' });
    await world.clock.advance(1_000);
    world.browser.network(false);
    await world.clock.advance(15_200);
    expect(world.states.at(-1)?.[1]).toBe('recovering: network 1');
    // Something last came 1.1 s after its voice began.
    expect(world.call.items).toMatchObject([
      { text: 'Tell me a story, please', interrupted: false },
      { text: 'With pleasure, my friend.', interrupted: false },
      { text: 'Once upon a time', final: true, interrupted: true },
    ]);
    world.browser.network(true);
    await world.clock.advance(5_000);
    expect(textsOf(world.told[1]).at(-1)).toBe('assistant: Once upon a time');
    expect(requests(world.told[1])).toBe(1);
  });

  const called = { id: 'f1', type: 'function_call', call_id: 'c1', name: 'order', arguments: '{}' };
  const tool = [
    ...question,
    ...answered('resp_1', 'a1', 'One moment, please.', 'u1'),
    event('conversation.item.done', { item: called, previous_item_id: 'a1' }),
  ];

  it('is asked for again where a tool was at work', async () => {
    const world = simulated();
    await world.start();
    world.say(...tool);
    await world.loseAndGoOn();
    expect(requests(world.told[1])).toBe(1);
    // The agent was told that nobody knows what became of it.
    expect(JSON.stringify(world.told[1])).toContain('It may have been done, or not.');
  });

  it('is asked for again where it was to follow what a tool has brought', async () => {
    const world = simulated();
    await world.start();
    world.say(...tool);
    const item = { type: 'function_call_output' as const, call_id: 'c1', output: 'Sent.' };
    world.call.send({ type: 'conversation.item.create', item });
    world.call.respond();
    await world.loseAndGoOn();
    expect(requests(world.told[1])).toBe(1);
  });

  it('is asked for again where it was to be the greeting', async () => {
    const world = simulated();
    await world.start();
    world.call.respond();
    await world.loseAndGoOn();
    expect(requests(world.told[1])).toBe(1);
  });

  it.each([
    ['a conversation by text', false],
    ['a call that answers in writing', true],
  ])('is asked for again in %s, and what was read of it stays', async (_story, voice) => {
    const world = simulated();
    await world.start(voice);
    const words = written('a1', 'We are open from nine to five', null);
    world.say(...until(words, 'response.output_text.delta'));
    world.say(...words.slice(3, 6));
    await world.loseAndGoOn();
    expect(world.call.items).toMatchObject([{ text: 'We are open from ', interrupted: true }]);
    expect(textsOf(world.told[1])).toEqual(['assistant: We are open from ']);
    expect(requests(world.told[1])).toBe(1);
  });

  it.each(['stopped', 'cleared'])('is none where its sound is %s', async (how) => {
    const world = simulated();
    await world.start();
    world.say(
      ...until(answer, 'response.done'),
      event(`output_audio_buffer.${how}`, { response_id: 'resp_1' }),
    );
    await world.clock.advance(1_000);
    await world.loseAndGoOn();
    expect(world.call.items).toMatchObject([{ text: 'Two coins each.', interrupted: false }]);
    expect(requests(world.told[1])).toBe(0);
  });

  it('is none of the next call', async () => {
    const world = simulated();
    await world.start();
    world.say(...until(answer, 'output_audio_buffer.started'));
    await world.call.end();
    await world.start();
    world.say(...written('a2', 'Good morning.', null));
    await world.loseAndGoOn();
    expect(world.call.items.at(-1)).toMatchObject({ text: 'Good morning.' });
  });

  it('is asked for though nobody knows the words of the question', async () => {
    const world = simulated();
    await world.start();
    world.say(...until(question, 'conversation.item.done'));
    expect(world.call.items).toMatchObject([{ id: 'u1', final: false }]);
    await world.loseAndGoOn();
    expect(world.call.items).toMatchObject([{ id: 'u1', final: true, interrupted: false }]);
    expect(requests(world.told[1])).toBe(1);
  });
});
