// Starts the built local realtime service as a process of its own, as a user would have it, so that
// what it leaves behind can be counted and nothing of it lives in the test.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface LocalServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** Lines of its log so far. */
  readonly log: readonly string[];
  /** Processes that hold calls, by id. */
  children(): number[];
  health(): Promise<{ status: string; calls: number; processes: number }>;
  close(): Promise<void>;
}

const START_MS = 30_000;
const ENTRY = fileURLToPath(new URL('../../dist/local/index.js', import.meta.url));

/** Parent of a process, or undefined when it is gone. Linux only. */
function parentOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

/** Resident memory in MB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Starts it from `dist`; rejects when it is not built or not there in time. */
export function startLocalServiceProcess(
  options: { readonly maxCalls?: number } = {},
): Promise<LocalServiceProcess> {
  const script = `
    const { startLocalService } = await import(${JSON.stringify(ENTRY)});
    const service = await startLocalService({
      ...${JSON.stringify(options)},
      log: (line) => console.log(line),
    });
    console.log('listening on ' + service.url);
    process.on('SIGTERM', () => service.close().then(() => process.exit(0)));`;
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: string[] = [];
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('The local service did not start in time.'));
    }, START_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The local service ended with ${code}. Is it built? ${log.join('\n')}`));
    });
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const url = /^listening on (.*)$/.exec(line)?.[1];
        if (url === undefined) {
          log.push(line);
          continue;
        }
        clearTimeout(timer);
        const pid = child.pid as number;
        resolve({
          url,
          pid,
          log,
          children: () => childrenOf(pid),
          health: async () => {
            const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
            return (await response.json()) as { status: string; calls: number; processes: number };
          },
          close: async () => {
            child.kill('SIGTERM');
            const kill = setTimeout(() => child.kill('SIGKILL'), 5_000);
            await exited;
            clearTimeout(kill);
          },
        });
      }
    });
  });
}
