// Whole conversations over a WebSocket, with the `openai` package's own client: sound in events both
// ways, and what becomes of those who do not keep to the rules.
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loudness } from '../../src/local/audio/pcm.js';
import { synthesize as speak } from '../../src/local/speech/flite.js';
import { startLocalServiceProcess, type LocalServiceProcess } from '../support/local-service.js';
import { call, type RealtimePeer } from '../support/realtime-peer.js';
import { RealtimeSocket, type SocketOptions } from '../support/realtime-socket.js';
import { similarity } from '../support/sound.js';
import { synthesize } from '../support/speech.js';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

let service: LocalServiceProcess;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  service = await startLocalServiceProcess();
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});
afterAll(() => service.close());

const MODEL = { model: 'gpt-realtime-2.1' };

async function talk(options: Partial<SocketOptions> = {}): Promise<RealtimeSocket> {
  const socket = new RealtimeSocket(service.url, { to: MODEL, ...options });
  opened.push(socket);
  await socket.event('conversation.created');
  return socket;
}

const ask = (socket: RealtimeSocket, text: string): void => {
  socket.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  });
  socket.send({ type: 'response.create' });
};

async function mint(session: Record<string, unknown> = {}): Promise<string> {
  const response = await fetch(`${service.url}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { Authorization: 'Bearer test', 'Content-Type': 'application/json' },
    body: JSON.stringify({ session: { type: 'realtime', ...session } }),
  });
  return ((await response.json()) as { value: string }).value;
}

const socketUrl = (query: string): string =>
  `${service.url.replace('http', 'ws')}/v1/realtime${query}`;

/** What the upgrade is refused with. */
function refused(
  query: string,
  { key, protocols = [] }: { key?: string | undefined; protocols?: string[] } = {},
): Promise<{ status: number; code: string | null }> {
  const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const socket = new WebSocket(socketUrl(query), protocols, { headers });
  return new Promise((resolve, reject) => {
    socket.on('error', () => undefined);
    socket.on('open', () => {
      socket.close();
      reject(new Error('It was not refused.'));
    });
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.on('end', () => {
        const { error } = JSON.parse(body) as { error: { code: string | null } };
        resolve({ status: response.statusCode ?? 0, code: error.code });
      });
    });
  });
}

describe('a spoken turn', () => {
  it('is heard, understood and answered by sound within events, ahead of the clock', async () => {
    const socket = await talk();
    socket.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: { input: { transcription: { model: 'gpt-transcribe' } } },
      },
    });
    await socket.event('session.updated');
    const from = socket.events.length;
    socket.say(synthesize('what are your hours', { voice: 'rms' }));
    const transcription = 'conversation.item.input_audio_transcription.completed';
    const heard = await socket.event(transcription);
    expect(heard.transcript).toBe('What are your hours');
    await socket.event('response.created');
    const startedAt = performance.now();
    await socket.event('response.done', { ms: 20_000 });
    const tookMs = performance.now() - startedAt;
    await socket.event('rate_limits.updated');
    expect(socket.types(from).filter((type) => type !== transcription)).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    // All of the sound is there before it is said to be done.
    const types = socket.events.map(({ type }) => type);
    expect(types.lastIndexOf('response.output_audio.delta')).toBeLessThan(
      types.indexOf('response.output_audio.done'),
    );
    const answer = await socket.event('response.output_audio_transcript.done');
    expect(answer.transcript).toContain('from nine in the morning');
    // It is the answer in the agent's own voice, 24,000 samples a second, sooner than it plays.
    const sound = socket.heard(from);
    const durationMs = (sound.samples.length / sound.sampleRate) * 1000;
    expect(loudness(sound.samples)).toBeGreaterThan(0.02);
    const original = speak(answer.transcript, 'slt');
    expect(durationMs / ((original.samples.length / original.sampleRate) * 1000)).toBeCloseTo(1, 0);
    expect(durationMs).toBeGreaterThan(2 * tookMs);
    const [first = ''] = answer.transcript.split(/(?<=[,.])/);
    expect(similarity(sound, speak(first, 'slt'))).toBeGreaterThan(0.7);
  });

  it('by hand, without turn detection, is a turn when it is committed', async () => {
    const socket = await talk();
    const input = { turn_detection: null };
    socket.send({ type: 'session.update', session: { type: 'realtime', audio: { input } } });
    await socket.event('session.updated');
    socket.say(synthesize('do you deliver', { voice: 'rms' }), 200);
    socket.send({ type: 'input_audio_buffer.commit' });
    await socket.event('input_audio_buffer.committed');
    socket.send({ type: 'response.create' });
    const answer = await socket.event('response.output_audio_transcript.done', { ms: 20_000 });
    expect(answer.transcript).toContain('deliver');
  });
});

describe('barge-in', () => {
  it('cancels the answer; the client says what was heard, and no more of it remains', async () => {
    const socket = await talk();
    ask(socket, 'Tell me a story');
    await socket.waitFor('two seconds of the story', () => socket.heard().samples.length > 48_000);
    const from = socket.events.length;
    socket.say(synthesize('when do you close', { voice: 'rms' }));
    const done = await socket.event('response.done', { from });
    expect(done.response.status_details).toMatchObject({ reason: 'turn_detected' });
    const [item] = done.response.output ?? [];
    const itemId = item?.id ?? '';
    const types = socket.types(from);
    expect(types[0]).toBe('input_audio_buffer.speech_started');
    expect(types).not.toContain('output_audio_buffer.cleared');
    const sentMs = Math.round(socket.heard().samples.length / 24);
    // Nothing more of it comes, so more cannot have been heard.
    const truncate = { type: 'conversation.item.truncate', item_id: itemId, content_index: 0 };
    socket.send({ ...truncate, audio_end_ms: 600_000 });
    const refusal = await socket.event('error', { from });
    expect(refusal.error).toMatchObject({ code: 'invalid_value', param: 'audio_end_ms' });
    socket.send({ ...truncate, audio_end_ms: 1_200 });
    const truncated = await socket.event('conversation.item.truncated', { from });
    expect(truncated).toMatchObject({ item_id: itemId, audio_end_ms: 1_200 });
    socket.send({ type: 'conversation.item.retrieve', item_id: itemId });
    const { item: left } = await socket.event('conversation.item.retrieved', { from });
    expect(JSON.stringify(left)).not.toContain('fern');
    expect(sentMs).toBeLessThan(20_000);
    const later = socket.events.slice(from).filter((event) => 'item_id' in event);
    const deltas = later.filter(({ type }) => type === 'response.output_audio.delta');
    const stoppedAt = socket.events.findIndex(
      ({ type }, index) => index >= from && type === 'input_audio_buffer.speech_started',
    );
    expect(
      deltas.filter(
        (event) =>
          'item_id' in event &&
          event.item_id === itemId &&
          socket.events.indexOf(event) > stoppedAt,
      ),
    ).toEqual([]);
  });

  it('by the client ends an answer that is still being made, and the buffer is its own', async () => {
    const socket = await talk();
    ask(socket, 'Tell me a story');
    await socket.event('response.output_audio.delta');
    socket.send({ type: 'output_audio_buffer.clear', event_id: 'mine' });
    const { error } = await socket.event('error');
    expect(error).toMatchObject({ code: 'invalid_event', event_id: 'mine' });
    socket.send({ type: 'response.cancel' });
    const done = await socket.event('response.done');
    expect(done.response.status_details).toMatchObject({ reason: 'client_cancelled' });
    expect(socket.types()).not.toContain('output_audio_buffer.started');
  });
});

describe('a session over a socket', () => {
  it('is that of its client secret, which a browser gives as a subprotocol', async () => {
    const secret = await mint({ instructions: 'Agent: support', model: 'gpt-realtime-mini' });
    const protocols = ['realtime', `openai-insecure-api-key.${secret}`];
    const socket = new WebSocket(socketUrl('?model=gpt-realtime-mini'), protocols);
    opened.push(socket);
    const first = await new Promise<string>((resolve, reject) => {
      socket.on('message', (data: Buffer) => resolve(data.toString()));
      socket.on('error', reject);
    });
    expect(socket.protocol).toBe('realtime');
    const created = JSON.parse(first) as { type: string; session: { instructions: string } };
    expect(created.type).toBe('session.created');
    expect(created.session.instructions).toBe('Agent: support');
  });

  it('answers in text where only text is wanted', async () => {
    const socket = await talk();
    const session = { type: 'realtime', output_modalities: ['text'] };
    socket.send({ type: 'session.update', session });
    ask(socket, 'What are your hours?');
    const { text } = await socket.event('response.output_text.done');
    expect(text).toContain('nine');
    expect(socket.heard().samples).toHaveLength(0);
  });

  it('refuses sound that is none, and other formats, and goes on', async () => {
    const socket = await talk();
    for (const audio of ['not base64!', 'AA==', 'AAAAAA=']) {
      const from = socket.events.length;
      socket.send({ type: 'input_audio_buffer.append', audio });
      expect((await socket.event('error', { from })).error.param).toBe('audio');
    }
    const from = socket.events.length;
    const audio = { output: { format: { type: 'audio/pcmu' } } };
    socket.send({ type: 'session.update', session: { type: 'realtime', audio } });
    const { error } = await socket.event('error', { from });
    expect(error).toMatchObject({
      code: 'invalid_value',
      param: 'session.audio.output.format.type',
    });
    ask(socket, 'What are your hours?');
    await socket.event('response.done', { ms: 20_000 });
  });

  it('lasts as long as its socket, and ends with 1001 when it expires', async () => {
    const socket = await talk({ fault: 'expire:300' });
    const { error } = await socket.event('error');
    expect(error.code).toBe('session_expired');
    const { code } = await socket.waitFor('the close', () => socket.closedWith);
    expect(code).toBe(1001);
    await talk();
    await vi.waitFor(async () => expect((await service.health()).calls).toBe(1));
    for (const one of opened.splice(0)) one.close();
    await vi.waitFor(async () => expect((await service.health()).calls).toBe(0));
  });

  it('that dies takes nothing else down', async () => {
    const other = await talk();
    const socket = await talk({ fault: 'crash:200' });
    const { code } = await socket.waitFor('the close', () => socket.closedWith);
    expect(code).toBe(1011);
    ask(other, 'What are your hours?');
    await other.event('response.done', { ms: 20_000 });
  });
});

describe('who does not keep to the rules', () => {
  it.each([
    ['?model=gpt-realtime-2.1', {}, 401, null],
    ['?model=gpt-realtime-2.1', { key: 'ek_unknown' }, 401, 'invalid_api_key'],
    [
      '?model=gpt-realtime-2.1',
      { protocols: ['realtime', 'openai-insecure-api-key.ek_unknown'] },
      401,
      'invalid_api_key',
    ],
    ['', { key: 'test' }, 400, 'missing_required_parameter'],
    ['?model=a&call_id=rtc_b', { key: 'test' }, 400, 'invalid_value'],
    ['?model=gpt-realtime-2.1&fault=nonsense', { key: 'test' }, 400, 'invalid_value'],
    ['?model=gpt-realtime-2.1&fault=calls-status:429', { key: 'test' }, 429, 'rate_limit_exceeded'],
    ['/elsewhere', { key: 'test' }, 404, null],
  ])('is refused before the upgrade: %s %j', async (query, options, status, code) => {
    expect(await refused(query, options)).toEqual({ status, code });
  });

  it('is told so, or shut out, and the service goes on', async () => {
    const socket = await talk();
    const raw = socket.client.socket;
    raw.send(Buffer.from([1, 2, 3]));
    const { error } = await socket.event('error');
    expect(error.code).toBe('invalid_event');
    for (const text of ['', 'null', '[]', '{"type":7}', '{"type":"nothing.known"}', '\u0000']) {
      const from = socket.events.length;
      raw.send(text);
      await socket.event('error', { from });
    }
    // More than a message may hold.
    raw.send('x'.repeat(17 * 1024 * 1024));
    const { code } = await socket.waitFor('the close', () => socket.closedWith);
    expect(code).toBe(1009);
    const flooder = await talk();
    for (let count = 0; count < 6_000; count++) flooder.client.socket.send('{}');
    await flooder.waitFor('the limit', () =>
      flooder.events.some(
        (event) => event.type === 'error' && event.error.code === 'rate_limit_exceeded',
      ),
    );
    await talk();
  });
});

describe('a sideband', () => {
  async function callAndId(fault?: string): Promise<{ peer: RealtimePeer; callId: string }> {
    const peer = await call(service.url, fault === undefined ? {} : { fault });
    opened.push(peer);
    return { peer, callId: peer.callId };
  }

  async function join(callId: string): Promise<RealtimeSocket> {
    const socket = new RealtimeSocket(service.url, { to: { callID: callId } });
    opened.push(socket);
    await socket.event('session.created');
    return socket;
  }

  it('sees what the page sees, and changes, asks and answers in its place', async () => {
    const { peer, callId } = await callAndId();
    const sideband = await join(callId);
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const session = {
      type: 'realtime',
      tools: [{ type: 'function', name: 'get_weather', parameters }],
    };
    sideband.send({ type: 'session.update', session });
    await Promise.all([peer.event('session.updated'), sideband.event('session.updated')]);
    peer.send({
      type: 'conversation.item.create',
      item: {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: 'What is the weather in Paris?' }],
      },
    });
    peer.send({ type: 'response.create' });
    const asked = await sideband.event('response.function_call_arguments.done');
    await sideband.event('response.done');
    sideband.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: asked.call_id, output: '{"sky":"clear"}' },
    });
    sideband.send({ type: 'response.create' });
    // The agent is heard on the media track, and both are told the same.
    await peer.event('output_audio_buffer.stopped', { ms: 20_000 });
    await sideband.event('output_audio_buffer.stopped');
    expect(peer.heard.some(({ level }) => level > 0.01)).toBe(true);
    const from = peer.events.findIndex(({ type }) => type === 'session.updated');
    expect(peer.events.slice(from)).toEqual(sideband.events.slice(1));
    expect(sideband.heard().samples).toHaveLength(0);
  });

  it('is told of its own mistakes, and the page is not', async () => {
    const { peer, callId } = await callAndId();
    const sideband = await join(callId);
    sideband.send({ type: 'nothing.known', event_id: 'mine' });
    sideband.send({ type: 'input_audio_buffer.append', audio: 'AAAA' });
    await sideband.waitFor('two errors', () => sideband.types().length === 3);
    ask(sideband, 'What are your hours?');
    await peer.event('response.created');
    expect(peer.types()).not.toContain('error');
  });

  it('may leave, and goes when the call goes', async () => {
    const { peer, callId } = await callAndId();
    (await join(callId)).close();
    const sideband = await join(callId);
    peer.close();
    const { code } = await sideband.waitFor('the close', () => sideband.closedWith);
    expect(code).toBe(1000);
    const late = await refused(`?call_id=${callId}`, { key: 'test' });
    expect(late).toEqual({ status: 404, code: 'call_id_not_found' });
  });

  it('is refused without a key, to a page, for a call that is none, and beyond four', async () => {
    const { callId } = await callAndId();
    const query = `?call_id=${callId}`;
    expect(await refused(query)).toEqual({ status: 401, code: null });
    const notFound = { status: 404, code: 'call_id_not_found' };
    expect(await refused(query, { key: await mint() })).toEqual(notFound);
    expect(await refused('?call_id=rtc_unknown', { key: 'test' })).toEqual(notFound);
    for (let count = 0; count < 4; count++) await join(callId);
    expect((await refused(query, { key: 'test' })).status).toBe(429);
  });
});
