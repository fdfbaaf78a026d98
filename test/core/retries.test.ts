/** When a client secret is asked for again, and for how long nobody gives up. On a simulated clock. */
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { retrying, type RetryOptions } from '../../src/core/retries.js';
import { VoiceError, type VoiceErrorCode } from '../../src/core/voice-error.js';
import { SimulatedClock } from '../support/simulated-clock.js';

const failure = (code: VoiceErrorCode, retryAfterMs?: number) =>
  new VoiceError(code, 'The test says so.', { retryAfterMs });
const AWAY = failure('token-unreachable');

describe('a secret', () => {
  let clock: SimulatedClock;
  let restore: () => void;
  let random: MockInstance<typeof Math.random>;

  beforeEach(() => {
    clock = new SimulatedClock();
    restore = clock.install();
    random = vi.spyOn(Math, 'random').mockReturnValue(1);
  });

  afterEach(() => {
    const { pending } = clock;
    restore();
    random.mockRestore();
    expect(pending).toBe(0);
  });

  /** Asks a host that answers with these, one after another; the last one stays. */
  function ask(answers: unknown[], options: Partial<RetryOptions> = {}) {
    const start = clock.now;
    const story = {
      asked: [] as number[],
      waits: [] as number[],
      result: undefined as unknown,
      controller: new AbortController(),
    };
    const source = () => {
      story.asked.push(clock.now - start);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const onWait = (ms: number) => story.waits.push(ms);
    const secret = retrying(source, { isWanted: () => true, onWait, ...options });
    const keep = (result: unknown) => (story.result = result);
    secret(story.controller.signal).then(keep, keep);
    return story;
  }

  it('is asked for once where it is given', async () => {
    const story = ask(['ek_1']);
    await clock.advance(60_000);
    expect(story).toMatchObject({ asked: [0], result: 'ek_1', waits: [] });
  });

  it('is asked for three times of a host that is out of reach, with longer pauses', async () => {
    const story = ask([AWAY]);
    await clock.advance(60_000);
    expect(story).toMatchObject({ asked: [0, 500, 1_500], result: AWAY, waits: [] });
  });

  it('is asked for after half a pause at least, by chance', async () => {
    random.mockReturnValueOnce(0).mockReturnValueOnce(0.5);
    const story = ask([AWAY, AWAY, 'ek_3']);
    await clock.advance(60_000);
    expect(story).toMatchObject({ asked: [0, 250, 1_000], result: 'ek_3' });
  });

  it.each(['token-unauthorized', 'token-invalid', 'token-rate-limited'] as const)(
    'is not asked for again after %s',
    async (code) => {
      const story = ask([failure(code)]);
      await clock.advance(60_000);
      expect(story).toMatchObject({ asked: [0], result: { code }, waits: [] });
    },
  );

  it('is asked for when the host says so, of which the visitor is told', async () => {
    const story = ask([failure('token-rate-limited', 7_000), 'ek_2']);
    await clock.advance(60_000);
    expect(story).toMatchObject({ asked: [0, 7_000], waits: [7_000], result: 'ek_2' });
  });

  it('is not asked for at once, even where the host says so', async () => {
    const story = ask([failure('token-rate-limited', 0), 'ek_2']);
    await clock.advance(60_000);
    expect(story).toMatchObject({ asked: [0, 500], waits: [500] });
  });

  it('is waited for twice, and 20 s in all', async () => {
    const thrice = ask([failure('token-rate-limited', 1_000)]);
    await clock.advance(60_000);
    expect(thrice).toMatchObject({ asked: [0, 1_000, 2_000], waits: [1_000, 1_000] });
    const long = ask([failure('token-rate-limited', 20_000), 'ek_2']);
    await clock.advance(60_000);
    expect(long.asked).toEqual([0, 20_000]);
    const longer = ask([failure('token-rate-limited', 20_001)]);
    await clock.advance(60_000);
    expect(longer.asked).toEqual([0]);
    const together = ask([failure('token-rate-limited', 10_001)]);
    await clock.advance(60_000);
    expect(together.asked).toEqual([0, 10_001]);
  });

  it('may be out of reach and be waited for in one', async () => {
    const story = ask([AWAY, failure('token-rate-limited', 1_000), AWAY, 'ek_4']);
    await clock.advance(60_000);
    expect(story).toMatchObject({ asked: [0, 500, 1_500, 2_500], result: 'ek_4' });
  });

  it('that nobody waits for is not asked for again', async () => {
    let wanted = true;
    const story = ask([AWAY], { isWanted: () => wanted });
    await clock.advance(100);
    wanted = false;
    await clock.advance(60_000);
    expect(story).toMatchObject({ asked: [0], result: AWAY });
    const limited = ask([failure('token-rate-limited', 1_000)], { isWanted: () => false });
    await clock.advance(0);
    expect(limited).toMatchObject({ asked: [0], waits: [], result: { retryAfterMs: 1_000 } });
  });

  it('is given up at once when the call ends in a pause', async () => {
    const story = ask([AWAY]);
    await clock.advance(100);
    const reason = new DOMException('The visitor ended it.', 'AbortError');
    story.controller.abort(reason);
    await clock.advance(0);
    expect(story).toMatchObject({ asked: [0], result: reason });
  });

  it('fails as the call ended, where it ended while the host was asked', async () => {
    const reason = new DOMException('The visitor ended it.', 'AbortError');
    const controller = new AbortController();
    controller.abort(reason);
    const secret = retrying(() => Promise.reject(AWAY), { isWanted: () => true });
    await expect(secret(controller.signal)).rejects.toBe(reason);
  });
});
