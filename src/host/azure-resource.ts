/**
 * An Azure OpenAI resource: its address, and how one shows it who asks. It holds the resource's key,
 * or asks for a Microsoft Entra token each time; it does not know where that comes from, nor what is
 * asked.
 */
import {
  ConfigurationError,
  isLoopback,
  requireKey,
  requireServiceUrl,
  requireText,
} from './configuration-error.js';
import { withDeadline } from './deadline.js';
import { HostProblem } from './problem.js';

export interface AzureResource {
  /** `https://{resource}.openai.azure.com` or `https://{resource}.services.ai.azure.com`. */
  endpoint: string;
  /** The name that the model was deployed under, which need not be the model's. */
  deployment: string;
  /** A key of the resource. This or `credential`. */
  apiKey?: string;
  /** A Microsoft Entra token, asked for anew for each secret: `await entraToken()`. */
  credential?: () => Promise<string>;
}

const RESOURCE = /^[a-z0-9][a-z0-9-]*\.(openai\.azure\.com|services\.ai\.azure\.com)$/;

/** A key must go to no other host; to this very machine it may, for tunnels and tests. */
export function requireResource(endpoint: unknown): string {
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

/** @throws {ConfigurationError} */
export function authentication(
  { apiKey, credential }: Pick<AzureResource, 'apiKey' | 'credential'>,
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
