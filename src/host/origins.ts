/**
 * Which pages may ask. It compares origins exactly as browsers write them and knows nothing of
 * visitors: an origin says where a page comes from, not who sits in front of it.
 */
import { ConfigurationError, isLoopback } from './configuration-error.js';

const SETTING = 'allowedOrigins';

/** @throws {ConfigurationError} for everything that a browser would never send as `Origin`. */
export function parseAllowedOrigins(origins: readonly string[]): ReadonlySet<string> {
  for (const origin of origins) {
    if (origin === '*' || origin === 'null') {
      throw new ConfigurationError(SETTING, `"${origin}" would allow any page; list each origin.`);
    }
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.hostname.includes('*')) {
      throw new ConfigurationError(
        SETTING,
        `"${origin}" is not an origin such as https://a.example.`,
      );
    }
    if (url.origin !== origin) {
      throw new ConfigurationError(
        SETTING,
        `"${origin}" would never match; browsers write that origin as ${url.origin}.`,
      );
    }
    if (url.protocol === 'http:' && !isLoopback(url)) {
      throw new ConfigurationError(SETTING, `"${origin}" must be https (http is for localhost).`);
    }
  }
  return new Set(origins);
}

export type OriginVerdict =
  | { readonly allowed: false }
  /** `cors`: the origin to name in the answer, where the page is a foreign one. */
  | { readonly allowed: true; readonly cors?: string };

/**
 * A listed origin, or the host's own. Browsers send `Origin` with every POST, so a request without
 * it comes from no page and is refused like any other.
 */
export function judgeOrigin(request: Request, allowed: ReadonlySet<string>): OriginVerdict {
  const origin = request.headers.get('origin');
  // Sandboxed frames, files and redirects say "null": nobody can vouch for those.
  if (origin === null || origin === 'null') return { allowed: false };
  if (allowed.has(origin)) return { allowed: true, cors: origin };
  // Behind a proxy the host may not know its public name; the browser does, and pages cannot set
  // this header.
  const sameOrigin =
    request.headers.get('sec-fetch-site') === 'same-origin' ||
    origin === new URL(request.url).origin;
  return sameOrigin ? { allowed: true } : { allowed: false };
}
