// What the host's tests share: requests as a browser sends them, a provider that counts, and an
// upstream over a real socket that records every request and answers as told.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach } from 'vitest';
import {
  HostProblem,
  type CallRequest,
  type MintRequest,
  type Provider,
} from '../../src/host/index.js';
import { visitorHeaders } from '../support/canaries.js';

export { CANARY, CANARY_COOKIE, CANARY_TOKEN } from '../support/canaries.js';

export const HOST = 'https://host.example/token';
export const SHOP = 'https://shop.example';

export function tokenRequest(init: RequestInit = {}, url = HOST): Request {
  const headers = new Headers({
    ...visitorHeaders,
    origin: SHOP,
    'content-type': 'application/json',
  });
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
  return new Request(url, { method: 'POST', body: '{}', ...init, headers });
}

export function countingProvider(): Provider & { readonly requests: MintRequest[] } {
  const requests: MintRequest[] = [];
  return {
    name: 'counting',
    free: true,
    requests,
    mint(request) {
      requests.push(request);
      const value = `ek_${requests.length}`;
      return Promise.resolve({ value, expires_at: 1_790_000_000, calls_url: 'https://a.example' });
    },
  };
}

/** Like a provider that bills: it gets limits unless told otherwise. */
export function payingProvider() {
  return Object.assign(countingProvider(), { free: false });
}

export const SESSION = 'https://host.example/session';

export function offerRequest(init: RequestInit = {}, url = SESSION): Request {
  const headers = {
    'content-type': 'application/sdp',
    ...Object.fromEntries(new Headers(init.headers)),
  };
  return tokenRequest({ body: OFFER, ...init, headers }, url);
}

/** Places calls rtc_1, rtc_2, …, and notes which are ended; so many times that fails first. */
export function callingProvider() {
  const created: CallRequest[] = [];
  const ended: string[] = [];
  const provider = {
    ...countingProvider(),
    created,
    ended,
    failures: 0,
    calls: {
      create(request: CallRequest) {
        created.push(request);
        return Promise.resolve({ sdp: ANSWER, id: `rtc_${created.length}` });
      },
      hangUp(id: string, _signal: AbortSignal) {
        ended.push(id);
        if (provider.failures <= 0) return Promise.resolve();
        provider.failures -= 1;
        return Promise.reject(new HostProblem('provider-error', { upstream: { status: 500 } }));
      },
    },
  };
  return provider;
}

export interface RecordedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** All headers of it but those that any HTTP request has. */
export function ownHeaders(request: RecordedRequest | undefined) {
  const usual = /^(host|connection|content-length|user-agent|accept.*|sec-fetch-mode)$/;
  const headers = Object.entries(request?.headers ?? {});
  return Object.fromEntries(headers.filter(([name]) => !usual.test(name)));
}

export interface Upstream {
  readonly url: string;
  readonly requests: RecordedRequest[];
  answer: (outgoing: ServerResponse, attempt: number) => void;
  close(): Promise<void>;
}

export const mintedAnswer = { value: 'ek_stub', expires_at: 1_790_000_000, session: { id: 's' } };

export function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (outgoing: ServerResponse): void => {
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
    outgoing.end(JSON.stringify(body));
  };
}

export const OFFER = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';
export const ANSWER = 'v=0\r\no=- 3 4 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

/** As a service answers that has placed a call of that name. */
export function placed(id: string, headers: Record<string, string> = {}, sdp = ANSWER) {
  return (outgoing: ServerResponse): void => {
    const location = `/v1/realtime/calls/${id}`;
    outgoing.writeHead(201, { 'content-type': 'application/sdp', location, ...headers });
    outgoing.end(sdp);
  };
}

export async function startUpstream(): Promise<Upstream> {
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      upstream.answer(outgoing, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: json(200, mintedAnswer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return upstream;
}

/** An upstream for all tests of the file that calls this; each finds it as new. */
export async function sharedUpstream(): Promise<Upstream> {
  const upstream = await startUpstream();
  afterAll(() => upstream.close());
  beforeEach(() => {
    upstream.requests.length = 0;
    upstream.answer = json(200, mintedAnswer);
  });
  return upstream;
}

export async function problemOf(response: Response) {
  return (await response.json()) as { status: number; code: string; title: string; type: string };
}

/** A promise that a test settles by hand. `Promise.withResolvers` needs Node 22. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
