/** What a failed `getUserMedia` means for the visitor, or for the site's owner. */
import { mayUseMicrophone } from '../media/microphone.js';
import { VoiceError } from './voice-error.js';

/**
 * @param allowedByPolicy whether the page may use a microphone at all; browsers report a refusal by
 *   policy and one by the visitor under the same name
 */
export function microphoneError(thrown: unknown, allowedByPolicy = mayUseMicrophone()): VoiceError {
  const { name } = thrown as DOMException;
  const options = { cause: thrown };
  if (name === 'SecurityError' || (name === 'NotAllowedError' && !allowedByPolicy)) {
    return new VoiceError(
      'microphone-blocked-by-policy',
      'A policy of this page or its iframe (allow="microphone") blocks it.',
      options,
    );
  }
  if (name === 'NotAllowedError') {
    return new VoiceError('microphone-denied', 'The microphone was not allowed.', options);
  }
  if (name === 'NotFoundError' || name === 'OverconstrainedError') {
    return new VoiceError('microphone-missing', 'There is no microphone.', options);
  }
  return new VoiceError('microphone-busy', 'The microphone cannot be opened.', options);
}
