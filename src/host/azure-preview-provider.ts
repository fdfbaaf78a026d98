/**
 * Client secrets from the preview of Azure OpenAI, which came before `azure()`: other addresses, and
 * sessions and events of the beta protocol. It does not know how the two dialects differ.
 *
 * Addresses, regions and the secret's minute are those of Microsoft's WebRTC how-to as it was before
 * its migration guide called this way deprecated (2026-04-30).
 */
import { authentication, requireResource, type AzureResource } from './azure-resource.js';
import { betaSession } from './beta-session.js';
import { secretRequests, sessionFrom, type SessionOptions } from './client-secrets.js';
import { ConfigurationError, requireText } from './configuration-error.js';
import type { Provider } from './provider.js';
import { overlaid } from './session-fields.js';

export type AzurePreviewRegion = (typeof REGIONS)[number];

export interface AzurePreviewProviderOptions
  extends AzureResource, Omit<SessionOptions, 'expiresAfterSeconds'> {
  /** The resource's own: only there are its secrets good for a call. */
  region: AzurePreviewRegion;
  /** Default `2025-04-01-preview`. */
  apiVersion?: string;
  /** Default `verse`; the preview has no `marin`. */
  voice?: string;
  /** Model that writes down what the visitor says. Default `whisper-1`; `null`: none. */
  transcription?: string | null;
}

const REGIONS = ['eastus2', 'swedencentral'] as const;

/** @throws {ConfigurationError} */
export function azurePreview(options: AzurePreviewProviderOptions): Provider {
  const {
    deployment,
    apiVersion = '2025-04-01-preview',
    voice = 'verse',
    transcription = 'whisper-1',
    timeoutMs = 5_000,
  } = options;
  const resource = requireResource(options.endpoint);
  requireText('deployment', deployment, 'is missing. Set it to the name of the deployment.');
  const authenticate = authentication(options, timeoutMs);
  requireFitting(options, apiVersion);
  const usual = sessionFrom(
    { model: deployment, voice, transcription, turnDetection: 'semantic_vad' },
    options,
  );
  betaSession(usual);
  const ask = secretRequests({
    baseURL: `${resource}/openai`,
    path: '/realtimeapi/sessions',
    query: { 'api-version': apiVersion },
    callsUrl: `https://${options.region}.realtimeapi-preview.ai.azure.com/v1/realtimertc?model=${encodeURIComponent(deployment)}`,
    timeoutMs,
  });
  return {
    name: 'azure-preview',
    check(session, setting) {
      betaSession(overlaid(usual, session), setting);
    },
    async mint({ session, signal }) {
      const body = betaSession(overlaid(usual, session));
      return await ask(body, { ...(await authenticate()), signal });
    },
  };
}

function requireFitting(options: AzurePreviewProviderOptions, apiVersion: string): void {
  if (!REGIONS.includes(options.region)) {
    throw new ConfigurationError('region', `must be the resource's: ${REGIONS.join(' or ')}.`);
  }
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(apiVersion)) {
    throw new ConfigurationError('apiVersion', 'must be a date, as 2025-04-01-preview.');
  }
  if ('expiresAfterSeconds' in options && options.expiresAfterSeconds !== undefined) {
    throw new ConfigurationError('expiresAfterSeconds', 'is a minute here, and cannot be set.');
  }
}
