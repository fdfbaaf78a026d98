/** A visitor sets microphone, loudspeaker, volume and transcript, and finds it so the next time. */
import { expect } from '@open-wc/testing';
import { answered, event, spoken, written } from '../support/server-events.js';
import { clear, visit, type Visitor } from './visitor.js';

/** As it is documented. */
const KEY = 'voice-agent';

const choices = () => JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;

async function devices(kind: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((one) => one.kind === kind && one.deviceId !== 'default');
}

const selectOf = (visitor: Visitor, index: number) =>
  visitor.root.querySelectorAll<HTMLSelectElement>('[part~="select"]')[index]!;

async function choose(visitor: Visitor, index: number, value: string): Promise<void> {
  const select = selectOf(visitor, index);
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await visitor.element.updateComplete;
}

async function open(visitor: Visitor): Promise<void> {
  (await visitor.appears('settings-button')).click();
  await visitor.appears('settings');
}

describe('what a visitor can set', () => {
  const { mediaDevices } = navigator;
  const own = ['enumerateDevices', 'getUserMedia'] as const;

  afterEach(async () => {
    await clear();
    for (const name of own) Reflect.deleteProperty(mediaDevices, name);
    localStorage.removeItem(KEY);
  });

  /** From now on the browser knows these. */
  function connected(list: readonly MediaDeviceInfo[]): void {
    mediaDevices.enumerateDevices = () => Promise.resolve([...list]);
    mediaDevices.dispatchEvent(new Event('devicechange'));
  }

  it('is there only where the page wants it', async () => {
    const visitor = await visit();
    await visitor.talk();
    expect(visitor.find('settings-button')).to.equal(null);
  });

  it('has every language by its own name, and speaks the chosen one from then on', async () => {
    const visitor = await visit({ settings: '', lang: 'en' });
    await visitor.talk();
    await open(visitor);
    const select = [...visitor.root.querySelectorAll<HTMLSelectElement>('[part~="select"]')].at(
      -1,
    )!;
    const names = [...select.options].map(({ label }) => label);
    expect(names).to.have.length(36);
    expect(names[0]).to.equal('Automatic');
    expect(names).to.include.members(['Deutsch', 'English', 'Español', 'العربية', '日本語']);
    select.value = 'de';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await visitor.until(() => visitor.label === 'Beenden');
    expect(choices()).to.include({ language: 'de' });
    expect(visitor.element.lang, 'The page’s own is changed.').to.equal('en');
    const other = await visit({ settings: '', lang: 'en' });
    await other.until(() => other.label === 'Gespräch starten');
    select.value = '';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await visitor.until(() => visitor.label === 'End');
  });

  it('tells the transcription of a language that is chosen in a call', async () => {
    const visitor = await visit({ settings: '', lang: 'en' });
    await visitor.talk();
    await visitor.hears(
      event('session.created', {
        session: { type: 'realtime', audio: { input: { transcription: { model: 'whisper-1' } } } },
      }),
    );
    await open(visitor);
    const select = [...visitor.root.querySelectorAll<HTMLSelectElement>('[part~="select"]')].at(
      -1,
    )!;
    select.value = 'nb';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await visitor.until(() => visitor.label === 'Avslutt');
    await visitor.hears(...spoken('u1', 'Hei?', null).slice(0, 1));
    const told = () =>
      visitor.service.received.map((sent) =>
        sent.type === 'session.update' ? JSON.stringify(sent.session) : '',
      );
    await visitor.until(() => told().some((session) => session.includes('"language":"no"')));
  });

  it('has no devices before the browser tells of them, and all else', async () => {
    const nameless = (await devices('audioinput')).map(({ kind, deviceId }) => ({
      kind,
      deviceId,
      label: '',
    }));
    mediaDevices.enumerateDevices = () => Promise.resolve(nameless as MediaDeviceInfo[]);
    const visitor = await visit({ settings: '' });
    const { getUserMedia } = mediaDevices;
    let opened = 0;
    mediaDevices.getUserMedia = (wanted) => {
      opened++;
      return getUserMedia.call(mediaDevices, wanted);
    };
    await open(visitor);
    expect(visitor.root.querySelector('.level')).to.equal(null);
    expect(visitor.root.querySelectorAll('.settings select')).to.have.length(1);
    expect(visitor.root.querySelector('.settings [type=checkbox]')).not.to.equal(null);
    expect(opened, 'the visitor was asked').to.equal(0);
    Reflect.deleteProperty(mediaDevices, 'enumerateDevices');
    mediaDevices.dispatchEvent(new Event('devicechange'));
    await visitor.until(() => visitor.root.querySelector('.level') !== null);
    await visitor.until(() => opened === 1);
  });

  it('looks at no microphone in a conversation by text', async () => {
    const visitor = await visit({ settings: '', 'text-input': '' });
    await visitor.element.sendText('Hello');
    await open(visitor);
    expect(visitor.root.querySelector('.level')).to.equal(null);
    await visitor.hangUp();
    await visitor.until(() => visitor.root.querySelector('.level') !== null);
  });

  it('names the devices, and keeps nothing until something is chosen', async () => {
    const visitor = await visit({ settings: '' });
    await visitor.talk();
    await open(visitor);
    const names = [...selectOf(visitor, 0).options].map(({ text }) => text);
    const known = (await devices('audioinput')).map(({ label }) => label);
    expect(known).to.have.length.above(1);
    expect(names).to.deep.equal(['System default', ...known]);
    expect(selectOf(visitor, 0).value).to.equal('');
    await visitor.hangUp();
    expect(localStorage.getItem(KEY)).to.equal(null);
  });

  it('closes with Escape, and the focus goes back', async () => {
    const visitor = await visit({ settings: '' });
    await visitor.talk();
    await open(visitor);
    expect(visitor.part('settings-button').ariaExpanded).to.equal('true');
    await visitor.until(() => visitor.root.activeElement === selectOf(visitor, 0));
    let closed = 0;
    visitor.element.addEventListener('keydown', ({ defaultPrevented }) => {
      if (!defaultPrevented) closed++;
    });
    const key = new KeyboardEvent('keydown', {
      key: 'Escape',
      bubbles: true,
      composed: true,
      cancelable: true,
    });
    selectOf(visitor, 0).dispatchEvent(key);
    await visitor.element.updateComplete;
    expect(visitor.find('settings')).to.equal(null);
    expect(visitor.root.activeElement).to.equal(visitor.part('settings-button'));
    expect(closed, 'the layout takes it for its own').to.equal(0);
    expect(visitor.element.state.status).to.equal('live');
  });

  it('switches the microphone in a call, and stops the one before', async () => {
    const visitor = await visit({ settings: '' });
    await visitor.talk();
    await open(visitor);
    const [, second] = await devices('audioinput');
    await choose(visitor, 0, second!.deviceId);
    await visitor.until(() => visitor.resources.microphones.length === 2);
    const [before, after] = await Promise.all(
      visitor.resources.microphones.map(async (one) => (await one).getAudioTracks()[0]!),
    );
    await visitor.until(() => before!.readyState === 'ended', 'The first one is still on.');
    expect(after!.getSettings().deviceId).to.equal(second!.deviceId);
    const sent = visitor.resources.peers.flatMap((peer) =>
      peer.getSenders().map(({ track }) => track),
    );
    expect(sent).to.include(after);
    await visitor.until(() => choices().microphone === second!.deviceId);
    await visitor.hangUp();
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('shows the chosen microphone when another is unplugged', async () => {
    const [first, second] = await devices('audioinput');
    const visitor = await visit({ settings: '' });
    await open(visitor);
    connected([first!, second!]);
    for (const { deviceId } of [first!, second!]) {
      await choose(visitor, 0, deviceId);
      await visitor.until(() => choices().microphone === deviceId);
    }
    connected([second!]);
    await visitor.until(() => selectOf(visitor, 0).options.length === 2);
    expect(selectOf(visitor, 0).value).to.equal(second!.deviceId);
  });

  it('keeps the microphone that works when another does not, and says so', async () => {
    const visitor = await visit({ settings: '' });
    await visitor.talk();
    await open(visitor);
    const [first] = visitor.resources.microphones;
    mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'));
    const [, second] = await devices('audioinput');
    await choose(visitor, 0, second!.deviceId);
    const error = () => visitor.root.querySelector('.settings .error')!;
    await visitor.until(() => error().textContent.includes('in use elsewhere'));
    expect(selectOf(visitor, 0).value).to.equal('');
    const [track] = (await first!).getAudioTracks();
    expect(track!.readyState).to.equal('live');
    expect(localStorage.getItem(KEY)).to.equal(null);
    expect(visitor.element.state.status).to.equal('live');
  });

  it('knows the devices even where the browser never answers about a loudspeaker', async () => {
    const visitor = await visit({ settings: '' });
    await visitor.talk();
    await open(visitor);
    const names = () => [...selectOf(visitor, 0).options].map(({ text }) => text);
    const microphones = await devices('audioinput');
    const speakers = await devices('audiooutput');
    connected([...microphones, ...speakers]);
    const { setSinkId } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.setSinkId = () => new Promise(() => undefined);
    try {
      await choose(visitor, 1, speakers.at(-1)!.deviceId);
      connected([microphones[0]!, ...speakers]);
      await visitor.until(() => names().length === 2, 'It waits for the loudspeaker.');
    } finally {
      HTMLMediaElement.prototype.setSinkId = setSinkId;
    }
    mediaDevices.enumerateDevices = () => new Promise(() => undefined);
    await visitor.hangUp();
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('uses what was chosen in the next visit, and shows it', async () => {
    const [, second] = await devices('audioinput');
    localStorage.setItem(KEY, JSON.stringify({ microphone: second!.deviceId, transcript: true }));
    const visitor = await visit({ settings: '' });
    await visitor.appears('settings-button');
    await visitor.talk();
    const [stream] = await Promise.all(visitor.resources.microphones);
    const [track] = stream!.getAudioTracks();
    expect(track!.getSettings().deviceId).to.equal(second!.deviceId);
    expect(visitor.find('transcript')).not.to.equal(null);
    await open(visitor);
    expect(selectOf(visitor, 0).value).to.equal(second!.deviceId);
  });

  it('is not troubled by what else is stored there', async () => {
    for (const odd of ['{', 'null', '7', '{"microphone":5,"volume":"loud","transcript":1}']) {
      localStorage.setItem(KEY, odd);
      const visitor = await visit({ settings: '' });
      await visitor.talk();
      await visitor.appears('settings-button');
      expect(visitor.element.transcript, odd).to.equal(false);
      await clear();
    }
  });

  it('lets screen readers announce answers by voice, too, and none by text, if that is wanted', async () => {
    const readOut = (visitor: Visitor) => visitor.root.querySelector('[data-answers]')?.textContent;
    const check = (visitor: Visitor) =>
      [...visitor.root.querySelectorAll<HTMLInputElement>('.settings [type=checkbox]')].at(-1)!;
    const visitor = await visit({ settings: '', transcript: '' });
    await visitor.talk();
    await open(visitor);
    expect(check(visitor).checked).to.equal(false);
    await visitor.hears(...answered('resp_1', 'a1', 'It is audible.', null));
    expect(readOut(visitor)).to.equal('');
    check(visitor).click();
    await visitor.hears(...answered('resp_2', 'a2', 'Not to everybody.', 'a1'));
    await visitor.until(() => readOut(visitor) === 'Not to everybody.');
    expect(choices()).to.deep.equal({ readOut: true });
    check(visitor).click();
    expect(choices()).to.deep.equal({});
    await visitor.hangUp();

    const other = await visit({ settings: '', 'text-input': '' });
    await other.element.sendText('Hello');
    await open(other);
    expect(check(other).checked).to.equal(true);
    check(other).click();
    await other.hears(...written('a1', 'Seen only.', null));
    await other.appears('agent-message');
    expect(readOut(other)).to.equal('');
    expect(choices()).to.deep.equal({ readOut: false });
    check(other).click();
    await other.hears(...written('a2', 'Said, too.', 'a1'));
    await other.until(() => readOut(other) === 'Said, too.');
    expect(choices()).to.deep.equal({});
  });

  it('works where the page may store nothing', async () => {
    const { getItem, setItem } = Storage.prototype;
    const refuse = () => {
      throw new DOMException('', 'SecurityError');
    };
    Storage.prototype.getItem = Storage.prototype.setItem = refuse;
    try {
      const visitor = await visit({ settings: '' });
      await visitor.talk();
      await open(visitor);
      const [check] = visitor.root.querySelectorAll<HTMLInputElement>('.settings [type=checkbox]');
      check!.click();
      await visitor.element.updateComplete;
      expect(visitor.find('transcript')).not.to.equal(null);
      expect(visitor.element.transcript).to.equal(true);
      // For the stories to come.
      check!.click();
    } finally {
      Object.assign(Storage.prototype, { getItem, setItem });
    }
  });

  it('says when a chosen device is gone, and goes back to it when it is there again', async () => {
    const [first, second] = await devices('audioinput');
    localStorage.setItem(KEY, JSON.stringify({ microphone: second!.deviceId }));
    const visitor = await visit({ settings: '' });
    await open(visitor);
    connected([first!]);
    await visitor.appears('notice');
    expect(visitor.text('notice')).to.equal('Microphone: System default');
    expect(selectOf(visitor, 0).value).to.equal('');
    connected([first!, second!]);
    await visitor.until(() => visitor.find('notice') === null);
    expect(selectOf(visitor, 0).value).to.equal(second!.deviceId);
  });

  it('sets how loud the agent is and where it is heard, at once and in the next call', async () => {
    const players: HTMLAudioElement[] = [];
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function (this: HTMLAudioElement) {
      if (!players.includes(this)) players.push(this);
      return play.call(this);
    };
    try {
      const visitor = await visit({ settings: '' });
      await visitor.talk();
      await open(visitor);
      const range = visitor.root.querySelector<HTMLInputElement>('.settings [type=range]')!;
      range.value = '0.25';
      range.dispatchEvent(new Event('input', { bubbles: true }));
      const [speaker] = await devices('audiooutput');
      await choose(visitor, 1, speaker!.deviceId);
      const sounds = () => players.at(-1) as HTMLAudioElement & { sinkId: string };
      await visitor.until(() => sounds().sinkId === speaker!.deviceId);
      expect(sounds().volume).to.equal(0.25);
      expect(choices()).to.include({ volume: 0.25, speaker: speaker!.deviceId });
      await visitor.hangUp();
      const before = sounds();
      await visitor.talk();
      expect(sounds()).not.to.equal(before);
      await visitor.until(() => sounds().sinkId === speaker!.deviceId);
      expect(sounds().volume).to.equal(0.25);
    } finally {
      HTMLMediaElement.prototype.play = play;
    }
  });

  it('holds for a conversation by text that goes on by voice, too', async () => {
    const players: (HTMLAudioElement & { sinkId: string })[] = [];
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function (this: HTMLAudioElement & { sinkId: string }) {
      players.push(this);
      return play.call(this);
    };
    const [speaker] = await devices('audiooutput');
    const all = await mediaDevices.enumerateDevices();
    localStorage.setItem(KEY, JSON.stringify({ volume: 0.25, speaker: speaker!.deviceId }));
    // As on a first visit: without a microphone there are no names.
    mediaDevices.enumerateDevices = () => Promise.resolve([]);
    try {
      const visitor = await visit({ settings: '', 'text-input': '' });
      await visitor.element.sendText('Hello');
      mediaDevices.enumerateDevices = () => Promise.resolve(all);
      await visitor.press('talk-button');
      await visitor.appears('settings-button');
      await visitor.until(() => players.at(-1)?.sinkId === speaker!.deviceId);
      expect(players.at(-1)?.volume).to.equal(0.25);
    } finally {
      HTMLMediaElement.prototype.play = play;
    }
  });

  it('A16 goes on with the usual loudspeaker when the chosen one is gone, or cannot be used', async () => {
    const players: HTMLAudioElement[] = [];
    const { play, setSinkId } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function (this: HTMLAudioElement) {
      if (!players.includes(this)) players.push(this);
      return play.call(this);
    };
    const [first, second] = await devices('audiooutput');
    const microphones = await devices('audioinput');
    localStorage.setItem(KEY, JSON.stringify({ speaker: second!.deviceId }));
    try {
      const visitor = await visit({ settings: '' });
      const errors: Event[] = [];
      visitor.element.addEventListener('voice-error', (event) => errors.push(event));
      await visitor.talk();
      const sounds = () => players.at(-1) as HTMLAudioElement & { sinkId: string };
      await visitor.until(() => sounds().sinkId === second!.deviceId);
      connected([...microphones, first!]);
      await visitor.until(() => sounds().sinkId === '');
      connected([...microphones, first!, second!]);
      await visitor.until(() => sounds().sinkId === second!.deviceId);
      await visitor.hangUp();
      const refused: string[] = [];
      HTMLMediaElement.prototype.setSinkId = function (this: HTMLAudioElement, id) {
        if (id === '') return setSinkId.call(this, id);
        refused.push(id);
        return Promise.reject(new DOMException('', 'NotFoundError'));
      };
      await visitor.talk();
      await visitor.until(() => refused.includes(second!.deviceId));
      expect(sounds().sinkId).to.equal('');
      expect(sounds().paused).to.equal(false);
      expect(errors).to.deep.equal([]);
    } finally {
      Object.assign(HTMLMediaElement.prototype, { play, setSinkId });
    }
  });

  it('shows what the microphone hears, without a call too, and lets go of it', async () => {
    const visitor = await visit({ settings: '' });
    await open(visitor);
    await visitor.until(() => visitor.resources.microphones.length === 1);
    const meter = visitor.root.querySelector('[role=meter]')!;
    expect(meter.ariaLabel).to.equal('What the microphone hears');
    await visitor.until(() => Number(meter.ariaValueNow) > 0, 'The beep is not seen.');
    await visitor.press('settings-button');
    expect(visitor.find('settings')).to.equal(null);
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });

  it('leaves the microphone to a call that begins, and is gone with the element', async () => {
    const visitor = await visit({ settings: '' });
    await open(visitor);
    await visitor.until(() => visitor.resources.microphones.length === 1);
    await visitor.talk();
    const [own] = await Promise.all(visitor.resources.microphones);
    await visitor.until(() => own!.getAudioTracks()[0]!.readyState === 'ended');
    await visitor.hangUp();
    visitor.element.remove();
    await visitor.until(() => visitor.find('settings') === null);
    expect(await visitor.leftOpen()).to.deep.equal([]);
  });
});
