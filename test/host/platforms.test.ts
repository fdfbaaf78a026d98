// The same stories on every platform that docs/platforms.md has a program for and that runs here:
// whatever stands between a visitor and the host, the visitor gets the host's answers.
import { request, type ClientRequest, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  platforms,
  startPlatform,
  type Platform,
  type RunningPlatform,
} from '../support/platforms.js';
import {
  CANARY,
  deferred,
  json,
  mintedAnswer,
  SHOP,
  startUpstream,
  type Upstream,
} from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const names = Object.keys(platforms) as Platform[];
const running = new Map<Platform, RunningPlatform & { upstream: Upstream }>();
const received: string[] = [];

beforeAll(async () => {
  await Promise.all(
    names.map(async (name) => {
      const upstream = await startUpstream();
      const env = { OPENAI_API_KEY: CANARY, OPENAI_BASE_URL: upstream.url };
      running.set(name, { ...(await startPlatform(name, env)), upstream });
    }),
  );
});
afterAll(async () => {
  for (const { upstream, close } of running.values()) {
    await close();
    await upstream.close();
  }
});

function on(name: Platform) {
  const platform = running.get(name);
  if (!platform) throw new Error(`${name} does not run.`);
  return platform;
}

/** Begins a request and leaves its body to the story; `answer` is all that comes back. */
function open(name: Platform, method: string, path: string, headers: Record<string, string> = {}) {
  const outgoing = request(on(name).url + path, {
    method,
    agent: false,
    headers: {
      origin: SHOP,
      'content-type': 'application/json',
      'x-visitor': 'ada',
      // As Cloudflare sets it; nobody else may believe it.
      'cf-connecting-ip': '203.0.113.7',
      ...headers,
    },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => (text += String(chunk)));
      incoming.on('error', reject);
      incoming.on('end', () => {
        received.push(JSON.stringify(incoming.rawHeaders) + text);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
  });
  return { outgoing, answer };
}

function ask(
  name: Platform,
  { method = 'POST', path = '/token', body = '', ...headers }: Record<string, string> = {},
): Promise<Answer> {
  const { outgoing, answer } = open(name, method, path, headers);
  outgoing.end(body);
  return answer;
}

/** Runs one story on all platforms side by side, and the next one when all have told it. */
function story(title: string, tell: (name: Platform) => Promise<void>, where = names): void {
  describe(title, () => {
    it.concurrent.each(where)('%s', tell);
  });
}

story('a page on the list gets a secret', async (name) => {
  const { requests } = on(name).upstream;
  const { status, headers, text } = await ask(name, { body: '{}' });
  expect([status, JSON.parse(text)]).toMatchObject([200, { value: mintedAnswer.value }]);
  expect(headers['access-control-allow-origin']).toBe(SHOP);
  expect(headers['cache-control']).toBe('no-store');
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${CANARY}`]);
});

story('a page of another origin is refused, and nobody is asked', async (name) => {
  const before = on(name).upstream.requests.length;
  const { status, headers, text } = await ask(name, { origin: 'https://evil.example' });
  expect([status, text]).toEqual([403, expect.stringContaining('origin-not-allowed')]);
  expect(headers).not.toHaveProperty('access-control-allow-origin');
  expect(headers['content-type']).toBe('application/problem+json');
  expect(on(name).upstream.requests).toHaveLength(before);
});

story('a preflight is answered by the host, not by the platform', async (name) => {
  const { status, headers, text } = await ask(name, {
    method: 'OPTIONS',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  });
  expect([status, text]).toEqual([204, '']);
  expect(headers).toMatchObject({
    'access-control-allow-origin': SHOP,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'Authorization, Content-Type',
  });
});

story('a body that is too large gets an answer that arrives', async (name) => {
  const body = 'x'.repeat(100_000);
  for (const [header, value] of [
    ['content-length', String(body.length)],
    ['transfer-encoding', 'chunked'],
  ] as const) {
    const { status, text } = await ask(name, { [header]: value, body });
    expect([status, text]).toEqual([413, expect.stringContaining('body-too-large')]);
  }
});

story('a body that stops coming is not waited for', async (name) => {
  const { outgoing, answer } = open(name, 'POST', '/token', { 'content-length': '2' });
  outgoing.write('{');
  const { status, text } = await answer;
  outgoing.destroy();
  expect([status, text]).toEqual([408, expect.stringContaining('body-timeout')]);
});

story('nothing but POST is taken', async (name) => {
  for (const method of ['GET', 'HEAD']) {
    const { status, headers, text } = await ask(name, { method });
    expect([status, headers.allow]).toEqual([405, 'POST, OPTIONS']);
    expect(text.includes('method-not-allowed')).toBe(method === 'GET');
  }
});

story('health is said to whoever asks', async (name) => {
  const { status, text } = await ask(name, { method: 'GET', path: '/health' });
  expect([status, JSON.parse(text)]).toEqual([200, { status: 'ok' }]);
});

const leaves = (leave: (outgoing: ClientRequest) => void) => async (name: Platform) => {
  const { upstream } = on(name);
  const asked = deferred<undefined>();
  const ended = deferred<undefined>();
  const before = upstream.requests.length;
  upstream.answer = (outgoing) => {
    outgoing.once('close', () => ended.resolve(undefined));
    asked.resolve(undefined);
  };
  const { outgoing, answer } = open(name, 'POST', '/token');
  outgoing.end();
  await asked.promise;
  const left = performance.now();
  leave(outgoing);
  await expect(answer).rejects.toThrow();
  await ended.promise;
  upstream.answer = json(200, mintedAnswer);
  // Sooner than the host itself gives up on a service that does not answer, and not tried again.
  expect(performance.now() - left).toBeLessThan(4_000);
  expect(upstream.requests).toHaveLength(before + 1);
};
story(
  'a visitor whose connection breaks ends the mint',
  leaves((outgoing) => outgoing.socket?.resetAndDestroy()),
);
story(
  'a visitor who hangs up ends the mint',
  leaves((outgoing) => outgoing.destroy()),
  // To workerd, who says no more may still be listening.
  names.filter((name) => name !== 'workerd'),
);

story('an address is known, and held to its limit whoever asks from it', async (name) => {
  const statuses = new Set<number>();
  for (let n = 1; n <= 11 && !statuses.has(429); n += 1) {
    const { status, headers } = await ask(name, { 'x-visitor': `v${n}` });
    statuses.add(status);
    if (status === 429) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
  expect([...statuses]).toEqual([200, 429]);
  // Ten in a minute, those of the stories before among them.
  expect(on(name).upstream.requests).toHaveLength(10);
});

story('the key is in nothing that was answered or printed', async (name) => {
  expect(await ask(name, { 'x-visitor': '' })).toMatchObject({ status: 401 });
  expect(received.length).toBeGreaterThan(names.length);
  expect(received.join('')).not.toContain(CANARY);
  expect(on(name).printed()).not.toContain(CANARY);
});
