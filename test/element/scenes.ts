/** How a visitor gets an element into each state that looks different. A scene leaves its call open. */
import { answered, calls, errorEvent, spoken, typed, written } from '../support/server-events.js';
import { CALL_SCENES, never } from './call-scenes.js';
import type { Visitor } from './visitor.js';

const { play } = HTMLMediaElement.prototype;
const { mediaDevices } = navigator;
const { getUserMedia } = mediaDevices;

/** Gives back what some scenes have taken from the browser; to be called when all calls are over. */
export function leaveScenes(): void {
  HTMLMediaElement.prototype.play = play;
  mediaDevices.getUserMedia = getUserMedia;
}

/** How a visitor gets to each state that looks different. */
export const SCENES: Record<string, (visitor: Visitor) => Promise<void>> = {
  idle: () => Promise.resolve(),
  disabled: (visitor) => {
    visitor.element.disabled = true;
    return Promise.resolve();
  },
  connecting: async (visitor) => {
    visitor.element.tokenSource = never;
    const ready = visitor.next('voice-state-change', ({ state }) =>
      state.status === 'connecting' ? !state.waitingFor.has('microphone') : false,
    );
    await visitor.press('start-button');
    await ready;
  },
  'connecting, with a notice': async (visitor) => {
    mediaDevices.getUserMedia = never;
    visitor.element.tokenSource = never;
    await visitor.press('start-button');
    const notice = await visitor.appears('notice');
    for (const fade of notice.getAnimations()) fade.finish();
  },
  listening: (visitor) => visitor.talk(),
  hearing: async (visitor) => {
    await visitor.talk();
    await visitor.hears(...spoken('u1', 'Hello?', null).slice(0, 1));
  },
  thinking: async (visitor) => {
    await visitor.talk();
    await visitor.hears(...spoken('u1', 'Hello?', null).slice(0, 3));
  },
  speaking: async (visitor) => {
    await visitor.talk();
    await visitor.hears(...answered('resp_1', 'a1', 'Yes?', null).slice(0, 6));
  },
  muted: async (visitor) => {
    await visitor.talk();
    await visitor.press('mute-button');
  },
  ...CALL_SCENES,
  'a conversation by text': async (visitor) => {
    visitor.element.transcript = visitor.element.textInput = true;
    await visitor.element.sendText('Hello?');
    await visitor.hears(
      ...typed('u1', 'Hello?', null),
      ...written('a1', 'Yes: **a** and `b`.', 'u1'),
    );
    await visitor.appears('agent-message');
  },
  'a conversation that is seen': async (visitor) => {
    visitor.element.transcript = visitor.element.textInput = true;
    await visitor.talk();
    await visitor.hears(...spoken('u1', 'Hello?', null));
    await visitor.hears(...answered('r', 'a1', 'Yes?', 'u1', { interrupted: true }));
    await visitor.appears('agent-message');
  },
  'an error that the call survives': async (visitor) => {
    await visitor.talk();
    await visitor.hears(errorEvent('invalid_value', undefined, 'Odd.'));
  },
  'blocked sound': async (visitor) => {
    HTMLMediaElement.prototype.play = () =>
      Promise.reject(new DOMException('no gesture', 'NotAllowedError'));
    await visitor.talk();
  },
  'a question before a tool runs': async (visitor) => {
    visitor.element.tools = [
      {
        name: 'add_to_cart',
        description: 'Puts a plant into the cart.',
        parameters: {
          type: 'object',
          properties: { plant: { type: 'string' }, pots: { type: 'integer' } },
        },
        confirm: true,
        execute: () => 'done',
      },
    ];
    await visitor.talk();
    visitor.service.send(...calls('add_to_cart', { plant: 'Monstera', pots: 2 }));
    await visitor.appears('approval');
  },
  settings: async (visitor) => {
    visitor.element.settings = true;
    await visitor.talk();
    (await visitor.appears('settings-button')).click();
    await visitor.appears('settings');
  },
  'a yes is wanted': async (visitor) => {
    const words = document.createElement('p');
    words.slot = 'consent';
    words.textContent = 'We record this conversation, and keep it for 30 days.';
    visitor.element.append(words);
    visitor.element.requestUpdate();
    await visitor.appears('consent');
  },
  'asked how it was': async (visitor) => {
    visitor.element.feedback = true;
    await visitor.talk();
    await visitor.hangUp();
    (await visitor.appears('rating-button')).click();
    await visitor.element.updateComplete;
  },
  ended: async (visitor) => {
    await visitor.talk();
    await visitor.hangUp();
  },
  'ended with an error': async (visitor) => {
    const ended = visitor.next('voice-end');
    visitor.element.tokenSource = () => Promise.reject(new Error('no'));
    await visitor.press('start-button');
    await ended;
  },
  'ended by a limit': async (visitor) => {
    visitor.element.maxDuration = 1;
    await visitor.talk();
    await visitor.next('voice-end');
    await visitor.element.updateComplete;
  },
  'a number to call': async (visitor) => {
    visitor.element.phone = '+493012345678';
    mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    const ended = visitor.next('voice-end');
    await visitor.press('start-button');
    await ended;
    await visitor.appears('phone-button');
  },
  'without a microphone': async (visitor) => {
    mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    const ended = visitor.next('voice-end');
    await visitor.press('start-button');
    await ended;
  },
};
