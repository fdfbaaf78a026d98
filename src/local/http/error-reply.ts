// The reply to whatever was thrown, in the API's shape. It sends nothing.
import { ProtocolError } from '../session/protocol-error.js';
import { ApiError } from './api-error.js';
import type { Reply } from './routes.js';

export function toReply(error: unknown): Reply {
  const known =
    error instanceof ApiError
      ? error
      : error instanceof ProtocolError
        ? new ApiError(400, error.message, error.code, error.param)
        : new ApiError(500, 'The service failed. This is a defect in it.');
  return {
    status: known.status,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(known.toBody(), null, 2),
  };
}
