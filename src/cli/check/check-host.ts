/**
 * Tries one token host from the first request to the last line. It prints nothing and ends nothing,
 * and what it returns holds no secret.
 */
import { isLoopback } from '../../host/configuration-error.js';
import { PATIENCE_MS, type Answer } from './answer.js';
import { checks } from './checks.js';
import { askForSecret, askTheRest, type Seen } from './probes.js';
import { secretOf, shown } from './secret.js';
import { fail, lineOf, ok, quoted, summaryOf, type Verdict } from './verdict.js';

export interface CheckOptions {
  readonly url: string;
  /** Default: the address's own, which is asked as a page of the same origin. */
  readonly origin?: string;
  /** For hosts that need a login. */
  readonly headers?: Headers;
  /** Sends 20 requests at once. */
  readonly limit?: boolean;
  readonly timeoutMs?: number;
}

export interface Report {
  /** By the check's name. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly lines: readonly string[];
  /** Whether nothing that is required failed. */
  readonly passed: boolean;
}

export async function checkHost(options: CheckOptions): Promise<Report> {
  const { url, origin = new URL(url).origin, headers = new Headers() } = options;
  const target = { url, origin, headers, timeoutMs: options.timeoutMs ?? PATIENCE_MS };
  const verdicts = new Map<string, Verdict>([['https', https(url)]]);
  // Asked over plain http, the login and the secret could be read by anybody on the way.
  if (verdicts.get('https')?.level !== 'ok') return report(verdicts, []);
  const first = await askForSecret(target);
  verdicts.set('answer', answered(first));
  if (first.silence !== undefined) return report(verdicts, []);
  const seen = await askTheRest(target, first, options.limit ?? false);
  for (const [name, judge] of Object.entries(checks)) {
    const verdict = judge(seen);
    if (verdict) verdicts.set(name, verdict);
  }
  return report(verdicts, secretsIn(seen));
}

function https(address: string): Verdict {
  const url = new URL(address);
  if (url.protocol === 'https:') return ok('yes');
  if (isLoopback(url)) return ok('not needed on this machine');
  return fail(
    `${quoted(url.origin)} is plain http`,
    'Serve it over https; nothing more was asked.',
  );
}

function answered({ silence, ms }: Answer): Verdict {
  if (silence === undefined) return ok(`within ${ms} ms`);
  return fail(silence, 'The element waits for 8 s; nothing more was asked.');
}

/** @param secrets taken out of everything, wherever a host may have put them */
function report(judged: ReadonlyMap<string, Verdict>, secrets: readonly string[]): Report {
  const verdicts = new Map(
    [...judged].map(([name, verdict]) => [
      name,
      { ...verdict, found: withoutSecrets(verdict.found, secrets) },
    ]),
  );
  const all = [...verdicts.values()];
  return {
    verdicts,
    lines: [...[...verdicts].map(([name, verdict]) => lineOf(name, verdict)), summaryOf(all)],
    passed: all.every(({ level }) => level !== 'fail'),
  };
}

/** As much as begins a secret and nothing else. Shorter values are no secrets, but words. */
const TELLING = 9;

/** Also what is left of one that was cut off. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => {
    const [before = '', ...after] = rest.split(secret.slice(0, TELLING));
    return [before, ...after.map((part) => part.replace(CREDENTIAL_END, ''))].join(shown(secret));
  }, text);
}

const CREDENTIAL_END = /^[^\s"…]*/;

function secretsIn(seen: Seen): string[] {
  const { first, second, foreign, nullOrigin, get, unknownKeys, quick = [] } = seen;
  return [first, second, foreign, nullOrigin, get, unknownKeys, ...quick].flatMap((answer) => {
    const found = secretOf(answer);
    return found && found.value.length >= TELLING ? [found.value] : [];
  });
}
