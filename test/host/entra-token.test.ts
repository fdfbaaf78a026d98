// Tokens of Microsoft Entra ID: what is asked of the package for them, and the sentence where it is
// not installed. No test signs in anywhere.
import { describe, expect, it } from 'vitest';
import { ConfigurationError, entraToken } from '../../src/host/index.js';

/** In the shape of `@azure/identity`; it counts, and gives another token each time. */
function identityPackage() {
  const scopes: string[] = [];
  class DefaultAzureCredential {
    readonly kind = 'default';
  }
  let tokens = 0;
  return {
    scopes,
    DefaultAzureCredential,
    getBearerTokenProvider(credential: unknown, scope: string) {
      expect(credential).toBeInstanceOf(DefaultAzureCredential);
      scopes.push(scope);
      return () => Promise.resolve(`token-${++tokens}`);
    },
  };
}

const missing = (words: string) => () => Promise.reject(new Error(words));

describe('a token of Microsoft Entra ID', () => {
  it('is for Azure’s AI services, and asked for each time', async () => {
    const identity = identityPackage();
    const token = await entraToken({}, () => Promise.resolve(identity));
    expect(identity.scopes).toEqual(['https://ai.azure.com/.default']);
    expect([await token(), await token()]).toEqual(['token-1', 'token-2']);
  });

  it.each(['https://cognitiveservices.azure.com/.default', 'api://a-gateway/.default'])(
    'is for the scope %s, where that is said',
    async (scope) => {
      const identity = identityPackage();
      await entraToken({ scope }, () => Promise.resolve(identity));
      expect(identity.scopes).toEqual([scope]);
    },
  );

  it.each(['', 'https://ai.azure.com', 'ai.azure.com/.default', 'https://a b/.default'])(
    'is for no scope "%s"',
    async (scope) => {
      const asked = entraToken({ scope }, () => Promise.resolve(identityPackage()));
      await expect(asked).rejects.toMatchObject({ name: 'ConfigurationError', setting: 'scope' });
    },
  );

  it.each<[string, (() => Promise<never>)?]>([
    ['here'],
    ['in Node', missing(`Cannot find package '@azure/identity' imported from /app/host.js`)],
    ['in a worker', missing('No such module "@azure/identity".')],
  ])('needs a package that is not installed %s, and says so', async (_, load) => {
    const error = await entraToken({}, load).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toBe(
      'ConfigurationError: credential: without an API key, Microsoft Entra ID is asked, which ' +
        'needs the package @azure/identity. Run: npm install @azure/identity',
    );
  });

  it('leaves it to a package that is there to say what is wrong with it', async () => {
    const lacking = missing(`Cannot find package 'x' imported from '@azure/identity/index.js'`);
    await expect(entraToken({}, lacking)).rejects.toThrow('Cannot find package');
    const broken = new SyntaxError('Unexpected token');
    await expect(entraToken({}, () => Promise.reject(broken))).rejects.toBe(broken);
  });
});
