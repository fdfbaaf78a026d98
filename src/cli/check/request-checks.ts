/**
 * How a host says no: to other methods, to wishes in the body, to too many requests, and in which
 * form. It judges no secret.
 */
import { problemCodes } from '../../host/problem.js';
import type { Answer } from './answer.js';
import { CANARY, type Seen } from './probes.js';
import { secondsLeft } from './secret-checks.js';
import { fieldsOf, parsed, secretOf } from './secret.js';
import { fail, heldUp, ok, quoted, skip, warn, type Verdict } from './verdict.js';

/** Longer than rounding and a slow answer can explain. */
const LONGER_S = 60;

export function get({ get }: Seen): Verdict {
  const { status, silence } = get;
  if (secretOf(get)) {
    return fail(
      'mints a secret',
      'Answer POST only: links, images and prefetching send GET from anywhere.',
    );
  }
  if (status === 404 || status === 405) return ok(`is refused (HTTP ${status})`);
  // A login or an origin that is missing refuses as well.
  if (status === 401 || status === 403) return ok(`is refused (HTTP ${status})`);
  return fail(`answers ${silence ?? `HTTP ${status}`}`, 'Answer it with 405 and Allow: POST.');
}

export function unknownKeys({ first, unknownKeys: answer }: Seen): Verdict {
  const usual = secretOf(first);
  if (!usual) return skip('there is no secret');
  const { status, text, headers } = answer;
  const advice = 'Read nothing of it: what a call is and costs is decided on the server.';
  if (status >= 500) return warn(`a wish in it breaks the host (HTTP ${status})`, advice);
  const found = secretOf(answer);
  if (!found) return heldUp(answer) ?? ok(`a wish in it is refused (HTTP ${status})`);
  const before = secondsLeft(usual, first.headers) ?? 0;
  const after = secondsLeft(found, headers) ?? 0;
  if (text.includes(CANARY) || after - before > LONGER_S) {
    return warn('a page can change what is minted', advice);
  }
  return ok('a wish in it changes nothing that is shown');
}

export function errors(seen: Seen): Verdict {
  const wrong = Object.entries(refusalsIn(seen)).flatMap(([name, answer]) => {
    const flaw = flawOf(answer);
    return flaw === undefined ? [] : [`${name} ${flaw}`];
  });
  if (wrong.length === 0) return ok('application/problem+json with a code');
  return warn(
    wrong.join(', '),
    'Send application/problem+json with one of the codes in docs/openapi.yaml.',
  );
}

function refusalsIn(seen: Seen): Record<string, Answer> {
  const { foreign, nullOrigin, get, unknownKeys } = seen;
  const asked = {
    'foreign origin': foreign,
    'origin null': nullOrigin,
    GET: get,
    body: unknownKeys,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, { status }]) => status >= 400));
}

function flawOf({ status, headers, text }: Answer): string | undefined {
  const type = headers.get('content-type');
  if (!/^application\/problem\+json\s*(;|$)/i.test(type ?? '')) {
    return `(HTTP ${status}) is ${quoted(type)}`;
  }
  const { code } = fieldsOf(parsed(text));
  if (typeof code !== 'string') return `(HTTP ${status}) has no code`;
  return (problemCodes as readonly string[]).includes(code)
    ? undefined
    : `has the unknown code ${quoted(code)}`;
}

export function limit({ quick, first }: Seen): Verdict | undefined {
  if (!quick) return undefined;
  if (!secretOf(first)) return skip('there is no secret');
  const limited = quick.filter(({ status }) => status === 429);
  if (limited.length === 0) {
    return warn(
      `no limit seen in ${quick.length} requests`,
      'Limit each visitor: every secret can start calls at your cost.',
    );
  }
  // Waiting does not fill an account, so that one answer has no time to name.
  const mute = limited.filter(
    ({ headers, text }) =>
      !headers.has('retry-after') && fieldsOf(parsed(text))['code'] !== 'quota-exceeded',
  );
  if (mute.length === 0) return ok(`${limited.length} of ${quick.length} requests were refused`);
  return fail('HTTP 429 without Retry-After', 'Say in seconds when to come back.');
}
