/** For tests of what goes wrong: the error itself, to be looked at. */
import { VoiceError } from '../../src/core/voice-error.js';

/** What `asking` failed with. Throws if it did not, or with something that has no code. */
export async function failureOf(asking: Promise<unknown>): Promise<VoiceError> {
  const error: unknown = await asking.then(
    () => 'It was accepted.',
    (thrown: unknown) => thrown,
  );
  if (error instanceof VoiceError) return error;
  throw new Error('No VoiceError.', { cause: error });
}
