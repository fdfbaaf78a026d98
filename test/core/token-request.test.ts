/** A token host that is asked in the click, before the code that reads its answer is there. */
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { askAhead } from '../../src/core/token-request.js';
import { endpoint } from '../../src/core/token-source.js';
import { failureOf } from './failure.js';
import { json, tokenHosts, type Answer } from './token-host.js';

const host = tokenHosts();

afterEach(() => {
  vi.restoreAllMocks();
});

/** A host that numbers its secrets. */
function numbering(): Answer {
  let count = 0;
  return (response, request) => {
    json({ value: `ek_${++count}` })(response, request);
  };
}

const never = () => new AbortController().signal;

describe('a token host that is asked ahead', () => {
  it('is asked once for the first attempt, and again for the second', async () => {
    const { url, asked } = await host(numbering());
    const source = endpoint(url, { fetch: askAhead(url, {}, never()) });
    await vi.waitFor(() => {
      expect(asked()).toBe(1);
    });
    await expect(source(never())).resolves.toMatchObject({ value: 'ek_1' });
    expect(asked()).toBe(1);
    await expect(source(never())).resolves.toMatchObject({ value: 'ek_2' });
    expect(asked()).toBe(2);
  });

  it('is asked with the very request that an attempt makes', async () => {
    const seen: string[] = [];
    const { url } = await host((response, request) => {
      const { method, headers } = request;
      seen.push(JSON.stringify([method, headers]));
      json({ value: 'ek_1' })(response, request);
    });
    const source = endpoint(url, { fetch: askAhead(url, {}, never()) });
    await source(never());
    await source(never());
    expect(seen[0]).toBe(seen[1]);
  });

  it.each(['before its answer is read', 'while its answer is read'])(
    'is let go when the call is ended %s',
    async (when) => {
      let closed: Promise<unknown> | undefined;
      const { url, asked } = await host((response) => {
        closed = once(response, 'close');
      });
      const start = new AbortController();
      const source = endpoint(url, { fetch: askAhead(url, {}, start.signal) });
      await vi.waitFor(() => {
        expect(asked()).toBe(1);
      });
      if (when.startsWith('before')) start.abort(new Error('ended'));
      else {
        const attempt = new AbortController();
        const secret = source(attempt.signal);
        attempt.abort(new Error('ended'));
        await expect(secret).rejects.toThrow('ended');
      }
      await closed;
    },
  );

  it('is asked again when its answer has waited too long for a reader', async () => {
    const { url, asked } = await host(numbering());
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const source = endpoint(url, { fetch: askAhead(url, {}, never()) });
    await vi.waitFor(() => {
      expect(asked()).toBe(1);
    });
    now.mockReturnValue(5_000);
    await expect(source(never())).resolves.toMatchObject({ value: 'ek_2' });
  });

  it('fails as it would have failed later', async () => {
    const { url, close } = await host(json({}));
    await close();
    const gone = endpoint(url, { fetch: askAhead(url, {}, never()) });
    expect(await failureOf(gone(never()))).toMatchObject({ code: 'token-unreachable' });
    const odd = endpoint('http:/x:y', { fetch: askAhead('http:/x:y', {}, never()) });
    expect(await failureOf(odd(never()))).toMatchObject({ code: 'token-invalid' });
  });

  it.each([
    'http://shop.example/token',
    'http://shop.example/https:/token',
    'http://localhost.evil.example/token',
    'ftp://shop.example/token',
  ])('is not asked at %s, which may not be safe', async (url) => {
    const fetch = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('No network.'));
    const source = endpoint(url, { fetch: askAhead(url, {}, never()) });
    expect(await failureOf(source(never()))).toMatchObject({ code: 'token-invalid' });
    expect(fetch).not.toHaveBeenCalled();
  });
});
