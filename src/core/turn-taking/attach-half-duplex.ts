/**
 * Half-duplex: the microphone rests while the agent speaks, for loudspeakers that no echo cancellation
 * keeps out of it. The visitor cannot break in by voice, but still by the button that stops an answer.
 * It follows `output_audio_buffer.*`, and does not touch `muted`.
 */
import type { Call } from '../call.js';
import type { ServerEvent } from '../protocol.js';

/** A room rings, and what was sent is heard a little later. */
const TAIL_MS = 400;

/**
 * A service may forget to say that the voice has ended (seen while a tool runs): so long after an
 * answer was complete, and after its last sound, it has.
 */
const SILENCE_MS = 2_000;
const LOOK_MS = 100;

/** Where the system lets the page measure no sound, there may still be some for so long. */
const BLIND_MS = 60_000;

/** A level of the meter: above comfort noise, below a soft syllable. */
const AUDIBLE = 105;

/** Attached in the middle of an answer: which one is not known. */
const UNKNOWN = '';

export interface HalfDuplexOptions {
  /** How long the microphone rests after the agent has spoken, in ms. Default 400. */
  tailMs?: number | undefined;
}

/** In this call and all to come, until `close`. It may be attached in a call. */
export function attachHalfDuplex(
  call: Pick<Call, 'addEventListener' | 'hold' | 'meter' | 'state'>,
  { tailMs = TAIL_MS }: HalfDuplexOptions = {},
): { close(): void } {
  const listening = new AbortController();
  const { signal } = listening;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let playing: string | undefined;

  const stop = () => {
    clearTimeout(timer);
    timer = playing = undefined;
    call.hold();
  };

  const start = (responseId: string) => {
    clearTimeout(timer);
    playing = responseId;
    call.hold(false);
  };

  const ring = () => {
    clearTimeout(timer);
    timer = setTimeout(stop, tailMs);
  };

  const waitForSilence = (since = performance.now()) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { meter } = call;
      const isLoud = meter?.read(1).some((level) => level >= AUDIBLE);
      // The first reading starts it; what it read last stands where it rests.
      const isRunning = meter?.isRunning;
      const last = isLoud && isRunning ? performance.now() : since;
      if (performance.now() - last > (isRunning ? SILENCE_MS : BLIND_MS)) stop();
      else waitForSilence(last);
    }, LOOK_MS);
  };

  const onEvent = (event: ServerEvent) => {
    switch (event.type) {
      case 'output_audio_buffer.started':
        start(event.response_id);
        break;
      case 'output_audio_buffer.stopped':
      case 'output_audio_buffer.cleared':
        if (playing === event.response_id || playing === UNKNOWN) ring();
        break;
      case 'response.done': {
        const response = event.response as Partial<typeof event.response> | null | undefined;
        if (playing !== undefined && playing === response?.id) waitForSilence();
        break;
      }
    }
  };

  call.addEventListener('voice-server-event', ({ detail }) => onEvent(detail), { signal });
  call.addEventListener(
    'voice-state-change',
    ({ detail: { state } }) => {
      if (state.status !== 'live' && playing !== undefined) stop();
    },
    { signal },
  );
  const { state } = call;
  if (state.status === 'live' && state.turn === 'speaking') start(UNKNOWN);
  return {
    close: () => {
      if (signal.aborted) return;
      listening.abort();
      stop();
    },
  };
}
