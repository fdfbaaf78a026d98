/**
 * `voice-agent host`: the token host as a process of its own, for containers. One JSON line per
 * request on stdout; it ends in peace on SIGTERM.
 */
import { serveTokenHost } from '../host/node.js';
import { hostFromEnvironment } from './environment.js';
import { untilSignal } from './until-signal.js';
import { withoutEmpty } from './variables.js';

/** Longer than a secret can take to mint, and below the 10 s that containers are given to end. */
const GRACE_MS = 8_000;
const END_MS = 9_000;

export async function host(): Promise<void> {
  const env = withoutEmpty(process.env);
  const { options, mintingFrom } = await hostFromEnvironment(env);
  await untilSignal(async (opened) => {
    if (env.REDIS_URL !== undefined) {
      // Loaded here only: without Redis nobody has to install its package.
      const { redisStore } = await import('../host/redis.js');
      const store = await redisStore({ url: env.REDIS_URL, onChange: sayWhereItCounts });
      opened(() => store.close());
      options.limits.store = store;
    }
    const server = await serveTokenHost({
      ...options,
      log: (entry) => {
        console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));
      },
    });
    opened(() => server.close(GRACE_MS));
    console.log(`voice-agent token host on ${server.url}/token minting from ${mintingFrom}`);
  }, END_MS);
}

function sayWhereItCounts(countsIn: 'redis' | 'memory'): void {
  console.error(
    countsIn === 'redis'
      ? 'voice-agent: Redis answers again, and limits are counted there.'
      : 'voice-agent: Redis does not answer. Until it does, this process counts by itself, at a quarter of each limit.',
  );
}
