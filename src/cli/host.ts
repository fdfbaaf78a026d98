/**
 * `voice-agent host`: a host as a process of its own, for containers. One JSON line per request and
 * per end of a call on stdout; it ends in peace on SIGTERM.
 */
import {
  ConfigurationError,
  type CallLogEntry,
  type HandoffLogEntry,
  type LogEntry,
} from '../host/index.js';
import { serveRelayHost, serveTokenHost } from '../host/node.js';
import { hostFromEnvironment } from './environment.js';
import { relayFromEnvironment } from './relay.js';
import { untilSignal, type Closer } from './until-signal.js';
import { withoutEmpty } from './variables.js';

/** Longer than a secret can take to mint, and below the 10 s that containers are given to end. */
const GRACE_MS = 8_000;
/** Shorter, for afterwards there may be calls to be ended. */
const RELAY_GRACE_MS = 3_000;
const END_MS = 9_000;

export async function host(): Promise<void> {
  const env = withoutEmpty(process.env);
  const relay = relayFromEnvironment(env);
  const { options, mintingFrom } = await hostFromEnvironment(env);
  if (relay && !options.provider.calls) {
    throw new ConfigurationError(
      'VOICE_AGENT_CONNECT',
      `cannot be "relay" with ${mintingFrom}, which places no calls for others. Unset it.`,
    );
  }
  await untilSignal(async (opened) => {
    const shared =
      env.REDIS_URL === undefined
        ? undefined
        : await openRedis(env.REDIS_URL, relay !== undefined, opened);
    if (shared) options.limits.store = shared.store;
    if (relay) {
      const { calls } = shared ?? {};
      const server = await serveRelayHost({ ...options, ...relay, ...(calls && { calls }), log });
      opened(() => server.close(RELAY_GRACE_MS));
      console.log(`voice-agent relay host on ${server.url}/session calling ${mintingFrom}`);
    } else {
      const server = await serveTokenHost({ ...options, log });
      opened(() => server.close(GRACE_MS));
      console.log(`voice-agent token host on ${server.url}/token minting from ${mintingFrom}`);
    }
  }, END_MS);
}

async function openRedis(url: string, forCalls: boolean, opened: (close: Closer) => void) {
  // Loaded here only: without Redis nobody has to install its package.
  const { redisCalls, redisStore } = await import('../host/redis.js');
  const store = await redisStore({
    url,
    onChange: (countsIn, reason) => sayWhereItCounts(countsIn, forCalls, reason),
  });
  opened(() => store.close());
  if (!forCalls) return { store };
  const calls = await redisCalls({ url });
  opened(() => calls.close());
  return { store, calls };
}

function log(entry: LogEntry | CallLogEntry | HandoffLogEntry): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));
  if (entry.outcome !== 'given-up') return;
  console.error(
    `voice-agent: the call ${entry.call} could not be ended, and nobody tries any longer. It may go on until the service ends it.`,
  );
}

function sayWhereItCounts(countsIn: 'redis' | 'memory', forCalls: boolean, reason?: string): void {
  if (countsIn === 'redis') {
    console.error('voice-agent: Redis answers again, and limits are counted there.');
    return;
  }
  const why = reason === undefined ? '' : ` (${reason})`;
  const alone = forCalls ? ', and no other one ends its calls' : '';
  console.error(
    `voice-agent: Redis does not answer${why}. Until it does, this process counts by itself, at a quarter of each limit${alone}.`,
  );
}
