/**
 * Reads the body of a token request: small, soon, JSON or nothing. It does not know what the keys
 * mean.
 */
import { withDeadline } from './deadline.js';
import { HostProblem } from './problem.js';

export interface BodyLimits {
  maxBytes: number;
  timeoutMs: number;
}

/**
 * The body's JSON object; an empty body counts as `{}`.
 *
 * @throws {HostProblem} `body-too-large`, `body-timeout`, `body-not-json`, `body-not-plain-json`
 */
export async function readJsonObject(
  request: Request,
  { maxBytes, timeoutMs }: BodyLimits,
): Promise<Record<string, unknown>> {
  if (Number(request.headers.get('content-length')) > maxBytes) {
    throw new HostProblem('body-too-large');
  }
  const bytes = await readBytes(request, maxBytes, timeoutMs);
  if (bytes.byteLength === 0) return {};

  // Inflating is work that the sender does not pay for, and nobody has to compress 2 kB.
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  const [type] = (request.headers.get('content-type') ?? '').split(';');
  if (encoding.toLowerCase() !== 'identity' || type?.trim().toLowerCase() !== 'application/json') {
    throw new HostProblem('body-not-plain-json');
  }
  const body = parse(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HostProblem('body-not-json');
  }
  return body as Record<string, unknown>;
}

export async function readBytes(request: Request, maxBytes: number, timeoutMs: number) {
  const bytes = new Uint8Array(maxBytes);
  const reader = request.body?.getReader();
  if (!reader) return bytes.subarray(0, 0);
  let length = 0;
  try {
    await withDeadline(
      timeoutMs,
      async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          if (length + value.byteLength > maxBytes) throw new HostProblem('body-too-large');
          bytes.set(value, length);
          length += value.byteLength;
        }
      },
      () => new HostProblem('body-timeout'),
    );
  } catch (error) {
    // Not awaited: whoever trickles a body may trickle the cancellation, too.
    reader.cancel().catch(() => undefined);
    throw error instanceof HostProblem ? error : new HostProblem('bad-request');
  }
  return bytes.subarray(0, length);
}

export function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new HostProblem('body-not-json');
  }
}
