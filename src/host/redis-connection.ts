/**
 * A connection to Redis that nobody has to wait for. Needs the package `redis`, which is optional. It
 * does not know what is kept there.
 */
import { ConfigurationError } from './configuration-error.js';
import { withDeadline } from './deadline.js';

/** For connecting at the start, and for each command: a visitor waits for it. */
const ANSWER_MS = 500;
/** So long is a Redis left alone that did not answer: one visitor pays for finding out, not all. */
const REST_MS = 1_000;

/** @throws {ConfigurationError} for an address that is none */
export function requireRedisUrl(url: unknown): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  // Not quoted: it may hold a password.
  if (
    !parsed ||
    !/^rediss?:$/.test(parsed.protocol) ||
    parsed.hostname === '' ||
    !/^\/?\d*$/.test(parsed.pathname)
  ) {
    throw new ConfigurationError(
      'redisUrl',
      'must look like redis://host:6379, redis://user:password@host:6379/0 or rediss://….',
    );
  }
  try {
    decodeURIComponent(parsed.username + parsed.password);
  } catch {
    throw new ConfigurationError('redisUrl', 'holds a % that stands for itself; write it %25.');
  }
  return parsed.href;
}

/** `ECONNREFUSED`, `WRONGPASS`: the rest of a message may quote what was sent. */
function codeOf(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? /^[A-Z]{3,}(?= )/.exec(message)?.[0];
}

async function loadRedis() {
  try {
    return await import('redis');
  } catch {
    throw new ConfigurationError(
      'redisUrl',
      'needs the package redis. Install it with: npm install redis@6',
    );
  }
}

/**
 * The one command that is used, bounded in time, over a connection that renews itself. Resolves once
 * Redis answers, or when it did not in half a second: it may come later.
 *
 * @throws {ConfigurationError} where the package is not installed
 */
export async function openConnection(url: string) {
  const { createClient } = await loadRedis();
  let restsUntil = 0;
  let closed = false;
  let trouble: string | undefined;

  function connect() {
    const client = createClient({
      url,
      // A command that waits for a connection would count long after its visitor was answered.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: ANSWER_MS,
        reconnectStrategy: (attempts) => Math.min(REST_MS, 50 * 2 ** Math.min(attempts, 5)),
      },
    });
    let ended = false;
    // Whether it is ready is asked before each command; without a listener an error ends the process.
    client.on('error', (error) => (trouble = codeOf(error)));
    client.on('ready', () => (trouble = undefined));
    // A client that is destroyed while it connects stays connected, unless it is told again.
    client.on('connect', () => {
      if (ended) client.destroy();
    });
    const connected = client.connect().then(
      () => undefined,
      () => undefined,
    );
    const end = () => {
      ended = true;
      client.destroy();
    };
    return { client, connected, end };
  }

  let current = connect();
  await bounded(() => current.connected).catch(() => undefined);

  return {
    get isReady() {
      return current.client.isReady;
    },
    /** Why it does not answer, in a code, where that is known. */
    get trouble() {
      return trouble;
    },
    async eval(script: string, keysAndArguments: { keys: string[]; arguments: string[] }) {
      const asked = current;
      if (!asked.client.isReady || performance.now() < restsUntil) throw new Error('Redis rests.');
      try {
        return await bounded(() => asked.client.eval(script, keysAndArguments));
      } catch (error) {
        trouble = codeOf(error);
        restsUntil = performance.now() + REST_MS;
        // A connection that has fallen silent may stay so for a quarter of an hour.
        if (asked === current && !closed) {
          asked.end();
          current = connect();
        }
        throw error;
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      const { client, end } = current;
      if (client.isReady) await bounded(() => client.close()).catch(() => undefined);
      end();
    },
  };
}

function bounded<T>(work: () => Promise<T>): Promise<T> {
  return withDeadline(ANSWER_MS, work, () => new Error('Redis did not answer in time.'));
}
