// A real Redis for one test: on a free loopback port, in a folder of its own, gone afterwards.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';

export interface RedisServer {
  readonly url: string;
  /** Starts it again on the same port, empty, after it was killed. */
  start(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing. SIGCONT: it goes on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  kill(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'voice-agent-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
    const started = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    ended = new Promise((resolve) => {
      started.once('close', () => resolve());
      started.once('error', () => resolve());
    });
    let output = '';
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Ready to accept connections')) resolve();
      });
      started.once('error', reject);
      started.once('close', () => reject(new Error(`redis-server ended:\n${output}`)));
    });
  }

  async function kill(): Promise<void> {
    child?.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    signal: (signal) => void child?.kill(signal),
    kill,
    remove: async () => {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}
