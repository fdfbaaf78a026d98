/** A call from the click to the first word: what happens, in which order, and what it opens. */
import { expect } from '@open-wc/testing';
import { attachConnectMetrics, attachWarmUp, Call, VoiceError } from '../../src/core/index.js';
import { FakeService } from '../support/fake-service.js';
import { watchResources, type OpenResources } from '../support/open-resources.js';
import { collect, nameOf, next, reasonOf } from './call-stories.js';

describe('starting a call', () => {
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

  it('goes from idle over connecting to live, and says when everything was there', async () => {
    const call = new Call(service.callOptions);
    const names = [nameOf(call.state)];
    call.addEventListener('voice-state-change', ({ detail }) => {
      names.push(nameOf(detail.state));
    });
    attachConnectMetrics(call);
    const metrics = next(call, 'voice-metrics');
    await call.start();
    expect(names[0]).to.equal('idle');
    expect(names[1]).to.equal('connecting: microphone token connection');
    expect(names).to.have.length(6);
    expect(names[4]).to.equal('connecting: ');
    expect(names[5]).to.equal('live: listening');
    expect(call.callId).to.equal('rtc_1');
    const steps = await metrics;
    if (steps.kind !== 'connect') throw new Error('Not the metrics of the start.');
    const { token = -1, offer = -1, answer = -1, ice = -1, dtls = -1, channel = -1 } = steps;
    expect(Math.min(token, offer, answer, ice, dtls, channel)).to.be.at.least(0);
    expect(answer).to.be.at.least(Math.max(offer, token));
    expect(channel).to.be.at.least(ice);
    expect(steps.live).to.be.at.least(Math.max(channel, steps.microphone ?? Infinity));
    await call.end();
    expect(names.at(-1)).to.equal('ended: user');
  });

  it('opens one microphone and one connection, and releases both', async () => {
    const call = new Call(service.callOptions);
    expect(resources.microphones).to.have.length(0);
    await call.start();
    expect(resources.microphones).to.have.length(1);
    const ends = collect(call, 'voice-end');
    call.addEventListener('voice-end', () => {
      expect(resources.left().filter((name) => name === 'microphone')).to.deep.equal([]);
      expect(call.state.status).to.equal('ended');
    });
    await Promise.all([call.end(), call.end(), call.end('removed')]);
    await call.end();
    expect(ends.map(({ reason }) => reason)).to.deep.equal(['user']);
    expect(ends[0]?.durationMs).to.be.greaterThan(0);
    service.close();
    expect(resources.left()).to.deep.equal([]);
  });

  it('starts once, however often it is asked to', async () => {
    const call = new Call(service.callOptions);
    const first = call.start();
    expect(call.start()).to.equal(first);
    await first;
    expect(call.start()).to.equal(first);
    expect(service.minted).to.equal(1);
    await call.end();
  });

  it('starts again, also from the moment of the end', async () => {
    const call = new Call(service.callOptions);
    await call.start();
    let again: Promise<void> | undefined;
    call.addEventListener(
      'voice-end',
      () => {
        again = call.start();
        expect(call.state.status).to.equal('connecting');
      },
      { once: true },
    );
    const ends = collect(call, 'voice-end');
    await call.end();
    await again;
    expect(call.state.status).to.equal('live');
    expect(service.secrets).to.deep.equal(['ek_1', 'ek_2']);
    await call.end();
    expect(ends).to.have.length(2);
  });

  it('keeps the order of events when a listener of the last state starts again', async () => {
    const call = new Call(service.callOptions);
    await call.start();
    const order: string[] = [];
    call.addEventListener('voice-state-change', ({ detail }) => order.push(detail.state.status));
    call.addEventListener('voice-end', () => order.push('voice-end'));
    let again: Promise<void> | undefined;
    const restart = () => {
      again ??= call.start();
    };
    call.addEventListener('voice-error', restart, { once: true });
    call.addEventListener('voice-state-change', restart, { once: true });
    service.closeChannel();
    await next(call, 'voice-end');
    await again;
    const [first, second, third] = order;
    expect([first, second, third]).to.deep.equal(['ended', 'voice-end', 'connecting']);
    expect(call.state.status).to.equal('live');
    await call.end();
  });

  it('waits for an end that is under way', async () => {
    const call = new Call(service.callOptions);
    await call.start();
    const ending = call.end();
    await call.start();
    await ending;
    expect(call.state.status).to.equal('live');
    await call.end();
  });

  it('uses what was warmed up, once', async () => {
    const call = new Call(service.callOptions);
    const warmUp = attachWarmUp(call);
    await Promise.all([warmUp(), warmUp()]);
    expect(service.minted).to.equal(1);
    expect(resources.microphones).to.have.length(0);
    const prepared = resources.peers.length;
    await call.start();
    await warmUp();
    expect(service.minted).to.equal(1);
    // The service's own peer is the only new one.
    expect(resources.peers.length).to.equal(prepared + 1);
    await call.end();
    await call.start();
    expect(service.secrets).to.deep.equal(['ek_1', 'ek_2']);
    await call.end();
  });

  it('keeps the offer made ahead when the host names no servers', async () => {
    const call = new Call({
      ...service.callOptions,
      tokenSource: () => Promise.resolve({ value: 'ek', ice_servers: [] }),
    });
    await attachWarmUp(call)();
    await call.start();
    expect(resources.peers).to.have.length(2);
    await call.end();
  });

  it('forgets what was warmed up when it is disposed of', async () => {
    const call = new Call(service.callOptions);
    await attachWarmUp(call)();
    expect(resources.left()).to.deep.equal(['connection']);
    await call.dispose();
    expect(resources.left()).to.deep.equal([]);
    expect(call.state.status).to.equal('idle');
  });

  it('warms nothing up for a visitor who has refused the microphone', async () => {
    const { query } = navigator.permissions;
    navigator.permissions.query = () => Promise.resolve({ state: 'denied' } as PermissionStatus);
    try {
      const call = new Call(service.callOptions);
      await attachWarmUp(call)();
      expect(service.minted).to.equal(0);
      expect(resources.left()).to.deep.equal([]);
    } finally {
      navigator.permissions.query = query;
    }
  });

  it('says why when there is no secret, and releases everything', async () => {
    for (const thrown of [
      new TypeError('fetch failed'),
      new VoiceError('token-unreachable', 'x'),
    ]) {
      const call = new Call({
        ...service.callOptions,
        tokenSource: () => Promise.reject(thrown),
      });
      const errors = collect(call, 'voice-error');
      const ends = collect(call, 'voice-end');
      const reason = await reasonOf(call.start());
      expect(reason.code).to.equal('token-unreachable');
      expect(errors.filter(({ fatal }) => fatal).map(({ error }) => error)).to.deep.equal([reason]);
      expect(ends).to.have.length(1);
      expect(ends[0]?.error).to.equal(reason);
      expect(call.state).to.include({ status: 'ended', reason: 'error' });
      await Promise.allSettled(resources.microphones);
      expect(resources.left()).to.deep.equal([]);
    }
  });

  it('says why when the offer is refused or the answer is nonsense', async () => {
    for (const [negotiate, code] of [
      [() => Promise.reject(new TypeError('no')), 'negotiation-rejected'],
      [() => Promise.resolve({ sdp: 'v=0\r\nnonsense' }), 'negotiation-rejected'],
      [() => Promise.reject(new VoiceError('network-blocked', 'no')), 'network-blocked'],
    ] as const) {
      const call = new Call({ ...service.callOptions, negotiate });
      expect((await reasonOf(call.start())).code).to.equal(code);
      await Promise.allSettled(resources.microphones);
      expect(resources.left()).to.deep.equal([]);
    }
  });

  it('says why when there is no microphone, and spends no secret where it was denied', async () => {
    const refuse = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    navigator.mediaDevices.getUserMedia = refuse;
    const { query } = navigator.permissions;
    navigator.permissions.query = () =>
      Promise.resolve({ state: 'denied' } as unknown as PermissionStatus);
    try {
      const call = new Call(service.callOptions);
      expect((await reasonOf(call.start())).code).to.equal('microphone-denied');
      expect(service.minted).to.equal(0);
      expect(resources.left()).to.deep.equal([]);
    } finally {
      navigator.permissions.query = query;
    }
  });

  describe('with a service that opens no session', () => {
    const { timeout } = AbortSignal;

    beforeEach(() => {
      // The five seconds that a service has, without the wait.
      AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms === 5_000 ? 50 : ms);
      service = new FakeService({ session: false });
    });

    afterEach(() => {
      AbortSignal.timeout = timeout;
    });

    it('fails, and releases everything', async () => {
      const call = new Call(service.callOptions);
      const reason = await reasonOf(call.start());
      expect(reason.code).to.equal('server-error');
      expect(reason.message).to.contain('no session');
      service.close();
      expect(resources.left()).to.deep.equal([]);
    });

    it('is live all the same where session events are filtered out', async () => {
      const call = new Call({
        ...service.callOptions,
        negotiate: async (offer) => ({ ...(await service.answer(offer)), isFiltered: true }),
      });
      await call.start();
      expect(call.state.status).to.equal('live');
      await call.end();
    });
  });
});
