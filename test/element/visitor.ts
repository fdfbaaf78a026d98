/**
 * What the element's tests share: an element in the page with a realtime service beside it, its
 * events as they come, and a visitor who presses its buttons.
 */
import { waitUntil } from '@open-wc/testing';
import '../../src/define.js';
import type {
  CallState,
  ServerEvent,
  VoiceAgentElement,
  VoiceAgentEventDetails,
  VoiceError,
} from '../../src/index.js';
import { FakeService, type FakeServiceOptions } from '../support/fake-service.js';
import { event } from '../support/server-events.js';
import { watchResources, type OpenResources } from '../support/open-resources.js';
import { Waiting } from '../support/waiting.js';
import { nameOf } from '../core/call-stories.js';

/** Longer than a call may take to connect, so that a visitor who waits in vain learns why. */
const PATIENCE_MS = 20_000;

export const EVENTS = [
  'voice-start',
  'voice-state-change',
  'voice-end',
  'voice-transcript',
  'voice-error',
  'voice-metrics',
  'voice-server-event',
  'voice-tool-call',
  'voice-tool-result',
  'voice-approval-request',
  'voice-handoff',
  'voice-usage',
  'voice-guardrail',
] as const satisfies (keyof VoiceAgentEventDetails)[];

export type EventName = (typeof EVENTS)[number];

export interface Seen<K extends EventName = EventName> {
  readonly name: K;
  readonly detail: VoiceAgentEventDetails[K];
}

/** Everything that was placed since the last `clear`. */
const placed: Visitor[] = [];

/** A new element at the end of the page, with a service of its own; nobody has touched it. */
export async function visit(
  attributes: Readonly<Record<string, string>> = {},
  options: FakeServiceOptions = {},
): Promise<Visitor> {
  const element = document.createElement('voice-agent');
  // Most stories click with a script, which the browser does not take for a visitor.
  element.allowProgrammaticStart = true;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  const visitor = new Visitor(element, new FakeService(options));
  placed.push(visitor);
  document.body.append(element);
  await element.updateComplete;
  // Its code comes at once, but not with the element.
  if (element.textInput) await visitor.appears('composer');
  return visitor;
}

/** Ends all calls and removes all elements. */
export async function clear(): Promise<void> {
  for (const visitor of placed.splice(0)) await visitor.leave();
}

export class Visitor {
  readonly seen: Seen[] = [];
  readonly resources: OpenResources = watchResources();
  readonly element: VoiceAgentElement;
  readonly service: FakeService;
  readonly #waiting = new Waiting(() => this.#story());

  constructor(element: VoiceAgentElement, service: FakeService) {
    this.element = element;
    this.service = service;
    const { tokenSource, negotiate } = service.callOptions;
    element.tokenSource = tokenSource;
    element.negotiate = negotiate;
    for (const name of EVENTS) {
      element.addEventListener(name, ({ detail }) => {
        this.seen.push({ name, detail });
        this.#waiting.changed();
      });
    }
  }

  get root(): ShadowRoot {
    const { shadowRoot } = this.element;
    if (!shadowRoot) throw new Error('It is not drawn yet.');
    return shadowRoot;
  }

