// Origins that look like a listed one. Exact text decides, so none of them gets in.
import { describe, expect, it } from 'vitest';
import { createTokenHost } from '../../src/host/index.js';
import { countingProvider, HOST } from './support.js';

const listed = ['https://shop.example', 'https://www.shop.example:8443', 'http://localhost:5173'];

function lookAlikes(origin: string): string[] {
  const { protocol, host, hostname, port } = new URL(origin);
  const scheme = protocol.slice(0, -1);
  const other = scheme === 'https' ? 'http' : 'https';
  const at = port && `:${port}`;
  return [
    ...[`${other}://${host}`, `ws://${host}`, `${scheme}s://${host}`, `${scheme}:${host}`, host],
    ...[`//${host}`, `${scheme}:/${host}`, `${scheme}:///${host}`, `${scheme}:\\\\${host}`],
    ...['/', '/.', '//', '?', '#', '/path', '?x=1', '#x', ';', '\\', '%00', '%2f', '%20', ','].map(
      (end) => origin + end,
    ),
    ...['.', '..', '.evil.example', '.com', 'x', '-', '_', '%2eevil.example', '@evil.example'].map(
      (end) => `${scheme}://${hostname}${end}${at}`,
    ),
    ...['evil', 'evil.', 'www.', 'a.b.', '-', 'xn--', '*.', '.', 'evil-', 'user@', 'u:p@', '%'].map(
      (start) => `${scheme}://${start}${host}`,
    ),
    ...[':', ':0', ':80', ':443', ':8080', ':1', ':65536', ':0443', ':8443x', ':-1'].map(
      (end) => `${scheme}://${hostname}${end}`,
    ),
    ...[origin.toUpperCase(), `${scheme.toUpperCase()}://${host}`],
    `${scheme}://${host[0]?.toUpperCase()}${host.slice(1)}`,
    `${scheme}://${hostname.replaceAll('.', '。')}${at}x`.replace(/[^\x20-\x7e]/g, '%E3%80%82'),
    ...['o', 'e', 'l', 'a'].map((letter) => origin.replace(letter, `${letter}${letter}`)),
    ...['o', 'e', 'l', 'a'].map((letter) =>
      origin.replace(letter, `%${letter.charCodeAt(0).toString(16)}`),
    ),
    ...[
      `${origin}, https://evil.example`,
      `https://evil.example, ${origin}`,
      `${origin} ${origin}`,
    ],
    ...[
      `https://evil.example/${origin}`,
      `https://evil.example?${origin}`,
      `https://evil.example#${host}`,
    ],
    ...[`"${origin}"`, `'${origin}'`, `<${origin}>`, `(${origin})`, `[${origin}]`, `^${origin}$`],
    ...[`${origin}\tx`, `${origin} x`, `null ${origin}`, `about:${origin}`, `blob:${origin}`],
    ...[`data:text/html,${origin}`, `javascript:${origin}`, `view-source:${origin}`],
    ...[
      `chrome-extension://${host}`,
      `file://${host}`,
      `filesystem:${origin}`,
      `capacitor://${host}`,
    ],
  ];
}

const corpus = [...new Set(listed.flatMap(lookAlikes))].filter(
  (origin) => !listed.includes(origin),
);

describe('look-alike origins', () => {
  const provider = countingProvider();
  const host = createTokenHost({ provider, allowedOrigins: listed });
  const ask = (origin: string) => host(new Request(HOST, { method: 'POST', headers: { origin } }));

  it(`are refused, all ${corpus.length} of them`, async () => {
    expect(corpus.length).toBeGreaterThanOrEqual(200);
    const accepted: string[] = [];
    for (const origin of corpus) {
      const response = await ask(origin);
      if (response.status !== 403 || response.headers.has('access-control-allow-origin')) {
        accepted.push(origin);
      }
    }
    expect(accepted).toEqual([]);
    expect(provider.requests).toHaveLength(0);
  });

  it('are told from the real ones, which pass', async () => {
    for (const origin of listed) expect((await ask(origin)).status).toBe(200);
  });
});
