/**
 * Client secrets from Azure OpenAI, whose protocol is OpenAI's under another address. It knows
 * neither which hosts are Azure's nor how one shows them who asks.
 */
import { authentication, requireResource, type AzureResource } from './azure-resource.js';
import { clientSecrets, type SessionOptions } from './client-secrets.js';
import { requireText } from './configuration-error.js';
import type { Provider } from './provider.js';
import { serviceCalls } from './service-calls.js';

export interface AzureProviderOptions extends AzureResource, SessionOptions {
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
  const realtime = serviceCalls(baseURL, timeoutMs);
  const filter = { webrtcfilter: 'on' };
  return {
    name: 'azure',
    async mint({ session, signal }) {
      const secret = await secretFor({ ...(await authenticate()), session, signal });
      if (!eventFilter) return secret;
      return { ...secret, calls_url: `${secret.calls_url}?${new URLSearchParams(filter)}` };
    },
    calls: {
      // Microsoft's way: a secret first, and the offer with that. Form data with the session, as
      // OpenAI takes it, is documented nowhere.
      async create({ session, sdp, signal }) {
        const authentication = await authenticate();
        const { value } = await secretFor({ ...authentication, session, signal });
        const headers = { Authorization: `Bearer ${value}` };
        const { credential } = authentication;
        const query = eventFilter ? { query: filter } : {};
        const call = await realtime.place({ sdp, headers, credential, signal, ...query });
        return eventFilter ? { ...call, isFiltered: true } : call;
      },
      async hangUp(id, signal) {
        await realtime.hangUp(id, (await authenticate()).headers, signal);
      },
      sideband: async (id) => realtime.sideband(id, (await authenticate()).headers),
    },
  };
}
