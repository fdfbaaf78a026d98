/**
 * Reads a page's SDP offer, alone or beside the agent that it chooses. It looks no deeper than is
 * needed to send nothing useless to a service that costs money.
 */
import { parse, readBytes } from './body.js';
import { HostProblem } from './problem.js';
import { isObject } from './shape.js';

export interface Offer {
  readonly sdp: string;
  /** What the body held besides. */
  readonly wish: Record<string, unknown>;
}

/** A browser's offer has some 5 kB, and 30 with every extension there is. */
const MAX_BYTES = 65_536;
const READ_MS = 5_000;

/**
 * @throws {HostProblem} `body-not-plain-offer`, `body-too-large`, `body-timeout`, `body-not-json`,
 *   `body-not-offer`
 */
export async function readOffer(request: Request): Promise<Offer> {
  const { headers } = request;
  const encoding = headers.get('content-encoding') ?? 'identity';
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  const known = type === 'application/sdp' || type === 'application/json';
  if (!known || encoding.toLowerCase() !== 'identity') {
    throw new HostProblem('body-not-plain-offer');
  }
  if (Number(headers.get('content-length')) > MAX_BYTES) throw new HostProblem('body-too-large');
  const bytes = await readBytes(request, MAX_BYTES, READ_MS);
  if (type === 'application/sdp') return { sdp: requireOffer(decode(bytes)), wish: {} };
  const body = parse(bytes);
  if (!isObject(body)) throw new HostProblem('body-not-json');
  const { sdp, ...wish } = body;
  return { sdp: requireOffer(sdp), wish };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HostProblem('body-not-offer');
  }
}

function requireOffer(sdp: unknown): string {
  if (typeof sdp !== 'string' || !/^v=0\r?\n/.test(sdp) || sdp.includes('\0')) {
    throw new HostProblem('body-not-offer');
  }
  return sdp;
}
