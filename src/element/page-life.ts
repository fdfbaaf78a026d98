/**
 * What the page and its other elements mean for a call: it ends with the page, and waits for no other
 * call. It knows no element.
 */
import type { Call } from '../core/call.js';
import { VoiceError } from '../core/voice-error.js';

const talking = new Set<Call>();

/**
 * To be called before each start. From now until its end the call is the only one of the page, and ends
 * when the visitor leaves, or the browser freezes the page, whose timers would stop and not its microphone.
 * @param concurrent whether there may be others
 * @throws {VoiceError} `busy`
 */
export function claimPage(call: Call, concurrent: boolean): void {
  if (!concurrent && talking.size > 0) {
    throw new VoiceError(
      'busy',
      'Another call goes on in this page; `concurrent` allows for both.',
    );
  }
  talking.add(call);
  const over = new AbortController();
  const end = () => void call.end('removed');
  globalThis.addEventListener('pagehide', end, over);
  globalThis.document.addEventListener('freeze', end, over);
  const release = () => {
    talking.delete(call);
    over.abort();
  };
  call.addEventListener('voice-end', release, over);
}
