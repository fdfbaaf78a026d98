// What can be held true of every host in docs/hosts.md by reading it, also of those that are not run.
import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../src/host/problem.js';
import { documentedPrograms } from '../support/documented-hosts.js';

const programs = await documentedPrograms();

it('docs/hosts.md has one program in each of five languages', () => {
  expect([...programs.keys()]).toEqual(['python', 'go', 'csharp', 'php', 'bash']);
});

describe.each([...programs])('the host in %s', (_, { code }) => {
  it('refuses with codes of the contract, all that such a host needs', () => {
    // Headers and names of packages have hyphens, too, but none begins like a code.
    const said = code.match(
      /\b(body|provider|origin|method|rate|quota)-[a-z-]+\b|\bunauthorized\b/g,
    );
    const known: readonly string[] = problemCodes;
    expect(said?.filter((code) => !known.includes(code))).toEqual([]);
    expect([...new Set(said)].sort()).toEqual([
      'method-not-allowed',
      'origin-not-allowed',
      'provider-credentials',
      'provider-error',
      'provider-invalid',
      'provider-timeout',
      'provider-unreachable',
      'quota-exceeded',
      'rate-limited',
      'unauthorized',
    ]);
  });

  it.each([
    ['the usual session', /"type": ?"realtime",\s+"model": ?"gpt-realtime-2\.1"/],
    ['the usual voice', /"output": ?\{"voice": ?"marin"\}/],
    ['half a minute', /"expires_after": ?\{"anchor": ?"created_at", ?"seconds": ?30\}/],
    ['the key from the environment', /OPENAI_API_KEY/],
    ['a place for the login', /(#|\/\/) YOURS: .*visitor may start a call/],
    ['a closed door until then', /VOICE_AGENT_ALLOW_ANONYMOUS/],
    ['no cache', /no-store/],
    ['problems as problems', /application\/problem\+json/],
  ])('has %s', (_, pattern) => {
    expect(code).toMatch(pattern);
  });

  it('holds no key', () => {
    expect(code).not.toMatch(/sk-\w/);
  });
});
