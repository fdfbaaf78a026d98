/**
 * The words on screen: those that are there from the beginning, those that come with the first call, and
 * those of the row for typing. The sentences for errors are in `english-errors.ts`, and the same words in
 * other languages in `languages/`, where a missing one is a type error.
 */
import type { VoiceErrorCode } from '../core/voice-error.js';

export interface Strings {
  /** Name of the whole widget for those who do not see it. */
  readonly label: string;
  readonly idle: string;
  readonly start: string;
  readonly retry: string;
  readonly cancel: string;
  readonly connecting: string;
  readonly failed: string;
  readonly type: string;
  readonly send: string;
  readonly startAgain: string;
  readonly end: string;
  readonly mute: string;
  readonly hear: string;
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
  readonly interrupt: string;
  /** In a conversation by text, the button that lets the visitor speak. */
  readonly speak: string;
  readonly connectedByText: string;
  /** Asked before a tool runs; its name follows. */
  readonly mayUse: string;
  readonly allowOnce: string;
  readonly allowForCall: string;
  readonly deny: string;
  /** Name of the transcript. */
  readonly conversation: string;
  readonly you: string;
  readonly agent: string;
  /** Beside an answer that was stopped. */
  readonly interrupted: string;
  /** In the layout `floating`: puts the panel away; a call goes on. */
  readonly close: string;
  /** In push-to-talk, when nobody speaks. */
  readonly yourTurn: string;
  /** On the button for it: before, while it is held, and while it is on after a tap. */
  readonly holdToTalk: string;
  readonly releaseToSend: string;
  readonly tapToSend: string;
  /** While a function of the page runs; `{name}` is its name, as in the four after it. */
  readonly working: string;
  /** While a tool of a remote server runs. */
  readonly lookingUp: string;
  /** Until the tools of a remote server are known. */
  readonly preparing: string;
  /** For some seconds, after something has failed. */
  readonly didNotWork: string;
  /** When another agent takes over. */
  readonly nowTalkingTo: string;
  /** Lets the visitor choose a picture. */
  readonly attach: string;
  readonly removePicture: string;
  /** After a file's name. */
  readonly notPicture: string;
  readonly tooLarge: string;
  /** Name of a picture that the visitor has shown. */
  readonly picture: string;
  /** Beside an answer that a guardrail has stopped. */
  readonly stopped: string;
  /** Beside an answer that the service's own filter has stopped. */
  readonly filtered: string;
  /** Goes to the end of the conversation. */
  readonly latest: string;
  /** The connection was lost and is being made again; the seconds to the next try may follow. */
  readonly recovering: string;
  /** In the transcript, where the conversation went on over another connection. */
  readonly recovered: string;
  /** A busy token host is asked again after `{seconds}`. */
  readonly hostBusy: string;
  /** The device, and not the visitor, has muted the microphone. */
  readonly systemMuted: string;
  /** Nothing is heard although the visitor could speak. */
  readonly cannotHear: string;
  /** The microphone was taken away in a call, and there is no other. */
  readonly microphoneGone: string;
  /** It was taken away, and another is used; `{name}` is that one. */
  readonly microphoneChanged: string;
  /** Before the end that the page has set; `{seconds}` are left. */
  readonly endsSoon: string;
  /** Opens what the visitor can set; also its heading. */
  readonly settings: string;
  readonly microphone: string;
  readonly speaker: string;
  /** The device that the system uses. */
  readonly usual: string;
  readonly volume: string;
  /** Name of the meter that shows whether the microphone hears something. */
  readonly level: string;
  /** Beside what the page wants a visitor to agree to before a call. */
  readonly agree: string;
  /** Asked after a call. */
  readonly howWasIt: string;
  readonly good: string;
  readonly bad: string;
  readonly tellMore: string;
  readonly thanks: string;
  /** In place of `ended`, where there is more to say: the agent ended it, nobody spoke, its time is over. */
  readonly endedByAgent: string;
  readonly endedIdle: string;
  readonly endedByTime: string;
  /** Before a number that can be called instead. */
  readonly phone: string;
  /** Copies what a developer needs to see what went wrong; and what the button says then. */
  readonly report: string;
  readonly copied: string;
  /** Name of what chooses the language. */
  readonly language: string;
  /** The language of the page, or of the browser. */
  readonly automatic: string;
  /** Lets screen readers announce finished answers; the agent is audible, but not to everybody. */
  readonly readOut: string;
}

/** All words of a language. The sentence for an error stands under its code. */
export type Dictionary = Strings & Readonly<Record<VoiceErrorCode, string>>;

/** What an element says before anybody has talked. */
export type FirstStrings = Pick<Strings, keyof typeof FIRST_ENGLISH>;

/** Those, and whatever else is there already. */
export type KnownStrings = FirstStrings & Partial<Dictionary>;

/** Of tools. */
export type ToolStrings = Pick<Strings, keyof typeof TOOL_ENGLISH>;

