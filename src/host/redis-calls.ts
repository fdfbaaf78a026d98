/**
 * Live calls in Redis, so that any of several hosts ends them when the one that placed them is gone.
 * Each host also remembers its own: while Redis does not answer, it ends those by itself. It does not
 * know how a call is ended.
 */
import type { CallTable, LiveCall, NewCall } from './live-calls.js';
import { memoryCalls } from './memory-calls.js';
import { BEGIN, CLAIM, CLAIM_DUE, REMOVE, RESERVE } from './redis-call-scripts.js';
import { openConnection, requireRedisUrl } from './redis-connection.js';

export interface RedisCallsOptions {
  /** `redis://[user:password@]host[:port][/database]`; `rediss:` with TLS. */
  url: string;
  /** Begins every key. Hosts that shall end each other's calls have the same. Default `voice-agent`. */
  prefix?: string;
}

export interface RedisCalls extends CallTable {
  /** Ends the connection. Whoever opened the table closes it, after the host. */
  close(): Promise<void>;
}

/** A new call is due in 10 s at the earliest: so it is seen in time, whoever placed it. */
const IDLE_MS = 5_000;
/** While Redis is away: it is only asked again when its rest is over. */
const AWAY_MS = 1_000;
/** Given to one host at once. */
const MOST = 50;

/**
 * Resolves once Redis answers, or when it did not in half a second: it may come later.
 *
 * @throws {ConfigurationError} for an address that is none, and where `redis` is not installed
 */
export async function redisCalls({
  url,
  prefix = 'voice-agent',
}: RedisCallsOptions): Promise<RedisCalls> {
  const connection = await openConnection(requireRedisUrl(url));
  const insurance = memoryCalls();
  /** The Redis that took each of this host's calls, by a name that is lost with what it holds. */
  const takenBy = new Map<string, string>();
  let current: string | undefined;

  async function run<T>(script: string, visitor: string | null, ...given: string[]): Promise<T> {
    // In braces: a cluster keeps together what is to be changed together.
    const key = (name: string) => `{${prefix}:calls}:${name}`;
    const keys = [key('due'), key('data'), key('name'), key(`of:${visitor ?? ''}`)];
    return (await connection.eval(script, { keys, arguments: given })) as T;
  }

  /** Redis has it, or had it until a host ended it. */
  const isShared = (id: string) => current !== undefined && takenBy.get(id) === current;

  return {
    async reserve(place, visitor, room) {
      const enough = visitor === null ? 0 : room.perVisitor;
      try {
        return (await run(RESERVE, visitor, place, `${room.total}`, `${enough}`)) === 1;
      } catch {
        return await insurance.reserve(place, visitor, room);
      }
    },
    async begin(place, call: NewCall, perVisitor) {
      const { id, visitor, maxMs } = call;
      const own = await insurance.begin(place, call, perVisitor);
      const given = [place, id, visitor ?? '', `${maxMs}`, `${perVisitor}`, crypto.randomUUID()];
      try {
        const [name, surplus] = await run<[string, string[]]>(BEGIN, visitor, ...given);
        current = name;
        takenBy.set(id, name);
        return surplus.map(callFrom);
      } catch {
        return own;
      }
    },
    async claim(id, visitor) {
      try {
        const [name, answer] = await run<[string, string]>(CLAIM, visitor, id, visitor ?? '');
        current = name;
        if (answer === 'ending') return answer;
        if (answer !== 'unknown') return callFrom(answer);
        return isShared(id) ? answer : await insurance.claim(id, visitor);
      } catch {
        return await insurance.claim(id, visitor);
      }
    },
    async claimDue() {
      const own = await insurance.claimDue();
      const ids = own.calls.map(({ id }) => id);
      try {
        const [name, wait, calls, missing] = await run<[string, number, string[], string[]]>(
          CLAIM_DUE,
          null,
          `${MOST}`,
          ...ids,
        );
        current = name;
        const ended = missing.filter(isShared);
        for (const id of ended) await forget(id);
        // Redis was away when they began, or has lost them since.
        const lost = own.calls.filter(({ id }) => missing.includes(id) && !ended.includes(id));
        const nextInMs = wait < 0 ? IDLE_MS : Math.min(wait, IDLE_MS);
        return { calls: [...calls.map(callFrom), ...lost], nextInMs };
      } catch {
        return { calls: own.calls, nextInMs: AWAY_MS };
      }
    },
    async claimRest() {
      return (await insurance.claimRest()).filter(({ id }) => !isShared(id));
    },
    async remove({ id, visitor }) {
      await forget(id);
      // Redis away: whoever gets it later on finds that it is over.
      await run(REMOVE, visitor, id).catch(() => undefined);
    },
    close: () => connection.close(),
  };

  async function forget(id: string): Promise<void> {
    takenBy.delete(id);
    await insurance.remove({ id, visitor: null });
  }
}

/** As the scripts write it: nobody is nothing there. */
function callFrom(text: string): LiveCall {
  const call = JSON.parse(text) as LiveCall & { visitor: string };
  return { ...call, visitor: call.visitor === '' ? null : call.visitor };
}
