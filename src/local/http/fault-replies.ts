// The faults on demand that meet a request before it is done. It knows no route.
import type { FaultName, Faults } from '../faults.js';
import { ApiError } from './api-error.js';

const FOREVER = 2 ** 31 - 1;

/** Comes late, never, or with a refusal, as the faults of that name say. */
export async function delayOrRefuse(
  faults: Faults,
  what: 'secret' | 'calls',
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  const of = (kind: 'delay' | 'hang' | 'status'): number | undefined =>
    faults[`${what}-${kind}` satisfies FaultName];
  const [delay, hang, status] = [of('delay'), of('hang'), of('status')];
  if (delay !== undefined) await wait(delay);
  if (hang !== undefined) await wait(FOREVER);
  if (status === undefined) return;
  const code = status === 429 ? 'rate_limit_exceeded' : status === 401 ? 'invalid_api_key' : null;
  throw new ApiError(status, `Refused with ${status} on demand.`, code);
}
