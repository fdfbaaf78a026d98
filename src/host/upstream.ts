/**
 * Turns a realtime service's answers into a client secret or a problem of ours. Its words go no
 * further: error texts of such services quote keys, organisations and addresses.
 */
import { HostProblem } from './problem.js';
import type { ClientSecret } from './provider.js';

/** The codes that an operator can act on; anything else might be text with a key in it. */
const loggable = new Set([
  'DeploymentNotFound',
  'insufficient_quota',
  'invalid_api_key',
  'invalid_value',
  'model_not_found',
  'rate_limit_exceeded',
  'unknown_parameter',
]);

/** @param code the service's own error code, where it sent one */
export function problemFromStatus(status: number, headers: Headers, code?: unknown): HostProblem {
  const known = typeof code === 'string' && loggable.has(code) ? code : undefined;
  const details = { upstream: { status, ...(known !== undefined && { code: known }) } };
  const retryAfter = retryAfterSeconds(headers);
  const later = retryAfter === undefined ? details : { ...details, retryAfter };
  if (status === 401 || status === 403) return new HostProblem('provider-credentials', details);
  if (status === 408 || status === 504) return new HostProblem('provider-timeout', details);
  // Waiting does not fill an account, so it is told apart and carries no Retry-After.
  if (known === 'insufficient_quota') return new HostProblem('quota-exceeded', details);
  if (status === 429) return new HostProblem('rate-limited', later);
  if (status === 503) return new HostProblem('provider-unavailable', later);
  return new HostProblem(status >= 500 ? 'provider-error' : 'provider-refused', details);
}

/**
 * `{ value, expires_at }` of the service's answer, or of the `client_secret` in it, and its session's model.
 *
 * @throws {HostProblem} `provider-invalid`, also for a value that looks like a standard API key:
 *   no misconfigured service behind this host may hand one to a page.
 */
export function secretFromAnswer(answer: unknown, callsUrl: string): ClientSecret {
  const outer = fieldsOf(answer);
  // OpenAI's beta wrapped it, and some servers still answer as that did.
  const fields =
    'value' in outer ? outer : 'client_secret' in outer ? fieldsOf(outer.client_secret) : {};
  const value: unknown = 'value' in fields ? fields.value : undefined;
  const expiresAt: unknown = 'expires_at' in fields ? fields.expires_at : undefined;
  if (
    typeof value !== 'string' ||
    !/^[\x21-\x7e]{1,4096}$/.test(value) ||
    value.startsWith('sk-')
  ) {
    throw new HostProblem('provider-invalid');
  }
  return {
    value,
    ...(typeof expiresAt === 'number' && Number.isFinite(expiresAt) && { expires_at: expiresAt }),
    calls_url: callsUrl,
    ...modelOf(outer),
  };
}

function modelOf(answer: object): Pick<ClientSecret, 'session'> {
  const session = 'session' in answer ? fieldsOf(answer.session) : {};
  const model: unknown = 'model' in session ? session.model : undefined;
  return typeof model === 'string' && /^[\x21-\x7e]{1,256}$/.test(model)
    ? { session: { model } }
    : {};
}

function fieldsOf(json: unknown): object {
  return typeof json === 'object' && json !== null ? json : {};
}

/** Whole seconds from `retry-after-ms` or `Retry-After` (seconds or a date), at most a day. */
function retryAfterSeconds(headers: Headers): number | undefined {
  const ms = headers.get('retry-after-ms');
  const after = headers.get('retry-after');
  const seconds =
    ms !== null && ms.trim() !== '' && Number.isFinite(Number(ms))
      ? Number(ms) / 1000
      : after !== null && /^\s*\d+(\.\d+)?\s*$/.test(after)
        ? Number(after)
        : (Date.parse(after ?? '') - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(86_400, Math.max(1, Math.ceil(seconds))) : undefined;
}
