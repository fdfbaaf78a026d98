/** Which microphone a call opens when it starts, or when the one that it had is gone. */
import { openMicrophone } from '../../media/microphone.js';
import type { Call } from '../call.js';

/**
 * From the next opening on. One that is not there any more is replaced by the browser's choice.
 * @param deviceId the browser's id of it; without one, the browser chooses
 */
export function preferMicrophone(call: Call, deviceId?: string): void {
  call.supplies.microphone = async (signal, wanted) => {
    try {
      return await openMicrophone(signal, wanted ?? deviceId);
    } catch (error) {
      const isGone = (error as DOMException).name === 'OverconstrainedError';
      if (wanted || !isGone) throw error;
      return openMicrophone(signal);
    }
  };
}
