/**
 * Which pages get an answer that they can read: the one that was named, and no other. An origin is
 * no login; that is judged by nobody here.
 */
import type { Answer } from './answer.js';
import { FOREIGN_ORIGIN, type Seen } from './probes.js';
import { secretOf } from './secret.js';
import { fail, heldUp, ok, quoted, skip, warn, type Verdict } from './verdict.js';

const EXACTLY = 'Compare Origin with a list, and send it back exactly as it came.';

export function pageOrigin({ sameOrigin, target, first }: Seen): Verdict {
  if (!secretOf(first)) return skip('there is no secret');
  return allowsExactly(first, target.origin, sameOrigin);
}

export function preflight({ sameOrigin, target, preflight }: Seen): Verdict {
  if (sameOrigin && preflight.status >= 400) return ok('not needed by pages of the same origin');
  const { status, silence, headers } = preflight;
  if (status < 200 || status > 299) {
    return fail(
      `OPTIONS answers ${silence ?? `HTTP ${status}`}`,
      'Answer it with 204 and no login: browsers ask it before they send JSON from another origin.',
    );
  }
  const verdict = allowsExactly(preflight, target.origin, sameOrigin);
  if (verdict.level !== 'ok' || sameOrigin) return verdict;
  const allowed = namesIn(headers.get('access-control-allow-headers'));
  if (allowed.includes('content-type') || allowed.includes('*')) return verdict;
  return fail(
    'does not allow Content-Type',
    'Send Access-Control-Allow-Headers: Authorization, Content-Type.',
  );
}

function allowsExactly({ headers }: Answer, origin: string, sameOrigin: boolean): Verdict {
  const allowed = headers.get('access-control-allow-origin');
  if (allowed === '*') {
    return headers.get('access-control-allow-credentials') === 'true'
      ? fail('allows * with credentials, which no browser takes', EXACTLY)
      : warn('allows *, so every page can read it', EXACTLY);
  }
  if (allowed === origin) return ok(`allows ${origin}`);
  if (allowed === null && sameOrigin) return ok('same origin, nothing to allow');
  return fail(`allows ${quoted(allowed)} instead of ${quoted(origin)}`, EXACTLY);
}

export function exposedHeaders({ sameOrigin, first }: Seen): Verdict {
  const found = secretOf(first);
  if (!found) return skip('there is no secret');
  if (sameOrigin) return ok('same origin, nothing to expose');
  const exposed = namesIn(first.headers.get('access-control-expose-headers'));
  if (exposed.some((name) => name === '*' || name === 'authorization')) {
    return warn(
      'exposes more than a page needs',
      'Send Access-Control-Expose-Headers: Date, Retry-After.',
    );
  }
  if (found.expiresAt === undefined || exposed.includes('date')) return ok('no more than needed');
  return warn(
    'hides Date, so a page cannot read expires_at',
    'Send Access-Control-Expose-Headers: Date, Retry-After.',
  );
}

export function foreignSecret({ foreign }: Seen): Verdict {
  if (!secretOf(foreign)) return heldUp(foreign) ?? ok(`${FOREIGN_ORIGIN} gets none`);
  return fail(
    `${FOREIGN_ORIGIN} gets a secret`,
    'Refuse every Origin that is not on your list with 403, before anything is minted.',
  );
}

export function foreignCors({ foreign, foreignPreflight }: Seen): Verdict {
  const allowed = [foreignPreflight, foreign]
    .map(({ headers }) => headers.get('access-control-allow-origin'))
    // A star is told of by the page's own checks.
    .find((origin) => origin === FOREIGN_ORIGIN);
  if (allowed === undefined) return ok(`${FOREIGN_ORIGIN} is not allowed`);
  return fail(
    `allows ${FOREIGN_ORIGIN}, so it allows everybody`,
    'Send Access-Control-Allow-Origin only for an Origin on your list.',
  );
}

export function nullOrigin({ nullOrigin }: Seen): Verdict {
  const allows = nullOrigin.headers.get('access-control-allow-origin') === 'null';
  if (!secretOf(nullOrigin) && !allows) return heldUp(nullOrigin) ?? ok('is refused');
  return fail('is served', 'Refuse it: sandboxed frames and files of anybody send Origin: null.');
}

function namesIn(list: string | null): string[] {
  return (list ?? '').split(',').map((name) => name.trim().toLowerCase());
}
