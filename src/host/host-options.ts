/**
 * What every host is told, whatever it gives to those who may ask: who they are and how much they
 * may have. It knows neither secrets nor calls.
 */
import type { AgentOptions } from './agent-options.js';
import { ConfigurationError } from './configuration-error.js';
import type { GuardOptions } from './guard.js';
import type { Provider } from './provider.js';

export interface HostOptions extends GuardOptions {
  /** The realtime service: `openai({ … })`, `azure({ … })`, `azurePreview({ … })`, `compatible({ … })`, `local({ url })` or your own. */
  provider: Provider;
  /** What a page may choose from, by name, with variables to fill in. Without: always the provider's session. */
  agents?: Readonly<Record<string, AgentOptions>>;
  /**
   * Origins of the pages that may ask, exactly as browsers write them (`https://shop.example`).
   * The host's own origin is always allowed.
   */
  allowedOrigins?: readonly string[];
  /**
   * Who is asking? A stable name for a visitor who may start a call, `null` for one who may not.
   * Within 5 seconds, from the request's headers: its body belongs to the host. Required, unless
   * calls are free or `allowAnonymous` is written out.
   */
  authorize?: (request: Request) => string | null | Promise<string | null>;
  /** Let everybody start calls at your cost, who can send an HTTP request. */
  allowAnonymous?: boolean;
  /** Lets pages of other origins send cookies (`Access-Control-Allow-Credentials`). */
  allowCredentials?: boolean;
}

/** @throws {ConfigurationError} for a provider that is none, and where nobody is said to be kept out */
export function checkHostOptions(options: HostOptions): void {
  // Also called from plain JavaScript, where nothing else says what is missing.
  const { provider, authorize, allowAnonymous = false } = options as Partial<HostOptions>;
  if (typeof provider?.mint !== 'function' || !provider.name) {
    throw new ConfigurationError(
      'provider',
      'is missing. Use openai({ … }), azure({ … }), compatible({ … }) or local({ url }).',
    );
  }
  if (authorize !== undefined && typeof authorize !== 'function') {
    throw new ConfigurationError('authorize', 'must be a function.');
  }
  if (authorize && allowAnonymous) {
    throw new ConfigurationError('allowAnonymous', 'contradicts authorize. Keep one of them.');
  }
  if (!authorize && !allowAnonymous && !provider.free) {
    throw new ConfigurationError(
      'authorize',
      'is missing, so anybody could start calls at your cost. If that is what you want, write ' +
        'allowAnonymous: true.',
    );
  }
}
