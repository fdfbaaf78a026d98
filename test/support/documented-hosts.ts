// The token hosts of docs/hosts.md, taken from the page and started as it says. It does not know
// what they should answer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '../../src/host/node-server.js';
import { cgi } from './cgi.js';

export interface RunningHost {
  /** Of the token. */
  readonly url: string;
  close(): Promise<void>;
}

const page = new URL('../../docs/hosts.md', import.meta.url);

/** Language → the one program that the page has for it, and its file's name. */
export async function documentedPrograms(): Promise<Map<string, { name: string; code: string }>> {
  const blocks = (await readFile(page, 'utf8')).matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  const programs = [...blocks].flatMap(([, language = '', code = '']) => {
    const name = /^(?:\/\/|#) ([\w.]+\.\w+)$/m.exec(code)?.[1];
    return name === undefined ? [] : [[language, { name, code }] as const];
  });
  return new Map(programs);
}

/** Starts it in a folder of its own, which goes with it. */
export async function startDocumented(
  language: 'php' | 'bash',
  env: Record<string, string>,
): Promise<RunningHost> {
  const program = (await documentedPrograms()).get(language);
  if (!program) throw new Error(`docs/hosts.md has no program in ${language}`);
  const folder = await mkdtemp(join(tmpdir(), 'documented-host-'));
  const file = join(folder, program.name);
  await writeFile(file, program.code);
  const host = await starters[language](file, env);
  return {
    url: host.url,
    close: async () => {
      await host.close();
      await rm(folder, { recursive: true });
    },
  };
}

type Starter = (file: string, env: Record<string, string>) => Promise<RunningHost>;

const starters: Record<'php' | 'bash', Starter> = {
  bash: async (file, env) => {
    const server = await listen(cgi(file, env), { port: 0 });
    return { url: `${server.url}/token`, close: () => server.close(0) };
  },
  php: async (file, env) => {
    const child = spawn('php', ['-S', '127.0.0.1:0', file], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'close');
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        const started = /\((http:\S+)\) started/.exec(said)?.[1];
        if (started !== undefined) resolve(started);
      });
      void ended.then(() => reject(new Error(`php ended: ${said}`)));
    });
    return {
      url: `${url}/token`,
      close: async () => {
        child.kill();
        await ended;
      },
    };
  },
};
