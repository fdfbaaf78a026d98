/**
 * A setting that cannot be served. It is thrown while a host is being made, never while it answers:
 * a host that starts is a host that is configured.
 */

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** The option, as written in code: `allowedOrigins`, `apiKey`, … */
  readonly setting: string;

  constructor(setting: string, reason: string) {
    super(`${setting}: ${reason}`);
    this.setting = setting;
  }
}

/** A whole number within bounds, or the reason why not. */
export function requireInteger(setting: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigurationError(setting, `must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

/** @param missing what to say where there is none */
export function requireText(
  setting: string,
  value: unknown,
  missing: string,
): asserts value is string {
  if (typeof value !== 'string' || value === '') throw new ConfigurationError(setting, missing);
}

/** An API key, fit for a header. No sentence quotes it. */
export function requireKey(setting: string, key: unknown, missing: string): asserts key is string {
  requireText(setting, key, missing);
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ConfigurationError(setting, 'holds spaces or characters that no key has.');
  }
  if (key.startsWith('ek_')) {
    throw new ConfigurationError(setting, 'is a client secret (ek_…); it takes a standard key.');
  }
}

/**
 * The base address of a service that is sent a credential: https, or plain http on this very
 * machine. Returned without a slash at the end.
 */
export function requireServiceUrl(setting: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const fits = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (!url || !fits || url.username || url.password || url.search || url.hash) {
    throw new ConfigurationError(
      setting,
      'must be an https address (plain http on localhost only) without user, query or fragment.',
    );
  }
  return url.href.replace(/\/+$/, '');
}

export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
