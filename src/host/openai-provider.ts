/**
 * Client secrets from OpenAI, through OpenAI's own package. It holds the standard API key, which
 * leaves this file only in the Authorization header of the request to `baseUrl`.
 */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import type { RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime';
import { ConfigurationError, requireInteger, requireServiceUrl } from './configuration-error.js';
import { HostProblem } from './problem.js';
import type { Provider } from './provider.js';
import { safetyIdentifiers } from './safety-identifier.js';
import { problemFromStatus, secretFromAnswer } from './upstream.js';

export interface OpenAIProviderOptions {
  /** A standard API key, best of a project of its own with a budget. */
  apiKey: string;
  /** Default `gpt-realtime-2.1`. */
  model?: string;
  /** Default `marin`. */
  voice?: string;
  instructions?: string;
  /** Model that writes down what the visitor says. Default `gpt-transcribe`; `null`: none. */
  transcription?: string | null;
  /** Further session fields; each replaces the whole default of that name. */
  session?: Omit<RealtimeSessionCreateRequest, 'type' | 'model' | 'instructions'>;
  /** How long a secret can start a call. 10 to 7200 seconds, default 30. */
  expiresAfterSeconds?: number;
  /** Keys the hash of identities. Default: the API key, so identifiers change when it does. */
  identitySecret?: string;
  organization?: string;
  project?: string;
  /** Default `https://api.openai.com/v1`. */
  baseUrl?: string;
  /** For one try; there are at most two. Default 5000 ms. */
  timeoutMs?: number;
}

/** @throws {ConfigurationError} */
export function openai(options: OpenAIProviderOptions): Provider {
  const { apiKey, identitySecret = apiKey, organization = null, project = null } = options;
  requireApiKey(apiKey);
  if (identitySecret === '') throw new ConfigurationError('identitySecret', 'is empty.');
  const baseURL = requireServiceUrl('baseUrl', options.baseUrl ?? 'https://api.openai.com/v1');
  const seconds = requireInteger(
    'expiresAfterSeconds',
    options.expiresAfterSeconds ?? 30,
    10,
    7200,
  );
  const session = sessionFrom(options);
  const identifierOf = safetyIdentifiers(identitySecret);
  const client = new OpenAI({
    apiKey,
    baseURL,
    // Given, so that the package does not read them from the environment.
    organization,
    project,
    adminAPIKey: null,
    webhookSecret: null,
    timeout: requireInteger('timeoutMs', options.timeoutMs ?? 5_000, 1, 60_000),
    maxRetries: 1,
    logLevel: 'off',
    fetch: fetchRetryingSoonOnly,
    // Not "error", which Cloudflare Workers lack. A redirect ends as a refusal, unfollowed.
    fetchOptions: { redirect: 'manual' },
  });
  return {
    name: 'openai',
    async mint({ identity, signal }) {
      const headers = { 'OpenAI-Safety-Identifier': await identifierOf(identity) };
      const answer: unknown = await client.realtime.clientSecrets
        .create({ expires_after: { anchor: 'created_at', seconds }, session }, { headers, signal })
        .catch((error: unknown) => {
          throw problemFrom(error, signal);
        });
      const secret = secretFromAnswer(answer, `${baseURL}/realtime/calls`);
      if (secret.value.includes(apiKey)) throw new HostProblem('provider-invalid');
      return secret;
    },
  };
}

function requireApiKey(apiKey: unknown): void {
  if (typeof apiKey !== 'string' || apiKey === '') {
    throw new ConfigurationError('apiKey', 'is missing. Set it to a standard OpenAI API key.');
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new ConfigurationError('apiKey', 'holds spaces or characters that no key has.');
  }
  if (apiKey.startsWith('ek_')) {
    throw new ConfigurationError('apiKey', 'is a client secret (ek_…); it takes a standard key.');
  }
}

function sessionFrom(options: OpenAIProviderOptions): RealtimeSessionCreateRequest {
  const { instructions, transcription = 'gpt-transcribe' } = options;
  return {
    type: 'realtime',
    model: options.model ?? 'gpt-realtime-2.1',
    ...(instructions !== undefined && { instructions }),
    audio: {
      input: {
        ...(transcription !== null && { transcription: { model: transcription } }),
        turn_detection: { type: 'semantic_vad' },
      },
      output: { voice: options.voice ?? 'marin' },
    },
    ...options.session,
  };
}

/**
 * The package would sleep for as long as `Retry-After` says, up to a minute, while a visitor waits.
 * Whoever was told when to come back is told so at once; only the rest is tried again.
 */
const fetchRetryingSoonOnly: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const { status, headers } = response;
  if (status !== 429 && !headers.has('retry-after') && !headers.has('retry-after-ms')) {
    return response;
  }
  const marked = new Headers(headers);
  marked.set('x-should-retry', 'false');
  return new Response(response.body, { status, headers: marked });
};

function problemFrom(error: unknown, signal: AbortSignal): HostProblem {
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
