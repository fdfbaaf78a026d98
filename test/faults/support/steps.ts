// Runs in a page before its own scripts: what a visitor, or the page, does to one of its elements, by
// name. It is sent there as text, so it uses nothing from outside itself. It knows no order of steps.
import type { VoiceAgentElement } from '../../../src/element/voice-agent-element.js';

export type VisitorStep =
  | 'start'
  | 'press start'
  | 'press end'
  | 'end'
  | 'mute'
  | 'unmute'
  | 'interrupt'
  | 'type'
  | 'tell'
  | 'change'
  | 'move'
  | 'remove'
  | 'put back'
  | 'leave';

export interface Steps {
  /** Also those that are in no document any more. */
  readonly elements: readonly VoiceAgentElement[];
  /** What the elements have told, each itself: events of one that was removed reach no document. */
  readonly told: { starts: number; ends: number; readonly states: string[] };
  /** Errors that no page should get. */
  readonly wrong: string[];
  /** Whatever is thrown by it must be an error that is documented. */
  take(name: VisitorStep, number: number): void;
}

declare global {
  var steps: Steps;
}

export function installSteps(): void {
  // Nobody listens to the sound, and taking it costs more than the call.
  delete (globalThis as { MediaStreamTrackProcessor?: unknown }).MediaStreamTrackProcessor;

  const elements: VoiceAgentElement[] = [];
  const wrong: string[] = [];
  const told: Steps['told'] = { starts: 0, ends: 0, states: [] };
  addEventListener('DOMContentLoaded', () => {
    for (const element of document.querySelectorAll('voice-agent')) {
      elements.push(element);
      element.addEventListener('voice-start', () => told.starts++);
      element.addEventListener('voice-end', () => told.ends++);
      element.addEventListener('voice-state-change', ({ detail: { state } }) => {
        told.states.push(state.status === 'ended' ? `ended: ${state.reason}` : state.status);
      });
    }
  });

  const press = (element: VoiceAgentElement, part: string): void => {
    element.shadowRoot!.querySelector<HTMLButtonElement>(`[part~="${part}"]`)?.click();
  };
  const acts: Record<VisitorStep, (element: VoiceAgentElement) => unknown> = {
    start: (element) => element.start(),
    'press start': (element) => press(element, 'start-button'),
    'press end': (element) => press(element, 'end-button'),
    end: (element) => element.end(),
    mute: (element) => element.mute(),
    unmute: (element) => element.unmute(),
    interrupt: (element) => element.interrupt(),
    type: (element) => element.sendText('What are your prices?'),
    tell: (element) => element.sendContext('They look at prices.'),
    change: (element) => element.updateSession({ instructions: 'Be kind.' }),
    move: (element) => {
      const other = document.createElement('section');
      document.body.append(other);
      other.append(element);
    },
    remove: (element) => element.remove(),
    'put back': (element) => {
      if (!element.isConnected) document.body.append(element);
    },
    // One that is in no document can be called, and cannot be removed.
    leave: (element) => (element.isConnected ? element.remove() : element.end()),
  };
  const isDocumented = (error: unknown): boolean =>
    error instanceof Error &&
    (error.name === 'VoiceError' || /^(Abort|InvalidState)Error$/.test(error.name));
  const take = (name: VisitorStep, number: number): void => {
    const note = (error: unknown) => {
      if (!isDocumented(error)) wrong.push(`${name}: ${String(error)}`);
    };
    try {
      Promise.resolve(acts[name](elements[number]!)).catch(note);
    } catch (error) {
      note(error);
    }
  };
  globalThis.steps = { elements, told, wrong, take };
}
