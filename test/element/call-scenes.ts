/** How a visitor gets to what comes up in a call only now and then. A scene leaves its call open. */
import { VoiceError, type ClientEvent } from '../../src/index.js';
import { answered, calls, event, spoken } from '../support/server-events.js';
import type { Visitor } from './visitor.js';

export const never = () => new Promise<never>(() => undefined);

/** Starts a call, and resolves when its connection is watched, of which nothing is known from then on. */
async function watched(visitor: Visitor): Promise<RTCPeerConnection> {
  const before = visitor.resources.peers.length;
  await visitor.talk();
  const peer = visitor.resources.peers[before]!;
  await new Promise<void>((asked) => {
    peer.getStats = () => {
      asked();
      return Promise.resolve(new Map());
    };
  });
  return peer;
}

/** As far as the page can see. */
function lose(peer: RTCPeerConnection): void {
  Object.defineProperty(peer, 'connectionState', { value: 'failed' });
  peer.dispatchEvent(new Event('connectionstatechange'));
}

async function pictureFile(color: string): Promise<File> {
  const canvas = new OffscreenCanvas(96, 64);
  const context = canvas.getContext('2d')!;
  context.fillStyle = color;
  context.fillRect(0, 0, 96, 64);
  return new File([await canvas.convertToBlob()], 'leaf.png', { type: 'image/png' });
}

/** The service's own filter has ended an answer. */
const filtered = (id: string) =>
  event('response.done', {
    response: {
      id: `r_${id}`,
      status: 'incomplete',
      status_details: { type: 'incomplete', reason: 'content_filter' },
      output: [{ id, type: 'message' }],
    },
  });

export const CALL_SCENES: Record<string, (visitor: Visitor) => Promise<void>> = {
  poor: async (visitor) => {
    await watched(visitor);
    const changed = visitor.next('voice-state-change');
    dispatchEvent(new Event('offline'));
    await changed;
    await visitor.element.updateComplete;
  },
  'a connection that is made again': async (visitor) => {
    const busy = new VoiceError('token-rate-limited', 'Busy.', { retryAfterMs: 25_000 });
    const { tokenSource } = visitor.element;
    let isBusy = false;
    visitor.element.tokenSource = (signal) =>
      isBusy ? Promise.reject(busy) : tokenSource!(signal);
    const peer = await watched(visitor);
    isBusy = true;
    const waits = visitor.next('voice-state-change', ({ state }) => 'nextTryAt' in state);
    lose(peer);
    await waits;
    await visitor.element.updateComplete;
  },
  'a connection that was made again': async (visitor) => {
    visitor.element.transcript = true;
    const peer = await watched(visitor);
    await visitor.hears(
      ...spoken('u1', 'Hello?', null),
      ...answered('r1', 'a1', 'Yes? What can I do for you?', 'u1'),
    );
    const live = visitor.next('voice-state-change', ({ state }) => state.status === 'live');
    lose(peer);
    await live;
    await visitor.appears('note');
    await visitor.hears(...spoken('u2', 'Are you there?', 'a1'));
  },
  'muted by the system': async (visitor) => {
    const microphones = visitor.resources.microphones.length;
    await visitor.talk();
    const stream = await visitor.resources.microphones[microphones];
    Object.defineProperty(stream?.getAudioTracks()[0], 'muted', { value: true });
    await visitor.appears('notice');
  },
  'a tool that runs': async (visitor) => {
    visitor.element.tools = [
      {
        name: 'look_up_delivery_times',
        description: 'Looks up when plants are delivered.',
        parameters: { type: 'object', properties: {} },
        execute: never,
      },
    ];
    await visitor.talk();
    visitor.service.send(...calls('look_up_delivery_times', {}));
    await visitor.until(() => visitor.find('activity')?.querySelector('p') != null);
  },
  'answers that were stopped': async (visitor) => {
    visitor.element.transcript = true;
    visitor.element.guardrails = [(text) => text.includes('cheaper') && 'No prices.'];
    await visitor.talk();
    const answer = answered('r_a1', 'a1', 'It is cheaper at the corner.', 'u1').slice(0, -4);
    const stopped = visitor.service.next('response.cancel');
    await visitor.hears(...spoken('u1', 'Is it cheaper elsewhere?', null), ...answer);
    await stopped;
    await visitor.hears(...answered('r_a2', 'a2', 'Well, you', 'a1').slice(0, -2), filtered('a2'));
    await visitor.until(() => visitor.root.querySelectorAll('.interrupted').length === 2);
  },
  'push-to-talk': async (visitor) => {
    visitor.element.turnTaking = 'push-to-talk';
    const asked = visitor.service.next('session.update');
    await visitor.talk();
    const { session } = (await asked) as ClientEvent & { session: object };
    await visitor.hears(event('session.updated', { session }));
    await visitor.appears('talk-button');
  },
  'pictures to be sent': async (visitor) => {
    visitor.element.textInput = true;
    const input = await visitor.appears('input');
    const clipboardData = new DataTransfer();
    for (const color of ['seagreen', 'goldenrod'])
      clipboardData.items.add(await pictureFile(color));
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    await visitor.until(() => visitor.root.querySelectorAll('.pictures li').length === 2);
  },
};
