// Many calls, dead calls, vanished callers: what the service leaves behind, counted from outside.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  memoryOf,
  startLocalServiceProcess,
  type LocalServiceProcess,
} from '../support/local-service.js';
import { call, type RealtimePeer } from '../support/realtime-peer.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 40_000 });

let service: LocalServiceProcess;

beforeAll(async () => {
  service = await startLocalServiceProcess({ maxCalls: 24 });
});
afterAll(() => service.close());

const TEXT = { session: { output_modalities: ['text'] } };

/** Asks something and waits for the answer: the call works. */
async function isAlive(peer: RealtimePeer): Promise<boolean> {
  const from = peer.events.length;
  peer.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'thanks' }] },
  });
  peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
  const { response } = await peer.event('response.done', { from });
  return response.status === 'completed';
}

/** Waits until no call runs and only the spare processes are left. */
async function settled(): Promise<number> {
  return await vi.waitFor(
    async () => {
      const { calls, processes } = await service.health();
      expect(calls).toBe(0);
      expect(processes).toBeLessThanOrEqual(4);
      expect(service.children()).toHaveLength(processes);
      return processes;
    },
    { timeout: 20_000, interval: 200 },
  );
}

const memory = (): number =>
  [service.pid, ...service.children()].reduce((sum, pid) => sum + memoryOf(pid), 0);

describe('200 calls one after another', () => {
  it('are all held and leave neither processes nor memory behind', async () => {
    const once = async (): Promise<void> => {
      const peer = await call(service.url, TEXT);
      expect(await isAlive(peer)).toBe(true);
      peer.close();
    };
    // Caches and pools fill up first; what grows after that is lost.
    for (let number = 0; number < 20; number++) await once();
    await settled();
    const own = memoryOf(service.pid);
    for (let number = 0; number < 180; number++) await once();
    await settled();
    expect(memoryOf(service.pid) - own).toBeLessThan(30);
    expect(memory()).toBeLessThan(1_500);
  });
});

describe('20 calls at once', () => {
  it('all answer, and all their processes go or wait for the next call', async () => {
    const peers = await Promise.all(Array.from({ length: 20 }, () => call(service.url, TEXT)));
    try {
      expect((await service.health()).calls).toBe(20);
      const alive = await Promise.all(peers.map(isAlive));
      expect(alive).toEqual(Array.from({ length: 20 }, () => true));
      const four = await Promise.all(Array.from({ length: 4 }, () => call(service.url, TEXT)));
      peers.push(...four);
      await expect(call(service.url, TEXT)).rejects.toThrow(/429 .*At most 24 calls/s);
    } finally {
      for (const peer of peers) peer.close();
    }
    await settled();
  });
});

describe('a call that dies', () => {
  it('takes no other call with it, and the next one finds a process', async () => {
    const [well, dying] = await Promise.all([
      call(service.url, TEXT),
      call(service.url, { ...TEXT, fault: 'crash:300' }),
    ]);
    try {
      await vi.waitFor(
        () => expect(service.log.some((line) => line.includes('died (SIGKILL)'))).toBe(true),
        { timeout: 10_000 },
      );
      expect(await isAlive(well)).toBe(true);
      const next = await call(service.url, TEXT);
      expect(await isAlive(next)).toBe(true);
      next.close();
    } finally {
      well.close();
      dying.close();
    }
    await settled();
  });
});
