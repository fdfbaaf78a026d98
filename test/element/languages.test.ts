/** The element speaks the language of the page, and every language has room at 240 px. */
import { expect } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import { VoiceError, type ClientEvent, type VoiceErrorCode } from '../../src/index.js';
import { clock, inWords } from '../../src/element/durations.js';
import { SENTENCES } from '../../src/element/english-errors.js';
import { DICTIONARIES } from '../../src/element/languages.js';
import type { FakeService, FakeServiceOptions } from '../support/fake-service.js';
import { answered, calls, event, spoken } from '../support/server-events.js';
import { leaveScenes, SCENES } from './scenes.js';
import { clear, visit, type Visitor } from './visitor.js';

const TAGS = Object.keys(DICTIONARIES);
const RTL = ['ar', 'fa', 'he', 'ur'];

const never = () => new Promise<never>(() => undefined);
const { mediaDevices } = navigator;

/** A service that agrees to how turns are taken. */
const obliging = {
  onEvent: (received: ClientEvent, service: FakeService) => {
    if (received.type === 'session.update') {
      service.send(event('session.updated', { session: received.session }));
    }
  },
};

const panel = (visitor: Visitor) => visitor.part('panel');

/** Resolves when the words on screen are of this language. */
async function shows(visitor: Visitor, tag: string): Promise<void> {
  const section = panel(visitor);
  if (section.lang === tag) return;
  await new Promise<void>((resolve) => {
    const observer = new MutationObserver(() => {
      if (section.lang !== tag) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(section, { attributeFilter: ['lang'] });
  });
}

async function speak(visitor: Visitor, tag: string): Promise<void> {
  visitor.element.lang = tag;
  await shows(visitor, tag);
}

function endsInEllipsis(one: Element): boolean {
  const { textOverflow, whiteSpace } = getComputedStyle(one);
  return textOverflow === 'ellipsis' && whiteSpace === 'nowrap';
}

/** What is wider or higher than the room it has, or reaches out of the panel. */
function cutText(visitor: Visitor): string[] {
  const edge = panel(visitor).getBoundingClientRect();
  return (
    [...visitor.root.querySelectorAll<HTMLElement>('section, section :not(svg, svg *, slot)')]
      .filter((one) => one.getClientRects().length > 0)
      .filter((one) => !one.closest('.spoken-only, .visualizer, ol, ul'))
      // A slider can be touched around what is seen of it.
      .filter((one) => !one.matches(':has(> [type=range])'))
      // The hint of an empty field may end in an ellipsis.
      .filter((one) => !one.matches('textarea:placeholder-shown') || !endsInEllipsis(one))
      // For those who cannot see them.
      .filter((one) => getComputedStyle(one).clipPath !== 'inset(50%)')
      .filter((one) => {
        const { left, right } = one.getBoundingClientRect();
        const inside = left >= edge.left - 0.5 && right <= edge.right + 0.5;
        // An inline box has no room of its own.
        const isBox = one.clientWidth > 0;
        const fits = one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight + 1;
        return !inside || (isBox && !fits);
      })
      .map((one) => `${one.getAttribute('part') ?? one.tagName}: ${one.textContent.trim()}`)
  );
}

/** In every language: all words have room, and are marked as what they are. */
async function fitsInAllLanguages(
  visitor: Visitor,
  then: (tag: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const cut: Record<string, string[]> = {};
  for (const tag of TAGS) {
    await speak(visitor, tag);
    await then(tag);
    const found = cutText(visitor);
    if (found.length > 0) cut[tag] = found;
    // What belongs in a sentence stands there.
    expect(panel(visitor).textContent, tag).not.to.contain('{');
    expect(getComputedStyle(panel(visitor)).direction).to.equal(RTL.includes(tag) ? 'rtl' : 'ltr');
  }
  expect(cut).to.deep.equal({});
}

async function narrow(
  attributes: Record<string, string> = {},
  options: FakeServiceOptions = {},
): Promise<Visitor> {
  const visitor = await visit({ transcript: '', 'text-input': '', ...attributes }, options);
  visitor.element.style.width = '240px';
  return visitor;
}

/** Sets the languages of the browser; returns how to undo it. */
function browserSpeaks(...languages: string[]): () => void {
  Object.defineProperty(navigator, 'languages', { value: languages, configurable: true });
  return () => delete (navigator as { languages?: unknown }).languages;
}

describe('the language', () => {
  let undo: () => void = () => undefined;

  afterEach(async () => {
    undo();
    undo = () => undefined;
    document.documentElement.removeAttribute('lang');
    document.documentElement.removeAttribute('dir');
    await clear();
  });

  it('is that of the element, else of what is around it, else of the browser', async () => {
    undo = browserSpeaks('tlh', 'fr-CA', 'de');
    const visitor = await visit();
    await shows(visitor, 'fr');
    expect(visitor.label).to.equal('Commencer à parler');
    document.documentElement.lang = 'de-AT';
    await shows(visitor, 'de');
    expect(visitor.label).to.equal('Gespräch starten');
    visitor.element.lang = 'ja';
    await shows(visitor, 'ja');
    expect(visitor.label).to.equal('会話を始める');
    visitor.element.removeAttribute('lang');
    await shows(visitor, 'de');
    document.documentElement.lang = 'en-GB';
    await shows(visitor, 'en');
    expect(visitor.label).to.equal('Start talking');
  });

  it('is found through shadow roots, and followed when the element moves', async () => {
    document.documentElement.lang = 'de';
    const visitor = await visit();
    await shows(visitor, 'de');
    const outer = document.createElement('div');
    const inner = document.createElement('div');
    outer.lang = 'it';
    document.body.append(outer);
    outer.attachShadow({ mode: 'open' }).append(inner);
    const root = inner.attachShadow({ mode: 'open' });
    root.append(visitor.element);
    await shows(visitor, 'it');
    outer.lang = 'es';
    await shows(visitor, 'es');
    inner.lang = 'nl';
    await shows(visitor, 'nl');
    document.body.append(visitor.element);
    await shows(visitor, 'de');
    outer.remove();
  });

  it('that is not there is English', async () => {
    undo = browserSpeaks('de');
    document.documentElement.lang = 'tlh';
    const visitor = await visit();
    await shows(visitor, 'en');
    expect(visitor.label).to.equal('Start talking');
  });

  it('decides the direction, whatever that of the page is', async () => {
    const visitor = await visit({ lang: 'he' });
    await shows(visitor, 'he');
    const direction = () => getComputedStyle(panel(visitor)).direction;
    expect(direction()).to.equal('rtl');
    document.documentElement.dir = 'rtl';
    await speak(visitor, 'de');
    expect(direction()).to.equal('ltr');
    await speak(visitor, 'en');
    expect(direction()).to.equal('ltr');
    // Nobody asks for English here, so the page's direction stands.
    visitor.element.removeAttribute('lang');
    await visitor.until(() => direction() === 'rtl');
  });

  it('leaves the page’s own words alone', async () => {
    const visitor = await visit({ lang: 'fr' });
    await shows(visitor, 'fr');
    visitor.element.strings = { start: 'Parlez à Fern', 'content-filtered': 'Non.' };
    await visitor.element.updateComplete;
    expect(visitor.label).to.equal('Parlez à Fern');
    expect(visitor.text('status')).to.equal('Vous avez une question ? Posez-la.');
    visitor.element.tokenSource = () => Promise.reject(new VoiceError('content-filtered', 'No.'));
    const ended = visitor.next('voice-end');
    await visitor.press('start-button');
    await ended;
    await visitor.element.updateComplete;
    expect(visitor.text('error')).to.equal('Non.');
  });

  it('changes in a call, which goes on', async () => {
    const visitor = await visit({ lang: 'de', transcript: '' });
    await shows(visitor, 'de');
    await visitor.talk();
    await visitor.hears(...spoken('u1', 'Hello?', null));
    await visitor.hears(...answered('r', 'a1', 'Yes?', 'u1', { interrupted: true }));
    await visitor.appears('agent-message');
    expect(visitor.text('status')).to.equal('Ich höre zu');
    expect(visitor.part('user-message').textContent).to.contain('Sie: ');
    await speak(visitor, 'ar');
    expect(visitor.text('status')).to.equal('أستمع إليك');
    await visitor.until(() => visitor.part('user-message').textContent.includes('أنت: '));
    expect(visitor.part('mute-button').title).to.equal('كتم الميكروفون');
    expect(visitor.part('agent-message').textContent).to.contain('(تمت المقاطعة)');
    expect(visitor.part('latest-button').title).to.equal('الانتقال إلى آخر رسالة');
    expect(visitor.part('latest-button').ariaLabel).to.equal('الانتقال إلى آخر رسالة');
    const left = (part: string) => visitor.part(part).getBoundingClientRect().left;
    expect(left('mute-button')).to.be.greaterThan(left('interrupt-button'));
    await speak(visitor, 'sv');
    expect(left('mute-button')).to.be.lessThan(left('interrupt-button'));
    expect(visitor.element.state.status).to.equal('live');
    expect(visitor.details('voice-end')).to.deep.equal([]);
    await visitor.hangUp();
  });

  it('is hinted to transcription where the page says it and the session has no other', async () => {
    const created = (transcription: object | null) =>
      event('session.created', { session: { audio: { input: { transcription } } } });
    const hints = (visitor: Visitor) =>
      visitor.service.received.filter(({ type }) => type === 'session.update');
    const hinted = async (
      attributes: Record<string, string>,
      transcription: object | null,
      ownSession = false,
    ) => {
      const visitor = await visit(attributes, { session: false });
      if (attributes.lang) await visitor.until(() => panel(visitor).lang !== '');
      if (ownSession) {
        visitor.element.session = { audio: { input: { transcription: { language: 'it' } } } };
      }
      const live = visitor.next('voice-state-change', ({ state }) => state.status === 'live');
      await visitor.press('start-button');
      await visitor.until(() => visitor.service.isOpen);
      visitor.service.send(created(transcription));
      await live;
      await visitor.hears();
      visitor.element.sendContext('That is all.');
      await visitor.until(() =>
        visitor.service.received.some(({ type }) => type === 'conversation.item.create'),
      );
      const found = hints(visitor).map((one) => (one as { session?: unknown }).session);
      await visitor.hangUp();
      return found;
    };
    const update = (transcription: object) => [
      { type: 'realtime', audio: { input: { transcription } } },
    ];
    const model = 'whisper-1';
    expect(await hinted({ lang: 'de-AT' }, { model })).to.deep.equal(
      update({ model, language: 'de' }),
    );
    expect(await hinted({ lang: 'nb' }, { model })).to.deep.equal(
      update({ model, language: 'no' }),
    );
    expect(await hinted({ lang: 'en' }, { model })).to.deep.equal(
      update({ model, language: 'en' }),
    );
    // A language that is not known here; one that the host chose; no transcription; only the browser's.
    expect(await hinted({ lang: 'tlh' }, { model })).to.deep.equal([]);
    expect(await hinted({ lang: 'de' }, { model, language: 'fr' })).to.deep.equal([]);
    expect(await hinted({ lang: 'de' }, null)).to.deep.equal([]);
    expect(await hinted({}, { model })).to.deep.equal([]);
    expect(await hinted({ lang: 'de' }, { model }, true)).to.deep.equal(update({ language: 'it' }));
  });

  it('counts in its own way', () => {
    expect(clock(83_000, 'de')).to.equal('1:23');
    expect(clock(83_000, 'fa')).to.equal('۱:۲۳');
    expect(clock(3_723_000, 'en')).to.equal('62:03');
    expect(inWords(83_000, 'en')).to.equal('1 minute, 23 seconds');
    expect(inWords(60_000, 'en')).to.equal('1 minute');
    expect(inWords(0, 'en')).to.equal('0 seconds');
    expect(inWords(122_000, 'pl')).to.equal('2 minuty i 2 sekundy');
    expect(inWords(5_000, 'ar')).to.equal('5 ثوان');
  });
});

describe('in every language, at 240 px, all words have room', () => {
  afterEach(async () => {
    await clear();
    leaveScenes();
    Reflect.deleteProperty(navigator.permissions, 'query');
  });

  for (const [scene, enter] of Object.entries(SCENES)) {
    it(`in the scene "${scene}"`, async () => {
      // Nobody has allowed the microphone before.
      navigator.permissions.query = () => Promise.resolve({ state: 'prompt' } as PermissionStatus);
      const visitor = await narrow();
      await enter(visitor);
      await fitsInAllLanguages(visitor);
    });
  }

  it('before a call', async () => {
    await fitsInAllLanguages(await narrow());
  });

  it('while it connects and the browser asks for the microphone', async () => {
    const { getUserMedia } = mediaDevices;
    navigator.permissions.query = () => Promise.resolve({ state: 'prompt' } as PermissionStatus);
    const visitor = await narrow();
    try {
      mediaDevices.getUserMedia = visitor.element.tokenSource = never;
      await visitor.press('start-button');
      const notice = await visitor.appears('notice');
      for (const fade of notice.getAnimations()) fade.finish();
      await fitsInAllLanguages(visitor);
    } finally {
      mediaDevices.getUserMedia = getUserMedia;
    }
  });

  it('in a call, whoever’s turn it is, and after it', async () => {
    const visitor = await narrow();
    await visitor.talk();
    await fitsInAllLanguages(visitor);
    await visitor.hears(...spoken('u1', 'Hello?', null).slice(0, 1));
    await fitsInAllLanguages(visitor);
    await visitor.press('mute-button');
    await fitsInAllLanguages(visitor);
    await visitor.hangUp();
    await fitsInAllLanguages(visitor);
  });

  it('in a conversation by text', async () => {
    const visitor = await narrow();
    await visitor.element.sendText('Hello?');
    await fitsInAllLanguages(visitor);
  });

  it('while a busy host is waited for, which is read out once', async () => {
    const { fetch } = window;
    const visitor = await narrow({ 'token-url': '/token' });
    visitor.element.tokenSource = undefined;
    try {
      window.fetch = () =>
        Promise.resolve(new Response('{}', { status: 429, headers: { 'retry-after': '15' } }));
      await visitor.press('start-button');
      await visitor.until(() => visitor.text('status').endsWith('Trying again in 15 s'));
      const spokenStatus = () => visitor.part('status').querySelector('.spoken-only')?.textContent;
      const once = spokenStatus();
      await visitor.until(() => visitor.text('status').endsWith('Trying again in 14 s'));
      expect(spokenStatus()).to.equal(once);
      await fitsInAllLanguages(visitor);
      expect(visitor.element.state.status).to.equal('connecting');
    } finally {
      window.fetch = fetch;
    }
  });

  it('in push-to-talk, before, while the button is held, and after a tap', async () => {
    const visitor = await narrow({ 'turn-taking': 'push-to-talk' }, obliging);
    await visitor.talk();
    const label = () => visitor.part('talk-button').textContent.trim();
    const key = (type: string) =>
      visitor.part('talk-button').dispatchEvent(new KeyboardEvent(type, { key: ' ' }));
    await visitor.until(() => label() === 'Hold to talk');
    await fitsInAllLanguages(visitor);
    await speak(visitor, 'en');
    await visitor.until(() => key('keydown') && label() === 'Release to send');
    await fitsInAllLanguages(visitor);
    await speak(visitor, 'en');
    key('keyup');
    await visitor.until(() => label() === 'Hold to talk');
    visitor.part('talk-button').click();
    await visitor.until(() => label() === 'Tap to send');
    await fitsInAllLanguages(visitor);
  });

  it('while a tool runs, and after it has failed', async () => {
    const visitor = await narrow();
    const { promise, reject } = Promise.withResolvers<string>();
    visitor.element.tools = [{ name: 'water_the_plants', execute: () => promise }];
    await visitor.talk();
    await visitor.hears(event('session.updated', { session: { id: 'sess_1', tools: [] } }));
    await visitor.hears(...calls('water_the_plants', {}));
    await visitor.until(() => visitor.text('activity') === 'Working on it: water the plants');
    await fitsInAllLanguages(visitor);
    expect(visitor.part('activity').querySelector('bdi')?.textContent).to.equal('water the plants');
    await speak(visitor, 'en');
    reject(new Error('It rains.'));
    await visitor.until(() => visitor.text('activity') === 'That did not work: water the plants');
    await fitsInAllLanguages(visitor);
  });

  it('where a picture waits to be sent, and where a file is none', async () => {
    const visitor = await narrow();
    const paste = (...files: File[]) => {
      const data = new DataTransfer();
      for (const file of files) data.items.add(file);
      visitor
        .part('input')
        .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
    };
    const canvas = new OffscreenCanvas(40, 20);
    canvas.getContext('2d')?.fillRect(0, 0, 20, 20);
    const drawn = await canvas.convertToBlob();
    paste(new File([drawn], 'leaf.png', { type: 'image/png' }));
    await visitor.appears('remove-button');
    await fitsInAllLanguages(visitor, async (tag) => {
      paste(new File(['hello'], `${tag}.txt`, { type: 'text/plain' }));
      const problem = visitor.root.querySelector('.composer .error');
      await visitor.until(() => problem?.textContent.startsWith(`${tag}.txt: `) ?? false);
    });
  });

  for (const code of Object.keys(SENTENCES) as VoiceErrorCode[]) {
    it(`when it failed with ${code}`, async () => {
      const visitor = await narrow();
      visitor.element.tokenSource = () => Promise.reject(new VoiceError(code, 'No.'));
      const ended = visitor.next('voice-end');
      await visitor.press('start-button');
      await ended;
      await visitor.until(() => visitor.text('error') === SENTENCES[code]);
      await fitsInAllLanguages(visitor);
    });
  }
});

describe('a phone', () => {
  afterEach(async () => {
    await clear();
    document.documentElement.style.fontSize = '';
    await setViewport({ width: 800, height: 600 });
  });

  it('has every button on its sheet, in letters twice their size, before a call and in it', async () => {
    await setViewport({ width: 320, height: 640 });
    document.documentElement.style.fontSize = '200%';
    const visitor = await visit({ layout: 'floating', open: '' });
    await visitor.appears('launcher');
    const outside: string[] = [];
    const look = async () => {
      for (const tag of ['en', ...TAGS]) {
        await speak(visitor, tag);
        const { left, right } = panel(visitor).getBoundingClientRect();
        for (const button of panel(visitor).querySelectorAll('button')) {
          const box = button.getBoundingClientRect();
          if (box.left < left || box.right > right)
            outside.push(`${tag}: ${button.title || button.textContent.trim()}`);
        }
      }
    };
    await look();
    await visitor.talk();
    await look();
    expect(outside).to.deep.equal([]);
  });

  it('of 360 pixels has the four buttons of a call in one row, in nearly all languages', async () => {
    const visitor = await visit({ settings: '' });
    // What is left of it on the demo's pages.
    visitor.element.style.width = '328px';
    await visitor.talk();
    await visitor.appears('settings-button');
    const broken: string[] = [];
    for (const tag of ['en', ...TAGS]) {
      await speak(visitor, tag);
      const tops = [...visitor.part('controls').children].map(
        (button) => button.getBoundingClientRect().top,
      );
      expect(tops, tag).to.have.length(4);
      if (new Set(tops).size > 1) broken.push(tag);
    }
    // Which ones, the machine's letters decide.
    expect(broken.length, broken.join()).to.be.at.most(3);
  });
});
