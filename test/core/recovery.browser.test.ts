/** A call outlives its connection, and its session: what the visitor sees, and what the service gets. */
import { expect } from '@open-wc/testing';
import { Call, type ClientEvent, type ServerEvent } from '../../src/core/index.js';
import { attachRecovery } from '../../src/core/recovery/attach-recovery.js';
import { FakeService } from '../support/fake-service.js';
import { watchResources, type OpenResources } from '../support/open-resources.js';
import { answered, event, spoken } from '../support/server-events.js';
import { collect, nameOf, next } from './call-stories.js';

/** Says of every item that it has got it, as services do. */
function confirm(received: ClientEvent, service: FakeService): void {
  if (received.type !== 'conversation.item.create') return;
  const { item } = received;
  const named = { id: `typed_${service.received.length}`, ...item };
  service.send(
    event('conversation.item.added', { item: named, previous_item_id: null }),
    event('conversation.item.done', { item: named, previous_item_id: null }),
  );
}

const isLive = ({ state }: { state: { status: string } }) => state.status === 'live';
const isRecovering = ({ state }: { state: { status: string } }) => state.status === 'recovering';

/** As the browser does it when nothing comes any more. */
function loseNetwork(call: Call): void {
  call.attempt?.line.connection?.giveUp('the test says so');
}

const textsOf = (events: readonly ClientEvent[]) =>
  events.flatMap((one) => {
    if (one.type !== 'conversation.item.create' || one.item.type !== 'message') return [];
    const [part] = one.item.content;
    return [`${one.item.role}: ${String(part && 'text' in part && part.text)}`];
  });

