// Each field of a session in GA's form, in the beta's words, and each that beta has no word for.
import type { RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime';
import { describe, expect, it } from 'vitest';
import { betaSession } from '../../src/host/beta-session.js';
import { ConfigurationError } from '../../src/host/index.js';

type Session = Omit<RealtimeSessionCreateRequest, 'type'>;
const beta = (session: Session) => betaSession({ type: 'realtime', ...session });

const vad = { type: 'server_vad', threshold: 0.4, silence_duration_ms: 300 } as const;
const tool = { type: 'function', name: 'a', description: 'b', parameters: {} } as const;

describe('a session for the beta', () => {
  it.each<[Session, object]>([
    [{}, {}],
    [
      { model: 'm', instructions: 'Hi.' },
      { model: 'm', instructions: 'Hi.' },
    ],
    [{ output_modalities: ['text'] }, { modalities: ['text'] }],
    [{ output_modalities: ['audio'] }, { modalities: ['audio', 'text'] }],
    [{ audio: { output: { voice: 'sage', speed: 1.2 } } }, { voice: 'sage', speed: 1.2 }],
    [
      { audio: { input: { format: { type: 'audio/pcm', rate: 24000 } } } },
      { input_audio_format: 'pcm16' },
    ],
    [
      {
        audio: {
          input: { format: { type: 'audio/pcmu' } },
          output: { format: { type: 'audio/pcma' } },
        },
      },
      { input_audio_format: 'g711_ulaw', output_audio_format: 'g711_alaw' },
    ],
    [
      { audio: { input: { transcription: { model: 'w', language: 'de', prompt: 'Shop' } } } },
      { input_audio_transcription: { model: 'w', language: 'de', prompt: 'Shop' } },
    ],
    [
      { audio: { input: { noise_reduction: { type: 'near_field' } } } },
      { input_audio_noise_reduction: { type: 'near_field' } },
    ],
    [{ audio: { input: { turn_detection: vad } } }, { turn_detection: vad }],
    [{ audio: { input: { turn_detection: null } } }, { turn_detection: null }],
    [
      { tools: [tool], tool_choice: 'required' },
      { tools: [tool], tool_choice: 'required' },
    ],
    [
      { tool_choice: { type: 'function', name: 'a' } },
      { tool_choice: { type: 'function', function: { name: 'a' } } },
    ],
    [{ max_output_tokens: 'inf' }, { max_response_output_tokens: 'inf' }],
    // What beta does anyway.
    [{ truncation: 'auto', tracing: null, prompt: null }, {}],
  ])('%j becomes %j', (ga, flat) => {
    expect(JSON.parse(JSON.stringify(beta(ga)))).toEqual(flat);
  });

  it.each<[setting: string, session: object]>([
    ['type', { type: 'transcription' }],
    ['truncation', { truncation: 'disabled' }],
    ['tracing', { tracing: 'auto' }],
    ['reasoning', { reasoning: { effort: 'low' } }],
    ['prompt', { prompt: { id: 'p' } }],
    ['include', { include: ['item.input_audio_transcription.logprobs'] }],
    ['parallel_tool_calls', { parallel_tool_calls: false }],
    ['temperature', { temperature: 0.8 }],
    ['audio.output.voice', { audio: { output: { voice: { id: 'voice_1' } } } }],
    [
      'audio.input.format.rate',
      { audio: { input: { format: { type: 'audio/pcm', rate: 8000 } } } },
    ],
    [
      'audio.input.turn_detection.idle_timeout_ms',
      { audio: { input: { turn_detection: { type: 'server_vad', idle_timeout_ms: 6000 } } } },
    ],
    [
      'audio.input.noise_reduction.strength',
      { audio: { input: { noise_reduction: { type: 'near_field', strength: 0.5 } } } },
    ],
    [
      'audio.input.transcription.keywords',
      { audio: { input: { transcription: { model: 'gpt-transcribe', keywords: ['tea'] } } } },
    ],
    ['tools[1].type', { tools: [tool, { type: 'mcp', server_label: 's' }] }],
    ['tool_choice.type', { tool_choice: { type: 'mcp', server_label: 's' } }],
  ])('cannot say %s of %j', (setting, session) => {
    expect(() => beta(session as Session)).toThrow(ConfigurationError);
    expect(() => beta(session as Session)).toThrow(
      expect.objectContaining({ setting: `session.${setting}` }),
    );
  });
});
