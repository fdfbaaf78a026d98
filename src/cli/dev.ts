/**
 * `voice-agent dev`: opens the parts in their order and says in one line where the demo is. It
 * talks to the service that the environment chooses, and where none is, to the local one.
 */
import { existsSync } from 'node:fs';
import { local, type Provider } from '../host/index.js';
import { CommandError } from './command-error.js';
import { demoAgents } from './demo-agents.js';
import { startLocal, withOptionalPackages } from './local-service.js';
import { agentsFromEnvironment } from './config-file.js';
import { openBrowser } from './open-browser.js';
import { packageRoot } from './package-info.js';
import { serviceFromEnvironment } from './realtime-service.js';
import { untilSignal, type Closer } from './until-signal.js';
import { withoutEmpty, type Environment } from './variables.js';

export interface DevOptions {
  port: number;
  open: boolean;
  delayMs: number;
  /** Addresses of MCP servers on other machines that the local service may be sent to. */
  mcpAllow: readonly string[];
}

const LOCAL_SERVICE_PORT = 4301;
/** Everything is closed within two seconds of Ctrl-C: answers get one, the rest the other. */
const GRACE_MS = 1_000;
const END_MS = 1_900;

export async function dev({ port, open, delayMs, mcpAllow }: DevOptions): Promise<void> {
  if (!existsSync(`${packageRoot}dist/voice-agent.js`)) {
    throw new CommandError('dist/voice-agent.js is missing. Build it first: npm run build');
  }
  await untilSignal(async (opened, interrupted) => {
    const { startDevServer } = await withOptionalPackages(() => import('./dev-server.js'));
    const env = withoutEmpty(process.env);
    const agents = (await agentsFromEnvironment(env)) ?? demoAgents;
    const { provider, connectTo, words } = await partner(env, mcpAllow, opened);
    interrupted.throwIfAborted();
    const server = await startDevServer({ port, provider, agents, connectTo, delayMs });
    opened(() => server.close(GRACE_MS));
    interrupted.throwIfAborted();
    const url = `http://localhost:${server.port}/`;
    console.log(`voice-agent demo on ${url} talking to ${words}`);
    if (open && process.stdout.isTTY) openBrowser(url);
  }, END_MS);
}

interface Partner {
  provider: Provider;
  /** Origin that the page sends its offer to. */
  connectTo: string;
  words: string;
}

async function partner(
  env: Environment,
  mcpAllow: readonly string[],
  opened: (close: Closer) => void,
): Promise<Partner> {
  const chosen = await serviceFromEnvironment(env);
  if (chosen) {
    const { provider, connectTo, name, model } = chosen;
    return { provider, connectTo, words: `${name} (${model})` };
  }
  const service = await startLocal(LOCAL_SERVICE_PORT, mcpAllow);
  opened(() => service.close());
  return {
    provider: local({ url: service.url }),
    connectTo: new URL(service.url).origin,
    words: 'the local realtime service (no key, no internet)',
  };
}
