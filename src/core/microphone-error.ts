/** What a failed `getUserMedia` means for the visitor, or for the site's owner. */
import { mayUseMicrophone } from '../media/microphone.js';
import { VoiceError } from './voice-error.js';

/**
 * @param allowedByPolicy whether the page may use a microphone at all; browsers report a refusal by
 *   policy and one by the visitor under the same name
 */
export function microphoneError(thrown: unknown, allowedByPolicy = mayUseMicrophone()): VoiceError {
  const cause = { cause: thrown };
  switch ((thrown as DOMException | undefined)?.name) {
    case 'NotAllowedError':
      return allowedByPolicy
        ? new VoiceError('microphone-denied', 'The visitor did not allow the microphone.', cause)
        : blockedByPolicy(thrown);
    case 'SecurityError':
      return blockedByPolicy(thrown);
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new VoiceError('microphone-missing', 'This device has no microphone.', cause);
    default:
      return new VoiceError('microphone-busy', 'The microphone cannot be opened.', cause);
  }
}

function blockedByPolicy(cause: unknown): VoiceError {
  return new VoiceError(
    'microphone-blocked-by-policy',
    'This page may not use a microphone: its Permissions-Policy header, or the iframe around it, ' +
      'does not allow it (add allow="microphone" to the iframe).',
    { cause },
  );
}
