/**
 * What both sides are doing at this moment, from the events that cross the data channel. Pure and
 * keyed by response ids: a late `response.done` of an interrupted answer cannot end the new one.
 *
 * "Speaking" follows `output_audio_buffer.*` and never `response.done`, which arrives seconds before
 * the voice has finished (OpenAI's realtime conversations guide).
 */
import type { Turn } from './call-state.js';
import type { ClientEvent, ServerEvent } from './protocol.js';
import { ALREADY_ACTIVE } from './server-error.js';

export interface Activity {
  /** The service hears the visitor speak. */
  readonly hearing: boolean;
  /** The visitor has taken the turn by hand, and speaks for as long. */
  readonly held?: boolean | undefined;
  /** An answer was asked for, by silence after speech or by `response.create`, and has not begun. */
  readonly awaiting: boolean;
  /** The response that is being generated. */
  readonly generating?: string | undefined;
  /** The response whose voice is being sent. */
  readonly playing?: string | undefined;
}

export const QUIET: Activity = { hearing: false, awaiting: false };

/** The activity after an event, sent or received; the same object when the event says nothing new. */
export function nextActivity(activity: Activity, event: ServerEvent | ClientEvent): Activity {
  switch (event.type) {
    case 'input_audio_buffer.speech_started':
      return { ...activity, hearing: true };
    case 'input_audio_buffer.speech_stopped':
      return { ...activity, hearing: false, awaiting: true };
    case 'input_audio_buffer.timeout_triggered':
    case 'response.create':
      return { ...activity, awaiting: true };
    case 'input_audio_buffer.cleared':
      return { ...activity, hearing: false, awaiting: false };
    case 'response.created':
      return { ...activity, awaiting: false, generating: event.response.id };
    case 'output_audio_buffer.started':
      return { ...activity, awaiting: false, playing: event.response_id };
    case 'output_audio_buffer.stopped':
    case 'output_audio_buffer.cleared':
      return activity.playing === event.response_id
        ? { ...activity, playing: undefined }
        : activity;
    case 'response.done':
      return activity.generating === event.response.id
        ? { ...activity, generating: undefined }
        : activity;
    case 'error':
      // A refused request for an answer will not be followed by one.
      return activity.awaiting && (!activity.generating || event.error.code === ALREADY_ACTIVE)
        ? { ...activity, awaiting: false }
        : activity;
    default:
      return activity;
  }
}

/** One word for it. The visitor's voice comes first: one must see at once that one is heard. */
export function turnOf(activity: Activity): Turn {
  if (activity.hearing || activity.held) return 'hearing';
  if (activity.playing !== undefined) return 'speaking';
  if (activity.awaiting || activity.generating !== undefined) return 'thinking';
  return 'listening';
}
