// The host where there is no Node: everything it is made of, in one file for edge runtimes.
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

describe('the host', () => {
  it('needs no module of Node, and mints and counts without one', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: ['src/host/index.ts'],
      bundle: true,
      write: false,
      metafile: true,
      // A built-in module of Node would fail the build here.
      platform: 'browser',
      format: 'iife',
      globalName: 'host',
    });
    const counting = Object.keys(metafile.inputs).filter((file) => file.includes('rate-limiter'));
    expect(counting.filter((file) => file.endsWith('Memory.js'))).toHaveLength(1);
    expect(counting.filter((file) => /Cluster|Redis|flexible\/index/.test(file))).toEqual([]);

    const script = `${outputFiles[0]?.text ?? ''}
      const tokenHost = host.createTokenHost({
        provider: { name: 'p', mint: async () => ({ value: 'ek', calls_url: 'https://a.example' }) },
        allowAnonymous: true,
        clientAddress: (request) => request.headers.get('cf-connecting-ip') ?? undefined,
        limits: { addressPerMinute: 2 },
      });
      const ask = async () => (await tokenHost(new Request('https://h.example/token', {
        method: 'POST',
        headers: { origin: 'https://h.example', 'cf-connecting-ip': '203.0.113.7' },
      }))).status;
      (async () => JSON.stringify([await ask(), await ask(), await ask()]))()`;
    // What every such runtime has; a timer there is a number.
    const globals = {
      AbortController,
      AbortSignal,
      clearTimeout: () => undefined,
      crypto,
      fetch,
      Headers,
      performance,
      Request,
      Response,
      setTimeout: () => 1,
      TextDecoder,
      TextEncoder,
      URL,
    };
    expect(await runInNewContext(script, globals)).toBe('[200,200,429]');
  });
});
