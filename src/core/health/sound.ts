/**
 * Whether an answer that the service says it speaks is heard at all. It goes by the sound that arrives, not
 * by the loudspeaker, and looks no further once something was heard.
 */
import type { Call } from '../call.js';
import { VoiceError } from '../voice-error.js';
import type { Statistics } from './statistics.js';

const SILENT_AFTER_MS = 3_000;

/** Of half a second: about −67 dBFS, which nobody hears. */
const INAUDIBLE = 1e-7;

/**
 * @param onSilence an answer is not heard; nothing when sound has come
 * @returns to be told of the statistics again and again, and when they were asked for
 */
export function watchSound(
  call: Call,
  signal: AbortSignal,
  onSilence: (error?: VoiceError) => void,
): (now: Statistics, asked: number) => void {
  let heard = 0;
  let packets = 0;
  /** When the answer that nobody has heard yet was announced, and after how many packets. */
  let since = Infinity;
  let packetsBefore = 0;
  let isTold = false;

  call.addEventListener(
    'voice-server-event',
    ({ detail: { type } }) => {
      if (type === 'output_audio_buffer.started') {
        since = performance.now();
        packetsBefore = packets;
      }
      if (type === 'output_audio_buffer.stopped' || type === 'output_audio_buffer.cleared')
        since = Infinity;
    },
    { signal },
  );
  signal.addEventListener('abort', () => {
    if (isTold) onSilence();
  });

  return (now, asked) => {
    const { energy = now.packets } = now;
    const isHeard = energy - heard > INAUDIBLE;
    heard = energy;
    packets = now.packets;
    if (isHeard) {
      since = Infinity;
      if (isTold) onSilence();
      isTold = false;
    }
    // What the browser does not play, it does not measure either.
    const isPlaying = call.attempt?.speaker?.audio.paused === false;
    // A busy page is told late of what was so long before.
    if (!isPlaying || asked - since < SILENT_AFTER_MS) return;
    since = Infinity;
    isTold = true;
    const came = Math.max(0, packets - packetsBefore);
    const message = `The agent speaks, and is not heard: ${came} packets in 3 s, all of them silent.`;
    onSilence(new VoiceError('server-error', message));
  };
}
