/**
 * Microsoft Entra tokens for `azure({ credential })`, from whatever this machine is signed in as:
 * a managed identity, a workload identity, or `az login`. It alone knows the package for that,
 * which is optional, and it knows nothing of what the token is for.
 */
import { ConfigurationError } from './configuration-error.js';

export interface EntraTokenOptions {
  /** Default `https://ai.azure.com/.default`; older resources want another one. */
  scope?: string;
}

/** As much of `@azure/identity` as is used here. */
interface AzureIdentity {
  DefaultAzureCredential: new () => unknown;
  getBearerTokenProvider: (credential: unknown, scopes: string) => () => Promise<string>;
}

// Not written into import(): the compiler and bundlers would ask everybody for what few need.
const PACKAGE = '@azure/identity';

/**
 * A function that resolves to a valid token. The package keeps one, and renews it in time.
 *
 * @throws {ConfigurationError} where the package is not installed, or for a scope that is none
 */
export async function entraToken(
  { scope = 'https://ai.azure.com/.default' }: EntraTokenOptions = {},
  load: () => Promise<unknown> = () => import(PACKAGE),
): Promise<() => Promise<string>> {
  if (!/^[a-z]+:\/\/[^\s/][^\s]*\/\.default$/.test(scope)) {
    throw new ConfigurationError('scope', 'must be a resource with /.default at its end.');
  }
  const { DefaultAzureCredential, getBearerTokenProvider } = await identity(load);
  return getBearerTokenProvider(new DefaultAzureCredential(), scope);
}

async function identity(load: () => Promise<unknown>): Promise<AzureIdentity> {
  try {
    return (await load()) as AzureIdentity;
  } catch (error) {
    // A package that is there and cannot load says more in its own words.
    if (!isMissing(error)) throw error;
    throw new ConfigurationError(
      'credential',
      `without an API key, Microsoft Entra ID is asked, which needs the package ${PACKAGE}. ` +
        `Run: npm install ${PACKAGE}`,
    );
  }
}

/** Whether the package itself was not found: runtimes word it differently, and quote first what is missing. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && /^[^'"]*['"]@azure\/identity['"]/.test(error.message);
}
