/**
 * Looks after the microphone of a live call: one that is gone is replaced, and the visitor is told of one
 * that is gone, changed, silent or muted by the system. It looks at the track and does not wait for its
 * events, of which none can be missed that way. `muted` is the visitor's own, and left alone.
 */
import { every } from '../abort.js';
import type { Call } from '../call.js';
import { whileLive } from '../while-live.js';
import { VoiceError } from '../voice-error.js';

const LOOK_EVERY_MS = 250;

/** 1 s: systems mute for a moment when a headset changes its profile. */
const LOOKS_MUTED = 4;

/** 8 s in which the visitor may speak and is not heard at all. */
const LOOKS_SILENT = 32;

/** 6 s: long enough to read a device's name. */
const LOOKS_CHANGED = 24;

/** What the visitor should know. */
export interface MicrophoneNotice {
  readonly word:
    'systemMuted' | 'cannotHear' | 'microphoneChanged' | 'microphoneGone' | 'microphone-denied';
  /** The name of the new device. */
  readonly value?: string | undefined;
}

/**
 * In this call and all to come.
 * @param onNotice there is another one, or none any more; `error` says why there is no microphone
 */
export function attachMicrophoneWatch(
  call: Call,
  onNotice: (notice?: MicrophoneNotice, error?: VoiceError) => void,
): void {
  let seen: MediaStreamTrack | undefined;
  let shown: MicrophoneNotice | undefined;
  /** What is said of one that was lost, or of that in its place. */
  let change: MicrophoneNotice | undefined;
  /** Another one is to be opened, should this one be gone. */
  let isWanted = true;
  let isOpening = false;
  /** Why it could not; told once. */
  let failure: string | undefined;
  let wasHeard = false;
  /** How many looks have found it so. */
  let [muted, silent, changed, opening] = [0, 0, 0, 0];

  const show = (notice?: MicrophoneNotice, error?: VoiceError) => {
    if (notice?.word !== shown?.word || error) onNotice(notice, error);
    shown = notice;
  };

  const reopen = async () => {
    const { attempt } = call;
    isWanted = false;
    isOpening = true;
    opening = 0;
    try {
      await attempt?.openMicrophone();
      change = { word: 'microphoneChanged', value: attempt?.microphone?.label };
      changed = 0;
    } catch (thrown) {
      const error = VoiceError.from(thrown, 'microphone-missing', 'The microphone is gone.');
      const word = error.code === 'microphone-denied' ? error.code : 'microphoneGone';
      if (attempt === call.attempt && !attempt?.signal.aborted) {
        show({ word }, error.code === failure ? undefined : error);
        failure = error.code;
      }
    }
    isOpening = false;
  };

  const look = () => {
    const { state, attempt, meter } = call;
    const track = attempt?.microphone;
    if (state.status !== 'live' || !state.voice || !track) return;
    if (track.readyState === 'ended') {
      if (isWanted && !isOpening) void reopen();
      // The browser may ask the visitor first.
      if (isOpening && ++opening > LOOKS_MUTED) show({ word: 'microphoneGone' });
      return;
    }
    if (track !== seen) {
      seen = track;
      isWanted = true;
      failure = undefined;
      wasHeard = false;
      silent = 0;
    }
    muted = track.muted && !state.muted ? muted + 1 : 0;
    const isTheirTurn = state.turn === 'listening' || state.turn === 'hearing';
    if (isTheirTurn && track.enabled && !track.muted && !wasHeard) {
      wasHeard = meter?.read(0).some((level) => level > 0) ?? false;
      // A context that the system does not let run measures nothing.
      if (meter?.isRunning) silent++;
    }
    if (++changed > LOOKS_CHANGED) change = undefined;
    const isSilent = silent > LOOKS_SILENT && !wasHeard && !state.muted;
    if (muted > LOOKS_MUTED) show({ word: 'systemMuted' });
    else show(change ?? (isSilent ? { word: 'cannotHear' } : undefined));
  };

  whileLive(call, (signal) => {
    every(LOOK_EVERY_MS, signal, look);
    const want = () => {
      isWanted = true;
    };
    navigator.mediaDevices.addEventListener('devicechange', want, { signal });
    // The visitor wants to be heard, or has found the button by which one tries again.
    call.addEventListener(
      'voice-state-change',
      ({ detail: { state, previous } }) => {
        if ('muted' in state && 'muted' in previous && state.muted !== previous.muted) want();
      },
      { signal },
    );
  });
  call.addEventListener('voice-state-change', ({ detail: { state } }) => {
    if (state.status === 'ended') show((change = undefined));
  });
}
