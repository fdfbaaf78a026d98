/**
 * Environment variables that say whether pages get secrets or calls, and how long a call may last. It
 * reads only what it is given.
 */
import { ConfigurationError } from '../host/index.js';
import type { Environment } from './variables.js';

export interface RelaySettings {
  /** Seconds; the host's own default where it is not set. */
  readonly maxDuration?: number;
}

const CONNECT = 'VOICE_AGENT_CONNECT';
const MAX_DURATION = 'VOICE_AGENT_MAX_DURATION';

/**
 * Undefined in token mode.
 *
 * @throws {ConfigurationError} naming the variable that cannot be served
 */
export function relayFromEnvironment(env: Environment): RelaySettings | undefined {
  const mode = env[CONNECT] ?? 'token';
  if (mode !== 'token' && mode !== 'relay') {
    throw new ConfigurationError(CONNECT, 'must be "token" or "relay".');
  }
  const text = env[MAX_DURATION];
  if (mode === 'token') {
    if (text === undefined) return undefined;
    // Whoever sets a limit relies on it.
    throw new ConfigurationError(
      MAX_DURATION,
      `cannot be kept in token mode, for this host does not see calls. Set ${CONNECT}=relay.`,
    );
  }
  if (text === undefined) return {};
  const maxDuration = Number(text);
  if (!/^\d+$/.test(text) || maxDuration < 10 || maxDuration > 7_200) {
    throw new ConfigurationError(MAX_DURATION, 'must be a whole number of seconds, 10 to 7200.');
  }
  return { maxDuration };
}
