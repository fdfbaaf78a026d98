// `npm run bench:host`: how many secrets and how many refusals a second the token host gives, beside a
// bare handler that makes the same call. `--rounds 1 --seconds 1` for a quick look; `--write` puts
// the table into docs/benchmarks.md.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { hostReport, type HostRound } from './host-report.js';
import { circumstances, writeReport } from './report.js';
import { roundsFromArguments } from './rounds.js';

const { rounds, seconds, write, raw } = roundsFromArguments({ rounds: 5, seconds: 5 });

/** Enough to keep one processor busy, and fewer than the host lets mint at once. */
const CONNECTIONS = 50;
/** The most that one round sends, however fast the answers come. */
const MOST = 500_000;
const SERVERS = fileURLToPath(new URL('host-servers.ts', import.meta.url));
const TSX = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));

/** So many have a name of their own, so that nothing is found again that a cache remembers. */
const VISITORS = 10_000;

const children: ChildProcess[] = [];

async function startServer(role: string, ...args: string[]) {
  const child = spawn(process.execPath, [TSX, SERVERS, role, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface(child.stdout);
  const nextLine = async () => ((await once(lines, 'line')) as [string])[0];
  const url = await nextLine();
  /** Processor time of the whole process so far, in µs. */
  const processorTime = async (): Promise<number> => {
    child.stdin.write('\n');
    return Number(await nextLine());
  };
  return { url, processorTime };
}

/** Asks as the element does, over that many connections, until the time is over. Rejects for any other status. */
async function load(url: string, origin: string, status: number, forMs: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const body = '{}';
  let asked = 0;
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      asked += 1;
      const headers = {
        origin,
        'x-visitor': `visitor-${asked % VISITORS}`,
        'content-type': 'application/json',
        'content-length': String(body.length),
      };
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
      const begun = performance.now();
      await ask();
      latencies.push(performance.now() - begun);
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
    host: await startServer('host', service.url),
    bare: await startServer('bare', service.url),
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
        const { url, processorTime } = servers[server];
        const before = await processorTime();
        const result = await load(`${url}/token`, origin, status, ms);
        const microseconds = ((await processorTime()) - before) / result.latencies.length;
        if (round > 0) measured.push({ server, kind, microseconds, ...result });
      }
    }
    process.stderr.write(`\rround ${round} of ${rounds} `);
  }
  process.stderr.write('\n');
  if (raw) {
    console.log(JSON.stringify(measured.map(({ latencies: _, ...rest }) => rest)));
  }
  const lines = [
    `${rounds} rounds of ${seconds} s each over ${CONNECTIONS} connections, ${await circumstances()}`,
    ...hostReport(measured),
  ];
  console.log(lines.join('\n'));
  if (write) await writeReport('host', lines);
} finally {
  for (const child of children) child.stdin?.end();
}
