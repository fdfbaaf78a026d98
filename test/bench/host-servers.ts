// The servers of `npm run bench:host`, each started as a process of its own by that script: a service
// that answers after 20 ms, the token host, and the least code that does what it is for. It prints
// its address, and for each line that it is sent the processor time that it has used, in µs.
import { createServer, type RequestListener } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import OpenAI from 'openai';
import { openai } from '../../src/host/index.js';
import { serveTokenHost } from '../../src/host/node.js';
import { listen } from '../../src/host/node-server.js';
import { USUAL_REQUEST } from '../support/usual-request.js';

const [role = '', baseUrl = ''] = process.argv.slice(2);
const ORIGIN = 'https://shop.example';
const KEY = 'sk-bench';
const SERVICE_MS = 20;
/** More than any run can reach: what is measured is the counting, not the refusing. */
const PLENTY = 1_000_000_000;

const service: RequestListener = (incoming, outgoing) => {
  incoming.resume().on('end', () => {
    setTimeout(() => {
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(JSON.stringify({ value: 'ek_bench', expires_at: 1_790_000_000 }));
    }, SERVICE_MS);
  });
};

function bareHandler(): RequestListener {
  const client = new OpenAI({
    apiKey: KEY,
    baseURL: baseUrl,
    timeout: 5_000,
    maxRetries: 1,
    logLevel: 'off',
  });
  const create = () => client.realtime.clientSecrets.create(USUAL_REQUEST);
  return (incoming, outgoing) => {
    const answer = (status: number, body: unknown): void => {
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(body));
    };
    if (incoming.headers.origin !== ORIGIN) {
      incoming.resume();
      answer(403, { code: 'origin-not-allowed' });
      return;
    }
    text(incoming)
      .then((body) => JSON.parse(body) as unknown)
      .then(create)
      .then(
        ({ value, expires_at }) => answer(200, { value, expires_at }),
        () => answer(502, {}),
      );
  };
}

async function start(): Promise<string> {
  if (role === 'host') {
    const { url } = await serveTokenHost({
      provider: openai({ apiKey: KEY, baseUrl }),
      allowedOrigins: [ORIGIN],
      authorize: (request) => request.headers.get('x-visitor'),
      limits: {
        visitorPerMinute: PLENTY,
        visitorPerDay: PLENTY,
        addressPerMinute: PLENTY,
        addressPerHour: PLENTY,
        originPerMinute: PLENTY,
        totalPerMinute: PLENTY,
      },
      port: 0,
    });
    return url;
  }
  if (role === 'service') return (await listen(service, { port: 0 })).url;
  const server = createServer(bareHandler());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

console.log(await start());
createInterface(process.stdin)
  .on('line', () => {
    const { user, system } = process.cpuUsage();
    console.log(user + system);
  })
  // Whoever started it has ended.
  .on('close', () => process.exit());
