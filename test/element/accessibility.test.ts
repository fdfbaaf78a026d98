/** Everybody can use it: axe finds nothing in any state, in either theme and direction. */
import { expect } from '@open-wc/testing';
import 'axe-core';
import { answered, errorEvent, spoken, typed, written } from '../support/server-events.js';
import { clear, visit, type Visitor } from './visitor.js';

/** It comes as a script that leaves a global behind. */
const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };

const never = () => new Promise<never>(() => undefined);
const { play } = HTMLMediaElement.prototype;
const { mediaDevices } = navigator;

async function poor(visitor: Visitor, peersBefore: number): Promise<void> {
  const peer = visitor.resources.peers[peersBefore]!;
  const changed = visitor.next('voice-state-change');
  Object.defineProperty(peer, 'iceConnectionState', { value: 'disconnected' });
  peer.dispatchEvent(new Event('iceconnectionstatechange'));
  await changed;
  await visitor.element.updateComplete;
}

/** How a visitor gets to each state that looks different. */
const SCENES: Record<string, (visitor: Visitor) => Promise<void>> = {
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
  poor: async (visitor) => {
    const before = visitor.resources.peers.length;
    await visitor.talk();
    await poor(visitor, before);
  },
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
};

/** What axe finds wrong, and nothing about the page around. */
async function violations(element: Element): Promise<string[]> {
  const { violations: found, passes } = await axe.run(element);
  // It has looked into the shadow root.
  expect(passes.map(({ id }) => id)).to.include.members(['button-name', 'color-contrast']);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

const sizes = (visitor: Visitor) =>
  [...visitor.root.querySelectorAll('button')].map((button) => button.getBoundingClientRect());

/** What sticks out of the panel to either side. */
function overflow(visitor: Visitor): string[] {
  const panel = visitor.part('panel').getBoundingClientRect();
  return [...visitor.root.querySelectorAll<HTMLElement>('.panel :not(.spoken-only)')]
    .filter((inner) => {
      const { left, right, width } = inner.getBoundingClientRect();
      return width > 0 && (left < panel.left - 0.5 || right > panel.right + 0.5);
    })
    .map((inner) => inner.outerHTML);
}

describe('accessibility', () => {
  const { getUserMedia } = mediaDevices;
  const background = document.body.style;

  afterEach(async () => {
    HTMLMediaElement.prototype.play = play;
    await clear();
    mediaDevices.getUserMedia = getUserMedia;
    document.dir = '';
    background.cssText = '';
    document.documentElement.style.fontSize = '';
  });

  for (const [name, enter] of Object.entries(SCENES)) {
    it(`is complete: ${name}`, async function () {
      this.timeout(20_000);
      const visitor = await visit();
      await enter(visitor);
      await visitor.element.updateComplete;
      for (const theme of ['light', 'dark'] as const) {
        visitor.element.theme = theme;
        background.background = theme === 'dark' ? '#000' : '#fff';
        for (const dir of ['ltr', 'rtl']) {
          document.dir = dir;
          await visitor.element.updateComplete;
          // Half-faded colours would be measured.
          for (const one of visitor.root.getAnimations()) {
            if (one instanceof CSSTransition) one.finish();
          }
          expect(await violations(visitor.element), `${theme} ${dir}`).to.deep.equal([]);
        }
      }
    });

    it(`fits 320 and 240 px, and 200 % text, with targets of 44 px: ${name}`, async () => {
      const visitor = await visit();
      const box = document.createElement('div');
      visitor.element.before(box);
      box.append(visitor.element);
      await enter(visitor);
      await visitor.element.updateComplete;
      for (const [width, text] of [
        [700, '100%'],
        [320, '100%'],
        [240, '100%'],
        [320, '200%'],
      ] as const) {
        box.style.inlineSize = `${width}px`;
        document.documentElement.style.fontSize = text;
        const what = `${width} px, ${text}`;
        expect(visitor.element.getBoundingClientRect().width, what).to.be.at.most(width);
        expect(overflow(visitor), what).to.deep.equal([]);
        for (const { width: wide, height } of sizes(visitor)) {
          expect(Math.min(wide, height), what).to.be.at.least(44);
        }
      }
      box.remove();
    });
  }

  it('reads out what happens, and not whose turn it is', async () => {
    const visitor = await visit();
    const status = visitor.part('status');
    expect(status.getAttribute('role')).to.equal('status');
    const spokenText = () => {
      const copy = status.cloneNode(true) as HTMLElement;
      for (const silent of copy.querySelectorAll('[aria-hidden]')) silent.remove();
      return copy.textContent.trim();
    };
    await visitor.talk();
    expect(spokenText()).to.equal('Connected. You can speak now.');
    await visitor.hears(...answered('resp_1', 'a1', 'Yes?', null).slice(0, 6));
    expect(spokenText()).to.equal('Connected. You can speak now.');
    expect(visitor.part('status')).to.equal(status);
    await visitor.press('mute-button');
    expect(spokenText()).to.equal('You are muted');
    await visitor.hangUp();
    expect(spokenText()).to.match(/^Call ended/);
    expect(visitor.part('panel').getAttribute('aria-label')).to.equal('Voice assistant');
  });
});
