// Who dies without a goodbye: a caller, and the service itself. Nothing may be left behind.
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startLocalServiceProcess, type LocalServiceProcess } from '../support/local-service.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 40_000 });

const CALLER = fileURLToPath(new URL('../support/vanishing-caller.mjs', import.meta.url));
const CALL_PROCESS = fileURLToPath(
  new URL('../../dist/local/call/call-process.js', import.meta.url),
);
const opened: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function start(): Promise<{ service: LocalServiceProcess; caller: ChildProcess }> {
  const service = await startLocalServiceProcess();
  opened.push(() => service.close());
  const caller = spawn(process.execPath, [CALLER, service.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  opened.push(() => caller.kill('SIGKILL'));
  await once(caller.stdout, 'data', {
    signal: AbortSignal.timeout(20_000),
  });
  return { service, caller };
}

describe('a caller that vanishes', () => {
  it('is noticed within 40 seconds, and its call ended', async () => {
    const { service, caller } = await start();
    expect((await service.health()).calls).toBe(1);
    caller.kill('SIGKILL');
    await vi.waitFor(async () => expect((await service.health()).calls).toBe(0), {
      timeout: 40_000,
      interval: 500,
    });
  });
});

describe('a service that is killed', () => {
  it('leaves no process behind', async () => {
    const { service } = await start();
    const children = service.children();
    expect(children.length).toBeGreaterThan(0);
    process.kill(service.pid, 'SIGKILL');
    const alive = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    await vi.waitFor(() => expect(children.filter(alive)).toEqual([]), { timeout: 10_000 });
  });

  it('leaves no process behind that was still loading', async () => {
    const child = fork(CALL_PROCESS, { execArgv: [], stdio: 'ignore', serialization: 'advanced' });
    opened.push(() => child.kill('SIGKILL'));
    child.disconnect();
    await once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
  });
});
