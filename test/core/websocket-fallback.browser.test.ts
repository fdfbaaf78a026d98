/** A call that cannot go over WebRTC goes over a WebSocket: when, with which secret, and until when. */
import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import { Call, VoiceError, type ServerEvent, type VoiceErrorCode } from '../../src/core/index.js';
import { attachRecovery } from '../../src/core/recovery/attach-recovery.js';
import { attachFallback } from '../../src/core/websocket/attach-fallback.js';
import { toBase64 } from '../../src/media/pcm/base64.js';
import { FakeSockets } from '../support/fake-socket.js';
import { watchResources, type OpenResources } from '../support/open-resources.js';
import { event } from '../support/server-events.js';
import { collect, nameOf, next, reasonOf } from './call-stories.js';

const worklet = '/src/media/pcm/worklet.ts';

describe('a call that falls back to a WebSocket', () => {
  let resources: OpenResources;
  let sockets: FakeSockets;
  let minted: number;
  let call: Call;

  /** @param failure of the offer */
  function make(failure: VoiceErrorCode = 'network-blocked', answer: object = {}): void {
    call = new Call({
      tokenSource: () =>
        Promise.resolve({ value: `ek_${++minted}`, session: { model: 'm' }, ...answer }),
      negotiate: () => Promise.reject(new VoiceError(failure, 'No.')),
    });
    attachFallback(call, { worklet, callsUrl: 'https://service.example/v1/realtime/calls' });
  }

  beforeEach(() => {
    minted = 0;
    resources = watchResources();
    sockets = new FakeSockets();
    make();
  });

  afterEach(async () => {
    await call.end();
    sockets.restore();
    resources.restore();
  });

  /** The service says so many milliseconds of a tone, at once. */
  function sing(ms: number): void {
    const tone = Int16Array.from({ length: ms * 24 }, (_, index) => 16_000 * Math.sin(index / 8));
    const place = { response_id: 'r1', item_id: 'i1', output_index: 0, content_index: 0 };
    sockets.last.say(event('response.created', { response: { id: 'r1' } }));
    sockets.last.say(event('response.output_audio.delta', { ...place, delta: toBase64(tone) }));
  }

  const said = (type: ServerEvent['type']) =>
    next(call, 'voice-server-event', (one) => one.type === type);

  it('presents the same secret, in no address, and says how it went', async () => {
    const milestones = collect(call, 'voice-milestone');
    await call.start();
    expect(nameOf(call.state)).to.equal('live: listening');
    expect(sockets.made).to.have.length(1);
    expect(sockets.last.url.href).to.equal('wss://service.example/v1/realtime?model=m');
    expect(sockets.last.protocols).to.deep.equal(['realtime', 'openai-insecure-api-key.ek_1']);
    expect(minted).to.equal(1);
    expect(milestones).to.deep.equal(['offer', 'socket']);
    expect(resources.peers.map(({ signalingState }) => signalingState)).to.deep.equal(['closed']);
    await call.end();
    expect(sockets.last.isOpen).to.equal(false);
    expect(resources.left()).to.deep.equal([]);
  });

  it('asks for another secret where the first is not taken', async () => {
    sockets.refuse = 1;
    await call.start();
    expect(sockets.made.map(({ secret }) => secret)).to.deep.equal(['ek_1', 'ek_2']);
  });

  it('fails with what WebRTC failed with, where nothing gets through', async () => {
    sockets.refuse = 2;
    expect((await reasonOf(call.start())).code).to.equal('network-blocked');
    expect(resources.left()).to.deep.equal([]);
  });

  it('is not tried with a service that refused the call, or a secret of which no model is known', async () => {
    make('negotiation-rejected');
    expect((await reasonOf(call.start())).code).to.equal('negotiation-rejected');
    make('network-blocked', { session: undefined });
    expect((await reasonOf(call.start())).code).to.equal('network-blocked');
    expect(sockets.made).to.have.length(0);
  });

  it('speaks for as long as it is heard, and is cut where the visitor began to speak', async () => {
    await call.start();
    const started = said('output_audio_buffer.started');
    sing(3_000);
    await started;
    expect(nameOf(call.state)).to.equal('live: speaking');
    const began = performance.now();
    await waitUntil(() => call.meter?.read(1).some((level) => level > 100), 'it is heard');
    await aTimeout(500);
    sockets.last.say(event('input_audio_buffer.speech_started', { item_id: 'v1' }));
    expect(nameOf(call.state)).to.equal('live: hearing');
    const heard = performance.now() - began;
    const cut = () =>
      sockets.last.received.find(({ type }) => type === 'conversation.item.truncate');
    await waitUntil(() => cut(), 'it is cut');
    const { audio_end_ms = 0, item_id } = cut() as { audio_end_ms?: number; item_id?: string };
    expect(item_id).to.equal('i1');
    expect(audio_end_ms).to.be.within(heard - 250, heard + 250);
    await waitUntil(() => call.meter?.read(1).every((level) => level === 0), 'it is silent');
  });

  it('asks for sound that it plays where the session has another, and makes no noise of that', async () => {
    const g711 = { audio: { output: { format: { type: 'audio/pcmu' } } } };
    const format = { type: 'audio/pcm', rate: 24_000 };
    const pcm = { audio: { input: { format }, output: { format } } };
    sockets.session = g711;
    await call.start();
    const [first] = sockets.last.received;
    expect(first).to.deep.equal({ type: 'session.update', session: { type: 'realtime', ...pcm } });
    sockets.last.say(event('session.updated', { session: g711 }));
    const events = collect(call, 'voice-server-event');
    sing(500);
    sockets.last.say(event('response.done', { response: { id: 'r1' } }));
    sockets.last.say(event('session.updated', { session: pcm }));
    const stopped = said('output_audio_buffer.stopped');
    sing(200);
    sockets.last.say(event('response.done', { response: { id: 'r1' } }));
    await stopped;
    const types = events.map(({ type }) => type);
    expect(types.indexOf('output_audio_buffer.started')).to.be.above(
      types.lastIndexOf('response.created'),
    );
    const asked = sockets.last.received.filter(({ type }) => type === 'session.update');
    expect(asked).to.have.length(1);
  });

  it('sends what the microphone hears, and nothing while the visitor is muted', async () => {
    await call.start();
    const appended = () =>
      sockets.last.received.filter(({ type }) => type === 'input_audio_buffer.append').length;
    await waitUntil(() => appended() > 5, 'it is heard');
    call.mute();
    const before = appended();
    await aTimeout(300);
    expect(appended()).to.equal(before);
    // A turn that the service hears is to end all the same: with silence.
    sockets.last.say(event('input_audio_buffer.speech_started', { item_id: 'v1' }));
    await waitUntil(() => appended() > before, 'silence is sent');
    const { audio } = sockets.last.received.at(-1) as { audio?: string };
    expect(audio).to.match(/^A+=*$/);
    sockets.last.say(event('input_audio_buffer.speech_stopped', { item_id: 'v1' }));
    call.unmute();
    const muted = appended();
    await waitUntil(() => appended() > muted, 'it is heard again');
  });

  it('sends what was said on a slow network before the visitor was muted, and not minutes later', async () => {
    await call.start();
    const appended = () =>
      sockets.last.received.filter(({ type }) => type === 'input_audio_buffer.append').length;
    await waitUntil(() => appended() > 0, 'it is heard');
    sockets.last.bufferedAmount = 1e6;
    const before = appended();
    await aTimeout(300);
    call.mute();
    await aTimeout(100);
    expect(appended()).to.equal(before);
    sockets.last.bufferedAmount = 0;
    await waitUntil(() => appended() > before + 3, 'what was said is sent');
  });

  it('minds nothing that is no event', async () => {
    await call.start();
    const events = collect(call, 'voice-server-event');
    for (const data of ['', '{', '7', 'null', '{"type":7}', new ArrayBuffer(8), new Blob(['{}'])])
      sockets.last.sayRaw(data);
    sockets.last.sayRaw('{"type":"response.output_audio.delta","delta":{}}');
    sockets.last.sayRaw('{"type":"response.done"}');
    expect(events.map(({ type }) => type)).to.deep.equal(['response.done']);
    expect(nameOf(call.state)).to.equal('live: listening');
  });

  it('drops an event that is too long, with a warning', async () => {
    await call.start();
    const events = collect(call, 'voice-server-event');
    const warnings: string[] = [];
    const { warn } = console;
    console.warn = (text: string) => warnings.push(text);
    try {
      const long = 'x'.repeat(262_144);
      sockets.last.sayRaw(`{"type":"response.done","long":"${long}"}`);
      sockets.last.sayRaw('{"type":"response.done"}');
      sockets.last.sayRaw(new ArrayBuffer(8));
    } finally {
      console.warn = warn;
    }
    expect(events).to.deep.equal([{ type: 'response.done' }]);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain('262144 characters');
  });

  it('is lost where its socket is, and over where the service hangs up', async () => {
    await call.start();
    sockets.last.drop(1006);
    expect((await next(call, 'voice-end')).reason).to.equal('connection-lost');
    expect(resources.left()).to.deep.equal([]);
    await call.start();
    attachRecovery(call);
    sockets.last.drop(1000);
    expect((await next(call, 'voice-end')).reason).to.equal('connection-lost');
  });

  it('goes on over another socket, with a new secret, where it is recovered', async () => {
    attachRecovery(call);
    await call.start();
    const peers = resources.peers.length;
    const live = next(call, 'voice-state-change', ({ state }) => state.status === 'live');
    sockets.last.drop(1006);
    expect(call.state.status).to.equal('recovering');
    await live;
    expect(sockets.made.map(({ secret }) => secret)).to.deep.equal(['ek_1', 'ek_2']);
    expect(resources.peers).to.have.length(peers);
    const heard = () =>
      sockets.last.received.some(({ type }) => type === 'input_audio_buffer.append');
    await waitUntil(heard, 'the same microphone is heard');
    await call.end();
    expect(resources.left()).to.deep.equal([]);
  });

  it('is held in a browser that has no WebRTC', async () => {
    const { RTCPeerConnection } = globalThis;
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
    try {
      await call.start();
      expect(nameOf(call.state)).to.equal('live: listening');
      await call.end();
    } finally {
      globalThis.RTCPeerConnection = RTCPeerConnection;
    }
  });

  it('needs no sound for a conversation by text', async () => {
    await call.start(false);
    expect(resources.contexts).to.have.length(0);
    expect(resources.microphones).to.have.length(0);
  });
});
