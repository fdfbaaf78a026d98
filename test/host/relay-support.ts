// What the relay host's tests share: a host with a service that counts, and what it says of calls.
import { afterEach, expect } from 'vitest';
import {
  createRelayHost,
  type CallLogEntry,
  type HandoffLogEntry,
  type LogEntry,
  type RelayHost,
  type RelayHostOptions,
} from '../../src/host/index.js';
import { callingProvider, offerRequest, SESSION, SHOP } from './support.js';

const hosts: RelayHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

type Entry = LogEntry | CallLogEntry | HandoffLogEntry;

/** Closed after the test that asks for it. */
export function setUp(options: Partial<RelayHostOptions> = {}) {
  const provider = callingProvider();
  const entries: Entry[] = [];
  const host = createRelayHost({
    provider,
    allowedOrigins: [SHOP],
    log: (entry) => entries.push(entry),
    ...options,
  });
  hosts.push(host);
  const ask = (init?: RequestInit, url?: string) => host.handle(offerRequest(init, url));
  const end = (call: string, headers: Record<string, string> = {}) =>
    host.handle(
      new Request(new URL(call, SESSION), {
        method: 'DELETE',
        headers: { origin: SHOP, ...headers },
      }),
    );
  return { provider, host, entries, ask, end };
}

/** What the log says of ends, once it says so much: it needs a moment of real time for each. */
export async function endsOf(entries: readonly Entry[], count: number): Promise<CallLogEntry[]> {
  const ends = () => entries.filter((entry) => 'cause' in entry);
  await expect.poll(ends).toHaveLength(count);
  return ends();
}

/** Visitors are who they say they are, in a header. */
export const authorize = (request: Request) => request.headers.get('x-visitor');
export const as = (visitor: string) => ({ headers: { 'x-visitor': visitor } });
