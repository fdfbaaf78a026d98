/**
 * The file that VOICE_AGENT_CONFIG names: JSON, or a module that exports the same. It knows where
 * agents stand in it; what may be said of one is the host's to judge.
 */
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, type AgentOptions } from '../host/index.js';
import { isObject, object, text } from '../host/shape.js';
import type { Environment } from './variables.js';

type Agents = Readonly<Record<string, AgentOptions>>;

const VARIABLE = 'VOICE_AGENT_CONFIG';

const checkFile = object({ $schema: text, agents: () => undefined }, ['agents']);

/**
 * Undefined where no file is named. `createTokenHost` refuses agents that are not in the right form.
 *
 * @throws {ConfigurationError} naming the variable, or what is wrong at the top of the file
 */
export async function agentsFromEnvironment(env: Environment): Promise<Agents | undefined> {
  const path = env[VARIABLE];
  if (path === undefined) return undefined;
  const config = await read(path);
  if (!isObject(config)) {
    throw new ConfigurationError(VARIABLE, `${path} must hold an object with agents.`);
  }
  checkFile(config, '');
  return config['agents'] as Agents;
}

async function read(path: string): Promise<unknown> {
  switch (extname(path)) {
    case '.json':
      return parse(path, await contents(path));
    case '.js':
    case '.mjs':
      // Read first, for the loader has no short word for a file that is not there.
      await contents(path);
      return await load(path);
    default:
      throw new ConfigurationError(VARIABLE, `${path} must end in .json, .js or .mjs.`);
  }
}

async function contents(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(VARIABLE, `${path} cannot be read (${code}).`);
  }
}

function parse(path: string, json: string): unknown {
  try {
    // Some editors begin a file with a mark.
    return JSON.parse(json.replace(/^\ufeff/, ''));
  } catch {
    // The parser's own sentence quotes the file, and that may hold a credential.
    throw new ConfigurationError(VARIABLE, `${path} is not JSON.`);
  }
}

async function load(path: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(resolve(path)).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigurationError(VARIABLE, `${path} cannot be loaded: ${reason}`);
  }
}
