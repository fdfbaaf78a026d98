// Whole conversations over real WebRTC, without a browser: what a client sees, in which order.
import { describe, expect, it, vi } from 'vitest';
import { callers } from '../support/callers.js';
import { synthesize } from '../support/speech.js';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const talk = callers();

const TRANSCRIBED = { audio: { input: { transcription: { model: 'gpt-transcribe' } } } };
const ANSWERED = [
  'response.output_item.added',
  'conversation.item.added',
  'response.content_part.added',
];
const FINISHED = [
  'response.output_audio.done',
  'response.output_audio_transcript.done',
  'response.content_part.done',
  'response.output_item.done',
  'conversation.item.done',
  'response.done',
  'rate_limits.updated',
];

describe('a spoken turn', () => {
  it('is heard, understood, transcribed and answered by voice, in the order of the service', async () => {
    const peer = await talk({ session: TRANSCRIBED });
    const from = peer.events.length;
    await peer.say(synthesize('what are your hours', { voice: 'rms' }));
    await peer.event('output_audio_buffer.stopped', { ms: 20_000 });
    const types = peer.types(from);
    const transcription = 'conversation.item.input_audio_transcription.completed';
    expect(types).toContain(transcription);
    const rest = types.filter(
      (type) => type !== transcription && type !== 'output_audio_buffer.started',
    );
    expect(rest).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      ...ANSWERED,
      ...FINISHED,
      'output_audio_buffer.stopped',
    ]);
    expect(types.indexOf('output_audio_buffer.started')).toBeGreaterThan(
      types.indexOf('response.content_part.added'),
    );
    const heard = await peer.event(transcription);
    expect(heard.transcript).toBe('What are your hours');
    const answer = await peer.event('response.output_audio_transcript.done');
    expect(answer.transcript).toContain('from nine in the morning');
    // The item ids hold the turn together, and the answer follows the question.
    const started = await peer.event('input_audio_buffer.speech_started');
    expect(heard.item_id).toBe(started.item_id);
    const added = peer.events.filter((event) => event.type === 'conversation.item.added');
    expect(added.map((event) => event.previous_item_id ?? null)).toEqual([null, started.item_id]);
    // It was to be heard, at the loudness of a voice, for as long as the answer takes.
    const loud = peer.heard.filter(({ level }) => level > 0.01);
    expect(loud.length * 20).toBeGreaterThan(3_000);
  });

  it('that is none of the known sentences is answered honestly', async () => {
    const peer = await talk({ session: TRANSCRIBED });
    await peer.say(synthesize('the quick brown fox jumps over the lazy dog', { voice: 'awb' }));
    const failed = await peer.event('conversation.item.input_audio_transcription.failed');
    expect(failed.error.code).toBe('audio_unintelligible');
    const answer = await peer.event('response.output_audio_transcript.done', { ms: 20_000 });
    expect(answer.transcript).toContain('I heard you, but here I only know');
  });
});

describe('barge-in', () => {
  it('stops the answer, says so, and keeps only what was heard', async () => {
    const peer = await talk();
    peer.send({
      type: 'conversation.item.create',
      item: {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: 'Tell me a story' }],
      },
    });
    peer.send({ type: 'response.create' });
    await peer.event('output_audio_buffer.started');
    await peer.waitFor(
      'a second of the story',
      () => peer.heard.filter((h) => h.level > 0.01).length > 50,
    );
    const from = peer.events.length;
    await peer.say(synthesize('when do you close', { voice: 'rms' }));
    await peer.event('output_audio_buffer.started', { from });
    const types = peer.types(from);
    const interruption = types.slice(0, types.indexOf('input_audio_buffer.speech_stopped'));
    expect(interruption).toEqual([
      'input_audio_buffer.speech_started',
      ...FINISHED,
      'output_audio_buffer.cleared',
      'conversation.item.truncated',
    ]);
    const done = await peer.event('response.done', { from });
    expect(done.response.status).toBe('cancelled');
    expect(done.response.status_details).toMatchObject({
      type: 'cancelled',
      reason: 'turn_detected',
    });
    const truncated = await peer.event('conversation.item.truncated', { from });
    expect(truncated.audio_end_ms).toBeGreaterThan(900);
    expect(truncated.audio_end_ms).toBeLessThan(4_000);
    peer.send({ type: 'conversation.item.retrieve', item_id: truncated.item_id });
    const { item } = await peer.event('conversation.item.retrieved', { from });
    expect(JSON.stringify(item)).not.toContain('fern');
  });
});
