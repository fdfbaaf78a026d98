/**
 * Client secrets from OpenAI. It holds the standard API key, which leaves this file only in the
 * Authorization header of the request to `baseUrl`.
 */
import { clientSecrets, sessionFrom, type SessionOptions } from './client-secrets.js';
import { ConfigurationError, requireKey, requireServiceUrl } from './configuration-error.js';
import type { Provider } from './provider.js';
import { safetyIdentifiers } from './safety-identifier.js';
import { serviceCalls } from './service-calls.js';
import { overlaid } from './session-fields.js';

export interface OpenAIProviderOptions extends SessionOptions {
  /** A standard API key, best of a project of its own with a budget. */
  apiKey: string;
  /** Default `gpt-realtime-2.1`. */
  model?: string;
  /** Default `marin`. */
  voice?: string;
  /** Model that writes down what the visitor says. Default `gpt-transcribe`; `null`: none. */
  transcription?: string | null;
  /** Keys the hash of identities. Default: the API key, so identifiers change when it does. */
  identitySecret?: string;
  organization?: string;
  project?: string;
  /** Default `https://api.openai.com/v1`. */
  baseUrl?: string;
}

/** @throws {ConfigurationError} */
export function openai(options: OpenAIProviderOptions): Provider {
  const {
    apiKey,
    model = 'gpt-realtime-2.1',
    voice = 'marin',
    transcription = 'gpt-transcribe',
    identitySecret = apiKey,
    organization = null,
    project = null,
    baseUrl = 'https://api.openai.com/v1',
  } = options;
  requireKey('apiKey', apiKey, 'is missing. Set it to a standard OpenAI API key.');
  for (const [setting, id] of Object.entries({ organization, project })) {
    if (id !== null && !/^[\x21-\x7e]+$/.test(id)) {
      throw new ConfigurationError(setting, 'is empty, or holds what no such name has.');
    }
  }
  if (identitySecret === '') throw new ConfigurationError('identitySecret', 'is empty.');
  const baseURL = requireServiceUrl('baseUrl', baseUrl);
  const service = { baseURL, model, voice, transcription, turnDetection: 'semantic_vad' } as const;
  const secretFor = clientSecrets(service, options);
  const usual = sessionFrom(service, options);
  const realtime = serviceCalls(baseURL, options.timeoutMs);
  const identifierOf = safetyIdentifiers(identitySecret);
  const account = {
    Authorization: `Bearer ${apiKey}`,
    'OpenAI-Organization': organization,
    'OpenAI-Project': project,
  };
  const headersFor = async (identity: string | null) => ({
    ...account,
    'OpenAI-Safety-Identifier': await identifierOf(identity),
  });
  return {
    name: 'openai',
    async mint({ identity, session, signal }) {
      const headers = await headersFor(identity);
      return await secretFor({ headers, credential: apiKey, session, signal });
    },
    calls: {
      async create({ identity, session, sdp, signal }) {
        const headers = await headersFor(identity);
        const whole = overlaid(usual, session);
        return await realtime.place({ sdp, session: whole, headers, credential: apiKey, signal });
      },
      hangUp: (id, signal) => realtime.hangUp(id, account, signal),
      sideband: (id) => realtime.sideband(id, account),
    },
  };
}
