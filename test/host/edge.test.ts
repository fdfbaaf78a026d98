// The host where there is no Node: everything it is made of, in one file for edge runtimes.
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Everything that the host is made of; a built-in module of Node would fail the build here. */
const bundle = () =>
  build({
    entryPoints: ['src/host/index.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'host',
  });

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

describe('the host', () => {
  it('needs no module of Node, and mints and counts without one', async () => {
    const { outputFiles, metafile } = await bundle();
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
    expect(await runInNewContext(script, { ...globals })).toBe('[200,200,429]');
  });

  it('places calls, and ends them where a timer never comes', async () => {
    const { outputFiles } = await bundle();
    const script = `${outputFiles[0]?.text ?? ''}
      const ended = [];
      const sdp = 'v=0\\r\\n';
      const relayHost = host.createRelayHost({
        provider: {
          name: 'p',
          free: true,
          mint: async () => ({ value: 'ek', calls_url: 'https://a.example' }),
          calls: { create: async () => ({ sdp, id: 'rtc_1' }), hangUp: async (id) => ended.push(id) },
        },
      });
      const ask = (method, path, body) => relayHost.handle(new Request('https://h.example' + path, {
        method,
        headers: { origin: 'https://h.example', 'content-type': 'application/sdp' },
        body,
      }));
      (async () => {
        const { status, headers } = await ask('POST', '/session', sdp);
        await relayHost.hangUpOverdue();
        const begun = [status, headers.get('location'), ended.length];
        await relayHost.close();
        return JSON.stringify([...begun, ...ended]);
      })()`;
    expect(await runInNewContext(script, { ...globals })).toBe('[201,"/session/rtc_1",0,"rtc_1"]');
  });
});