describe('a call that loses its connection', () => {
  let resources: OpenResources;
  let service: FakeService;
  let call: Call;

  beforeEach(() => {
    service = new FakeService({ onEvent: confirm });
    resources = watchResources();
    call = new Call(service.callOptions);
  });

  afterEach(async () => {
    await call.end();
    service.close();
    resources.restore();
  });

  /** The service sends these, and they have arrived. */
  async function hears(...events: readonly ServerEvent[]): Promise<void> {
    const marker = event('test.marker');
    const { event_id } = marker as { event_id: string };
    const here = next(
      call,
      'voice-server-event',
      (one) => 'event_id' in one && one.event_id === event_id,
    );
    service.send(...events, marker);
    await here;
  }

  /** Whatever the call has sent until now has arrived, for events overtake none. */
  async function isHeard(): Promise<void> {
    const last = service.next('input_audio_buffer.clear');
    call.send({ type: 'input_audio_buffer.clear' });
    await last;
  }

  async function isBack(): Promise<void> {
    await next(call, 'voice-state-change', isLive);
  }

  it('E4 that slept with the machine is made again, where nothing comes any more', async () => {
    attachRecovery(call);
    await call.start();
    const [peer] = resources.peers;
    const pair = { id: 'p', type: 'candidate-pair', nominated: true, state: 'succeeded' };
    const statistics = new Map([['p', { ...pair, responsesReceived: 1 }]]);
    const looks = new Promise<void>((resolve) => {
      let count = 0;
      peer!.getStats = () => {
        if (++count === 2) resolve();
        return Promise.resolve(statistics as unknown as RTCStatsReport);
      };
    });
    await looks;
    const [now, asleep] = [Date.now, performance.now()];
    Date.now = () => now() + 60_000;
    try {
      await next(call, 'voice-state-change', isRecovering);
      expect(performance.now() - asleep).to.be.lessThan(10_000);
      await isBack();
    } finally {
      Date.now = now;
    }
  }).timeout(30_000);

  it('is made again where the service gave it up during an outage', async () => {
    attachRecovery(call);
    await call.start();
    const [peer] = resources.peers;
    for (const value of ['disconnected', 'connected']) {
      Object.defineProperty(peer, 'iceConnectionState', { value, configurable: true });
      peer!.dispatchEvent(new Event('iceconnectionstatechange'));
    }
    const recovering = next(call, 'voice-state-change', isRecovering);
    service.closeChannel();
    await recovering;
    await isBack();
  });

  it('goes on with the same microphone and a new secret, and the service knows what was said', async () => {
    const recovery = attachRecovery(call);
    await call.start();
    call.updateSession({ instructions: 'Be kind.' });
    await hears(
      ...spoken('u1', 'What are your prices', null),
      ...answered('resp_1', 'a1', 'Two coins each.', 'u1'),
    );
    const [told, states, ends] = [
      collect(call, 'voice-server-event'),
      collect(call, 'voice-state-change'),
      collect(call, 'voice-end'),
    ];
    const { items } = call;
    const [first] = resources.microphones;
    loseNetwork(call);
    await isBack();
    expect(states.map(({ state }) => nameOf(state))).to.deep.equal([
      'recovering: network 1',
      'live: listening',
    ]);
    expect(service.secrets).to.deep.equal(['ek_1', 'ek_2']);
    expect(resources.microphones).to.have.length(1);
    expect((await first)?.getTracks()[0]?.readyState).to.equal('live');
    await isHeard();
    await hears();
    expect(textsOf(service.received)).to.deep.equal([
      'user: What are your prices',
      'assistant: Two coins each.',
    ]);
    expect(service.received[0]).to.deep.include({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'Be kind.' },
    });
    // Nobody asked for an answer: nothing was owed.
    expect(service.received.map(({ type }) => type)).to.not.include('response.create');
    // A new session, and nothing of the repetition.
    expect(told.map(({ type }) => type as string)).to.deep.equal([
      'session.created',
      'test.marker',
    ]);
    expect(call.items).to.deep.equal(items);
    expect(recovery.seams).to.deep.equal([{ after: 'a1', cause: 'network' }]);
    expect(ends).to.deep.equal([]);
    // The microphone is heard over the new connection.
    service.heardLevel();
    await new Promise<void>((resolve) => {
      const poll = () => {
        if (service.heardLevel() > 0.01) resolve();
        else requestAnimationFrame(poll);
      };
      poll();
    });
  });

  it('puts what is said afterwards after what was said before', async () => {
    attachRecovery(call);
    await call.start();
    await hears(...spoken('u1', 'First', null));
    loseNetwork(call);
    await isBack();
    await hears(...spoken('u2', 'Second', 'u1'));
    expect(call.items.map(({ text }) => text)).to.deep.equal(['First', 'Second']);
  });

  it('asks again for an answer that was owed, and marks one that was cut off', async () => {
    attachRecovery(call);
    await call.start();
    await hears(...spoken('u1', 'Tell me a story', null));
    await hears(...answered('resp_1', 'a1', 'Once upon a time there was', 'u1').slice(0, 7));
    const asked = service.next('response.create');
    loseNetwork(call);
    await asked;
    const [, answer] = call.items;
    expect(answer).to.include({ final: true, interrupted: true });
    expect(call.state).to.include({ status: 'live', turn: 'thinking' });
  });

  it('keeps what is typed meanwhile, and sends it once', async () => {
    attachRecovery(call);
    await call.start();
    const recovering = next(call, 'voice-state-change', isRecovering);
    loseNetwork(call);
    await recovering;
    call.sendText('Are you there?');
    expect(() => {
      call.send({ type: 'input_audio_buffer.commit' });
    }).to.throw(DOMException, 'no live call');
    await service.next('response.create');
    expect(textsOf(service.received)).to.deep.equal(['user: Are you there?']);
    await hears();
    expect(call.items.map(({ text }) => text)).to.deep.equal(['Are you there?']);
    loseNetwork(call);
    await isBack();
    await isHeard();
    expect(textsOf(service.received)).to.deep.equal(['user: Are you there?']);
  });

  it('sends again what was typed before and never arrived', async () => {
    let deaf = true;
    service = new FakeService({
      onEvent: (received, here) => {
        if (!deaf) confirm(received, here);
      },
    });
    call = new Call(service.callOptions);
    attachRecovery(call);
    await call.start();
    call.sendText('Hello?');
    deaf = false;
    loseNetwork(call);
    await service.next('response.create');
    expect(textsOf(service.received)).to.deep.equal(['user: Hello?']);
  });

  it('tells the new session what tools brought, and that one result is unknown', async () => {
    attachRecovery(call);
    await call.start();
    const called = (id: string) =>
      event('conversation.item.done', {
        previous_item_id: null,
        item: { id, type: 'function_call', call_id: `call_${id}`, name: 'order', arguments: '{}' },
      });
    await hears(...spoken('u1', 'Order two', null), called('f1'));
    call.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: 'call_f1', output: 'Done.' },
    });
    await hears(called('f2'));
    loseNetwork(call);
    await isBack();
    await isHeard();
    const items = service.received.flatMap((one) =>
      one.type === 'conversation.item.create' ? [one.item] : [],
    );
    expect(
      items.map((item) => ('output' in item ? item.output?.slice(0, 23) : item.type)),
    ).to.deep.equal([
      'message',
      'function_call',
      'Done.',
      'function_call',
      'The connection was lost',
    ]);
  });

  it('repeats the newest, and only a summary of the rest', async () => {
    const long = 'x'.repeat(9_000);
    let asked: string[] = [];
    attachRecovery(call, {
      summarize: (items) => {
        asked = items.map(({ id }) => id);
        return 'They greeted each other.';
      },
    });
    await call.start();
    await hears(
      ...spoken('u1', 'Good morning', null),
      ...spoken('u2', long, 'u1'),
      ...spoken('u3', long, 'u2'),
    );
    loseNetwork(call);
    await isBack();
    await isHeard();
    expect(asked).to.deep.equal(['u1']);
    expect(textsOf(service.received).map((text) => text.slice(0, 54))).to.deep.equal([
      'system: Earlier in this conversation: They greeted eac',
      `user: ${long.slice(0, 48)}`,
      `user: ${long.slice(0, 48)}`,
    ]);
  });

  it('ends when the service hangs up', async () => {
    attachRecovery(call);
    for (const hangUp of [() => service.closeChannel(), () => service.close()]) {
      await call.start();
      const states = collect(call, 'voice-state-change');
      const ended = next(call, 'voice-end');
      hangUp();
      expect((await ended).reason).to.equal('connection-lost');
      expect(states.filter(isRecovering)).to.deep.equal([]);
    }
  });

  it('ends with its last failure when there is no other connection to be had', async () => {
    attachRecovery(call);
    await call.start();
    const { answer } = service;
    service.answer = () => Promise.reject(new TypeError('no'));
    const states = collect(call, 'voice-state-change');
    const ended = next(call, 'voice-end');
    loseNetwork(call);
    const { reason, error } = await ended;
    service.answer = answer;
    expect([reason, error?.code]).to.deep.equal(['connection-lost', 'connection-lost']);
    expect((error?.cause as { code?: string }).code).to.equal('negotiation-rejected');
    // One for the start, and five.
    expect(service.minted).to.equal(6);
    const tries = states.flatMap(({ state }) =>
      state.status === 'recovering' ? state.attempt : [],
    );
    expect(Math.max(...tries)).to.equal(5);
    service.close();
    expect(resources.left()).to.deep.equal([]);
  });

  it('leaves nothing open when it is ended at any moment of recovering', async function () {
    this.timeout(60_000);
    attachRecovery(call);
    for (let round = 0; round < 40; round++) {
      await call.start();
      const ends = collect(call, 'voice-end');
      loseNetwork(call);
      await new Promise((resolve) => setTimeout(resolve, round * 4));
      await call.end();
      expect(ends.map(({ reason }) => reason)).to.deep.equal(['user']);
    }
    await Promise.allSettled(resources.microphones);
    service.close();
    // The service's own sides of calls that were given up.
    const left = resources.left().filter((name) => name !== 'connection');
    expect(left).to.deep.equal([]);
  });

  it('without anybody who recovers it, ends', async () => {
    await call.start();
    const ended = next(call, 'voice-end');
    loseNetwork(call);
    expect((await ended).reason).to.equal('connection-lost');
  });
});

