/** A client secret is fetched ahead, kept while it is fresh, and given away once. */
import { describe, expect, it, vi } from 'vitest';
import { SecretKeeper } from '../../src/core/secret-keeper.js';
import { freshSecret } from '../../src/core/supplies.js';
import type { TokenSource } from '../../src/core/token-source.js';
import { VoiceError } from '../../src/core/voice-error.js';

const keeperOf = (source: TokenSource) => new SecretKeeper((signal) => freshSecret(source, signal));

const never = () => new AbortController().signal;

/** Secrets ek_1, ek_2, … that live for `seconds`. */
function counting(seconds = 60) {
  let count = 0;
  return vi.fn<TokenSource>(() =>
    Promise.resolve({ value: `ek_${++count}`, expiresAt: performance.now() + seconds * 1000 }),
  );
}

const hanging = () =>
  vi.fn<TokenSource>(
    (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }),
  );

describe('the keeper of client secrets', () => {
  it('fetches one when it is asked for one', async () => {
    const source = counting();
    const keeper = keeperOf(source);
    expect(source).not.toHaveBeenCalled();
    await expect(keeper.take(never())).resolves.toMatchObject({ value: 'ek_1' });
  });

  it('never gives the same one twice', async () => {
    const source = counting();
    const keeper = keeperOf(source);
    const taken: string[] = [];
    for (let round = 0; round < 20; round++) {
      if (round % 3 === 0) await keeper.warm();
      if (round % 4 === 0) void keeper.warm();
      const both = await Promise.all([keeper.take(never()), keeper.take(never())]);
      taken.push(...both.map(({ value }) => value));
    }
    expect(taken).toHaveLength(40);
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('fetches once for many warm-ups and gives that one away', async () => {
    const source = counting();
    const keeper = keeperOf(source);
    await Promise.all([keeper.warm(), keeper.warm(), keeper.warm()]);
    await keeper.warm();
    expect(source).toHaveBeenCalledTimes(1);
    await expect(keeper.take(never())).resolves.toMatchObject({ value: 'ek_1' });
    expect(source).toHaveBeenCalledTimes(1);
  });

  it('hands over a warm-up that is still under way', async () => {
    const source = counting();
    const keeper = keeperOf(source);
    void keeper.warm();
    await expect(keeper.take(never())).resolves.toMatchObject({ value: 'ek_1' });
    expect(source).toHaveBeenCalledTimes(1);
  });

  it('drops one that has grown old, on warming up and on taking', async () => {
    for (const warmAgain of [true, false]) {
      const source = counting(1);
      const keeper = keeperOf(source);
      await keeper.warm();
      source.mockClear();
      source.mockResolvedValue({ value: 'fresh', expiresAt: performance.now() + 60_000 });
      if (warmAgain) await keeper.warm();
      await expect(keeper.take(never())).resolves.toMatchObject({ value: 'fresh' });
      expect(source).toHaveBeenCalledTimes(1);
    }
  });

  it('asks a host that sends an old one once more, and no more than once', async () => {
    const source = counting(-1);
    await expect(keeperOf(source).take(never())).resolves.toMatchObject({ value: 'ek_2' });
    expect(source).toHaveBeenCalledTimes(2);
  });

  it('does not count a failed warm-up as a failed attempt', async () => {
    const source = counting();
    source.mockRejectedValueOnce(new VoiceError('token-unreachable', 'down'));
    const keeper = keeperOf(source);
    await expect(keeper.warm()).resolves.toBeUndefined();
    await expect(keeper.take(never())).resolves.toMatchObject({ value: 'ek_1' });
  });

  it('warms up again after a failure', async () => {
    const source = counting();
    source.mockRejectedValueOnce(new Error('down'));
    const keeper = keeperOf(source);
    await keeper.warm();
    await keeper.warm();
    expect(source).toHaveBeenCalledTimes(2);
  });

  it('passes on why no secret came', async () => {
    const error = new VoiceError('token-unauthorized', 'no');
    const keeper = keeperOf(() => Promise.reject(error));
    await expect(keeper.take(never())).rejects.toBe(error);
  });

  it('reads the answers of a host', async () => {
    const keeper = keeperOf(() => Promise.resolve({ client_secret: { value: 'ek_1' } }));
    await expect(keeper.take(never())).resolves.toMatchObject({ value: 'ek_1' });
  });

  it('refuses a standard key, also one that says when it ends', async () => {
    for (const answer of [
      'sk-canary',
      { value: 'sk-canary' },
      { value: 'sk-canary', expiresAt: 1e12 },
    ]) {
      const taking = keeperOf(() => Promise.resolve(answer)).take(never());
      await expect(taking).rejects.toMatchObject({ code: 'token-invalid' });
      await expect(taking).rejects.not.toThrow('canary');
    }
  });

  it('lets go at once when the call is ended, and stops fetching', async () => {
    for (const warmed of [true, false]) {
      const source = hanging();
      const keeper = keeperOf(source);
      if (warmed) void keeper.warm();
      const controller = new AbortController();
      const taking = keeper.take(controller.signal);
      controller.abort(new DOMException('ended', 'AbortError'));
      await expect(taking).rejects.toThrow('ended');
      expect(source.mock.calls[0]?.[0].aborted).toBe(true);
    }
  });

  it('does not begin for a call that is over, and keeps what it holds', async () => {
    const source = counting();
    const keeper = keeperOf(source);
    await expect(keeper.take(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(source).not.toHaveBeenCalled();
    await keeper.warm();
    await expect(keeper.take(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    await expect(keeper.take(never())).resolves.toMatchObject({ value: 'ek_1' });
  });

  it('forgets what it holds', async () => {
    const source = hanging();
    const keeper = keeperOf(source);
    const warming = keeper.warm();
    keeper.drop();
    await warming;
    expect(source.mock.calls[0]?.[0].aborted).toBe(true);
    source.mockResolvedValue('ek_new');
    await expect(keeper.take(never())).resolves.toMatchObject({ value: 'ek_new' });
  });
});
