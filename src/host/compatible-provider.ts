/**
 * Client secrets from a gateway or a server of one's own that speaks OpenAI's protocol, such as
 * LiteLLM. It assumes little of which models and voices such a service has: the options say.
 */
import { clientSecrets, type SessionOptions } from './client-secrets.js';
import { requireKey, requireServiceUrl, requireText } from './configuration-error.js';
import type { Provider } from './provider.js';
import { serviceCalls } from './service-calls.js';

export interface CompatibleProviderOptions extends SessionOptions {
  /** Where `/v1/realtime/…` begins: `https://llm.shop.example`. Pages must reach it as well. */
  baseUrl: string;
  /** As the service calls it. */
  model: string;
  /** Sent as Bearer; none where the service wants none. */
  apiKey?: string;
  /** Default: the service's own. */
  voice?: string;
  /** Model that writes down what the visitor says. Default `whisper-1`; `null`: none. */
  transcription?: string | null;
}

/** @throws {ConfigurationError} */
export function compatible(options: CompatibleProviderOptions): Provider {
  const {
    baseUrl,
    model,
    apiKey,
    voice,
    // The oldest name, and so the one that a service most likely knows.
    transcription = 'whisper-1',
  } = options;
  requireText('baseUrl', baseUrl, 'is missing. Set it to the address of the service.');
  requireText('model', model, 'is missing. Set it to a model of the service.');
  if (apiKey !== undefined) requireKey('apiKey', apiKey, 'is empty. Leave it out for none.');
  // Many a client is told the address with /v1, and people copy it from there.
  const baseURL = `${requireServiceUrl('baseUrl', baseUrl).replace(/\/v1$/, '')}/v1`;
  const secretFor = clientSecrets({ baseURL, model, voice, transcription }, options);
  const headers = { Authorization: apiKey === undefined ? null : `Bearer ${apiKey}` };
  // A dummy key such as "x" is no secret, and is a part of many a secret by chance.
  const credential = apiKey !== undefined && apiKey.length >= 8 ? apiKey : undefined;
  const realtime = serviceCalls(baseURL, options.timeoutMs);
  return {
    name: 'compatible',
    mint: ({ session, signal }) => secretFor({ headers, credential, session, signal }),
    calls: {
      // With a secret, as pages do: what such a service does with form data is less certain.
      async create({ session, sdp, signal }) {
        const { value } = await secretFor({ headers, credential, session, signal });
        const own = { Authorization: `Bearer ${value}` };
        return await realtime.place({ sdp, headers: own, credential, signal });
      },
      hangUp: (id, signal) => realtime.hangUp(id, headers, signal),
      sideband: (id) => realtime.sideband(id, headers),
    },
  };
}
