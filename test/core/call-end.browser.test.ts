/** However and whenever a call ends, nothing stays open and the page hears of it once. */
import { expect } from '@open-wc/testing';
import { Call } from '../../src/core/index.js';
import { FakeService } from '../support/fake-service.js';
import { watchResources, type OpenResources } from '../support/open-resources.js';
import { answered, errorEvent } from '../support/server-events.js';
import { collect, next, reasonOf } from './call-stories.js';

const tick = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** After so many steps of waiting promises. */
async function steps(count: number): Promise<void> {
  for (let step = 0; step < count; step++) await Promise.resolve();
}

describe('ending a call', () => {
  let resources: OpenResources;
  let service: FakeService;

  beforeEach(() => {
    service = new FakeService();
    resources = watchResources();
  });

  afterEach(() => {
    service.close();
    resources.restore();
  });

  /** Waits for late microphones and says what is open then. */
  async function leftOpen(): Promise<string[]> {
    await Promise.allSettled(resources.microphones);
    await tick(0);
    service.close();
    return resources.left();
  }

  it('C3 E5 leaves nothing open at any moment of connecting', async function () {
    this.timeout(90_000);
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    const microphone = navigator.mediaDevices.getUserMedia;
    const reached = new Set<string>();
    let lateMicrophones = 0;
    for (let round = 0; round < 20; round++) {
      // Some visitors take their time at the browser's question.
      const prompt = random() * 600;
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        await tick(round % 2 ? prompt : 0);
        return microphone.call(navigator.mediaDevices, constraints);
      };
      const visitors = Array.from({ length: 10 }, async (_, number) => {
        const which = `seed ${seed}, round ${round}, visitor ${number}`;
        const service = new FakeService();
        const call = new Call(service.callOptions);
        const [ends, states] = [collect(call, 'voice-end'), collect(call, 'voice-state-change')];
        const starting = reasonOf(call.start());
        await tick(random() * 400);
        // Somebody may be looking at the levels.
        call.meter?.read(0);
        reached.add(call.state.status);
        const track = call.attempt?.microphone;
        if (!track) lateMicrophones++;
        await call.end();
        await starting;
        service.close();
        expect(ends, which).to.have.length(1);
        expect(call.state, which).to.include({ status: 'ended', reason: 'user' });
        const ended = states.filter(({ state }) => state.status === 'ended');
        expect(ended, which).to.have.length(1);
        expect(track?.readyState ?? 'ended', which).to.equal('ended');
      });
      await Promise.all(visitors);
      await tick(prompt);
      expect(await leftOpen(), `seed ${seed}, round ${round}`).to.deep.equal([]);
    }
    navigator.mediaDevices.getUserMedia = microphone;
    // The moments were spread over the whole of connecting.
    expect([...reached].sort()).to.deep.equal(['connecting', 'live']);
    expect(lateMicrophones).to.be.greaterThan(20);
    expect(resources.contexts.length).to.be.greaterThan(0);
  });

  it('leaves nothing open in the very moment when the microphone comes', async () => {
    const { mediaDevices } = navigator;
    const { getUserMedia } = mediaDevices;
    for (let late = 0; late < 15; late++) {
      const call = new Call(service.callOptions);
      mediaDevices.getUserMedia = async (constraints) => {
        const stream = await getUserMedia.call(mediaDevices, constraints);
        void steps(late).then(() => call.end());
        return stream;
      };
      const ended = next(call, 'voice-end');
      await reasonOf(call.start());
      await ended;
      expect(await leftOpen(), `${late} steps later`).to.deep.equal([]);
    }
  });

  it('leaves nothing open in the very moment when the secret comes', async () => {
    for (let late = 0; late < 15; late++) {
      const call: Call = new Call({
        ...service.callOptions,
        tokenSource: () => {
          const secret = Promise.resolve({ value: 'ek', ice_servers: [{ urls: 'stun:[::1]' }] });
          void secret.then(() => steps(late)).then(() => call.end());
          return secret;
        },
      });
      const ended = next(call, 'voice-end');
      await reasonOf(call.start());
      await ended;
      expect(await leftOpen(), `${late} steps later`).to.deep.equal([]);
    }
  });

  it('leaves nothing open when a listener ends it at any of its states', async () => {
    for (let change = 1; change <= 5; change++) {
      const call = new Call({
        ...service.callOptions,
        greeting: true,
        session: { instructions: 'Be kind.' },
        tokenSource: () => Promise.resolve({ value: 'ek', ice_servers: [{ urls: 'stun:[::1]' }] }),
      });
      let seen = 0;
      call.addEventListener('voice-state-change', () => {
        if (++seen === change) void call.end();
      });
      const ends = collect(call, 'voice-end');
      const ended = next(call, 'voice-end');
      const reason = await reasonOf(call.start());
      await ended;
      // At the last one it is live, and the start has not failed.
      expect(reason.name).to.equal(change < 5 ? 'AbortError' : 'Error', `at change ${change}`);
      expect(await leftOpen(), `at change ${change}`).to.deep.equal([]);
      expect(ends).to.have.length(1);
    }
  });

  it('A2 stops a microphone that comes after the end', async () => {
    let open: () => void = () => undefined;
    const prompt = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { mediaDevices } = navigator;
    const { getUserMedia } = mediaDevices;
    mediaDevices.getUserMedia = async (constraints) => {
      await prompt;
      return getUserMedia.call(mediaDevices, constraints);
    };
    const call = new Call(service.callOptions);
    const starting = reasonOf(call.start());
    await next(call, 'voice-state-change', ({ state }) =>
      state.status === 'connecting' ? !state.waitingFor.has('connection') : false,
    );
    await call.end();
    expect((await starting).name).to.equal('AbortError');
    open();
    await tick(0);
    expect(await leftOpen()).to.deep.equal([]);
  });

  it('C9 C10 says within 200 ms that the service has hung up', async () => {
    for (const hangUp of [() => service.closeChannel(), () => service.close()]) {
      const call = new Call(service.callOptions);
      await call.start();
      const errors = collect(call, 'voice-error');
      const ended = next(call, 'voice-end');
      const before = performance.now();
      hangUp();
      const { reason, error } = await ended;
      expect(performance.now() - before).to.be.lessThan(200);
      expect(reason).to.equal('connection-lost');
      expect(error?.code).to.equal('connection-lost');
      expect(errors).to.deep.equal([{ error, fatal: true }]);
      expect(await leftOpen()).to.deep.equal([]);
    }
  });

  it('tells whoever waits for the start that the connection was lost', async () => {
    service = new FakeService({ session: false });
    const call = new Call(service.callOptions);
    const starting = reasonOf(call.start());
    // Connected, but for the session: the service's channel is open.
    await new Promise<void>((resolve) => {
      const poll = () => {
        if (service.isOpen) resolve();
        else requestAnimationFrame(poll);
      };
      poll();
    });
    await tick(50);
    service.closeChannel();
    const ended = next(call, 'voice-end');
    expect((await starting).code).to.equal('connection-lost');
    await ended;
    expect(call.state).to.include({ status: 'ended', reason: 'connection-lost' });
  });

  it('ends with the session', async () => {
    const call = new Call(service.callOptions);
    await call.start();
    const ended = next(call, 'voice-end');
    service.send(errorEvent('session_expired', undefined, 'The maximum duration of 60 minutes.'));
    const { reason, error } = await ended;
    expect([reason, error?.code]).to.deep.equal(['error', 'session-expired']);
    expect(error?.message).to.contain('60 minutes');
    expect(await leftOpen()).to.deep.equal([]);
  });

  it('closes the level meter', async () => {
    const call = new Call(service.callOptions);
    await call.start();
    const { meter } = call;
    meter?.read(0);
    expect(resources.contexts).to.have.length(1);
    await call.end();
    expect(resources.left()).to.not.include('audio context');
    expect(meter?.read(0).some((level) => level > 0)).to.equal(false);
    expect(resources.contexts).to.have.length(1);
    expect(call.meter).to.equal(undefined);
  });

  it('refuses to send from then on, and interrupts nothing', async () => {
    const call = new Call(service.callOptions);
    expect(() => {
      call.sendText('Hello');
    }).to.throw(DOMException, 'no live call');
    await call.start();
    const heard = next(call, 'voice-transcript', ({ text }) => text !== '');
    service.send(...answered('resp_1', 'a1', 'Good morning.', null).slice(0, 6));
    await heard;
    const ending = call.end();
    call.interrupt();
    expect(() => {
      call.send({ type: 'response.create' });
    })
      .to.throw(DOMException)
      .with.property('name', 'InvalidStateError');
    await ending;
    expect(call.items.map(({ text }) => text)).to.deep.equal(['Good ']);
  });

  it('is told to every listener, also after one that throws', async () => {
    const call = new Call(service.callOptions);
    const { onerror } = globalThis;
    const thrown: unknown[] = [];
    globalThis.onerror = (_message, _source, _line, _column, error) => {
      thrown.push(error);
      return true;
    };
    try {
      const bad = () => {
        throw new Error('from the page');
      };
      for (const type of ['voice-state-change', 'voice-metrics', 'voice-end'] as const) {
        call.addEventListener(type, bad);
      }
      const ends = collect(call, 'voice-end');
      await call.start();
      const listening = next(call, 'voice-state-change', ({ state }) =>
        state.status === 'live' ? state.turn === 'speaking' : false,
      );
      service.send(...answered('resp_1', 'a1', 'Good morning.', null).slice(0, -1));
      await listening;
      await call.end();
      expect(ends.map(({ reason }) => reason)).to.deep.equal(['user']);
      expect(thrown.length).to.be.greaterThan(5);
    } finally {
      globalThis.onerror = onerror;
    }
    expect(await leftOpen()).to.deep.equal([]);
  });
});
