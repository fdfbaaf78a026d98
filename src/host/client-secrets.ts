/**
 * One request for a client secret, through OpenAI's own package, where a service speaks OpenAI's
 * protocol. It holds no key and knows no service: each provider brings its own.
 */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import type { RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime';
import { requireInteger } from './configuration-error.js';
import { fetchOnce, NO_CREDENTIALS } from './fetch-once.js';
import { HostProblem } from './problem.js';
import type { ClientSecret } from './provider.js';
import { overlaid, type SessionFields } from './session-fields.js';
import { problemFromStatus, secretFromAnswer } from './upstream.js';

/** What a call is and how long a secret can start one; the same options for every provider. */
export interface SessionOptions {
  instructions?: string;
  /** Further session fields; each replaces the whole default of that name. */
  session?: Omit<RealtimeSessionCreateRequest, 'type' | 'model' | 'instructions'>;
  /** How long a secret can start a call. 10 to 7200 seconds, default 30. */
  expiresAfterSeconds?: number;
  /** For one try; there are at most two. Default 5000 ms. */
  timeoutMs?: number;
}

/** What each provider has defaults of its own for. */
export interface SessionDefaults {
  model: string;
  /** The service's own where there is none. */
  voice?: string;
  transcription: string | null;
  /** Likewise: not every service knows how to hear that a sentence is over. */
  turnDetection?: 'semantic_vad';
}

export interface Service extends SessionDefaults {
  /** Without a slash at the end: `{baseURL}/realtime/client_secrets` is asked. */
  baseURL: string;
}

/** Where secrets are asked for, and where they are good for. */
interface SecretAddress {
  /** Without a slash at the end; `path` follows. */
  baseURL: string;
  path: string;
  query?: Readonly<Record<string, string>>;
  callsUrl: string;
  /** For one try; there are at most two. Default 5000 ms. */
  timeoutMs?: number;
}

interface Asking {
  /** The credential, and what else this one request carries. */
  headers: Readonly<Record<string, string | null>>;
  /** The credential alone, where there is one: no secret may hold it. */
  credential?: string;
  signal: AbortSignal;
}

interface SecretRequest extends Asking {
  /** Laid over the session that the options make. */
  session?: SessionFields;
}

/** @throws {ConfigurationError} */
export function clientSecrets(service: Service, options: SessionOptions) {
  const { baseURL } = service;
  const { expiresAfterSeconds = 30, timeoutMs } = options;
  const seconds = requireInteger('expiresAfterSeconds', expiresAfterSeconds, 10, 7200);
  const expiresAfter = { anchor: 'created_at' as const, seconds };
  const usual = sessionFrom(service, options);
  const ask = secretRequests({
    baseURL,
    path: '/realtime/client_secrets',
    callsUrl: `${baseURL}/realtime/calls`,
    timeoutMs,
  });
  return ({ session, ...asking }: SecretRequest): Promise<ClientSecret> =>
    ask({ expires_after: expiresAfter, session: overlaid(usual, session) }, asking);
}

/**
 * Asks for secrets at any address that answers as OpenAI's does, whatever the body is.
 *
 * @throws {ConfigurationError}
 */
export function secretRequests({
  baseURL,
  path,
  query,
  callsUrl,
  timeoutMs = 5_000,
}: SecretAddress) {
  const client = serviceClient(baseURL, timeoutMs);
  return async (body: object, { headers, credential, signal }: Asking): Promise<ClientSecret> => {
    const answer: unknown = await client
      .post(path, { body, query, headers: { ...NO_CREDENTIALS, ...headers }, signal })
      .catch((error: unknown) => {
        throw problemFrom(error, signal);
      });
    const secret = secretFromAnswer(answer, callsUrl);
    if (credential !== undefined && secret.value.includes(credential)) {
      throw new HostProblem('provider-invalid');
    }
    return secret;
  };
}

/**
 * OpenAI's package without anything that it would read from the environment.
 *
 * @param timeoutMs for one try; there are at most two
 * @throws {ConfigurationError}
 */
export function serviceClient(baseURL: string, timeoutMs: number): OpenAI {
  return new OpenAI({
    baseURL,
    // Given, so that the package does not read them from the environment.
    apiKey: 'sent with each request',
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    timeout: requireInteger('timeoutMs', timeoutMs, 1, 60_000),
    maxRetries: 1,
    logLevel: 'off',
    fetch: fetchOnce,
    // Not "error", which Cloudflare Workers lack. A redirect ends as a refusal, unfollowed.
    fetchOptions: { redirect: 'manual' },
  });
}

/** The session that every call of a host has, in GA's form. */
export function sessionFrom(
  { model, voice, transcription, turnDetection }: SessionDefaults,
  options: Pick<SessionOptions, 'instructions' | 'session'>,
): RealtimeSessionCreateRequest {
  const { instructions } = options;
  return {
    type: 'realtime',
    model,
    ...(instructions !== undefined && { instructions }),
    audio: {
      input: {
        ...(transcription !== null && { transcription: { model: transcription } }),
        ...(turnDetection && { turn_detection: { type: turnDetection } }),
      },
      ...(voice !== undefined && { output: { voice } }),
    },
    ...options.session,
  };
}

export function problemFrom(error: unknown, signal: AbortSignal): HostProblem {
  if (signal.aborted || error instanceof APIConnectionTimeoutError) {
    return new HostProblem('provider-timeout');
  }
  if (error instanceof APIConnectionError) return new HostProblem('provider-unreachable');
  if (error instanceof APIError && typeof error.status === 'number') {
    return problemFromStatus(error.status, error.headers as Headers, error.code);
  }
  // What is left is a body that broke off or is not the JSON that its header promised.
  return new HostProblem('provider-invalid');
}
