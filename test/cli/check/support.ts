// Token hosts for the check's tests: a right one, and what makes a wrong one of it.
import type { RequestListener } from 'node:http';
import { createTokenHost, type Provider, type TokenHost } from '../../../src/host/index.js';
import { toNodeListener } from '../../../src/host/node.js';
import { listen, type RunningServer } from '../../../src/host/node-server.js';
import { SHOP } from '../../host/support.js';

export const SECRET = 'ek_canary_b2f7';

/** A new secret each time that lives for half a minute. */
function freshProvider(): Provider {
  let minted = 0;
  return {
    name: 'fresh',
    free: true,
    mint: () =>
      Promise.resolve({
        value: `${SECRET}${(minted += 1)}`,
        expires_at: inSeconds(30),
        calls_url: 'https://a.example',
      }),
  };
}

export function inSeconds(seconds: number): number {
  return Math.round(Date.now() / 1000) + seconds;
}

export function rightHost(): TokenHost {
  return createTokenHost({ provider: freshProvider(), allowedOrigins: [SHOP] });
}

/** The right host, its answers changed where a secret is in them. */
export function withSecret(change: (answer: Response) => Response | Promise<Response>): TokenHost {
  return changing((answer, { method }) =>
    answer.status === 200 && method === 'POST' ? change(answer) : answer,
  );
}

export function changing(
  change: (answer: Response, request: Request) => Response | Promise<Response>,
): TokenHost {
  const host = rightHost();
  return async (request) => change(await host(request), request);
}

/** The right host, asked as if the page had sent something else. */
export function asking(change: (request: Request) => Request): TokenHost {
  const host = rightHost();
  return (request) => host(change(request));
}

export function withHeaders(answer: Response, headers: Record<string, string | null>): Response {
  const changed = new Headers(answer.headers);
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) changed.delete(name);
    else changed.set(name, value);
  }
  return new Response(answer.body, { status: answer.status, headers: changed });
}

/** The same answer with other fields. */
export async function withFields(
  answer: Response,
  fields: Record<string, unknown>,
): Promise<Response> {
  const body = { ...((await answer.json()) as object), ...fields };
  return new Response(JSON.stringify(body), { status: answer.status, headers: answer.headers });
}

/** The right host's idea of a page that it serves, whatever page asks. */
export function fromShop(request: Request, init: RequestInit = {}): Request {
  const headers = new Headers({ origin: SHOP, 'content-type': 'application/json' });
  return new Request(request.url, { method: 'POST', body: '{}', ...init, headers });
}

/** A token host, or something that answers without being one. */
export type AnyHost = TokenHost | { readonly listener: RequestListener };

export async function serve(host: AnyHost): Promise<RunningServer> {
  const listener = 'listener' in host ? host.listener : toNodeListener(host);
  return await listen(listener, { port: 0 });
}