/** What it says in a call and after it; the parts that load on demand bring their own. */
export type CallStrings = Omit<
  Strings,
  | keyof FirstStrings
  | keyof typeof TRANSCRIPT_ENGLISH
  | keyof typeof TOOL_ENGLISH
  | keyof typeof TURN_ENGLISH
  | keyof typeof LIMITS_ENGLISH
  | keyof typeof RECOVERY_ENGLISH
  | keyof typeof HELP_ENGLISH
  | keyof typeof COMPOSER_ENGLISH
  | keyof typeof SETTINGS_ENGLISH
  | keyof typeof QUESTIONS_ENGLISH
>;

export const FIRST_ENGLISH = {
  label: 'Voice assistant',
  idle: 'Have a question? Just ask.',
  start: 'Start talking',
  retry: 'Try again',
  cancel: 'Cancel',
  connecting: 'Connecting…',
  failed: 'That did not work. Please try again.',
  close: 'Close',
} as const satisfies Partial<Strings>;

export const CALL_ENGLISH: CallStrings = {
  startAgain: 'Talk again',
  end: 'End',
  mute: 'Mute microphone',
  hear: 'Tap to hear',
  allowMicrophone: 'Your browser is asking for the microphone. Please allow it.',
  connected: 'Connected. You can speak now.',
  listening: 'Listening',
  hearing: 'Hearing you',
  thinking: 'Thinking…',
  speaking: 'Speaking',
  muted: 'You are muted',
  poor: 'The network is unstable. Hold on…',
  ended: 'Call ended',
  interrupt: 'Stop the answer',
  speak: 'Talk instead',
  connectedByText: 'Connected. You can type now.',
  conversation: 'Conversation',
  yourTurn: 'Hold the button while you speak',
  recovering: 'Reconnecting…',
  hostBusy: 'The assistant is busy. Trying again in {seconds} s',
};

/** What keeps a call alive says. */
export const RECOVERY_ENGLISH = {
  recovered: 'Connected again',
  systemMuted: 'Your device has muted the microphone',
  cannotHear: 'Nothing can be heard. Is this the right microphone?',
  microphoneGone: 'There is no microphone any more. You can connect one, or type.',
  microphoneChanged: 'The microphone was changed: {name}',
} as const satisfies Partial<Strings>;

/** Where the page limits a call. */
export const LIMITS_ENGLISH = {
  endsSoon: 'This call ends in {seconds} s',
  endedIdle: 'Ended: nobody spoke',
  endedByTime: 'The time for this call is over',
} as const satisfies Partial<Strings>;

/** What stands beside what was said. */
export const TRANSCRIPT_ENGLISH = {
  you: 'You',
  agent: 'Assistant',
  interrupted: '(interrupted)',
  stopped: '(stopped)',
  filtered: '(stopped by the content filter of the service)',
  latest: 'Jump to the latest message',
  picture: 'Picture',
} as const satisfies Partial<Strings>;

/** What is told of tools, and asked. */
export const TOOL_ENGLISH = {
  mayUse: 'May the assistant do this:',
  allowOnce: 'Allow once',
  allowForCall: 'Allow for this call',
  deny: 'Deny',
  working: 'Working on it: {name}',
  lookingUp: 'Looking up: {name}',
  preparing: 'Getting ready: {name}',
  didNotWork: 'That did not work: {name}',
  nowTalkingTo: 'Now talking to {name}',
  endedByAgent: 'The assistant ended the call',
} as const satisfies Partial<Strings>;

/** On the button that is held to talk. */
export const TURN_ENGLISH = {
  holdToTalk: 'Hold to talk',
  releaseToSend: 'Release to send',
  tapToSend: 'Tap to send',
} as const satisfies Partial<Strings>;

/** What the row for typing says. */
export const COMPOSER_ENGLISH = {
  type: 'Type a message',
  send: 'Send',
  attach: 'Add a picture',
  removePicture: 'Remove picture',
  notPicture: 'This is not a picture that can be sent.',
  tooLarge: 'This picture cannot be made small enough to be sent.',
  picture: TRANSCRIPT_ENGLISH.picture,
} as const satisfies Partial<Strings>;

/** What the visitor can set says. */
export const SETTINGS_ENGLISH = {
  settings: 'Settings',
  microphone: 'Microphone',
  speaker: 'Loudspeaker',
  usual: 'System default',
  volume: 'Volume',
  level: 'What the microphone hears',
  language: 'Language',
  automatic: 'Automatic',
  readOut: 'Screen reader announces answers',
} as const satisfies Partial<Strings>;

/** What is asked before and after a call, where the page wants that. */
export const QUESTIONS_ENGLISH = {
  agree: 'I agree',
  howWasIt: 'How was it?',
  good: 'Good',
  bad: 'Bad',
  tellMore: 'Tell us more (optional)',
  thanks: 'Thank you!',
} as const satisfies Partial<Strings>;

/** Where voice does not work, or something went wrong. */
export const HELP_ENGLISH = {
  phone: 'Call us',
  report: 'Copy error report',
  copied: 'Copied',
} as const satisfies Partial<Strings>;
