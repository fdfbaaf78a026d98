/** The words on screen, apart from those for errors, which come with the first call. */
export interface Strings {
  /** Name of the whole widget for those who do not see it. */
  readonly label: string;
  readonly idle: string;
  readonly start: string;
  readonly startAgain: string;
  readonly retry: string;
  readonly cancel: string;
  readonly end: string;
  readonly mute: string;
  readonly hear: string;
  readonly connecting: string;
  readonly allowMicrophone: string;
  /** Spoken once by screen readers; the turns below are shown only, since the agent is audible. */
  readonly connected: string;
  readonly listening: string;
  readonly hearing: string;
  readonly thinking: string;
  readonly speaking: string;
  readonly muted: string;
  readonly poor: string;
  readonly ended: string;
  readonly failed: string;
}

export const ENGLISH: Strings = {
  label: 'Voice assistant',
  idle: 'Have a question? Just ask.',
  start: 'Start talking',
  startAgain: 'Talk again',
  retry: 'Try again',
  cancel: 'Cancel',
  end: 'End',
  mute: 'Mute microphone',
  hear: 'Tap to hear',
  connecting: 'Connecting…',
  allowMicrophone: 'Your browser is asking for the microphone. Please allow it.',
  connected: 'Connected. You can speak now.',
  listening: 'Listening',
  hearing: 'Hearing you',
  thinking: 'Thinking…',
  speaking: 'Speaking',
  muted: 'You are muted',
  poor: 'The network is unstable. Hold on…',
  ended: 'Call ended',
  failed: 'That did not work. Please try again.',
};
