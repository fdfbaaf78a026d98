// A local service for the tests of one file, and the calls made to it, closed after each test.
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startLocalServiceProcess, type LocalServiceProcess } from './local-service.js';
import { call, type CallOptions, type RealtimePeer } from './realtime-peer.js';

/** Registers the hooks of the file, and returns what makes a call. */
export function callers(): (options?: CallOptions) => Promise<RealtimePeer> {
  let service: LocalServiceProcess;
  const peers: RealtimePeer[] = [];

  beforeAll(async () => {
    service = await startLocalServiceProcess();
  });
  afterEach(() => {
    for (const peer of peers.splice(0)) peer.close();
  });
  afterAll(() => service.close());

  return async (options) => {
    const peer = await call(service.url, options);
    peers.push(peer);
    return peer;
  };
}
