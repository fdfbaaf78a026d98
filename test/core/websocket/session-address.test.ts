// Which services have a WebSocket beside their calls, and for which secrets.
import { expect, it } from 'vitest';
import { parseClientSecret } from '../../../src/core/client-secret.js';
import { sessionAddress } from '../../../src/core/websocket/session-address.js';

const secret = (fields: object = {}) =>
  parseClientSecret({ value: 'ek_secret', session: { model: 'gpt realtime&2' }, ...fields });

it.each([
  [undefined, 'wss://api.openai.com/v1/realtime?model=gpt+realtime%262'],
  [
    'https://a.example/openai/v1/realtime/calls',
    'wss://a.example/openai/v1/realtime?model=gpt+realtime%262',
  ],
  [
    'http://127.0.0.1:4301/v1/realtime/calls',
    'ws://127.0.0.1:4301/v1/realtime?model=gpt+realtime%262',
  ],
  // Azure's filter, and its preview: what such a page may see is not what a socket sends.
  ['https://a.example/openai/v1/realtime/calls?webrtcfilter=on', undefined],
  ['https://eastus2.realtimeapi-preview.ai.azure.com/v1/realtimertc?model=m', undefined],
  ['https://a.example/calls', undefined],
  ['ftp://a.example/realtime/calls', undefined],
  ['nonsense', undefined],
])('%s leads to %s', (calls_url, address) => {
  expect(sessionAddress(secret({ calls_url }))?.href).toBe(address);
});

it('follows the page before the host, and holds no secret', () => {
  const address = sessionAddress(
    secret({ calls_url: 'https://a.example/realtime/calls' }),
    'https://b.example/realtime/calls',
  );
  expect(address?.host).toBe('b.example');
  expect(address?.href).not.toContain('ek_');
});

it.each([
  ['none'],
  [{ value: 'ek' }],
  [{ value: 'ek', session: { model: 7 } }],
  [{ value: 'ek', session: null }],
])('there is none for %j', (answer) => {
  expect(sessionAddress(parseClientSecret(answer))).toBe(undefined);
});
