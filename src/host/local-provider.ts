/**
 * Client secrets from the local realtime service: no key, no cost, no internet. It alone lets the
 * token request choose an agent (`?agent=echo`) and a fault (`?fault=…`), for demos and tests.
 */
import { requireInteger, requireServiceUrl } from './configuration-error.js';
import { HostProblem } from './problem.js';
import type { ClientSecret, MintRequest, Provider } from './provider.js';
import { serviceCalls } from './service-calls.js';
import { overlaid, type SessionFields } from './session-fields.js';
import { problemFromStatus, secretFromAnswer } from './upstream.js';

export interface LocalProviderOptions {
  /** Where the local realtime service listens, for example `http://127.0.0.1:4301`. */
  url: string;
  /** Default 5000 ms. */
  timeoutMs?: number;
}

/** Off by default, as at OpenAI: without it nobody reads what the visitor said. */
const USUAL: SessionFields = { audio: { input: { transcription: { model: 'gpt-transcribe' } } } };

/** The service has no keys, but a Realtime client never comes without one. */
const ANY_KEY = { Authorization: 'Bearer local' };

/** @throws {ConfigurationError} */
export function local(options: LocalProviderOptions): Provider {
  const baseURL = `${requireServiceUrl('url', options.url)}/v1`;
  const timeoutMs = requireInteger('timeoutMs', options.timeoutMs ?? 5_000, 1, 60_000);
  const realtime = serviceCalls(baseURL, timeoutMs);

  async function mint({ query, session, signal }: MintRequest): Promise<ClientSecret> {
    const agent = query.get('agent');
    const url = new URL(`${baseURL}/realtime/client_secrets`);
    for (const fault of query.getAll('fault')) url.searchParams.append('fault', fault);
    const body = {
      expires_after: { anchor: 'created_at', seconds: 30 },
      session: {
        type: 'realtime',
        ...(agent !== null && { model: agent }),
        ...overlaid(USUAL, session),
      },
    };
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...ANY_KEY, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
      });
      if (!response.ok) {
        void response.body?.cancel();
        throw problemFromStatus(response.status, response.headers);
      }
      return secretFromAnswer(await readJson(response), `${baseURL}/realtime/calls`);
    } catch (error) {
      if (error instanceof HostProblem) throw error;
      throw new HostProblem(
        signal.aborted || timeout.aborted ? 'provider-timeout' : 'provider-unreachable',
      );
    }
  }

  return {
    name: 'local',
    free: true,
    mint,
    calls: {
      async create(request) {
        // A fault follows the secret to its call.
        const { value } = await mint(request);
        const headers = { Authorization: `Bearer ${value}` };
        return await realtime.place({ sdp: request.sdp, headers, signal: request.signal });
      },
      hangUp: (id, signal) => realtime.hangUp(id, ANY_KEY, signal),
      sideband: (id) => realtime.sideband(id, ANY_KEY),
    },
  };
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new HostProblem('provider-invalid');
  }
}
