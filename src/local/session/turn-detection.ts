// How turns of speech may be found: what a session may say about it, and what is meant where it says
// nothing. It hears nothing.
import type { RealtimeAudioInputTurnDetection } from 'openai/resources/realtime/realtime';
import { flag, isObject, number, object, oneOf, orNull, type Check } from './check.js';

export const turnDetection: Check = (value, path) => {
  const shared = {
    type: oneOf('server_vad', 'semantic_vad'),
    create_response: flag,
    interrupt_response: flag,
  };
  const semantic = isObject(value) && value['type'] === 'semantic_vad';
  const own: Record<string, Check> = semantic
    ? { eagerness: oneOf('low', 'medium', 'high', 'auto') }
    : {
        threshold: number(0, 1),
        prefix_padding_ms: number(0, 5_000, true),
        silence_duration_ms: number(0, 10_000, true),
        idle_timeout_ms: orNull(number(5_000, 30_000, true)),
      };
  object({ ...shared, ...own }, ['type'])(value, path);
};

const SERVER_VAD = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 500,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
} as const;
const SEMANTIC_VAD = {
  type: 'semantic_vad',
  eagerness: 'auto',
  create_response: true,
  interrupt_response: true,
} as const;

/** Every field set. */
export function completeTurnDetection(
  turn: RealtimeAudioInputTurnDetection,
): RealtimeAudioInputTurnDetection {
  return turn.type === 'semantic_vad' ? { ...SEMANTIC_VAD, ...turn } : { ...SERVER_VAD, ...turn };
}
