/**
 * The name under which OpenAI knows a visitor: a keyed hash, so that abuse can be traced by the
 * site and nobody else learns who the visitor is. Web Crypto, so that it runs outside Node as well.
 */

/**
 * 64 hexadecimal digits: HMAC-SHA-256 of the identity. An anonymous visitor gets a random one for
 * each secret, as OpenAI advises a session id for visitors who are not logged in: a value shared by
 * all of them would have everybody answer for what one did.
 */
export function safetyIdentifiers(secret: string): (identity: string | null) => Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  let key: ReturnType<typeof crypto.subtle.importKey> | undefined;
  return async (identity) => {
    if (identity === null) return hex(crypto.getRandomValues(new Uint8Array(32)));
    key ??= crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
    const signature = await crypto.subtle.sign('HMAC', await key, encoder.encode(identity));
    return hex(new Uint8Array(signature));
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
