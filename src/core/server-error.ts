/**
 * What an `error` event of the service means for a call. Most leave the session usable (OpenAI's
 * realtime guide), so only what ends a session is fatal.
 */
import { VoiceError, type VoiceErrorCode } from './voice-error.js';

/** What the service says when something fails. */
export interface ServerErrorWords {
  readonly message?: string;
  readonly code?: string | null;
}

/** `undefined`: nothing that anybody needs to hear of. */
export interface ServerErrorMeaning {
  readonly code: VoiceErrorCode;
  readonly fatal: boolean;
}

/** An answer was asked for while one is being made. */
export const ALREADY_ACTIVE = 'conversation_already_has_active_response';

const OVER_QUOTA: ServerErrorMeaning = { code: 'quota-exceeded', fatal: false };

const MEANINGS: ReadonlyMap<string, ServerErrorMeaning | undefined> = new Map([
  // Crossed on the wire: the answer had begun, or ended, before our event arrived.
  [ALREADY_ACTIVE, undefined],
  ['response_cancel_not_active', undefined],
  ['input_audio_buffer_commit_empty', undefined],
  ['session_expired', { code: 'session-expired', fatal: true }],
  ['rate_limit_exceeded', OVER_QUOTA],
  ['insufficient_quota', OVER_QUOTA],
  ['content_filter', { code: 'content-filtered', fatal: false }],
]);

const OTHER: ServerErrorMeaning = { code: 'server-error', fatal: false };

/** The meaning of an error `code` of the service, null where it sent none. */
export function meaningOf(code: string | null | undefined): ServerErrorMeaning | undefined {
  return code && MEANINGS.has(code) ? MEANINGS.get(code) : OTHER;
}

/** The error as the page gets it, with the service's own words. */
export function serverError(meaning: ServerErrorMeaning, error: ServerErrorWords): VoiceError {
  const said = error.message ?? error.code ?? meaning.code;
  return new VoiceError(meaning.code, `The service reports: ${said.slice(0, 500)}`, {
    cause: error,
  });
}
