/**
 * The words on screen: those that are there from the beginning, those that come with the first call, and
 * those of the row for typing. The sentences for errors are in `error-sentences.ts`, and the same words in
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
  /** While a function of the page runs; its name follows. */
  readonly working: string;
  /** While a tool of a remote server runs; its name follows. */
  readonly lookingUp: string;
  /** Until the tools of a remote server are known; its name follows. */
  readonly preparing: string;
  /** For some seconds; the name of what has failed follows. */
  readonly didNotWork: string;
  /** When another agent takes over; who that is follows. */
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
  /** Before the seconds until a busy token host is asked again. */
  readonly hostBusy: string;
}

/** All words of a language. The sentence for an error stands under its code. */
export type Dictionary = Strings & Readonly<Record<VoiceErrorCode, string>>;

/** What an element says before anybody has talked. */
export type FirstStrings = Pick<Strings, keyof typeof FIRST_ENGLISH>;

/** Those, and whatever else is there already. */
export type KnownStrings = FirstStrings & Partial<Dictionary>;

/** What it says in a call and after it. */
export type CallStrings = Omit<Strings, keyof FirstStrings | keyof typeof COMPOSER_ENGLISH>;

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
  mayUse: 'May the assistant do this:',
  allowOnce: 'Allow once',
  allowForCall: 'Allow for this call',
  deny: 'Deny',
  conversation: 'Conversation',
  you: 'You',
  agent: 'Assistant',
  interrupted: '(interrupted)',
  yourTurn: 'Hold the button while you speak',
  holdToTalk: 'Hold to talk',
  releaseToSend: 'Release to send',
  tapToSend: 'Tap to send',
  working: 'Working on it:',
  lookingUp: 'Looking up:',
  preparing: 'Getting ready:',
  didNotWork: 'That did not work:',
  nowTalkingTo: 'Now talking to',
  stopped: '(stopped)',
  filtered: '(stopped by the content filter of the service)',
  latest: 'Jump to the latest message',
  recovering: 'Reconnecting…',
  recovered: 'Connected again',
  hostBusy: 'The assistant is busy. Trying again in',
};

/** What the row for typing says. */
export const COMPOSER_ENGLISH = {
  type: 'Type a message',
  send: 'Send',
  attach: 'Add a picture',
  removePicture: 'Remove picture',
  notPicture: 'This is not a picture that can be sent.',
  tooLarge: 'This picture cannot be made small enough to be sent.',
  picture: 'Picture',
} as const satisfies Partial<Strings>;
