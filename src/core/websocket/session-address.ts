/**
 * Where a session can be opened over a WebSocket: beside where calls are taken. Not every service has one
 * there, and not every host says which model its sessions are of.
 */
import type { ClientSecret } from '../client-secret.js';
import { OPENAI_CALLS_URL } from '../negotiate.js';

/**
 * `wss://…/realtime?model=…`; nothing for a service whose calls are taken elsewhere, and for a secret of
 * which the host has not named the model, such as none at all in relay mode.
 * @param callsUrl goes over the secret's
 */
export function sessionAddress(
  { callsUrl: said, session }: ClientSecret,
  callsUrl = said ?? OPENAI_CALLS_URL,
): URL | undefined {
  const { model } = (session ?? {}) as { model?: unknown };
  const base = /^http(s?:\/\/[^?#]+\/realtime)\/calls$/.exec(absolute(callsUrl))?.[1];
  if (!base || typeof model !== 'string') return undefined;
  const address = new URL(`ws${base}`);
  address.searchParams.set('model', model);
  return address;
}

function absolute(url: string): string {
  const base = (globalThis.document as Document | undefined)?.baseURI;
  return URL.canParse(url, base) ? new URL(url, base).href : '';
}
