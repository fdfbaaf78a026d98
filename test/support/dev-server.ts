// Starts the built `voice-agent dev` as a process of its own, as a user would: demo, token host and
// local realtime service. It does not know what is tested with it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface DevServer {
  /** Address of the demo, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const START_MS = 30_000;
/** The command promises to end within two seconds. */
const END_MS = 5_000;

/** Rejects with what it said when it is not built, or does not start in time. */
export async function startDevServer(args: readonly string[] = []): Promise<DevServer> {
  const env = { ...process.env };
  // With one of these it would talk to another service. An empty one counts as not set.
  for (const name of ['OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT', 'VOICE_AGENT_REALTIME_URL']) {
    env[name] = '';
  }
  const child = spawn(process.execPath, [MAIN, 'dev', '--no-open', '--port', '0', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await exited;
    clearTimeout(kill);
  };
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The demo did not start in ${START_MS} ms:\n${said.join('\n')}`));
    }, START_MS);
    const onLine = (line: string): void => {
      said.push(line);
      const found = /^voice-agent demo on (http:\S+)/.exec(line)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    createInterface(child.stdout).on('line', onLine);
    createInterface(child.stderr).on('line', onLine);
    void exited.then(() => {
      clearTimeout(timer);
      reject(new Error(`The demo ended at once:\n${said.join('\n')}`));
    });
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { url, close };
}
