#!/usr/bin/env node
/** The `voice-agent` command: reads the words typed, calls one file, ends with a sentence. */
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../host/index.js';
import { CommandError } from './command-error.js';
import { explain } from './environment.js';
import { packageInfo } from './package-info.js';
import { usage } from './usage.js';

/** Which command each option belongs to. */
const owners: Readonly<Record<string, string>> = {
  port: 'dev',
  'no-open': 'dev',
  delay: 'dev',
  'mcp-allow': 'dev',
  origin: 'check',
  header: 'check',
  limit: 'check',
};

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(usage);
    return;
  }
  if (values.version) {
    console.log(packageInfo().version);
    return;
  }
  const [command, ...rest] = positionals;
  const surplus = command === 'check' ? rest.slice(1) : rest;
  if (surplus.length > 0) throw wrongUse(`"${surplus.join(' ')}" is one word too many.`);
  switch (command) {
    case 'dev': {
      refuseStray(command, values);
      const { dev } = await import('./dev.js');
      await dev({
        port: wholeNumber('--port', values.port ?? '4300', 65_535),
        open: !values['no-open'],
        delayMs: wholeNumber('--delay', values.delay ?? '0', 60_000),
        mcpAllow: addresses('--mcp-allow', values['mcp-allow'] ?? []),
      });
      break;
    }
    case 'host': {
      refuseStray(command, values);
      const { host } = await import('./host.js');
      await host();
      break;
    }
    case 'check': {
      refuseStray(command, values);
      const { check } = await import('./check/command.js');
      const { origin, header, limit } = values;
      if (!(await check({ url: rest[0], origin, header, limit }))) process.exitCode = 1;
      break;
    }
    case undefined:
      throw wrongUse('Which command?');
    default:
      throw wrongUse(`There is no command "${command}".`);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
        delay: { type: 'string' },
        'mcp-allow': { type: 'string', multiple: true },
        origin: { type: 'string' },
        header: { type: 'string', multiple: true },
        limit: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw wrongUse(error instanceof Error ? error.message : String(error));
  }
}

function refuseStray(command: string, values: object): void {
  for (const option of Object.keys(values)) {
    const owner = owners[option];
    if (owner !== command) throw wrongUse(`--${option} is an option of "${owner}".`);
  }
}

function wholeNumber(option: string, text: string, max: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) > max) {
    throw wrongUse(`${option} takes a whole number from 0 to ${max}, not "${text}".`);
  }
  return Number(text);
}

function addresses(option: string, values: readonly string[]): readonly string[] {
  const wrong = values.find((value) => !/^https?:\/\//.test(value) || !URL.canParse(value));
  if (wrong === undefined) return values;
  throw wrongUse(`${option} takes an http or https address, not "${wrong}".`);
}

function wrongUse(sentence: string): CommandError {
  return new CommandError(`${sentence}\n\n${usage}`, 2);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  const known = error instanceof CommandError || error instanceof ConfigurationError;
  const { syscall = '' } = error as NodeJS.ErrnoException;
  // A port that is taken, a name that is no host's.
  if (!known && !['listen', 'getaddrinfo'].includes(syscall)) throw error;
  const sentence =
    error instanceof ConfigurationError ? explain(error) : (error as Error).message.trimEnd();
  console.error(`voice-agent: ${sentence}`);
  process.exit(error instanceof CommandError ? error.exitCode : 1);
}