describe('a call that outlives its session', () => {
  let service: FakeService;
  let call: Call;

  beforeEach(() => {
    service = new FakeService({ onEvent: confirm, expiresIn: 8 });
    call = new Call(service.callOptions);
  });

  afterEach(async () => {
    await call.end();
    service.close();
  });

  const renewed = () => next(call, 'voice-server-event', ({ type }) => type === 'session.created');

  it('changes to another one while nobody speaks, and nothing is seen of it', async () => {
    const recovery = attachRecovery(call);
    await call.start();
    service.send(
      ...spoken('u1', 'Hello', null),
      ...answered('resp_1', 'a1', 'Good morning.', 'u1'),
    );
    await next(call, 'voice-transcript', ({ id, final }) => id === 'a1' && final);
    const states = collect(call, 'voice-state-change');
    await renewed();
    expect(service.secrets).to.deep.equal(['ek_1', 'ek_2']);
    expect(states.map(({ state }) => state.status)).to.not.include('recovering');
    service.send(...spoken('u2', 'Still there', 'a1'));
    await next(call, 'voice-transcript', ({ id, final }) => id === 'u2' && final);
    expect(call.items.map(({ id }) => id)).to.deep.equal(['u1', 'a1', 'u2']);
    expect(textsOf(service.received)).to.deep.equal(['user: Hello', 'assistant: Good morning.']);
    expect(recovery.seams).to.deep.equal([{ after: 'a1', cause: 'session-limit' }]);
    expect(call.state.status).to.equal('live');
  });

  it('waits for the end of an answer, and not longer than the session lasts', async () => {
    attachRecovery(call);
    await call.start();
    service.send(...answered('resp_1', 'a1', 'A story without an end.', null).slice(0, -1));
    await next(
      call,
      'voice-state-change',
      ({ state }) => 'turn' in state && state.turn === 'speaking',
    );
    const { state } = await next(call, 'voice-state-change', isRecovering);
    expect(state).to.include({ status: 'recovering', cause: 'session-limit' });
    await next(call, 'voice-state-change', isLive);
  });

  it('does not renew a session in which nobody has said anything', async () => {
    attachRecovery(call);
    await call.start();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(service.minted).to.equal(1);
  });
});
