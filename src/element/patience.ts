/**
 * Lets a call ask a host, or offer itself to a service, more than once. How often and when is known by
 * a part that is loaded with the first failure.
 */
import type { Call } from '../core/call.js';
import { parseClientSecret } from '../core/client-secret.js';
import type { TokenSource } from '../core/token-source.js';
import type { VoiceError } from '../core/voice-error.js';
import { waitForBusyHost } from './busy.js';

/** @param redraw what is on screen */
export function patient(
  source: TokenSource,
  url: string,
  call: () => Call,
  redraw: () => void,
): TokenSource {
  // Somebody who only points at the button waits for nothing.
  const isWanted = () => call().state.status === 'connecting';
  return async (signal) => {
    try {
      return await source(signal);
    } catch (error) {
      const { code } = error as Partial<VoiceError>;
      const helps = code === 'token-unreachable' || code === 'token-rate-limited';
      const part = helps && isWanted() && (await import('./patience-part.js').catch(() => null));
      if (!part) throw error;
      return part.askAgain(error, source, signal, {
        url,
        isWanted,
        onWait: (wait) => {
          waitForBusyHost(call(), wait);
          redraw();
        },
      });
    }
  };
}

/** A `fetch` for offers: a service that fails for a moment, or does not take a secret, gets another. */
export function offering(source: TokenSource): typeof fetch {
  return async (url, init = {}) => {
    const response = await fetch(url, init);
    if (response.status !== 401 && response.status < 500) return response;
    const part = await import('./patience-part.js').catch(() => null);
    const fresh = async (signal: AbortSignal) => parseClientSecret(await source(signal)).value;
    return part ? part.offerAgain(response, fresh, init) : response;
  };
}