  /** What is drawn with this part, if anything. */
  find(part: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[part~="${part}"]`);
  }

  part(part: string): HTMLElement {
    const found = this.find(part);
    if (!found) throw new Error(`There is no ${part}: ${this.root.textContent}`);
    return found;
  }

  /** For what no event tells of. */
  until(condition: () => boolean, otherwise = 'It did not come about.'): Promise<void> {
    return waitUntil(condition, otherwise, { timeout: PATIENCE_MS });
  }

  /** A part that comes with code which is loaded only now. */
  async appears(part: string): Promise<HTMLElement> {
    await this.until(() => this.find(part) !== null, `There is no ${part}.`);
    return this.part(part);
  }

  /** The one button that starts and ends. */
  get main(): HTMLButtonElement {
    const button = this.root.querySelector<HTMLButtonElement>(
      '[part~="start-button"], [part~="end-button"]',
    );
    if (!button) throw new Error('There is no main button.');
    return button;
  }

  /** The words of a part, as they are on screen. */
  text(part: string): string {
    const shown = this.part(part).cloneNode(true) as HTMLElement;
    for (const unseen of shown.querySelectorAll('.spoken-only')) unseen.remove();
    return shown.textContent.replace(/\s+/g, ' ').trim();
  }

  get label(): string {
    return this.main.textContent.trim();
  }

  /** Clicks a button; resolves when the page shows what came of it at once. */
  async press(part: string): Promise<void> {
    this.part(part).click();
    await this.element.updateComplete;
  }

  /** Resolves with the next event of a name, or with the next one whose detail fits. */
  next<K extends EventName>(
    name: K,
    fits: (detail: VoiceAgentEventDetails[K]) => boolean = () => true,
  ): Promise<VoiceAgentEventDetails[K]> {
    const from = this.seen.length;
    const found = this.#waiting.until(
      `the next ${name}`,
      () => this.details(name, from).find(fits),
      PATIENCE_MS,
    );
    // Some only want to see whether it comes.
    found.catch(() => undefined);
    return found;
  }

  /** Starts with a click and resolves when the visitor can speak. */
  async talk(): Promise<void> {
    const live = this.next('voice-state-change', ({ state }) => state.status === 'live');
    await this.press('start-button');
    await live;
    await this.element.updateComplete;
  }

  /** Ends with a click and resolves when everything is released. */
  async hangUp(): Promise<void> {
    const ended = this.next('voice-end');
    await this.press('end-button');
    await ended;
    this.service.close();
    await this.element.updateComplete;
  }

  /** The service sends these, and the page has drawn what came of them. */
  async hears(...events: readonly ServerEvent[]): Promise<void> {
    const marker = event('test.marker');
    const here = this.next('voice-server-event', (passed) => idOf(passed) === idOf(marker));
    this.service.send(...events, marker);
    await here;
    await this.element.updateComplete;
  }

  /** The details of all events of a name so far, from the `from`th event on. */
  details<K extends EventName>(name: K, from = 0): VoiceAgentEventDetails[K][] {
    return this.seen
      .slice(from)
      .filter((one): one is Seen<K> => one.name === name)
      .map(({ detail }) => detail);
  }

  /** The names of all states so far, in order. */
  states(): string[] {
    return this.details('voice-state-change').map(({ state }) => nameOf(state));
  }

  /** What is open once late microphones have come, the service's own side left out. */
  async leftOpen(): Promise<string[]> {
    await Promise.allSettled(this.resources.microphones);
    this.service.close();
    return this.resources.left();
  }

  /** What happened so far and how the connections are, a line each. */
  #story(): string[] {
    const events = this.seen.map(({ name, detail }) => {
      if (name === 'voice-state-change') return nameOf((detail as { state: CallState }).state);
      const { error } = detail as { error?: VoiceError };
      return error ? `${name} ${error.code}: ${error.message} ${String(error.cause)}` : name;
    });
    const peers = this.resources.peers.map(
      (peer) =>
        `connection ${peer.connectionState}, ICE ${peer.iceConnectionState}, ` +
        `gathering ${peer.iceGatheringState}, signaling ${peer.signalingState}`,
    );
    return [...events, ...peers];
  }

  async leave(): Promise<void> {
    await this.element.end();
    this.element.remove();
    await Promise.allSettled(this.resources.microphones);
    this.service.close();
    this.resources.restore();
  }
}

const idOf = (one: object): unknown => ('event_id' in one ? one.event_id : undefined);

/** Whichever of the documented custom states are set, in the order of the documentation. */
export function customStates(element: Element): string[] {
  return [
    'idle',
    'connecting',
    'live',
    'recovering',
    'ended',
    'listening',
    'hearing',
    'thinking',
    'speaking',
    'muted',
    'poor',
  ].filter((name) => element.matches(`:state(${name})`));
}
