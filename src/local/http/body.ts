// Reads a request's body within a size and a time. It does not know what is in it.
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';

const MAX_BODY_BYTES = 64 * 1024;
const BODY_MS = 5_000;

/** Rejects with 413 for more than 64 kB, with 408 when it is not there after five seconds. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', done).off('error', fail).off('close', gone);
      act();
    };
    const timer = setTimeout(
      () => finish(() => reject(new ApiError(408, 'The body did not arrive in time.', 'timeout'))),
      BODY_MS,
    );
    const tooLarge = (): void => {
      request.pause();
      const message = `The body is larger than ${MAX_BODY_BYTES / 1024} kB.`;
      reject(new ApiError(413, message, 'body_too_large'));
    };
    const take = (part: Buffer): void => {
      size += part.length;
      if (size > MAX_BODY_BYTES) finish(tooLarge);
      else parts.push(part);
    };
    const done = (): void => finish(() => resolve(Buffer.concat(parts)));
    const fail = (error: Error): void => finish(() => reject(error));
    const gone = (): void => finish(() => reject(new ApiError(400, 'The body was cut off.')));
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) finish(tooLarge);
    else request.on('data', take).on('end', done).on('error', fail).on('close', gone);
  });
}
