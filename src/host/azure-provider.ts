/**
 * Client secrets from Azure OpenAI, whose protocol is OpenAI's under another address. It holds the
 * resource's key, or asks for a Microsoft Entra token each time; it does not know where that comes
 * from.
 */
import { clientSecrets, type SessionOptions } from './client-secrets.js';
import {
  ConfigurationError,
  isLoopback,
  requireKey,
  requireServiceUrl,
  requireText,
} from './configuration-error.js';
import { withDeadline } from './deadline.js';
import { HostProblem } from './problem.js';
import type { Provider } from './provider.js';

export interface AzureProviderOptions extends SessionOptions {
  /** `https://{resource}.openai.azure.com` or `https://{resource}.services.ai.azure.com`. */
  endpoint: string;
  /** The name that the model was deployed under, which need not be the model's. */
  deployment: string;
  /** A key of the resource. This or `credential`. */
  apiKey?: string;
  /** A Microsoft Entra token, asked for anew for each secret: `await entraToken()`. */
  credential?: () => Promise<string>;
  /** Default `marin`. */
  voice?: string;
  /** Model that writes down what the visitor says. Default `whisper-1`; `null`: none. */
  transcription?: string | null;
  /**
   * Asks Azure to send the page few events, and not the session with its instructions. It is part
   * of `calls_url`, so a page can leave it out: no secret is safe behind it.
   */
  eventFilter?: boolean;
}

/** @throws {ConfigurationError} */
export function azure(options: AzureProviderOptions): Provider {
  const {
    deployment,
    voice = 'marin',
    // The name in Microsoft's own example. Others report that it needs no deployment of its own, as
    // newer models do; where a model cannot be served, a call goes on without the visitor's words.
    transcription = 'whisper-1',
    eventFilter = false,
    timeoutMs = 5_000,
  } = options;
  const baseURL = `${requireResource(options.endpoint)}/openai/v1`;
  requireText('deployment', deployment, 'is missing. Set it to the name of the deployment.');
  const authenticate = authentication(options, timeoutMs);
  const secretFor = clientSecrets(
    { baseURL, model: deployment, voice, transcription, turnDetection: 'semantic_vad' },
    { ...options, timeoutMs },
  );
  return {
    name: 'azure',
    async mint({ session, signal }) {
      const secret = await secretFor({ ...(await authenticate()), session, signal });
      if (!eventFilter) return secret;
      return { ...secret, calls_url: `${secret.calls_url}?webrtcfilter=on` };
    },
  };
}

const RESOURCE = /^[a-z0-9][a-z0-9-]*\.(openai\.azure\.com|services\.ai\.azure\.com)$/;

/** A key must go to no other host; to this very machine it may, for tunnels and tests. */
function requireResource(endpoint: unknown): string {
  requireText('endpoint', endpoint, 'is missing. Set it to the address of the resource.');
  const url = new URL(requireServiceUrl('endpoint', endpoint));
  const known = (RESOURCE.test(url.hostname) && url.port === '') || isLoopback(url);
  if (!known || !/^\/(openai\/v1)?$/.test(url.pathname)) {
    throw new ConfigurationError(
      'endpoint',
      'must be https://{resource}.openai.azure.com or https://{resource}.services.ai.azure.com, ' +
        'with no path but /openai/v1.',
    );
  }
  return url.origin;
}

interface Authentication {
  credential: string;
  headers: Record<string, string>;
}

function authentication(
  { apiKey, credential }: AzureProviderOptions,
  timeoutMs: number,
): () => Authentication | Promise<Authentication> {
  if (credential === undefined) {
    requireKey('apiKey', apiKey, 'is missing. Set it to a key of the resource, or set credential.');
    return () => ({ credential: apiKey, headers: { 'api-key': apiKey } });
  }
  if (apiKey !== undefined) {
    throw new ConfigurationError('credential', 'contradicts apiKey. Keep one of them.');
  }
  if (typeof credential !== 'function') {
    throw new ConfigurationError('credential', 'must be a function that resolves to a token.');
  }
  return async () => {
    const token = await tokenFrom(credential, timeoutMs);
    return { credential: token, headers: { Authorization: `Bearer ${token}` } };
  };
}

async function tokenFrom(credential: () => Promise<string>, timeoutMs: number): Promise<string> {
  const token: unknown = await withDeadline(
    timeoutMs,
    credential,
    () => new HostProblem('provider-timeout'),
  ).catch((error: unknown) => {
    // What else such an error says may quote tenants, accounts and tokens.
    throw error instanceof HostProblem ? error : new HostProblem('provider-credentials');
  });
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new HostProblem('provider-credentials');
  }
  return token;
}
