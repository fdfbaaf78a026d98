// The token host as a Node server, over real sockets: slow senders, broken requests, a quiet end.
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveTokenHost, toNodeListener, type RunningServer } from '../../src/host/node.js';
import { listen, listenPreferring } from '../../src/host/node-server.js';
import { countingProvider, deferred, payingProvider, problemOf, SHOP } from './support.js';

// Sockets and processes are slow on a machine that is busy with something else.
vi.setConfig({ testTimeout: 30_000 });

let server: RunningServer;
let provider = countingProvider();
const opened: RunningServer[] = [];

beforeEach(async () => {
  provider = countingProvider();
  server = await serve({ provider, allowedOrigins: [SHOP] });
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close(0);
});

async function serve(options: Omit<Parameters<typeof serveTokenHost>[0], 'port'>) {
  const started = await serveTokenHost({ ...options, port: 0 });
  opened.push(started);
  return started;
}

const post = (init: RequestInit = {}) =>
  fetch(`${server.url}/token`, {
    method: 'POST',
    body: '{}',
    ...init,
    headers: { origin: SHOP, 'content-type': 'application/json' },
  });

/** Sends raw bytes; resolves with all that came back once the server has closed the connection. */
function raw(...parts: string[]): { socket: Socket; reply: Promise<string> } {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  const reply = new Promise<string>((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
  for (const part of parts) socket.write(part);
  return { socket, reply };
}

const head = (...lines: string[]) =>
  ['POST /token HTTP/1.1', 'Host: localhost', `Origin: ${SHOP}`, ...lines, '', ''].join('\r\n');

describe('the server', () => {
  it('mints at /token', async () => {
    const response = await post();
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(await response.json()).toMatchObject({ value: 'ek_1', provider: 'counting' });
  });

  it('answers a preflight', async () => {
    const response = await post({ method: 'OPTIONS', body: null });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toBe('POST');
  });

  it('says at /health that it runs, to GET and HEAD', async () => {
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'ok' });
    const response = await fetch(`${server.url}/health`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('has nothing anywhere else', async () => {
    for (const path of ['/', '/token/', '/a/token', '/tokens', '//token']) {
      const response = await fetch(server.url + path, {
        method: 'POST',
        headers: { origin: SHOP },
      });
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe('not-found');
    }
  });

  it('serves pages of its own origin by the name they came under', async () => {
    const headers = { origin: server.url };
    expect((await fetch(`${server.url}/token`, { method: 'POST', headers })).status).toBe(200);
  });
});

describe('a proxy that the host was not told of', () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.7' };
  const paying = { provider: payingProvider(), allowAnonymous: true, allowedOrigins: [SHOP] };

  /** What is warned of while a server with these options is asked three times with these headers. */
  async function warnings(options: object, headers: Record<string, string>) {
    const spy = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    try {
      const { url } = await serve({ ...paying, ...options });
      for (let n = 0; n < 3; n += 1) await fetch(`${url}/health`, { headers });
      return spy.mock.calls.map(([sentence]) => sentence as unknown);
    } finally {
      spy.mockRestore();
    }
  }

  it.each([forwarded, { forwarded: 'for=203.0.113.7' }])(
    'is told of in one sentence, once, where requests have %j',
    async (headers) => {
      expect(await warnings({}, headers)).toEqual([
        expect.stringMatching(
          /^voice-agent: [^\n]+VOICE_AGENT_TRUSTED_PROXIES[^\n]+trustedProxies/,
        ),
      ]);
    },
  );

  it.each<[string, object, Record<string, string>]>([
    ['no request was forwarded', {}, {}],
    ['its number is set', { trustedProxies: 1 }, forwarded],
    ['there is said to be none', { trustedProxies: 0 }, forwarded],
    ['the platform knows the address', { clientAddress: () => '203.0.113.7' }, forwarded],
    ['there are no limits', { limits: false }, forwarded],
    ['secrets are free, and so without limits', { provider: countingProvider() }, forwarded],
  ])('is not where %s', async (_, options, headers) => {
    expect(await warnings(options, headers)).toEqual([]);
  });
});

describe('a broken request', () => {
  it.each([
    ['an absolute address', 'POST http://evil.example/token HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a Host that is no name', 'POST /token HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['TRACE', 'TRACE /token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', head('Content-Length: 2', 'Content-Length: 3')],
  ])('gets 400: %s', async (_, request) => {
    const { socket, reply } = raw(request);
    socket.end();
    expect(await reply).toMatch(/^HTTP\/1\.1 400 /);
    expect(provider.requests).toHaveLength(0);
  });

  it('cannot move to another host with two slashes', async () => {
    const request = `POST //evil.example/token HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n`;
    expect(await raw(request).reply).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('a body that is too large', () => {
  it('is refused by its length, before it comes', async () => {
    const { reply } = raw(head('Content-Length: 1000000000'));
    expect(await reply).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*body-too-large/i);
  });

  it('is refused while it comes, and the sender is heard no longer', async () => {
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const { reply } = raw(head('Transfer-Encoding: chunked'), chunk, chunk, chunk);
    expect(await reply).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*body-too-large/i);
  });
});

describe('a body that a refusal did not look at', () => {
  const refused = (...lines: string[]) =>
    head('Content-Length: 2', ...lines).replace(SHOP, 'https://evil.example');

  it('leaves the connection as it is when it has come', async () => {
    const { reply } = raw(`${refused()}{}`, `${refused('Connection: close')}{}`);
    expect((await reply).match(/HTTP\/1\.1 403 |origin-not-allowed/g)).toHaveLength(4);
  });

  it('is not waited for', async () => {
    expect(await raw(refused()).reply).toMatch(/^HTTP\/1\.1 403 [^]*connection: close/i);
  });
});

describe('a slow sender', () => {
  it('of headers is cut off', async () => {
    expect(await raw('POST /token HTTP/1.1\r\nHost: a\r\n').reply).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('of a body is cut off', async () => {
    const { reply } = raw(head('Content-Length: 2', 'Content-Type: application/json'), '{');
    expect(await reply).toMatch(/^HTTP\/1\.1 408 [^]*body-timeout/);
  });
});

describe('a visitor who leaves', () => {
  it('ends the mint', async () => {
    const started = deferred<AbortSignal>();
    const slow = {
      ...provider,
      mint: ({ signal }: { signal: AbortSignal }) => {
        started.resolve(signal);
        return new Promise<never>(() => undefined);
      },
    };
    server = await serve({ provider: slow, allowedOrigins: [SHOP] });
    const { socket } = raw(head('Content-Length: 0'));
    const signal = await started.promise;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    socket.destroy();
    await aborted;
  });
});

describe('closing', () => {
  it('lets an answer under way finish, takes no other, and frees the port', async () => {
    const asked = deferred<undefined>();
    const answer = deferred<{ value: string; calls_url: string }>();
    const slow = {
      ...provider,
      mint: () => {
        asked.resolve(undefined);
        return answer.promise;
      },
    };
    server = await serveTokenHost({ provider: slow, allowedOrigins: [SHOP], port: 0 });
    const { reply } = raw(head('Content-Length: 0'));
    await asked.promise;
    const closed = server.close();
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    answer.resolve({ value: 'ek_late', calls_url: 'https://a.example' });
    const answered = performance.now();
    expect(await reply).toMatch(/^HTTP\/1\.1 200 [^]*ek_late/);
    await closed;
    // For that long the connection would be kept for a next request.
    expect(performance.now() - answered).toBeLessThan(5_000);
    opened.push(await listen(() => undefined, { port: server.port }));
  });

  it('cuts off what does not finish in time', async () => {
    const asked = deferred<undefined>();
    const hanging = await listen(
      toNodeListener(() => {
        asked.resolve(undefined);
        return new Promise(() => undefined);
      }),
      { port: 0 },
    );
    const response = fetch(hanging.url).catch((error: unknown) => error);
    await asked.promise;
    await hanging.close(20);
    expect(await response).toBeInstanceOf(TypeError);
  });

  it('does not wait for a connection that was opened to spare', async () => {
    const spare = connect(server.port, '127.0.0.1');
    const gone = new Promise((resolve) => spare.on('error', resolve).on('close', resolve));
    // The server has taken both connections once it answers on the second one.
    await fetch(`${server.url}/health`);
    const closed = server.close(60_000);
    await gone;
    await closed;
  });

  it('can be asked for twice', async () => {
    await Promise.all([server.close(0), server.close(0)]);
    await server.close(0);
  });
});

describe('a port that is taken', () => {
  it('is an error where it was asked for, and another where it was preferred', async () => {
    await expect(listen(() => undefined, { port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    const other = await listenPreferring(() => undefined, { port: server.port });
    opened.push(other);
    expect(other.port).not.toBe(server.port);
  });
});
