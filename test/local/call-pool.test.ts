// The processes of calls, with stand-ins for them: what cannot start, or starts too late, harms no other.
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallPool } from '../../src/local/call/call-pool.js';
import type { CallRequest } from '../../src/local/call/call-messages.js';

class Child extends EventEmitter {
  readonly connected = true;
  readonly exitCode = null;
  readonly signalCode = null;
  readonly sent: unknown[] = [];
  isKilled = false;
  constructor(readonly pid: number | undefined) {
    super();
  }
  send(message: unknown): void {
    this.sent.push(message);
  }
  kill(): void {
    this.isKilled = true;
  }
}

const children: Child[] = [];
let pid: number | undefined;
vi.mock('node:child_process', () => ({
  fork: () => {
    const child = new Child(pid);
    children.push(child);
    return child;
  },
}));

const request = (callId: string) => ({ callId }) as CallRequest;
const codeOf = (starting: Promise<string>) =>
  starting.then(
    () => 0,
    (error: unknown) => (error as { status?: number }).status,
  );

describe('a pool of processes', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    children.length = 0;
    pid = 1;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('goes on where one cannot be made', async () => {
    pid = undefined;
    const pool = new CallPool({ maxCalls: 2, log: () => undefined });
    children[0]?.emit('error', new Error('spawn EAGAIN'));
    await vi.advanceTimersByTimeAsync(0);
    expect(pool.processes).toBe(0);
    pid = 2;
    const starting = codeOf(pool.start(request('rtc_1')));
    children[1]?.emit('message', { type: 'ready' });
    await vi.advanceTimersByTimeAsync(0);
    expect(children[1]?.sent).toMatchObject([{ type: 'call', request: { callId: 'rtc_1' } }]);
    children[1]?.emit('message', { type: 'answer', callId: 'rtc_1', sdp: 'v=0' });
    expect(await starting).toBe(0);
  });

  it('gives no call to one that started too late', async () => {
    const pool = new CallPool({ maxCalls: 2, log: () => undefined });
    const starting = codeOf(pool.start(request('rtc_1')));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await starting).toBe(503);
    const [late] = children;
    expect(late?.isKilled).toBe(true);
    late?.emit('message', { type: 'ready' });
    void codeOf(pool.start(request('rtc_2')));
    await vi.advanceTimersByTimeAsync(0);
    expect(late?.sent).toEqual([]);
    late?.emit('exit', null, 'SIGKILL');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(children.length).toBeGreaterThan(1);
  });
});
