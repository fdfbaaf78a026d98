/** A call that outlives its session: when the next one is got ready, and at which moment it takes over. */
import { describe, expect, it } from 'vitest';
import { answered, event, spoken } from '../../support/server-events.js';
import { simulatedCalls, textsOf, type SimulatedCall } from './simulated-call.js';

const simulated = simulatedCalls();

const talk = [...spoken('u1', 'Hello?', null), ...answered('resp_1', 'a1', 'Good morning.', 'u1')];
const speech = (type: 'started' | 'stopped') =>
  event(`input_audio_buffer.speech_${type}`, { item_id: 'u2', audio_start_ms: 1 });

/** The next session is got ready after 40 s of 80. */
async function inASession(world: SimulatedCall): Promise<void> {
  world.sessionMs = 80_000;
  await world.start();
  world.say(...talk);
  world.states.length = 0;
}

describe('a session that is about to end', () => {
  it('is changed for another in a silence, and nobody notices', async () => {
    const world = simulated();
    await inASession(world);
    await world.clock.advance(39_999);
    expect(world.secrets).toEqual([]);
    await world.clock.advance(1);
    expect(world.secrets).toEqual([40_000]);
    const [before] = world.browser.peers;
    // Ready 50 ms later; four looks, 200 ms from each other, find that nobody speaks.
    await world.clock.advance(849);
    expect([world.told[1], before?.isClosed]).toEqual([[], false]);
    await world.clock.advance(1);
    expect(before?.isClosed).toBe(true);
    expect(world.states).toEqual([]);
    await world.clock.advance(50);
    expect(textsOf(world.told[1])).toEqual(['user: Hello?', 'assistant: Good morning.']);
    expect(world.recovery.seams).toEqual([{ after: 'a1', cause: 'session-limit' }]);
    expect(world.call.items.map(({ text }) => text)).toEqual(['Hello?', 'Good morning.']);
  });

  it('is changed each time, as long as people speak', async () => {
    const world = simulated();
    world.sessionMs = 240_000;
    await world.start();
    world.say(...talk);
    await world.clock.advance(190_000);
    world.say(...spoken('u2', 'Still there?', 'a1'), ...answered('r2', 'a2', 'Yes.', 'u2'));
    await world.clock.advance(180_000);
    // The second session began when it was got ready.
    expect(world.secrets).toEqual([180_000, 360_050]);
    expect(world.recovery.seams.map(({ after }) => after)).toEqual(['a1', 'a2']);
  });

  it.each([
    ['at all', []],
    ['since the last change', talk],
  ])('is left to end where nobody has said anything %s', async (_story, said) => {
    const world = simulated();
    world.sessionMs = 80_000;
    await world.start();
    world.say(...said);
    await world.clock.advance(300_000);
    expect(world.secrets).toHaveLength(said.length > 0 ? 1 : 0);
    expect(world.call.state.status).toBe('live');
  });

  it('is not changed while the visitor speaks, nor in the moment after', async () => {
    const world = simulated();
    await inASession(world);
    await world.clock.advance(39_000);
    world.say(speech('started'));
    await world.clock.advance(6_000);
    expect(world.told[1]).toEqual([]);
    world.say(speech('stopped'), ...spoken('u2', 'Well.', 'a1').slice(2));
    world.say(...answered('r2', 'a2', 'Yes.', 'u2'));
    const changes: number[] = [];
    world.call.addEventListener('voice-server-event', ({ detail }) => {
      if (detail.type === 'session.created') changes.push(world.at);
    });
    await world.clock.advance(10_000);
    // Looks at 45.05 and 45.25 s.
    expect(changes).toEqual([45_650]);
    expect(textsOf(world.told[1]).at(-1)).toBe('assistant: Yes.');
  });

  it('is changed after four silent looks in a row only', async () => {
    const world = simulated();
    await inASession(world);
    await world.clock.advance(39_000);
    world.say(speech('started'));
    await world.clock.advance(1_150);
    for (let round = 0; round < 3; round++) {
      world.say(event('input_audio_buffer.cleared'));
      await world.clock.advance(600);
      world.say(speech('started'));
      await world.clock.advance(200);
    }
    expect(world.told[1]).toEqual([]);
  });

  it('is not changed while a tool is at work', async () => {
    const world = simulated();
    await inASession(world);
    const call = { type: 'function_call', call_id: 'c1', name: 'order', arguments: '{}' };
    world.say(event('conversation.item.done', { item: { id: 'f1', ...call } }));
    await world.clock.advance(50_000);
    expect(world.told[1]).toEqual([]);
    const output = { type: 'function_call_output' as const, call_id: 'c1', output: 'Done.' };
    world.call.send({ type: 'conversation.item.create', item: output });
    await world.clock.advance(900);
    expect(world.told[1]?.slice(0, 2)).toMatchObject([{ item: {} }, { item: {} }]);
  });

  it('is not changed while the visitor decides on a call of a remote tool', async () => {
    const world = simulated();
    await inASession(world);
    const request = {
      id: 'mcpr_1',
      type: 'mcp_approval_request',
      name: 'pay',
      server_label: 'shop',
    };
    world.say(event('conversation.item.done', { item: request }));
    await world.clock.advance(50_000);
    expect([world.told[1], world.states]).toEqual([[], []]);
    const type = 'mcp_approval_response' as const;
    const item = { id: 'mcpa_1', type, approval_request_id: 'mcpr_1', approve: true };
    world.call.send({ type: 'conversation.item.create', item });
    await world.clock.advance(900);
    // The session that has asked is the one that hears.
    expect(world.told[0]?.at(-1)).toMatchObject({ item });
    expect(textsOf(world.told[1])).toEqual(['user: Hello?', 'assistant: Good morning.']);
  });

  describe('while the visitor’s words are not written down yet', () => {
    const [words, ...said] = spoken('u2', 'My name is Jane.', 'a1').reverse();
    const late = [...said.reverse().slice(0, 5), ...answered('r2', 'a2', 'Hello, Jane.', 'u2')];

    async function hearingLate() {
      const world = simulated();
      await inASession(world);
      await world.clock.advance(39_000);
      world.say(...late);
      return world;
    }

    it('is changed when they are', async () => {
      const world = await hearingLate();
      await world.clock.advance(4_000);
      expect(world.told[1]).toEqual([]);
      if (words) world.say(words);
      await world.clock.advance(300);
      expect(textsOf(world.told[1])).toContain('user: My name is Jane.');
    });

    it('is changed after five seconds of silence', async () => {
      const world = await hearingLate();
      await world.clock.advance(6_000);
      expect(world.told[1]).toEqual([]);
      await world.clock.advance(300);
      expect(textsOf(world.told[1]).at(-1)).toBe('assistant: Hello, Jane.');
    });

    it('is changed as soon as ever where none are written down', async () => {
      const world = simulated();
      world.sessionMs = 80_000;
      await world.start();
      world.say(...late);
      await world.clock.advance(41_000);
      expect(textsOf(world.told[1])).toEqual(['assistant: Hello, Jane.']);
    });
  });

  it('is given up a moment before its end where there is no silence', async () => {
    const world = simulated();
    await inASession(world);
    world.say(speech('started'));
    world.states.length = 0;
    await world.clock.advance(79_000);
    // The first look within the last 1.5 s; what was got ready is not kept for it.
    expect(world.states).toEqual([
      [78_650, 'recovering: session-limit 1'],
      [78_700, 'live: listening'],
      // What the visitor was saying is owed an answer.
      [78_700, 'live: thinking'],
    ]);
    expect(world.secrets).toEqual([40_000, 78_650]);
    expect(world.recovery.seams).toEqual([{ after: 'u2', cause: 'session-limit' }]);
    expect(world.browser.peers.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
    await world.loseAndGoOn();
    expect(world.recovery.seams.at(-1)?.cause).toBe('network');
  });

  it('is given up then too where no other could be got ready', async () => {
    const world = simulated();
    await inASession(world);
    await world.clock.advance(39_000);
    world.service.secret = 'token-unauthorized';
    await world.clock.advance(38_000);
    expect(world.states).toEqual([]);
    world.service.secret = 'ok';
    await world.clock.advance(2_000);
    // The secret was refused after 10 ms.
    expect(world.states[0]).toEqual([78_610, 'recovering: session-limit 1']);
    expect(world.call.state.status).toBe('live');
  });

  it('is given up then too where the line that was ready is lost', async () => {
    const world = simulated();
    await inASession(world);
    world.say(speech('started'));
    await world.clock.advance(45_000);
    world.browser.peers[1]?.fail();
    world.say(event('input_audio_buffer.cleared'));
    world.states.length = 0;
    await world.clock.advance(35_000);
    expect(world.states[0]).toEqual([78_650, 'recovering: session-limit 1']);
    expect(world.told).toHaveLength(3);
  });

  it('is changed for one that knows the summary', async () => {
    const world = simulated({ summarize: () => 'They said much.' });
    await inASession(world);
    world.say(...spoken('u2', 'x'.repeat(16_000), 'a1'));
    world.say(...answered('r2', 'a2', 'Yes.', 'u2'));
    await world.clock.advance(41_000);
    expect(textsOf(world.told[1]).map((text) => text.slice(0, 55))).toEqual([
      'system: Earlier in this conversation: They said much.',
      `user: ${'x'.repeat(49)}`,
      'assistant: Yes.',
    ]);
  });

  it('tells its next one nothing of it before it takes over, and hears nothing', async () => {
    const world = simulated();
    await inASession(world);
    world.say(speech('started'));
    world.states.length = 0;
    const heard: string[] = [];
    world.call.addEventListener('voice-server-event', ({ detail }) => heard.push(detail.type));
    await world.clock.advance(45_000);
    const [, next] = world.browser.peers;
    next?.receive(JSON.stringify(event('a.future.event')));
    Object.assign(next ?? {}, { iceConnectionState: 'disconnected' });
    next?.dispatchEvent(new Event('iceconnectionstatechange'));
    expect([heard, world.states]).toEqual([[], []]);
  });
});

describe('another session that is got ready', () => {
  it('is closed where the call is lost meanwhile', async () => {
    const world = simulated();
    await inASession(world);
    await world.clock.advance(40_030);
    await world.loseAndGoOn();
    expect(world.call.state.status).toBe('live');
    await world.clock.advance(1_000);
    expect(world.browser.peers.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
    expect(world.recovery.seams).toEqual([{ after: 'a1', cause: 'network' }]);
  });

  it('is got ready anew for the session after a loss, which ends in its own time', async () => {
    const world = simulated();
    await inASession(world);
    await world.clock.advance(39_995);
    world.service.secret = 'hang';
    await world.clock.advance(10);
    world.service.secret = 'ok';
    await world.loseAndGoOn();
    world.say(...spoken('u2', 'Again?', 'a1'), ...answered('r2', 'a2', 'Yes.', 'u2'));
    world.states.length = 0;
    await world.clock.advance(41_000);
    expect(world.states).toEqual([]);
    expect(world.recovery.seams).toEqual([
      { after: 'a1', cause: 'network' },
      { after: 'a2', cause: 'session-limit' },
    ]);
  });

  it.each([40_010, 40_100])('is closed where the call ends after %i ms', async (ms) => {
    const world = simulated();
    await inASession(world);
    await world.clock.advance(ms);
    await world.call.end();
    await world.clock.advance(500);
    expect(world.browser.left()).toEqual([]);
    expect(world.call.state.status).toBe('ended');
  });

  it('is closed where the service hangs up on the one before', async () => {
    const world = simulated();
    world.sessionMs = 80_000;
    await world.start();
    await world.loseAndGoOn();
    world.say(...talk, speech('started'));
    await world.clock.advance(45_000);
    expect(world.told).toHaveLength(3);
    world.browser.peers[1]?.closeChannel();
    await world.clock.advance(500);
    expect(world.call.state).toMatchObject({ reason: 'connection-lost' });
    expect(world.browser.left()).toEqual([]);
  });

  it('belongs to the call it was got ready for', async () => {
    const world = simulated();
    await inASession(world);
    await world.clock.advance(40_030);
    void world.call.end();
    await world.start();
    await world.clock.advance(1_000);
    expect(world.browser.peers.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
    expect(world.recovery.seams).toEqual([]);
  });

  it('is not wanted any more where the call has ended', async () => {
    const world = simulated();
    await inASession(world);
    await world.call.end();
    await world.clock.advance(60_000);
    expect(world.secrets).toEqual([]);
  });

  it('is got ready for whoever attaches in the middle of a call, too', async () => {
    const world = simulated('later');
    await inASession(world);
    world.attach();
    await world.clock.advance(40_900);
    expect(world.secrets).toEqual([40_000]);
    expect(world.recovery.seams).toEqual([{ after: 'a1', cause: 'session-limit' }]);
  });
});
