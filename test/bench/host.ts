// `npm run bench:host`: how many secrets and how many refusals a second the token host gives, beside a
// bare handler that makes the same call. `--rounds 1 --seconds 1` for a quick look; `--write` puts
// the table into docs/benchmarks.md.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hostReport, type HostRound } from './host-report.js';
import { circumstances, writeReport } from './report.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
    raw: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
if (!(Number.isInteger(rounds) && rounds > 0 && rounds <= 50 && seconds > 0 && seconds <= 30)) {
  throw new Error('--rounds is a count up to 50, --seconds a length up to 30');
}

/** Enough to keep one processor busy, and fewer than the host lets mint at once. */
const CONNECTIONS = 50;
/** The most that one round sends, however fast the answers come. */
const MOST = 500_000;
const SERVERS = fileURLToPath(new URL('host-servers.ts', import.meta.url));
const TSX = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));

const children: ChildProcess[] = [];

async function startServer(role: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [TSX, SERVERS, role, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return url;
}

/** Asks over that many connections until the time is over. Rejects for any other status. */
async function load(url: string, origin: string, status: number, forMs: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  // A secret is asked for as the element does. A body that is refused unread would cost the
  // connection, and then connecting would be measured.
  const body = status === 200 ? '{}' : '';
  const headers = {
    origin,
    'x-visitor': 'ada',
    'content-type': 'application/json',
    'content-length': String(body.length),
  };
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const outgoing = request(url, { method: 'POST', agent, headers }, (incoming) => {
        if (incoming.statusCode !== status)
          reject(new Error(`It answered ${incoming.statusCode ?? 0}.`));
        incoming.resume().on('end', resolve);
      });
      outgoing.on('error', reject).end(body);
    });
  const latencies: number[] = [];
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - started < forMs && latencies.length < MOST) {
      const asked = performance.now();
      await ask();
      latencies.push(performance.now() - asked);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  } finally {
    agent.destroy();
  }
  return { perSecond: (latencies.length / (performance.now() - started)) * 1_000, latencies };
}

try {
  const service = await startServer('service');
  const servers = {
    host: await startServer('host', service),
    bare: await startServer('bare', service),
  };
  const measured: HostRound[] = [];
  for (let round = 0; round <= rounds; round++) {
    for (const [kind, origin, status] of [
      ['mint', 'https://shop.example', 200],
      ['refusal', 'https://evil.example', 403],
    ] as const) {
      for (const server of ['host', 'bare'] as const) {
        // The first round only warms up.
        const ms = round === 0 ? Math.min(1, seconds) * 1_000 : seconds * 1_000;
        const result = await load(`${servers[server]}/token`, origin, status, ms);
        if (round > 0) measured.push({ server, kind, ...result });
      }
    }
    process.stderr.write(`\rround ${round} of ${rounds} `);
  }
  process.stderr.write('\n');
  if (values.raw) {
    console.log(JSON.stringify(measured.map(({ latencies: _, ...rest }) => rest)));
  }
  const lines = [
    `${rounds} rounds of ${seconds} s each over ${CONNECTIONS} connections, ${await circumstances()}`,
    ...hostReport(measured),
  ];
  console.log(lines.join('\n'));
  if (values.write) await writeReport('host', lines);
} finally {
  for (const child of children) child.stdin?.end();
}
