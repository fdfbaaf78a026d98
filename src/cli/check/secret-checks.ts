/**
 * What is asked of the answer that a page gets: that it is there, small, a client secret, new, and
 * short-lived. Who may ask is judged in `origin-checks.ts`.
 */
import { problemCodes } from '../../host/problem.js';
import { MAX_ANSWER_BYTES, type Answer } from './answer.js';
import type { Seen } from './probes.js';
import { fieldsOf, parsed, secretOf, shown, type FoundSecret } from './secret.js';
import { fail, ok, quoted, skip, warn, type Verdict } from './verdict.js';

const MIN_LIFETIME_S = 5;
const RECOMMENDED_LIFETIME_S = 120;
/** No secret lives for ten years; milliseconds read as seconds do. */
const MILLISECONDS_S = 315_360_000;

export function redirect({ first }: Seen): Verdict {
  if (first.status < 300 || first.status > 399) return ok('answers at this very address');
  return fail(
    `answers with a redirect (HTTP ${first.status})`,
    'The element follows none: use the final address, or serve the token there.',
  );
}

export function size({ first }: Seen): Verdict {
  if (!first.tooLarge) return ok(`${Buffer.byteLength(first.text)} bytes`);
  return fail(
    `more than ${MAX_ANSWER_BYTES} bytes`,
    'The element reads no more: send the secret, and leave the session away.',
  );
}

export function secret({ first }: Seen): Verdict {
  const { status, headers, tooLarge } = first;
  if (tooLarge || (status >= 300 && status <= 399)) return skip('there is no whole answer');
  if (status === 401 || status === 403) {
    return fail(
      `refuses this page or visitor (HTTP ${status})`,
      'Name a page that it serves with --origin, and log in with --header "Name: value".',
    );
  }
  if (status === 429) return fail('is asked too often (HTTP 429)', 'Try again later.');
  if (status < 200 || status > 299) {
    return fail(
      `HTTP ${status}${codeIn(first)}`,
      'Answer a POST with 200 and {"value": "…"}; see its log for why.',
    );
  }
  const found = secretOf(first);
  const type = headers.get('content-type');
  if (!found) {
    return fail(
      `HTTP ${status} without a client secret (Content-Type: ${quoted(type)})`,
      'Send {"value": "…"} as JSON.',
    );
  }
  if (status !== 200) return warn(`HTTP ${status}`, 'Answer with 200.');
  if (!/^application\/json\s*(;|$)/i.test(type ?? '')) {
    return warn(`comes as ${quoted(type)}`, 'Send Content-Type: application/json.');
  }
  return ok(shown(found.value));
}

/** The host's own code: one of the contract's says more than its status, and holds no foreign text. */
function codeIn({ text }: Answer): string {
  const { code } = fieldsOf(parsed(text));
  return problemCodes.some((known) => known === code) ? ` (${String(code)})` : '';
}

export function standardKey({ first }: Seen): Verdict {
  const found = secretOf(first);
  if (!found) return skip('there is no secret');
  if (!found.value.startsWith('sk-')) return ok('is not the API key itself');
  return fail(
    'hands out an API key (sk-…)',
    'Revoke that key now, and mint a client secret with it on the server.',
  );
}

export function lifetime({ first }: Seen): Verdict {
  const found = secretOf(first);
  if (!found) return skip('there is no secret');
  if (found.expiresAt === undefined) return ok('no expires_at: the element assumes 30 s');
  if (typeof found.expiresAt !== 'number') {
    return fail('expires_at is not a number', 'Send epoch seconds, or leave it away.');
  }
  const seconds = secondsLeft(found, first.headers);
  if (seconds === undefined) {
    return warn(
      'there is no Date header to read expires_at by',
      'Send one: a visitor’s own clock may be wrong by hours.',
    );
  }
  if (seconds > MILLISECONDS_S) {
    return fail('expires_at is years away', 'Send epoch seconds, not milliseconds.');
  }
  if (seconds <= 0) {
    return fail('has expired by the host’s own clock', 'Set that clock, and cache no secret.');
  }
  if (seconds < MIN_LIFETIME_S) {
    return fail(`lives for ${seconds} s`, 'A slow phone needs 5 s to start a call; 30 s do.');
  }
  if (seconds > RECOMMENDED_LIFETIME_S) {
    return warn(
      `lives for ${seconds} s`,
      'Ask for 30 s (expires_after): whoever steals it has that long.',
    );
  }
  return ok(`${seconds} s`);
}

/** By the host's own clock, as the element reads it. */
export function secondsLeft({ expiresAt }: FoundSecret, headers: Headers): number | undefined {
  const now = Date.parse(headers.get('date') ?? '');
  if (typeof expiresAt !== 'number' || Number.isNaN(now)) return undefined;
  return Math.round(expiresAt - now / 1000);
}

export function notCached({ first }: Seen): Verdict {
  if (!secretOf(first)) return skip('there is no secret');
  const control = first.headers.get('cache-control');
  if (/(^|[\s,])no-store([\s,]|$)/i.test(control ?? '')) return ok('no-store');
  return fail(`Cache-Control: ${quoted(control)}`, 'Send Cache-Control: no-store.');
}

export function newEachTime({ first, second }: Seen): Verdict {
  const one = secretOf(first);
  if (!one) return skip('there is no secret');
  const other = secretOf(second);
  if (other) {
    if (other.value !== one.value) return ok('two requests, two secrets');
    return fail('two requests got the same secret', 'Mint one for each request, and keep none.');
  }
  if (second.status === 429) return skip('the second request met a limit');
  return fail(
    `the second request got none (${second.silence ?? `HTTP ${second.status}`})`,
    'See its log.',
  );
}
