// A host that cannot be served refuses to be made, and says which setting is at fault.
import { describe, expect, it } from 'vitest';
import {
  azure,
  azurePreview,
  compatible,
  ConfigurationError,
  createTokenHost,
  local,
  openai,
  type TokenHostOptions,
} from '../../src/host/index.js';
import { CANARY, CANARY_TOKEN, countingProvider } from './support.js';

const apiKey = CANARY;
const endpoint = 'https://shop.openai.azure.com';
const deployment = 'shop-voice';
const region = 'eastus2';
const credential = () => Promise.resolve(CANARY_TOKEN);
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
    ['limits', true],
    ['limits', null],
    ['limits', 10],
    ['limits.visitorPerMinute', { visitorPerMinute: 0 }],
    ['limits.visitorPerDay', { visitorPerDay: -1 }],
    ['limits.addressPerMinute', { addressPerMinute: 1.5 }],
    ['limits.addressPerHour', { addressPerHour: '60' }],
    ['limits.originPerMinute', { originPerMinute: NaN }],
    ['limits.totalPerMinute', { totalPerMinute: Infinity }],
    ['limits.dailyBudget', { dailyBudget: 0 }],
    ['limits.perMinute', { perMinute: 5 }],
    ['limits.store', { store: {} }],
    ['limits.store', { store: null }],
  ].map(([setting, limits]): [string, object] => [
    setting as string,
    { provider: countingProvider(), limits },
  ]),
  ['maxInFlight', { provider: countingProvider(), maxInFlight: 0 }],
  ['maxInFlight', { provider: countingProvider(), maxInFlight: Infinity }],
  ['trustedProxies', { provider: countingProvider(), trustedProxies: -1 }],
  ['trustedProxies', { provider: countingProvider(), trustedProxies: true }],
  ['trustedProxies', { provider: countingProvider(), trustedProxies: NaN }],
  ['clientAddress', { provider: countingProvider(), clientAddress: 'cf-connecting-ip' }],
  ['clientAddress', { provider: countingProvider(), clientAddress: () => '', trustedProxies: 1 }],
  ['identitySecret', { provider: countingProvider(), identitySecret: '' }],
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
  ['organization', () => openai({ apiKey, organization: 'org-1\n' })],
  ['project', () => openai({ apiKey, project: 'Läden' })],
  ['project', () => openai({ apiKey, project: '' })],
  ['baseUrl', () => openai({ apiKey, baseUrl: 'http://api.example/v1' })],
  ['baseUrl', () => openai({ apiKey, baseUrl: 'api.example' })],
  ['baseUrl', () => openai({ apiKey, baseUrl: 'https://user:pass@api.example/v1' })],
  ['baseUrl', () => openai({ apiKey, baseUrl: 'https://api.example/v1?x=1' })],
  ['apiKey', () => azure({ endpoint, deployment })],
  ['apiKey', () => azure({ endpoint, deployment, apiKey: '' })],
  ['apiKey', () => azure({ endpoint, deployment, apiKey: 'sk-line\n' })],
  ['apiKey', () => azure({ endpoint, deployment, apiKey: 'ek_a_client_secret' })],
  ['credential', () => azure({ endpoint, deployment, apiKey, credential })],
  ['credential', () => azure({ endpoint, deployment, credential: 'x' as unknown as () => never })],
  ['deployment', () => azure({ endpoint, apiKey } as Parameters<typeof azure>[0])],
  ['deployment', () => azure({ endpoint, apiKey, deployment: '' })],
  ['expiresAfterSeconds', () => azure({ endpoint, deployment, apiKey, expiresAfterSeconds: 9 })],
  ['timeoutMs', () => azure({ endpoint, deployment, apiKey, timeoutMs: 0 })],
  ['endpoint', () => azure({ deployment, apiKey } as Parameters<typeof azure>[0])],
  ...[
    '',
    'shop',
    'shop.openai.azure.com',
    'http://shop.openai.azure.com',
    'http://10.0.0.1',
    'https://api.openai.com',
    'https://openai.azure.com',
    'https://openai.azure.com.example',
    'https://shop.openai.azure.com.example',
    'https://shop.openai.azure.com:8443',
    'https://a.b.openai.azure.com',
    'https://user:pass@shop.openai.azure.com',
    'https://shop.openai.azure.com/openai/v1?api-version=preview',
    'https://shop.openai.azure.com/openai',
    'https://shop.openai.azure.com/openai/deployments/shop-voice',
    'https://shop.services.ai.azure.com/api/projects/shop',
  ].map((wrong): [string, () => unknown] => [
    'endpoint',
    () => azure({ endpoint: wrong, deployment, apiKey }),
  ]),
  ['apiKey', () => azurePreview({ endpoint, deployment, region })],
  ['credential', () => azurePreview({ endpoint, deployment, region, apiKey, credential })],
  ['endpoint', () => azurePreview({ endpoint: 'https://a.example', deployment, region, apiKey })],
  ['deployment', () => azurePreview({ endpoint, deployment: '', region, apiKey })],
  ['timeoutMs', () => azurePreview({ endpoint, deployment, region, apiKey, timeoutMs: 0 })],
  ...[
    ['region', { region: undefined }],
    ['region', { region: '' }],
    ['region', { region: 'westeurope' }],
    ['region', { region: 'eastus2.example/' }],
    ['apiVersion', { apiVersion: '' }],
    ['apiVersion', { apiVersion: 'preview' }],
    ['apiVersion', { apiVersion: '2025-04-01-preview&x' }],
    ['expiresAfterSeconds', { expiresAfterSeconds: 30 }],
    ['session.reasoning', { session: { reasoning: { effort: 'low' } } }],
    ['session.audio.output.voice', { session: { audio: { output: { voice: { id: 'v' } } } } }],
  ].map(([setting, options]): [string, () => unknown] => [
    setting as string,
    () => azurePreview({ endpoint, deployment, region, apiKey, ...(options as object) }),
  ]),
  ['baseUrl', () => compatible({ model: 'm' } as Parameters<typeof compatible>[0])],
  ['baseUrl', () => compatible({ baseUrl: 'http://litellm:4000', model: 'm' })],
  ['baseUrl', () => compatible({ baseUrl: 'https://llm.example/?key=1', model: 'm' })],
  ['model', () => compatible({ baseUrl: 'https://llm.example', model: '' })],
  ['apiKey', () => compatible({ baseUrl: 'https://llm.example', model: 'm', apiKey: '' })],
  ['apiKey', () => compatible({ baseUrl: 'https://llm.example', model: 'm', apiKey: 'sk- x' })],
  ['timeoutMs', () => compatible({ baseUrl: 'https://a.example', model: 'm', timeoutMs: 0 })],
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

  it.each([
    endpoint,
    `${endpoint}/`,
    `${endpoint}/openai/v1/`,
    'https://Shop-2.services.ai.azure.com',
    'http://127.0.0.1:8080',
  ])('is not the Azure endpoint %s', (right) => {
    expect(() => azure({ endpoint: right, deployment, apiKey })).not.toThrow();
    expect(() => azure({ endpoint: right, deployment, credential })).not.toThrow();
  });

  it('is not a plain http origin of this very machine, nor a list that is empty', () => {
    const provider = countingProvider();
    const allowedOrigins = ['http://localhost:8080', 'http://127.0.0.1:3000', 'http://[::1]:3000'];
    expect(() => createTokenHost({ provider, allowedOrigins })).not.toThrow();
    expect(() => createTokenHost({ provider, allowedOrigins: [] })).not.toThrow();
  });
});
