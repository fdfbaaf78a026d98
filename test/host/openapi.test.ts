// The contract for machines, held equal to the host: its codes, its statuses, what it really sends.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { createRelayHost, createTokenHost, HostProblem } from '../../src/host/index.js';
import { problemCodes } from '../../src/host/problem.js';
import {
  callingProvider,
  countingProvider,
  HOST,
  offerRequest,
  SHOP,
  tokenRequest,
} from './support.js';

const root = new URL('../../', import.meta.url);
const document = parseDocument(readFileSync(new URL('docs/openapi.yaml', root), 'utf8'), {
  strict: true,
  uniqueKeys: true,
});

interface Described {
  headers: Record<string, { required?: boolean }>;
  $ref?: string;
}
interface Operation {
  responses: Record<string, Described>;
}
interface Contract {
  openapi: string;
  info: { title: string; version: string };
  paths: {
    '/token': Record<'post' | 'options', Operation>;
    '/session': Record<'post' | 'options', Operation>;
    '/session/{call}': Record<'delete' | 'options', Operation>;
  };
  components: {
    schemas: {
      ClientSecret: { required: string[]; properties: Record<string, unknown> };
      SecretValue: { pattern: string };
      Sdp: { pattern: string; maxLength: number };
      Problem: { required: string[]; properties: { code: { enum: string[] } } };
    };
    responses: { RelayPreflight: Described };
  };
}
const contract = document.toJS() as Contract;
const { post, options } = contract.paths['/token'];
const relay = {
  post: contract.paths['/session'].post,
  end: contract.paths['/session/{call}'].delete,
};
const { ClientSecret, SecretValue, Sdp, Problem } = contract.components.schemas;

/** Every object in the document, with its keys. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const part of Object.values(value)) yield* objectsIn(part);
}

function lookUp(reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], contract);
}

describe('docs/openapi.yaml', () => {
  it('is YAML without a slip, and OpenAPI 3.1', () => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    expect(contract.openapi).toBe('3.1.0');
    expect(Object.keys(contract.paths['/token']).sort()).toEqual(['options', 'post', 'summary']);
    expect(Object.keys(contract.paths['/session']).sort()).toEqual(['options', 'post', 'summary']);
  });

  it('refers only to what it holds, and holds nothing that it does not refer to', () => {
    const references = [...objectsIn(contract)]
      .map(({ $ref }) => $ref)
      .filter((reference) => typeof reference === 'string');
    expect(references.filter((reference) => lookUp(reference) === undefined)).toEqual([]);
    const held = Object.entries(contract.components)
      // Security schemes are referred to by their bare names.
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, entries]) =>
        Object.keys(entries).map((name) => `#/components/${kind}/${name}`),
      );
    expect(held.filter((name) => !references.includes(name))).toEqual([]);
  });

  it('lists the host’s codes, all of them and no other', () => {
    expect(Problem.properties.code.enum).toEqual([...problemCodes]);
  });

  it('describes an answer for each status that a host can give', () => {
    const statuses = new Set(problemCodes.map((code) => String(new HostProblem(code).status)));
    expect(Object.keys(post.responses).sort()).toEqual(['200', ...statuses].sort());
    expect(Object.keys(relay.post.responses).sort()).toEqual(['201', ...statuses].sort());
  });

  it('describes what the host sends', async () => {
    const host = createTokenHost({ provider: countingProvider(), allowedOrigins: [SHOP] });
    const answer = await host(tokenRequest());
    const body = (await answer.json()) as Record<string, string>;
    for (const field of Object.keys(body)) expect(ClientSecret.properties).toHaveProperty(field);
    expect(ClientSecret.required).toEqual(['value']);
    expect(
      Object.keys(post.responses['200']!.headers).filter((each) => !answer.headers.has(each)),
    ).toEqual([]);

    const init = { method: 'OPTIONS', headers: { origin: SHOP } };
    const preflight = await host(new Request(HOST, init));
    const described = options.responses[String(preflight.status)]!;
    expect(Object.keys(described.headers).filter((each) => !preflight.headers.has(each))).toEqual(
      [],
    );

    const refusal = await host(tokenRequest({ headers: { origin: 'null' } }));
    expect(Object.keys((await refusal.json()) as object).sort()).toEqual(
      [...Problem.required].sort(),
    );
  });

  it('describes what a relay host sends', async () => {
    const host = createRelayHost({ provider: callingProvider(), allowedOrigins: [SHOP] });
    const answer = await host.handle(offerRequest());
    const missing = (described: Described, { headers }: Response) =>
      Object.keys(described.headers).filter((each) => !headers.has(each));
    expect(missing(relay.post.responses[String(answer.status)]!, answer)).toEqual([]);
    const location = answer.headers.get('location')!;
    const { Location } = relay.post.responses['201']!.headers;
    expect(location).toMatch(new RegExp((Location as { schema: typeof Sdp }).schema.pattern));
    expect(await answer.text()).toMatch(new RegExp(Sdp.pattern));

    const end = (method: string) =>
      host.handle(new Request(new URL(location, HOST), { method, headers: { origin: SHOP } }));
    const preflight = await end('OPTIONS');
    expect(preflight.status).toBe(204);
    expect(missing(contract.components.responses.RelayPreflight, preflight)).toEqual([]);
    for (const [status, code] of [
      [204, undefined],
      [404, 'call-unknown'],
    ]) {
      const ended = await end('DELETE');
      expect(ended.status).toBe(status);
      expect(Object.keys(relay.end.responses)).toContain(String(status));
      if (code !== undefined) expect(await ended.json()).toMatchObject({ code });
    }
    await host.close();
  });

  it.each([
    ['ek_68af296e8e408191a1120ab6383263c2', true],
    ['eyJhbGciOi.eyJzdWIi-_=', true],
    ['sk-proj-abc', false],
    ['', false],
    ['<!doctype', false],
    ['"ek_1"', false],
    ['ek 1', false],
  ])('takes %j for a secret: %s', (value, taken) => {
    expect(new RegExp(SecretValue.pattern).test(value)).toBe(taken);
  });

  it('comes with the package', () => {
    const { files } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      files: string[];
    };
    expect(files).toContain('docs');
  });
});
