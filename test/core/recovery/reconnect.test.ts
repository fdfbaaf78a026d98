/** When a lost connection is tried again, to the millisecond, on a simulated clock. */
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { reconnect, type Try } from '../../../src/core/recovery/reconnect.js';
import { VoiceError, type VoiceErrorCode } from '../../../src/core/voice-error.js';
import { SimulatedBrowser } from '../../support/simulated-browser.js';
import { SimulatedClock } from '../../support/simulated-clock.js';

type Opens = Try<string>;

const failure = (code: VoiceErrorCode, retryAfterMs?: number) =>
  new VoiceError(code, 'The test says so.', { retryAfterMs });

/** The host gives no secret. */
const noSecret =
  (code: VoiceErrorCode = 'token-unreachable', retryAfterMs?: number): Opens =>
  () =>
    Promise.reject(failure(code, retryAfterMs));
/** There is a secret, and then no connection. */
const noConnection =
  (code: VoiceErrorCode = 'negotiation-rejected'): Opens =>
  (_, onToken) => {
    onToken();
    return Promise.reject(failure(code));
  };
const hangs =
  (withSecret: boolean): Opens =>
  (signal, onToken) => {
    if (withSecret) onToken();
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  };
const works: Opens = (_, onToken) => {
  onToken();
  return Promise.resolve('a line');
};

