// Which sound travels in events here. Over WebRTC a session's formats mean nothing, and are not asked.
import type { SessionConfig } from './session-config.js';
import { ProtocolError } from './protocol-error.js';

/** Throws a ProtocolError unless both ways are `audio/pcm`, whose rate is always 24 kHz. */
export function requirePcm(audio: SessionConfig['audio'], path = 'session.audio'): void {
  for (const way of ['input', 'output'] as const) {
    const type = audio[way].format?.type ?? 'audio/pcm';
    if (type === 'audio/pcm') continue;
    throw new ProtocolError(
      'invalid_value',
      `Invalid value: '${type}'. Here the only supported value is: 'audio/pcm'.`,
      `${path}.${way}.format.type`,
    );
  }
}
