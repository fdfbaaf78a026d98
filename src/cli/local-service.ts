/**
 * Starts the local realtime service, or says in one line which packages it lacks. It alone knows
 * that they are optional: who only serves OpenAI's secrets never loads them.
 */
import { CommandError } from './command-error.js';
import { withRanges } from './package-info.js';
import { withFreePort } from '../host/node-server.js';
import { LOCAL_PACKAGES } from '../local/peers.js';

/** For the demo alone: a token host may need other ones, and says so itself. */
const DEMO_PACKAGES = ['sirv', ...LOCAL_PACKAGES];
/** Each is a process, and every page that the developer opens can start one. */
const MAX_CALLS = 8;

export interface LocalService {
  readonly url: string;
  close(): Promise<void>;
}

export async function startLocal(port: number, mcpAllow: readonly string[]): Promise<LocalService> {
  const { missingLocalPeers, startLocalService } = await import('../local/index.js');
  const missing = missingLocalPeers();
  if (missing) throw new CommandError(missing);
  return await withFreePort(
    (free) =>
      startLocalService({ port: free, hostname: '127.0.0.1', mcpAllow, maxCalls: MAX_CALLS }),
    port,
  );
}

/** @throws {CommandError} naming what to install, where the work needs a package that is not there */
export async function withOptionalPackages<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const missing = /^Cannot find package '([^']+)'/.exec((error as Error).message)?.[1];
    if (missing === undefined) throw error;
    const packages = withRanges(DEMO_PACKAGES).join(' ');
    throw new CommandError(
      `${missing} is not installed. The demo needs: npm install --save-dev ${packages}`,
    );
  }
}
