// A host that cannot be served refuses to be made, and says which setting is at fault.
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  createTokenHost,
  local,
  openai,
  type TokenHostOptions,
} from '../../src/host/index.js';
import { countingProvider } from './support.js';

const apiKey = 'sk-test';
const paying = { ...countingProvider(), free: false };

const hosts: [setting: string, options: object][] = [
  ['provider', {}],
  ['provider', { provider: { name: 'x' } }],
  ['provider', { provider: 'openai' }],
  ['authorize', { provider: paying }],
  ['authorize', { provider: paying, allowAnonymous: false }],
  ['authorize', { provider: paying, authorize: 'everybody' }],
  ['allowAnonymous', { provider: paying, allowAnonymous: true, authorize: () => 'x' }],
  ...[
    '*',
    'null',
    '',
    'shop.example',
    'https://*.shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    'https://Shop.example',
    'https://shop.example:443',
    'https://user@shop.example',
    'https://shop.example?x',
    'http://shop.example',
    'ftp://shop.example',
    'file:///page.html',
    ' https://shop.example',
    'https://bücher.example',
  ].map((origin): [string, object] => [
    'allowedOrigins',
    { provider: countingProvider(), allowedOrigins: [origin] },
  ]),
];

const providers: [setting: string, make: () => unknown][] = [
  ['apiKey', () => openai({ apiKey: '' })],
  ['apiKey', () => openai({} as { apiKey: string })],
  ['apiKey', () => openai({ apiKey: 'sk-with space' })],
  ['apiKey', () => openai({ apiKey: 'sk-line\n' })],
  ['apiKey', () => openai({ apiKey: 'ek_a_client_secret' })],
  ['expiresAfterSeconds', () => openai({ apiKey, expiresAfterSeconds: 9 })],
  ['expiresAfterSeconds', () => openai({ apiKey, expiresAfterSeconds: 7201 })],
  ['expiresAfterSeconds', () => openai({ apiKey, expiresAfterSeconds: 30.5 })],
  ['expiresAfterSeconds', () => openai({ apiKey, expiresAfterSeconds: NaN })],
  ['timeoutMs', () => openai({ apiKey, timeoutMs: 0 })],
  ['identitySecret', () => openai({ apiKey, identitySecret: '' })],
  ['baseUrl', () => openai({ apiKey, baseUrl: 'http://api.example/v1' })],
  ['baseUrl', () => openai({ apiKey, baseUrl: 'api.example' })],
  ['baseUrl', () => openai({ apiKey, baseUrl: 'https://user:pass@api.example/v1' })],
  ['baseUrl', () => openai({ apiKey, baseUrl: 'https://api.example/v1?x=1' })],
  ['url', () => local({ url: 'not a url' })],
  ['url', () => local({ url: 'http://10.0.0.1:4301' })],
  ['timeoutMs', () => local({ url: 'http://127.0.0.1:4301', timeoutMs: 60_001 })],
];

function errorOf(make: () => unknown): ConfigurationError {
  try {
    make();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('misconfiguration', () => {
  it.each(hosts)('names %s: %j', (setting, options) => {
    const error = errorOf(() => createTokenHost(options as TokenHostOptions));
    expect(error.setting).toBe(setting);
    expect(error.message).toContain(setting);
  });

  it.each(providers)('names %s: %s', (setting, make) => {
    const error = errorOf(make);
    expect(error.setting).toBe(setting);
    expect(error.message).not.toContain('sk-');
  });

  it('is not a plain http origin of this very machine, nor a list that is empty', () => {
    const provider = countingProvider();
    const allowedOrigins = ['http://localhost:8080', 'http://127.0.0.1:3000', 'http://[::1]:3000'];
    expect(() => createTokenHost({ provider, allowedOrigins })).not.toThrow();
    expect(() => createTokenHost({ provider, allowedOrigins: [] })).not.toThrow();
  });
});
