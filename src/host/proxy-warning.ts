/**
 * Says once that requests seem to come through a proxy that nobody has told the host of. It only
 * looks whether forwarding headers are there, and believes none of them.
 */
import type { Handler } from './node-listener.js';
import type { TokenHostOptions } from './token-host.js';

const WARNING =
  'voice-agent: requests carry X-Forwarded-For or Forwarded, but no trusted proxies are set, so all ' +
  'visitors may share one address and its limits; set VOICE_AGENT_TRUSTED_PROXIES, or the option ' +
  'trustedProxies, to the number of your proxies (0 for none).';

/** The same handler, and a warning with the first request that was forwarded. */
export function warningOfProxies(
  handler: Handler,
  options: TokenHostOptions,
  warn: (sentence: string) => void = (sentence) => console.warn(sentence),
): Handler {
  // Whoever writes 0 has thought of it.
  const { trustedProxies, clientAddress, provider, limits = !provider.free } = options;
  if (trustedProxies !== undefined || clientAddress || limits === false) return handler;
  let warned = false;
  return (request, peer) => {
    const { headers } = request;
    if (!warned && (headers.has('x-forwarded-for') || headers.has('forwarded'))) {
      warned = true;
      warn(WARNING);
    }
    return handler(request, peer);
  };
}
