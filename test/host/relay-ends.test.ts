// How calls end: by their page, by nobody else, and by the host in any case.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CallTable } from '../../src/host/index.js';
import { memoryCalls } from '../../src/host/memory-calls.js';
import { as, authorize, endsOf, setUp } from './relay-support.js';
import { problemOf } from './support.js';

describe('the end of a call', () => {
  it('comes when the page asks for it, once', async () => {
    const { provider, ask, end, entries } = setUp({ authorize });
    await ask(as('ada'));
    const response = await end('/session/rtc_1', { 'x-visitor': 'ada' });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(provider.ended).toEqual(['rtc_1']);
    const again = await end('/session/rtc_1', { 'x-visitor': 'ada' });
    expect(await problemOf(again)).toMatchObject({ status: 404, code: 'call-unknown' });
    expect(provider.ended).toEqual(['rtc_1']);
    const call = expect.stringMatching(/^[0-9a-f]{12}$/) as string;
    expect(entries).toMatchObject([
      { outcome: 'called', method: 'POST', status: 201, call },
      { outcome: 'ended', cause: 'page', tries: 1, call },
      { outcome: 'hang-up', method: 'DELETE', status: 204, call },
      { outcome: 'call-unknown', status: 404 },
    ]);
    expect(new Set(entries.map((entry) => entry.call)).size).toBe(1);
  });

  it('is refused to others in the very words that an unknown call gets', async () => {
    const { provider, ask, end } = setUp({ authorize });
    await ask(as('ada'));
    const answers = await Promise.all(
      [
        '/session/rtc_1',
        '/session/rtc_2',
        '/session/',
        '/session/../rtc_1',
        `/${'x'.repeat(999)}`,
      ].map(async (call) => {
        const response = await end(call, { 'x-visitor': 'eve' });
        const headers = [...response.headers].filter(([name]) => name !== 'date');
        return JSON.stringify([response.status, headers, await response.text()]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('call-unknown');
    expect((await end('/session/rtc_1')).status).toBe(401);
    expect((await end('/session/rtc_1', { origin: 'https://evil.example' })).status).toBe(403);
    expect(provider.ended).toEqual([]);
  });

  it('that was asked for is the host’s work, also where the service fails at first', async () => {
    vi.useFakeTimers();
    try {
      const { provider, ask, end, entries } = setUp();
      provider.failures = 2;
      await ask();
      expect((await end('/session/rtc_1')).status).toBe(204);
      // The host is at it: whoever asks again is told so, and the service is not asked twice.
      expect((await end('/session/rtc_1')).status).toBe(204);
      await vi.advanceTimersByTimeAsync(4_900);
      expect(provider.ended).toEqual(['rtc_1']);
      await vi.advanceTimersByTimeAsync(1_200);
      await vi.advanceTimersByTimeAsync(11_000);
      expect(provider.ended).toEqual(['rtc_1', 'rtc_1', 'rtc_1']);
      const ends = await endsOf(entries, 3);
      expect(ends.map(({ outcome, cause, tries }) => [outcome, cause, tries])).toEqual([
        ['hang-up-failed', 'page', 1],
        ['hang-up-failed', 'page', 2],
        ['ended', 'page', 3],
      ]);
      expect(ends[0]).toMatchObject({ problem: 'provider-error', upstream: { status: 500 } });
      await vi.advanceTimersByTimeAsync(700_000);
      expect(provider.ended).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a call that is not ended by its page', () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['600 s', {}, {}, 600],
    ['the option', { maxDuration: 10 }, {}, 10],
    ['the agent’s own', { maxDuration: 10 }, { maxDuration: 60 }, 60],
    ['the agent’s own, though the option is shorter', {}, { maxDuration: 7_200 }, 7_200],
  ])('is ended after %s', async (_, options, agent, seconds) => {
    vi.useFakeTimers();
    const { provider, ask, entries } = setUp({ ...options, agents: { default: agent } });
    await ask();
    await vi.advanceTimersByTimeAsync(seconds * 1_000 - 1);
    expect(provider.ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_010);
    expect(provider.ended).toEqual(['rtc_1']);
    expect(await endsOf(entries, 1)).toMatchObject([
      { outcome: 'ended', cause: 'max-duration', tries: 1 },
    ]);
  });

  it('is asked for again and again, ever less often, and at last given up aloud', async () => {
    vi.useFakeTimers();
    const { provider, ask, entries } = setUp({ maxDuration: 10 });
    provider.failures = Infinity;
    await ask();
    await vi.advanceTimersByTimeAsync(10 * 1_000 + 5_000 + 10_000 + 20_000 + 40_000 + 5_000);
    expect(provider.ended).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(provider.ended).toHaveLength(32);
    expect((await endsOf(entries, 32)).map(({ tries }) => tries)).toContain(32);
    expect(entries).toContainEqual(
      expect.objectContaining({ outcome: 'given-up', cause: 'max-duration', tries: 32 }),
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is ended though the service hangs at first', async () => {
    vi.useFakeTimers();
    const { provider, ask, entries } = setUp({ maxDuration: 10 });
    const { hangUp } = provider.calls;
    provider.calls.hangUp = (_, signal) => {
      provider.calls.hangUp = hangUp;
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    };
    await ask();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await endsOf(entries, 2)).toMatchObject([
      { outcome: 'hang-up-failed', problem: 'provider-timeout' },
      { outcome: 'ended', tries: 2 },
    ]);
  });

  it('is ended by whoever looks, where there are no timers', async () => {
    const clock = vi.spyOn(performance, 'now');
    try {
      const { provider, ask, host } = setUp();
      await ask();
      await host.hangUpOverdue();
      expect(provider.ended).toEqual([]);
      const { now } = Performance.prototype;
      clock.mockImplementation(() => now.call(performance) + 600_000);
      await host.hangUpOverdue();
      await host.hangUpOverdue();
      expect(provider.ended).toEqual(['rtc_1']);
    } finally {
      clock.mockRestore();
    }
  });

  it('is ended with its host, within a bound', async () => {
    vi.useFakeTimers();
    const { provider, ask, host, entries } = setUp();
    await ask();
    await ask();
    provider.failures = 1;
    await host.close();
    await host.close();
    expect(provider.ended).toEqual(['rtc_1', 'rtc_2']);
    const ends = (await endsOf(entries, 2)).map(({ outcome, cause }) => [outcome, cause]);
    expect(ends.sort()).toEqual([
      ['ended', 'host-closed'],
      ['given-up', 'host-closed'],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps no timer running once it is over', async () => {
    vi.useFakeTimers();
    const { ask, end } = setUp();
    await ask();
    await end('/session/rtc_1');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a table of one’s own', () => {
  it('that fails costs nobody’s call but the one that is asked for', async () => {
    vi.useFakeTimers();
    try {
      const table = memoryCalls();
      const calls: CallTable = { ...table };
      const { provider, ask } = setUp({ calls, maxDuration: 10 });
      await ask();
      calls.reserve = () => Promise.reject(new Error('away'));
      calls.claimDue = () => Promise.reject(new Error('away'));
      expect((await ask()).status).toBe(500);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(provider.ended).toEqual([]);
      calls.claimDue = table.claimDue;
      await vi.advanceTimersByTimeAsync(1_010);
      expect(provider.ended).toEqual(['rtc_1']);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a log that throws', () => {
  it('costs nobody a call, and no call its end', async () => {
    const log = () => {
      throw new Error('disk full');
    };
    const { provider, ask, end } = setUp({ log });
    expect((await ask()).status).toBe(201);
    expect((await end('/session/rtc_1')).status).toBe(204);
    expect(provider.ended).toEqual(['rtc_1']);
  });
});