describe('a lost connection', () => {
  let clock: SimulatedClock;
  let browser: SimulatedBrowser;
  let restore: (() => void)[];
  let random: MockInstance<typeof Math.random>;

  beforeEach(() => {
    clock = new SimulatedClock();
    browser = new SimulatedBrowser(clock);
    restore = [clock.install(), browser.install()];
    // The longest waits.
    random = vi.spyOn(Math, 'random').mockReturnValue(1);
  });

  afterEach(() => {
    const left = browser.left();
    for (const one of restore.reverse()) one();
    random.mockRestore();
    expect(left).toEqual([]);
  });

  /** Begins to reconnect; the last of `opens` is what all further tries meet. Times are from now, in ms. */
  function begin(...opens: Opens[]) {
    const start = clock.now;
    const story = {
      /** When something was tried. */
      tries: [] as number[],
      /** When something was shown, which try, and when that begins. */
      shown: [] as number[][],
      over: undefined as { at: number; line?: string; error?: VoiceError } | undefined,
      controller: new AbortController(),
    };
    const at = () => clock.now - start;
    const open: Opens = (signal, onToken) => {
      story.tries.push(at());
      return (opens.length > 1 ? opens.shift()! : opens[0]!)(signal, onToken);
    };
    reconnect(open, story.controller.signal, ({ attempt, nextTryAt }) => {
      story.shown.push([at(), attempt, ...(nextTryAt === undefined ? [] : [nextTryAt - start])]);
    }).then(
      (line) => (story.over = { at: at(), line }),
      (error: unknown) => (story.over = { at: at(), error: error as VoiceError }),
    );
    return story;
  }

  it('is tried again at once', async () => {
    const story = begin(works);
    await clock.advance(0);
    expect(story.shown).toEqual([[0, 1]]);
    expect(story.over).toEqual({ at: 0, line: 'a line' });
  });

  it('is tried after ever longer waits, of which the visitor is told, until five secrets are spent', async () => {
    const story = begin(noConnection());
    await clock.advance(60_000);
    expect(story.tries).toEqual([0, 500, 1_500, 3_500, 7_500]);
    expect(story.shown).toEqual([
      [0, 1],
      [0, 2, 500],
      [500, 2],
      [500, 3, 1_500],
      [1_500, 3],
      [1_500, 4, 3_500],
      [3_500, 4],
      [3_500, 5, 7_500],
      [7_500, 5],
    ]);
    expect(story.over?.at).toBe(7_500);
    expect(story.over?.error).toMatchObject({
      code: 'connection-lost',
      message: 'The connection was lost for good.',
      cause: { code: 'negotiation-rejected' },
    });
  });

  it('is tried at any moment of those waits, by chance', async () => {
    random.mockReturnValueOnce(0.5).mockReturnValueOnce(0).mockReturnValueOnce(0.25);
    const story = begin(noConnection(), noConnection(), noConnection(), works);
    await clock.advance(60_000);
    // Of 500, 1,000 and 2,000; at once is after the millisecond that keeps a clock moving.
    expect(story.tries).toEqual([0, 250, 251, 751]);
  });

  it('costs nothing while the host of the secrets is out of reach, and is given up after half a minute', async () => {
    const story = begin(noSecret());
    await clock.advance(60_000);
    const everySecond = Array.from({ length: 29 }, (_, index) => 1_500 + index * 1_000);
    expect(story.tries).toEqual([0, 500, ...everySecond]);
    expect(story.over?.at).toBe(29_500);
    expect(story.over?.error?.cause).toMatchObject({ code: 'token-unreachable' });
  });

  it('is given up after five secrets, however short the waits are by chance', async () => {
    random.mockReturnValue(0);
    const story = begin(noConnection());
    await clock.advance(60_000);
    expect(story.tries).toEqual([0, 1, 2, 3, 4]);
    expect(story.over?.at).toBe(4);
  });

  it('asks a silent host for half a minute', async () => {
    const story = begin(hangs(false));
    await clock.advance(60_000);
    expect(story.tries).toEqual([0, 3_500, 9_500, 18_500, 27_500]);
    expect(story.over?.at).toBe(30_000);
  });

  it('spends its five secrets also when the host was out of reach in between', async () => {
    const [away, spent] = [noSecret(), noConnection()];
    const story = begin(spent, away, spent, spent, away, spent);
    await clock.advance(60_000);
    // After each secret the wait that goes with it; after the host's absence a second at most.
    expect(story.tries).toEqual([0, 500, 1_500, 2_500, 4_500, 5_500, 9_500]);
    expect(story.over?.at).toBe(9_500);
  });

  it('does not count secrets of a host that places the calls itself and is out of reach', async () => {
    const story = begin(noConnection('token-unreachable'));
    await clock.advance(60_000);
    expect(story.tries).toHaveLength(31);
  });

  it('waits as long as the host asks for', async () => {
    const story = begin(noSecret('token-rate-limited', 5_000), works);
    await clock.advance(60_000);
    expect(story.tries).toEqual([0, 5_000]);
  });

  it('is given up where the host asks for more time than there is', async () => {
    const story = begin(noSecret('token-rate-limited', 30_001));
    await clock.advance(0);
    expect(story.over).toMatchObject({ at: 0, error: { code: 'connection-lost' } });
    const patient = begin(noSecret('token-rate-limited', 30_000), works);
    await clock.advance(30_000);
    expect(patient.tries).toEqual([0, 30_000]);
  });

  it.each(['token-unauthorized', 'token-invalid', 'unsupported'] as const)(
    'is given up at once after %s',
    async (code) => {
      const story = begin(noSecret(code));
      await clock.advance(0);
      expect(story.over).toMatchObject({ at: 0, error: { cause: { code } } });
      expect(story.tries).toEqual([0]);
    },
  );

  it('gives a slow host more time with each try, as much as at the start of a call', async () => {
    const slow = (ms: number): Opens => {
      return (signal, onToken) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => void works(signal, onToken).then(resolve), ms);
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason as Error);
          });
        });
    };
    const story = begin(slow(3_500));
    await clock.advance(60_000);
    expect(story.tries).toEqual([0, 3_500]);
    expect(story.over).toEqual({ at: 7_000, line: 'a line' });
    const slower = begin(slow(7_900));
    await clock.advance(60_000);
    expect(slower.over).toEqual({ at: 17_400, line: 'a line' });
  });

  it('waits three seconds for a secret, and for the rest as long as there is time', async () => {
    const story = begin(hangs(false), hangs(true));
    await clock.advance(60_000);
    expect(story.tries).toEqual([0, 3_500]);
    expect(story.over?.at).toBe(30_000);
    expect(story.over?.error?.cause).toMatchObject({ message: 'It took too long.' });
  });

  it('is tried anew when the network changes in the middle of it', async () => {
    const story = begin(hangs(true), works);
    await clock.advance(1_000);
    browser.network(false, true);
    await clock.advance(4_000);
    expect(story.tries).toEqual([0]);
    expect(story.shown).toEqual([
      [0, 1],
      [1_000, 2],
    ]);
    browser.network(true);
    await clock.advance(0);
    expect(story.over).toEqual({ at: 5_000, line: 'a line' });
  });

  it('does not wait out a pause in which the network comes back', async () => {
    const story = begin(noSecret('token-rate-limited', 20_000), works);
    await clock.advance(1_000);
    browser.network(false, true);
    await clock.advance(1_000);
    browser.network(true);
    await clock.advance(0);
    expect(story.over).toEqual({ at: 2_000, line: 'a line' });
  });

  it('is not tried while there is no network, and has half a minute from then on', async () => {
    browser.network(false, true);
    const story = begin(noSecret());
    await clock.advance(120_000);
    expect([story.tries, story.over]).toEqual([[], undefined]);
    browser.network(true);
    await clock.advance(60_000);
    expect(story.tries[0]).toBe(120_000);
    expect(story.over?.at).toBe(149_500);
  });

  it('is given up after five minutes without a network', async () => {
    browser.network(false, true);
    const story = begin(noSecret());
    await clock.advance(600_000);
    const error = { code: 'connection-lost', message: 'There is no network.' };
    expect(story.over).toMatchObject({ at: 300_000, error });
    expect(story.tries).toEqual([]);
  });

  it.each([
    ['waits', noConnection()],
    ['is tried', hangs(true)],
    ['has no network', undefined],
  ])('is left alone as soon as the call ends while it %s', async (_story, open) => {
    if (!open) browser.network(false, true);
    const story = begin(open ?? works);
    await clock.advance(200);
    const reason = new DOMException('The visitor ended it.', 'AbortError');
    story.controller.abort(reason);
    await clock.advance(0);
    expect(story.over).toEqual({ at: 200, error: reason });
    expect(browser.left()).toEqual([]);
  });

  it('is not even tried when the call has ended already', async () => {
    browser.network(false, true);
    const ended = AbortSignal.abort(new DOMException('', 'AbortError'));
    await expect(reconnect(works, ended, () => undefined)).rejects.toBe(ended.reason);
  });
});
