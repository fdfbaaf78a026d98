/** What the visitor and the agent say to each other in a live call. */
import { expect } from '@open-wc/testing';
import {
  attachTurnMetrics,
  Call,
  type CallOptions,
  type ClientEvent,
} from '../../src/core/index.js';
import { FakeService } from '../support/fake-service.js';
import { answered, errorEvent, event, responseEvent, spoken } from '../support/server-events.js';
import { collect, nameOf, next } from './call-stories.js';

describe('a live call', () => {
  let service: FakeService;
  let call: Call;

  beforeEach(() => {
    service = new FakeService();
  });

  afterEach(async () => {
    await call.end();
    service.close();
  });

  async function live(options: Partial<CallOptions> = {}): Promise<void> {
    call = new Call({ ...service.callOptions, ...options });
    attachTurnMetrics(call);
    await call.start();
  }

  /** Resolves when the page has seen everything that the service sent so far. */
  async function seen(): Promise<void> {
    const marker = event('test.marker');
    const here = next(
      call,
      'voice-server-event',
      (passed) =>
        'event_id' in passed && 'event_id' in marker && passed.event_id === marker.event_id,
    );
    service.send(marker);
    await here;
  }

  /** Resolves with all that the page has sent since `seen` or the beginning. */
  async function sentByPage(): Promise<ClientEvent[]> {
    const marker = service.next('input_audio_buffer.clear');
    call.send({ type: 'input_audio_buffer.clear' });
    await marker;
    return service.received.splice(0).slice(0, -1);
  }

  const typesOf = (events: ClientEvent[]) => events.map(({ type }) => type);

  it('shows whose turn it is and what was said', async () => {
    await live();
    const turns: string[] = [];
    call.addEventListener('voice-state-change', ({ detail }) => turns.push(nameOf(detail.state)));
    const lines = collect(call, 'voice-transcript');
    service.send(...spoken('u1', 'Hello? ', null), ...answered('resp_1', 'a1', 'Yes?', 'u1'));
    await seen();
    expect(turns).to.deep.equal([
      'live: hearing',
      'live: thinking',
      'live: speaking',
      'live: listening',
    ]);
    expect(call.items.map(({ role, text }) => `${role}: ${text}`)).to.deep.equal([
      'user: Hello? ',
      'agent: Yes?',
    ]);
    expect(lines.at(-1)).to.deep.equal(call.items[1]);
    expect(lines.filter(({ final }) => final)).to.have.length(2);
  });

  it('D2 passes every event on, also those that nobody knows', async () => {
    await live();
    const events = collect(call, 'voice-server-event');
    service.send(event('a.future.event', { secret: 5 }));
    await seen();
    expect(events[0]).to.include({ type: 'a.future.event', secret: 5 });
  });

  it('asks for a greeting', async () => {
    await live({ greeting: true });
    expect(typesOf(await sentByPage())).to.deep.equal(['response.create']);
    expect(nameOf(call.state)).to.equal('live: thinking');
  });

  it('sends the page’s wishes for the session before the greeting', async () => {
    await live({ greeting: true, session: { instructions: 'Be kind.' } });
    const [update, create] = await sentByPage();
    expect(update).to.deep.equal({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'Be kind.' },
    });
    expect(create?.type).to.equal('response.create');
  });

  it('interrupts the agent before it sends a text, and then asks for an answer', async () => {
    await live();
    service.send(...answered('resp_1', 'a1', 'Good morning.', null).slice(0, 6));
    await seen();
    call.sendText('Stop');
    expect(typesOf(await sentByPage())).to.deep.equal([
      'response.cancel',
      'output_audio_buffer.clear',
      'conversation.item.create',
    ]);
    service.send(responseEvent('response.done', 'resp_1', 'cancelled'));
    await seen();
    expect(typesOf(await sentByPage())).to.deep.equal(['response.create']);
  });

  it('sends a text at once when nobody is speaking', async () => {
    await live();
    call.sendText('Hello');
    const [item, create] = await sentByPage();
    expect(item).to.deep.include({
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
    });
    expect(create?.type).to.equal('response.create');
  });

  it('refuses an event that would break the channel, and goes on', async () => {
    await live();
    expect(() => {
      call.sendText('ä'.repeat(140_000));
    }).to.throw(RangeError);
    call.sendText('Hello');
    expect(typesOf(await sentByPage())).to.include('conversation.item.create');
  });

  it('D1 ignores what is no event at all', async () => {
    await live();
    const errors = collect(call, 'voice-error');
    for (const nonsense of ['', '{', 'null', '5', '[]', '"x"', '{}', '{"type":5}']) {
      service.sendRaw(nonsense);
    }
    service.sendRaw(new ArrayBuffer(8));
    for (const type of ['response.created', 'error', 'conversation.item.added']) {
      service.send(event(type));
    }
    service.send(
      event('session.created', { session: null }),
      event('response.done', { response: 5 }),
    );
    service.send(...answered('resp_1', 'a1', 'Still here.', null));
    await seen();
    expect(errors).to.deep.equal([]);
    expect(call.items.map(({ text }) => text)).to.deep.equal(['Still here.']);
    expect(nameOf(call.state)).to.equal('live: listening');
  });

  it('D5 tells of errors that it survives, and not of those that mean nothing', async () => {
    await live();
    const errors = collect(call, 'voice-error');
    service.send(
      errorEvent('response_cancel_not_active'),
      errorEvent('conversation_already_has_active_response'),
      errorEvent('input_audio_buffer_commit_empty'),
      errorEvent('invalid_value', undefined, 'Your threshold is odd.'),
      responseEvent('response.created', 'resp_1'),
      responseEvent('response.done', 'resp_1', 'failed', {
        type: 'failed',
        error: { type: 'x', code: 'insufficient_quota', message: 'No money.' },
      }),
    );
    await seen();
    expect(errors.map(({ error, fatal }) => [error.code, fatal])).to.deep.equal([
      ['server-error', false],
      ['quota-exceeded', false],
    ]);
    expect(errors[0]?.error.message).to.contain('Your threshold is odd.');
    expect(call.state.status).to.equal('live');
  });

  it('mutes the microphone itself, now and in calls to come', async () => {
    await live();
    const track = () => service.heard;
    call.mute();
    expect(nameOf(call.state)).to.equal('live: listening muted');
    expect(call.muted).to.equal(true);
    call.unmute();
    expect(nameOf(call.state)).to.equal('live: listening');
    call.mute();
    await call.end();
    await call.start();
    expect(nameOf(call.state)).to.equal('live: listening muted');
    expect(track()?.readyState).to.equal('live');
  });

  it('sends silence while it is muted', async () => {
    await live();
    // The fake microphone beeps about once a second.
    while (service.heardLevel() < 0.05) await new Promise(requestAnimationFrame);
    call.mute();
    const until = performance.now() + 500;
    while (performance.now() < until) await new Promise(requestAnimationFrame);
    let loudest = 0;
    const end = performance.now() + 1_500;
    while (performance.now() < end) {
      loudest = Math.max(loudest, service.heardLevel());
      await new Promise(requestAnimationFrame);
    }
    expect(loudest).to.be.lessThan(0.001);
  });

  it('says how quick an answer was, once it is heard', async () => {
    await live();
    service.send(...spoken('u1', 'Hello? ', null));
    const metrics = next(call, 'voice-metrics');
    service.send(...answered('resp_1', 'a1', 'Yes?', 'u1').slice(0, 6));
    await seen();
    const sung = performance.now();
    await service.sing();
    const turn = await metrics;
    const heard = performance.now() - sung;
    if (turn.kind !== 'turn') throw new Error('Not the metrics of a turn.');
    const { silence = 0, thinking = 0, sound, total = 0 } = turn;
    expect(silence).to.equal(200);
    expect(sound).to.be.within(0, heard + 1_000);
    expect(total).to.be.closeTo(silence + thinking + sound, 0.5);
  });

  it('does not count an answer that was stopped before it was heard', async () => {
    await live();
    const metrics = collect(call, 'voice-metrics');
    const half = answered('resp_1', 'a1', 'Yes?', null).slice(0, 6);
    service.send(...half, responseEvent('response.done', 'resp_1', 'cancelled'));
    service.send(...answered('resp_2', 'a2', 'Yes?', 'a1').slice(0, 6));
    await seen();
    const heard = next(call, 'voice-metrics');
    await service.sing();
    await heard;
    const later = performance.now() + 200;
    while (performance.now() < later) await new Promise(requestAnimationFrame);
    expect(metrics).to.have.length(1);
  });

  it('A14 asks for a tap when the browser blocks the sound, and is heard after it', async () => {
    const audio = new Audio();
    const play = audio.play.bind(audio);
    audio.play = () => Promise.reject(new DOMException('no gesture', 'NotAllowedError'));
    call = new Call({ ...service.callOptions, audio });
    const errors = collect(call, 'voice-error');
    await call.start();
    expect(errors.map(({ error, fatal }) => [error.code, fatal])).to.deep.equal([
      ['playback-blocked', false],
    ]);
    expect(await call.resumePlayback()).to.equal(false);
    audio.play = play;
    expect(await call.resumePlayback()).to.equal(true);
    expect(audio.paused).to.equal(false);
    await call.end();
    expect(audio.srcObject).to.equal(null);
    expect(await call.resumePlayback()).to.equal(false);
  });
});
