// The servers of a benchmark, from dist/ and in a process of their own: one page server with a page
// for each contestant and the token host, and the local realtime service behind it.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const START_MS = 30_000;
const END_MS = 3_000;

/** What is in the body of each page; the script of the same name comes with it. */
const PAGES = {
  element: '<script type="module" src="/dist/voice-agent.js"></script><voice-agent></voice-agent>',
  agents: '<button>Talk</button>',
  openai: '<button>Talk</button>',
  bare: '<button>Talk</button>',
  draw: '',
  transcript: '',
} as const;

export type PageName = keyof typeof PAGES;

export interface BenchSite {
  /** The page of a contestant, whose token and SDP answer come `delayMs` late. */
  url(page: PageName, delayMs?: number): string;
  /** Resolves when no call is left in the service. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Rejects with what the servers said when they do not start in time. */
export async function openBenchSite(): Promise<BenchSite> {
  const folder = await mkdtemp(join(tmpdir(), 'voice-agent-bench-'));
  try {
    await writePages(folder);
    const servers = await startServers(folder);
    const close = async (): Promise<void> => {
      await servers.close();
      await rm(folder, { recursive: true, force: true });
    };
    const quiet = async (): Promise<void> => {
      for (let patience = 200; patience > 0; patience--) {
        const health = await fetch(`${servers.service}/health`);
        if (((await health.json()) as { calls: number }).calls === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('The last call did not end within ten seconds.');
    };
    const url = (page: PageName, delayMs = 0): string => {
      const faults = delayMs ? `?fault=secret-delay:${delayMs},calls-delay:${delayMs}` : '';
      return `${servers.site}${page}.html${faults}`;
    };
    return { url, quiet, close };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function writePages(folder: string): Promise<void> {
  const names = Object.keys(PAGES) as PageName[];
  await mkdir(join(folder, 'demo'));
  await symlink(DIST, join(folder, 'dist'));
  await build({
    entryPoints: ['timeline', 'ear', 'ear-worklet', ...names].map((name) =>
      fileURLToPath(new URL(`page/${name}.ts`, import.meta.url)),
    ),
    outdir: join(folder, 'demo'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    logLevel: 'error',
  });
  for (const name of names) {
    const html = `<!doctype html><meta charset="utf-8"><title>${name}</title>
<script type="module" src="timeline.js"></script><script type="module" src="ear.js"></script>
<script type="module" src="${name}.js"></script>${PAGES[name]}`;
    await writeFile(join(folder, 'demo', `${name}.html`), html);
  }
}

interface Servers {
  readonly site: string;
  readonly service: string;
  close(): Promise<void>;
}

function startServers(root: string): Promise<Servers> {
  const script = `
    const from = (path) => import(${JSON.stringify(`${DIST}/`)} + path);
    const { startLocalService } = await from('local/index.js');
    const { local } = await from('host/index.js');
    const { startDevServer } = await from('cli/dev-server.js');
    const { url } = await startLocalService();
    const provider = local({ url });
    const root = ${JSON.stringify(`${root}/`)};
    const { port } = await startDevServer({ port: 0, provider, connectTo: url, root });
    console.log(JSON.stringify({ site: 'http://127.0.0.1:' + port + '/', service: url }));
    process.on('disconnect', () => process.exit(0));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    // The channel's end is the end of the servers, however this process ends.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    const kill = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await exited;
    clearTimeout(kill);
  };
  return new Promise<Servers>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The servers did not start in ${START_MS} ms.`));
    }, START_MS);
    createInterface(child.stdout as NodeJS.ReadableStream).once('line', (line) => {
      clearTimeout(timer);
      resolve({ ...(JSON.parse(line) as { site: string; service: string }), close });
    });
    void exited.then(() => {
      clearTimeout(timer);
      reject(new Error('The servers ended at once. Is dist/ built? npm run build'));
    });
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
}
