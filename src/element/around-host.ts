/** What the things around a call see of the element. */
import type { ReactiveControllerHost } from 'lit';
import type { CallState } from '../core/call-state.js';

export interface AroundHost extends HTMLElement, ReactiveControllerHost {
  readonly state: CallState;
  readonly callId: string | undefined;
  readonly layout: string;
  readonly open: boolean;
  readonly disabled: boolean;
  readonly textInput: boolean;
  readonly settings: boolean;
  readonly feedback: boolean;
  readonly consentKey: string | undefined;
  readonly phone: string | undefined;
  transcript: boolean;
  /** What the visitor wants of screen readers, where it was said; see `drawing.ts`. */
  readOut: boolean | undefined;
  report(): Promise<object>;
}

/** Whether the page has put in something to be agreed to. */
export function asksConsent(host: Element): boolean {
  return host.querySelector(':scope > [slot=consent]') !== null;
}
